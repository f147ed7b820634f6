"""The benchmark of growth runs each stage in a process of its own and tells what it measured."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

pytest.importorskip("psutil", reason="psutil measures memory; make bench-scale installs it")

from bench import frontier, scale
from bench.growth import Measurement, draw

SIZES = (10_000, 100_000, 1_000_000)


def test_the_report_holds_every_measurement(tmp_path: Path) -> None:
    found = [
        Measurement("merge", size, "article", size, size * 1e-3, size * 2e-3, 64_000_000, 40_000_000) for size in SIZES
    ]
    scale.report(found, {"10000": {"data": 5}}, "a machine", tmp_path / "build")
    held = json.loads((tmp_path / "build/scale.json").read_text())
    assert [Measurement(**one) for one in held["measurements"]] == found
    assert (tmp_path / "build/scale.md").read_text().startswith("a machine\n")
    assert (tmp_path / "build/scale.svg").read_text() == draw(found)


def test_sizes_are_read_ascending_and_each_once() -> None:
    assert scale.sizes_of("10000,1000,1_000") == [1000, 10_000]
    for wrong in ("ten", "1000,", "10"):
        with pytest.raises(argparse.ArgumentTypeError):
            scale.sizes_of(wrong)


def test_a_stage_runs_in_a_process_of_its_own_and_answers(tmp_path: Path) -> None:
    enqueue, claim = scale.measure("frontier", 1000, tmp_path)
    assert (enqueue.units, claim.units) == (1000, 1000)
    assert 0 < enqueue.cpu < 60
    assert 10_000_000 < enqueue.own < enqueue.rss < 500_000_000
    assert 1000 % frontier.BATCH == 0


def test_a_stage_that_fails_is_an_error_and_not_an_old_answer(tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text("[]")
    with pytest.raises(RuntimeError, match="exit code"):
        scale.measure("verify", 1000, tmp_path)  # there is no archive to verify


def test_what_a_run_made_stays_where_it_was_told_to(tmp_path: Path) -> None:
    where = ["--made", str(tmp_path), "--output", str(tmp_path / "build")]
    assert scale.main(["--sizes", "1000", "--runs", "frontier", *where]) == 0
    assert (tmp_path / "frontier.sqlite").exists()
    assert json.loads((tmp_path / "build/scale.json").read_text())["bytes"]["1000"]["frontier.sqlite"] > 0
    with pytest.raises(SystemExit):
        scale.main(["--sizes", "1000,2000", *where])

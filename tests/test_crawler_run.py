"""The crawl as a person runs it: `baotinh crawl` and `scrapy crawl` under real Scrapy, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "slow" / "faults"))

from harness import (
    BYTECODE,
    ROOT,
    Site,
    articles,
    assert_consistent,
    finish,
    make_archive,
    query,
    report,
    serving,
    start,
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site(60)) as running:
        yield running


def scrapy(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **BYTECODE, "BAOTINH_ALLOW_LOOPBACK": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "scrapy", *arguments, "-s", f"ARCHIVE={archive}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_a_first_crawl_and_a_second_one_that_stores_nothing_new(tmp_path: Path, site: Site) -> None:
    archive = make_archive(tmp_path / "a", site.port)
    code, out, err = finish(start(archive, "--json"))
    assert (code, err) == (0, "")
    first = report(out)
    assert (first["new"], first["reason"], first["left"]) == (60, "finished", 0)
    assert first["requests"] + first["robots"] == sum(site.asked.values())
    code, out, _ = finish(start(archive))
    assert code == 0
    assert "nothing new, no revision stored" in out
    assert articles(archive) == 60
    assert query(archive / "archive.sqlite", "SELECT reason FROM runs ORDER BY id") == [("finished",), ("finished",)]
    assert_consistent(archive)
    told = json.loads(query(archive / "archive.sqlite", "SELECT report_json FROM runs ORDER BY id")[0][0])
    assert told["new"] == 60


def test_scrapy_lists_every_source_and_crawls_one_by_name(tmp_path: Path, site: Site) -> None:
    archive = make_archive(tmp_path / "a", site.port)
    listed = scrapy(archive, "list").stdout.split()
    assert "thu" in listed
    assert len(listed) > 100
    ran = scrapy(archive, "crawl", "thu")
    assert ran.returncode == 0, ran.stderr
    assert articles(archive) == 60
    wrong = scrapy(archive, "crawl", "thuu")
    assert wrong.returncode == 2
    assert 'did you mean "thu"?' in wrong.stderr
    assert "Traceback" not in wrong.stderr


@pytest.mark.parametrize(
    ("source", "options", "code", "line"),
    [
        ("thuu", (), 2, 'did you mean "thu"?'),
        ("thu", ("--since", "hôm qua"), 2, "not a date"),
    ],
)
def test_what_cannot_be_crawled_is_one_line_and_an_exit_code(
    tmp_path: Path, source: str, options: tuple[str, ...], code: int, line: str
) -> None:
    archive = make_archive(tmp_path / "a", 1)
    command = [
        sys.executable,
        "-m",
        "crawler",
        source,
        "--archive",
        str(archive),
        "--allow-loopback",
        *options,
    ]
    ran = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert ran.returncode == code
    assert line in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_site_that_does_not_answer_is_one_line_and_an_exit_code(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "a", 1)
    code, _, err = finish(start(archive))
    assert code == 6
    assert "does not answer (127.0.0.1:1 refuses connections)" in err
    assert err.count("\n") == 1


def test_a_site_on_this_machine_needs_the_word(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "a", 1)
    command = [sys.executable, "-m", "crawler", "thu", "--archive", str(archive)]
    environment = {name: value for name, value in os.environ.items() if name != "BAOTINH_ALLOW_LOOPBACK"}
    ran = subprocess.run(
        command, cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert "--allow-loopback" in ran.stderr

"""The crawl as a person runs it: `baotinh crawl` and `scrapy crawl` under real Scrapy, in processes of their own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from harness import (
    ROOT,
    Site,
    articles,
    assert_consistent,
    finish,
    kill,
    make_archive,
    query,
    report,
    serving,
    start,
)

from crawler.commands.runs import show_runs


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site(60)) as running:
        yield running


def scrapy(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BAOTINH_ALLOW_LOOPBACK": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "scrapy", *arguments, "-s", f"ARCHIVE={archive}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)


def test_a_first_crawl_and_a_second_one_that_stores_nothing_new(tmp_path: Path, site: Site) -> None:
    archive = make_archive(tmp_path / "a", site.port)
    code, out, err = finish(start(archive, "--json"))
    assert (code, err.count("\n")) == (0, 1)
    assert "baotinh sources learn thu --dry-run" in err
    assert not list((archive / "sources").glob("*.layout.toml"))  # what reads pages otherwise is a person's to say
    first = report(out)
    assert (first["new"], first["reason"], first["left"]) == (60, "finished", 0)
    assert first["requests"] + first["robots"] == sum(site.asked.values())
    code, out, err = finish(start(archive))
    assert (code, err) == (0, "")
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
    soon = "from crawler.frontier import gate, pace; gate.FIRST_WAIT_SECONDS = pace.FIRST_WAIT_SECONDS = 0.01\n"
    code, _, err = finish(start(archive, first=soon))
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


def test_a_run_that_is_killed_stands_in_the_list_with_what_it_had_done(tmp_path: Path, site: Site) -> None:
    archive = make_archive(tmp_path / "a", site.port)
    process = start(archive)
    while not (query_or_none(archive, "SELECT count(*) FROM articles") or [(0,)])[0][0]:
        assert process.poll() is None
        time.sleep(0.02)
    kill(process)
    listed = CliRunner().invoke(show_runs, ["--json", "--archive", str(archive)])
    (run,) = json.loads(listed.stdout)
    assert (run["source"], run["reason"], run["ended"]) == ("thu", "killed", "")
    assert run["report"]["left"] > 0
    assert finish(start(archive))[0] == 0
    assert [
        one["reason"] for one in json.loads(CliRunner().invoke(show_runs, ["--json", "--archive", str(archive)]).stdout)
    ] == [
        "finished",
        "killed",
    ]


def query_or_none(archive: Path, statement: str) -> list[tuple[int]] | None:
    try:
        return query(archive / "archive.sqlite", statement)  # type: ignore[return-value]
    except sqlite3.OperationalError:
        return None

"""A run that left no report is told as far as it is known: killed or running, with what the frontier wrote down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from crawling import article, crawl, html, pages

from archive.cli import main
from archive.holdings import Holdings
from archive.messages.language import choose
from archive.store import open_database
from archive.store.database import writing
from archive.store.writes import put_run

SITE = {
    "/": html("Trang chủ", "/tin/bai-1.html", "/tin/bai-2.html", "/tin/mat-3.html"),
    "/tin/bai-1.html": article("Mùa chè", "Nội dung."),
    "/tin/bai-2.html": article("Mùa lúa", "Nội dung."),
}


@pytest.fixture
def archive(tmp_path: Path) -> tuple[Path, str]:
    """An archive whose only run has a beginning and no end, as after kill -9."""
    done = crawl(tmp_path, pages(SITE))
    begin(tmp_path, done.report.run)
    return tmp_path, done.report.run


def begin(root: Path, run: str, began: str = "2026-11-24T03:00:00.000Z", source: str = "thu") -> None:
    db = open_database(Holdings.open(root).database)
    with writing(db):
        put_run(db, run, source, began)
    db.close()


def asked(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(root), *arguments])


def test_a_run_that_was_killed_is_listed_with_what_the_frontier_knows(archive: tuple[Path, str]) -> None:
    root, run = archive
    (listed,) = json.loads(asked(root, "runs", "--json").output)
    assert (listed["id"], listed["reason"], listed["ended"]) == (run, "killed", "")
    known = listed["report"]
    assert (known["requests"], known["new"], known["failed"], known["left"]) == (4, 2, {"http_404": 1}, 0)
    told = asked(root, "runs", run).output
    assert "killed" in told
    assert "failed: 1 http_404" in told


def test_a_run_whose_source_is_locked_is_running_and_an_older_one_is_not(archive: tuple[Path, str]) -> None:
    root, run = archive
    begin(root, "20261125T030000Z-thu-0001", "2026-11-25T03:00:00.000Z")
    with Holdings.open(root).lock("crawl-thu"):
        found = {one["id"]: one["reason"] for one in json.loads(asked(root, "runs", "--json").output)}
    assert found == {run: "killed", "20261125T030000Z-thu-0001": "running"}


def test_the_beginning_of_an_id_is_enough_until_it_is_not(archive: tuple[Path, str]) -> None:
    root, _ = archive
    begin(root, "20301125T030000Z-thu-0001")
    assert asked(root, "runs", "20301125").exit_code == 0
    begin(root, "20301125T030000Z-thu-0002")
    assert asked(root, "runs", "20301125T030000Z-thu-0001").exit_code == 0
    several = asked(root, "runs", "20301125")
    assert several.exit_code == 2
    assert "20301125T030000Z-thu-0001" in several.stderr
    assert "give more of the id" in several.stderr
    assert asked(root, "runs", "20311125").exit_code == 3


def test_a_run_is_named_by_its_number_in_the_list_counted_from_the_latest(archive: tuple[Path, str]) -> None:
    root, first = archive
    begin(root, "20301125T030000Z-khac-0001", "2030-11-25T03:00:00.000Z", "khac")
    listed = {one["number"]: one["id"] for one in json.loads(asked(root, "runs", "--json").output)}
    assert listed == {1: "20301125T030000Z-khac-0001", 2: first}
    (alone,) = json.loads(asked(root, "runs", "--source", "thu", "--json").output)
    assert (alone["number"], alone["id"]) == (2, first)
    for number, run in listed.items():
        assert asked(root, "runs", str(number)).output.startswith(run)
    for number in ("0", "3"):
        refused = asked(root, "runs", number)
        assert (refused.exit_code, refused.stderr) == (
            3,
            f"baotinh: there is no run {number}; 'baotinh runs' lists them\n",
        )


def test_the_report_speaks_vietnamese_where_that_is_asked_for(tmp_path: Path) -> None:
    report = crawl(tmp_path, pages(SITE)).report
    try:
        choose("vi")
        told = report.as_text()
    finally:
        choose("")
    assert "bài: 2 mới, 0 thay đổi, 0 như cũ" in told
    assert "không tải được: 1 http_404" in told
    assert "articles" not in told
    assert "finished" not in told

"""What is new, what is silent, what waits for a person: three lines, and what to do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from reading_room import REGISTER, library, opened

from archive.custody.status import status
from archive.holdings import Holdings
from archive.store import open_database
from archive.store.database import writing
from archive.store.writes import put_run
from archive.web.access import Rules

NOW = datetime(2026, 11, 3, 5, tzinfo=UTC)


def _run(holdings: Holdings, began: str, reason: str, **report: object) -> None:
    db = open_database(holdings.database)
    with writing(db):
        put_run(db, f"{began}-khe-may", "khe-may", f"{began}T00:00:00Z", f"{began}T01:00:00Z", reason, report)
    db.close()


def _told(holdings: Holdings, now: datetime = NOW) -> tuple[list[str], list[str], list[str]]:
    db = open_database(holdings.database, readonly=True)
    try:
        found = status(db, holdings, REGISTER, now)
    finally:
        db.close()
    return [*map(str, found.lines())], [one.source for one in found.silent], [need.kind for need in found.needs]


def test_a_day_is_told_in_three_lines(tmp_path: Path) -> None:
    lines, silent, needs = _told(library(tmp_path / "kho"))
    assert lines == [
        "New: 0 articles of 0 sources since 12:00 2/11/2026, 0 edited, 1 gone",
        "Silent: no source",
        "Needs you: 2 things",
    ]
    assert silent == []
    assert needs == ["source", "unread"]  # khe-may is not verified, and one of its pages was not read


def test_what_came_within_a_day_is_new(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    assert _told(holdings, NOW - timedelta(days=2))[0][0].startswith("New: 6 articles of 1 source")
    assert _told(holdings, NOW + timedelta(days=1))[0][0].endswith("0 edited, 0 gone")


@pytest.mark.parametrize(
    ("reason", "report", "kind"),
    [
        ("unreachable", {}, ["run"]),
        ("finished", {"warnings": ["min_articles_per_crawl is 5: 2 articles were read"]}, ["run"]),
        ("finished", {"fit": 0.2}, ["layout"]),
        ("finished", {"fit": 0.9}, []),
        ("night", {}, []),
    ],
)
def test_the_last_run_says_what_waits(tmp_path: Path, reason: str, report: dict[str, object], kind: list[str]) -> None:
    holdings = library(tmp_path / "kho")
    _run(holdings, "2026-10-31", "stalled")
    _run(holdings, "2026-11-01", reason, **report)
    assert [one for one in _told(holdings)[2] if one in ("run", "layout")] == kind


def test_files_that_nobody_checked_wait(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    assert "fixity" not in _told(holdings)[2]
    late = datetime.now(UTC) + timedelta(days=holdings.settings.scrub_days + 1)
    assert "fixity" in _told(holdings, late)[2]


def test_the_archivists_page_begins_with_it(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    _run(holdings, "2026-11-01", "unreachable")
    with opened(holdings, rules=Rules(local=True)) as client:
        text = client.get("/crawls?lang=en").text
        assert "khe-may: the last crawl: unreachable; see `baotinh runs 2026-11-01-khe-may`" in text
        for address in re.findall(r'<li>[^<]+<a href="(/[^"#]+)[^"]*">see</a>', text):
            assert client.get(unescape(address)).status_code == 200

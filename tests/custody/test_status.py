"""What is new, what is silent, what waits for a person: three lines, and what to do."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from reading_room import REGISTER, library, opened

from archive.custody import control
from archive.custody.status import Status, silence, status, usual_gap
from archive.holdings import Holdings
from archive.sources import Expect, Register, Source
from archive.store import open_database
from archive.store.database import writing
from archive.store.runs import Run
from archive.store.writes import put_run
from archive.web.access import Rules

NOW = datetime(2026, 11, 3, 5, tzinfo=UTC)


def _run(holdings: Holdings, began: str, reason: str, **report: object) -> None:
    db = open_database(holdings.database)
    with writing(db):
        put_run(db, f"{began}-khe-may", "khe-may", f"{began}T00:00:00Z", f"{began}T01:00:00Z", reason, report)
    db.close()


def _stands(holdings: Holdings, now: datetime = NOW, register: Register = REGISTER, days: float = 1.0) -> Status:
    with closing(open_database(holdings.database, readonly=True)) as db:
        return status(db, holdings, register, days, now=now)


def test_a_day_is_told_in_three_lines(tmp_path: Path) -> None:
    found = _stands(library(tmp_path / "kho"))
    assert [*map(str, found.lines())] == [
        "New: 0 articles of 0 sources since 12:00 2/11/2026, 0 edited, 1 gone",
        "Silent: no source",
        "Needs you: nothing",
    ]
    assert found.is_well
    assert [need.kind for need in found.queue] == ["source", "unread"]  # not verified; one of its pages was not read


def test_what_came_within_so_many_days_is_new(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    assert _stands(holdings).news.new == ()
    assert _stands(holdings, days=3).news.new == (("khe-may", 6),)
    assert (_stands(holdings, days=3).news.changed, _stands(holdings, days=3).news.gone) == (1, 1)


def source(month: tuple[int, int] | None = (30, 90)) -> Source:
    return replace(REGISTER.get("khe-may"), status="verified", expect=Expect(articles_per_month=month))


@pytest.mark.parametrize(
    ("crawled", "newest", "why"),
    [
        ("", "", "verified, and not crawled yet"),
        ("2026-10-31", "2026-11-02T00:00:00Z", "not crawled since 2026-10-31"),
        ("2026-11-01", "2026-11-02T00:00:00Z", None),
        ("2026-11-02", "2026-10-29T00:00:00Z", "no new article since 2026-10-29"),
        ("2026-11-02", "2026-11-01T00:00:00Z", None),
        ("2026-11-02", "", None),
    ],
)
def test_a_verified_source_that_is_silent_is_told_with_the_day(crawled: str, newest: str, why: str | None) -> None:
    run = Run(1, "1", "khe-may", crawled, f"{crawled}T01:00:00Z", "finished", {}) if crawled else None
    told = silence(source(), run, newest, NOW)
    assert (None if told is None else str(told)) == why


def test_a_quiet_paper_may_be_silent_for_longer() -> None:
    assert [usual_gap(source(month)).days for month in ((30, 90), (3, 9), None)] == [3, 30, 90]


def test_a_silent_source_is_named(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    found = _stands(holdings, register=Register.of([source()]))
    assert [(one.source, str(one.why)) for one in found.silent] == [("khe-may", "verified, and not crawled yet")]
    assert not found.is_well
    assert status(None, holdings, Register.of([source()]), now=NOW).silent == found.silent


@pytest.mark.parametrize(
    ("reason", "report", "kind"),
    [
        ("unreachable", {}, ["run"]),
        ("finished", {"trouble": "khe-may: the site refuses us"}, ["run"]),
        ("finished", {"warnings": ["min_articles_per_crawl is 5: 2 articles were read"]}, []),
        ("finished", {"fit": 0.2}, ["layout"]),
        ("finished", {"fit": 0.9}, []),
        ("night", {}, []),
    ],
)
def test_the_last_run_says_what_waits(tmp_path: Path, reason: str, report: dict[str, object], kind: list[str]) -> None:
    holdings = library(tmp_path / "kho")
    _run(holdings, "2026-10-31", "stalled")
    _run(holdings, "2026-11-01", reason, **report)
    found = _stands(holdings)
    assert [need.kind for need in found.needs] == kind
    assert [need.kind for need in found.queue].count("run") == len(report.get("warnings", ()))  # type: ignore[arg-type]


@pytest.mark.parametrize("way", ["paused", "closed"])
def test_a_source_that_a_person_has_paused_or_closed_asks_for_nobody(tmp_path: Path, way: str) -> None:
    holdings = library(tmp_path / "kho")
    _run(holdings, "2026-11-01", "unreachable")
    assert [need.source for need in _stands(holdings).needs] == ["khe-may"]
    if way == "paused":
        control.order(holdings.root, "khe-may", control.Control(paused="2026-11-02T00:00:00Z"))
    register = Register.of([replace(source(), status="closed" if way == "closed" else "verified")])
    found = _stands(holdings, register=register)
    assert (found.needs, found.silent) == ((), ())


def test_a_disk_on_which_no_crawl_begins_is_told_before_sources_fall_silent(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    full = replace(holdings, settings=replace(holdings.settings, free_megabytes=99_000_000))
    for found in (_stands(full), status(None, full, REGISTER, now=NOW)):
        assert [need.kind for need in found.needs] == ["disk"]
        assert "and a crawl needs 99000000" in str(found.needs[0].told)


def test_files_that_nobody_checked_wait(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    late = datetime.now(UTC) + timedelta(days=holdings.settings.scrub_days + 1)
    kinds = [[need.kind for need in _stands(holdings, now).needs] for now in (NOW, late)]
    assert kinds == [[], ["fixity"]]


def test_the_archivists_page_begins_with_it(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    _run(holdings, "2026-11-01", "unreachable")
    with opened(holdings, rules=Rules(local=True)) as client:
        text = client.get("/crawls?lang=en").text
        assert "khe-may: the last crawl: unreachable; `baotinh runs 2026-11-01-khe-may`" in text
        for address in re.findall(r'<li>[^<]+<a href="(/[^"#]+)[^"]*">see</a>', text):
            assert client.get(unescape(address)).status_code == 200

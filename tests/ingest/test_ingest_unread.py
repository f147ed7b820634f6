"""A page that cannot be read costs only itself: it is kept and counted with its reason, and batches stay whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_archive import (
    REGISTER,
    SITE,
    capture,
    database,
    keep,
    new_holdings,
    page,
    read,
    read_json,
    search_rows,
)

from archive import parsers
from archive.errors import StorageError
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest

A, B = page("Hội nghị", "Một hai ba."), page("Hội nghị", "Một hai bốn.")


@pytest.fixture(autouse=True)
def _pages_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json, raising=False)


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return new_holdings(tmp_path / "data")


def test_everything_is_kept_and_only_pages_that_should_be_read_and_cannot_are_unread(holdings: Holdings) -> None:
    places = keep(
        holdings,
        [
            capture("/robots.txt", b"User-agent: *", kind="robots"),
            capture("/anh.jpg", b"\xff\xd8", kind="image"),
            capture("/khong-co.html", b"404", status=404),
            capture("/", page("", teasers=[["https://baotinh.example/b-2.html", "Tin khác", "Ngày 5/3 ..."]])),
            capture("/hong.html", b"<html>"),
            capture("/cut.html", A, truncated="disconnect"),
        ],
    )
    told = [(outcome.state, outcome.reason) for outcome in read(holdings, places)]
    assert told == [("kept", "")] * 4 + [("unread", "no_article"), ("unread", "truncated")]
    with database(holdings) as db:
        assert db.execute("SELECT count(*) FROM captures").fetchone() == (6,)
        assert db.execute("SELECT headline, sightings FROM teasers").fetchall() == [("Tin khác", 1)]


def test_what_was_not_committed_is_not_there(holdings: Holdings) -> None:
    places = keep(holdings, [capture("/a-1.html", A), capture("/b-2.html", B)])
    ingest = Ingest(holdings, REGISTER)
    ingest.read(places[0])
    assert [outcome.state for outcome in ingest.commit()] == ["new"]
    ingest.read(places[1])
    ingest.rollback()
    assert ingest.commit() == ()
    ingest.close()
    with database(holdings) as db:
        assert db.execute("SELECT url FROM captures").fetchall() == [(f"{SITE}/a-1.html",)]
        assert search_rows(db, "folded", "bon") == []


def test_a_refused_page_is_unread_without_being_opened(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    def deadly(*_: object, **__: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr(parsers, "read_page", deadly)
    (place,) = keep(holdings, [capture("/a-1.html", A)])
    with Ingest(holdings, REGISTER) as ingest:
        assert ingest.refuse(place, "time_limit").reason == "time_limit"
    with database(holdings) as db:
        assert db.execute("SELECT state, reason, status FROM captures").fetchall() == [("unread", "time_limit", 200)]


def test_a_page_that_breaks_its_parser_is_unread_and_the_next_one_read(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(url: str, *given: object, **named: object):
        return {}["so"] if url.endswith("a-1.html") else read_json(url, *given, **named)

    monkeypatch.setattr(parsers, "read_page", broken)
    outcomes = read(holdings, keep(holdings, [capture("/a-1.html", A), capture("/b-2.html", B)]))
    assert [(outcome.state, outcome.reason) for outcome in outcomes] == [("unread", "parser_crash"), ("new", "")]
    with database(holdings) as db:
        notes = json.loads(db.execute("SELECT notes_json FROM captures WHERE state = 'unread'").fetchone()[0])
    assert notes == [["parser_crash", notes[0][1]]]
    assert notes[0][1].startswith("KeyError: 'so' (test_ingest_unread.py:")


def test_an_error_between_pages_leaves_only_whole_batches(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    places = keep(holdings, [capture(f"/a-{at}.html", A) for at in range(3)])
    ingest = Ingest(holdings, REGISTER)
    ingest.read(places[0])
    ingest._db.execute(f"PRAGMA max_page_count = {ingest._db.execute('PRAGMA page_count').fetchone()[0]}")
    big = keep(holdings, [capture("/big.html", page("Lớn", "chữ " * 200_000))], "r2")
    with pytest.raises(StorageError, match="disk is full"):
        ingest.read(big[0])
    assert ingest.commit() == ()
    ingest.close()
    with database(holdings) as db:
        assert db.execute("SELECT count(*) FROM captures").fetchone() == (0,)
    assert [outcome.state for outcome in read(holdings, places)] == ["new"] * 3

"""A day that is full stops nothing: its articles take the nearest room, and their order stays that of time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils
from small_archive import capture, database, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.search.index import docids
from archive.store import open_database

DAY = "2020-03-05"
ROOM = docids._FIRST_TIMED - 1  # articles without a time of day


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite_utils.Database]:
    db = open_database(tmp_path / "archive.sqlite")
    db.execute("DROP TABLE articles")  # its other columns are nothing to a number
    db.execute("CREATE TABLE articles (search_rowid INTEGER PRIMARY KEY)")
    yield db
    db.close()


def take(db: sqlite_utils.Database, count: int, published: str = "", estimated: bool = False) -> list[int]:
    """The numbers that `count` articles of DAY get, one after another."""
    found = []
    for _ in range(count):
        found.append(docids.docid_for(db, DAY, published, estimated))
        db.execute("INSERT INTO articles VALUES (?)", (found[-1],))
    return found


def fill(db: sqlite_utils.Database, day: str = DAY, first: int = 1, count: int = ROOM) -> None:
    base = docids.date.fromisoformat(day).toordinal() << 16
    db.conn.executemany("INSERT INTO articles VALUES (?)", [(base + first + at,) for at in range(count)])


def days(rowids: list[int]) -> set[str]:
    return {docids.day_of(rowid).isoformat() for rowid in rowids}


def test_a_full_minute_spills_into_the_room_without_a_time_of_its_day(db: sqlite_utils.Database) -> None:
    found = take(db, 40, "2020-03-05T00:00+07:00")
    assert days(found) == {DAY}
    assert len(set(found)) == 40
    assert max(found[36:]) < min(found[:36])


def test_undated_pages_beyond_a_day_s_room_go_to_the_days_before(db: sqlite_utils.Database) -> None:
    fill(db)
    fill(db, "2020-03-04", count=ROOM - 2)
    assert [docids.day_of(rowid).isoformat() for rowid in take(db, 4, estimated=True)] == [
        *("2020-03-04", "2020-03-04"),
        *("2020-03-03", "2020-03-03"),
    ]


def test_dated_articles_take_every_place_of_their_day_before_another_s(db: sqlite_utils.Database) -> None:
    fill(db)
    found = take(db, 80)
    assert days(found) == {DAY}
    assert len(set(found)) == 80
    fill(db, first=docids._FIRST_TIMED + 80, count=docids.DOCIDS_OF_A_DAY - docids._FIRST_TIMED - 80)
    assert db.execute("SELECT count(*) FROM articles").fetchone()[0] == docids.DOCIDS_OF_A_DAY - 1
    assert days(take(db, 3)) == days(take(db, 3, "2020-03-05T15:25+07:00")) == {"2020-03-04"}


def test_an_article_that_spilled_over_stays_where_it_is_until_its_day_is_another(db: sqlite_utils.Database) -> None:
    fill(db)
    (rowid,) = take(db, 1, estimated=True)
    assert docids.is_at_home(db, rowid, DAY, estimated=True)
    assert not docids.is_at_home(db, rowid, DAY, estimated=False)
    assert not docids.is_at_home(db, rowid, "2020-03-03", estimated=True)
    assert docids.is_at_home(db, rowid, "2020-03-04", estimated=False)


def test_an_import_of_undated_pages_files_each_under_the_day_its_number_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json, raising=False)
    monkeypatch.setattr(docids, "_FIRST_TIMED", 4)
    holdings = new_holdings(tmp_path / "data")
    captures = [capture(f"/bai-{at}.html", page("Tin", f"Bài số {at}."), at) for at in range(8)]
    read(holdings, keep(holdings, captures))
    read(holdings, keep(holdings, [capture("/bai-7.html", page("Tin", "Bài số bảy."), 90)], "r2"))
    with database(holdings) as db:
        rows = db.execute("SELECT day, day_estimated, search_rowid FROM articles ORDER BY id").fetchall()
    assert [row[0] for row in rows] == ["2024-05-01"] * 3 + ["2024-04-30"] * 3 + ["2024-04-29"] * 2
    assert all(estimated and docids.day_of(rowid).isoformat() == day for day, estimated, rowid in rows)

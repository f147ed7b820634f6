"""The index holds each article once, in both forms, under a rowid that sorts by time."""

from __future__ import annotations

from datetime import date
from unicodedata import normalize

import pytest
import sqlite_utils

from archive.search import index
from archive.search.index import IndexRow
from archive.store.schema import migrate


@pytest.fixture
def db() -> sqlite_utils.Database:
    database = sqlite_utils.Database(memory=True)
    migrate(database)
    return database


def found(db: sqlite_utils.Database, table: str, match: str) -> list[int]:
    return [row[0] for row in db.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (match,))]


def test_a_row_is_found_with_and_without_accents(db: sqlite_utils.Database) -> None:
    index.write(db, [IndexRow(7, "Hội nghị rút kinh nghiệm", "", "Đường về bản.")])
    assert found(db, "exact", '"đường"') == [7]
    assert found(db, "exact", '"duong"') == []
    assert found(db, "folded", '"duong"') == [7]


def test_writing_a_row_again_leaves_nothing_of_its_older_text(db: sqlite_utils.Database) -> None:
    index.write(db, [IndexRow(7, "cũ", "", "")])
    index.write(db, [IndexRow(7, "giữa", "", ""), IndexRow(7, "mới", "", "")])
    index.write(db, [IndexRow(7, "sau cùng", "", "")])
    assert [found(db, "exact", f'"{word}"') for word in ("cũ", "giữa", "mới", "cùng")] == [[], [], [], [7]]
    index.delete(db, [7, 8])
    assert found(db, "folded", '"cung"') == []


def test_a_batch_opens_no_transaction_of_its_own(db: sqlite_utils.Database) -> None:
    db.execute("BEGIN")
    index.write(db, [IndexRow(1, "một", "", "")])
    assert db.conn.in_transaction
    db.conn.rollback()
    assert found(db, "exact", '"một"') == []


@pytest.mark.parametrize("text", ["Hội nghị", normalize("NFD", "Hội nghị"), "H\u200bội nghị", "HỘI NGHỊ"])
def test_decomposed_and_invisible_characters_do_not_hide_a_word(db: sqlite_utils.Database, text: str) -> None:
    index.write(db, [IndexRow(1, text, "", "")])
    assert found(db, "exact", '"hội nghị"') == [1]


def test_later_in_time_is_higher_in_rowid(db: sqlite_utils.Database) -> None:
    times = ["", "2020-03-05", "2020-03-05T00:00+07:00", "2020-03-05T15:25+07:00", "2020-03-05T23:59:59+07:00"]
    rowids = [index.rowid_for(db, "2020-03-05", published) for published in times]
    assert rowids[0] == rowids[1]
    assert sorted(set(rowids)) == rowids[1:]
    assert {index.day_of(rowid) for rowid in rowids} == {date(2020, 3, 5)}
    assert index.rowid_for(db, "2020-03-06") > rowids[-1]
    low, high = index.rowids_of(date(2020, 3, 5), date(2020, 3, 5))
    assert all(low <= rowid <= high for rowid in rowids)


def test_sqlite_reads_the_same_day_from_a_rowid(db: sqlite_utils.Database) -> None:
    rowid = index.rowid_for(db, "2024-02-29", "2024-02-29T08:00+07:00")
    assert db.execute("SELECT date((? >> 16) + 1721424.5)", (rowid,)).fetchone()[0] == "2024-02-29"

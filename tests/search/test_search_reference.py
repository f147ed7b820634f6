"""The index finds what a plain reading of every text finds, article by article and tier by tier."""

from __future__ import annotations

import sqlite3
from itertools import product
from typing import Any

import pytest
import sqlite_utils
from reference_differences import differences
from search_corpus import invented, stored
from search_reference import Reference, Term

from archive.search.grammar import parser
from archive.search.index import bitmaps, numbered, writer
from archive.search.planner import executor
from archive.search.planner.tiers import Tiers


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(invented(200))


def wrong_phrases(db: sqlite_utils.Database, reference: Reference) -> list[tuple[str, str]]:
    """The phrases of two frequent syllables that are counted otherwise than the reference or than their own rows."""
    wrong = []
    for one, two in product(["hội", "ban", "hoà", "đường", "nghi"], ["nghị", "chấp", "hoa", "duong", "xã"]):
        tree = Term((one, two))
        root = parser.parse(f'"{one} {two}"').root
        tiers = Tiers(db, root)
        found = [tiers.count(position) for position in range(len(tiers.names))]
        tiers = Tiers(db, root)
        rows = [len(tiers.rows(position)) for position in range(len(tiers.names))]
        if found != rows or rows[-1] != len(reference.found(tree)):
            wrong.append((one, two))
    return wrong


def test_no_random_query_differs_from_the_reference(reference: Reference) -> None:
    assert differences(stored(reference.articles), reference, seed=7, queries=120) == []


def test_nor_without_numpy(reference: Reference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.index.docid_sets.numpy", None)
    assert differences(stored(reference.articles), reference, seed=8, queries=60) == []


def test_nor_where_many_spellings_stand_for_a_word(reference: Reference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.planner.executor._FEW", 0)
    assert differences(stored(reference.articles), reference, seed=9, queries=80) == []


@pytest.mark.parametrize("caught_up", [True, False])
@pytest.mark.parametrize("counted", [200, 170])
def test_nor_with_bits_of_common_words_of_all_articles_or_of_most(
    reference: Reference, monkeypatch: pytest.MonkeyPatch, counted: int, caught_up: bool
) -> None:
    pytest.importorskip("numpy")
    monkeypatch.setattr("archive.search.index.bitmaps.PART", 60)
    monkeypatch.setattr("archive.search.index.numbered._LEAST", 100)
    monkeypatch.setattr("archive.search.index.bitmaps._LEAST", 100)
    monkeypatch.setattr("archive.search.index.bitmaps.FREQUENT", 40)
    by_day = sorted(reference.articles, key=lambda article: article.day)
    db = stored(by_day[:counted])
    assert numbered.catch_up(db) == counted
    assert bitmaps.catch_up(db) == (counted + 59) // 60
    stored(by_day[counted:], db)
    rowids = [row[0] for row in db.execute("SELECT search_rowid FROM articles ORDER BY search_rowid DESC LIMIT 3")]
    texts = "SELECT search_rowid, headline, lead, body, captions, byline FROM articles WHERE search_rowid IN (?, ?, ?)"
    writer.delete(db, rowids)
    writer.write(db, [writer.IndexRow(*row) for row in db.execute(texts, rowids).fetchall()])
    db.conn.commit()
    if caught_up:
        assert bitmaps.catch_up(db) == 0  # the numbers come first
        numbered.catch_up(db)
        assert bitmaps.catch_up(db) == 1 + (counted == 170)
        assert db.execute("SELECT count(*) FROM bit_parts").fetchone()[0] == 4
        assert db.execute("SELECT count(*) FROM bits_todo").fetchone()[0] == 0
    answered, of_bits = [], executor.find_by_bits

    def find(*asked: Any) -> Any:
        answered.append(of_bits(*asked) is not None)
        return of_bits(*asked)

    monkeypatch.setattr(executor, "find_by_bits", find)
    monkeypatch.setattr(
        "archive.search.planner.executor._DEAR", 1
    )  # phrases that stand in few articles are asked one by one
    assert differences(db, reference, seed=counted, queries=150) == []
    assert answered.count(True) > 200
    assert wrong_phrases(db, reference) == []


def test_nor_where_a_result_is_too_long_for_one_text(reference: Reference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.planner.filters._SMALL", 50)
    monkeypatch.setattr("archive.search.planner.executor._BATCH", 50)
    db = stored(reference.articles)
    db.conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1500)  # of 200 rowids as text, 2,600 characters
    assert differences(db, reference, seed=10, queries=30) == []

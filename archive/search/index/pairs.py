"""Notes which frequent syllables stand side by side in an article: what makes phrases of them quick to find.

FTS5 intersects the positions of both words, so a phrase of frequent ones is slow however rare it is (22-48 ms at
100,000 articles, measured; from pairs 0.04 ms). Only pairs of two frequent syllables are kept: others are quick anyway.
Making them costs more than all else of an article, so it is done after the run, in small transactions of its own;
what has been written since is noted in `pairs_todo`, and asked by position.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import sqlite_utils

from archive.search.grammar.matcher import Table
from archive.store.database import writing
from archive.text.analyzer import Forms, forms, words

FREQUENT = 128
"""Syllables of each form whose pairs are kept: 0.55 of running text (measured); the slowest phrase left takes 14 ms at
100,000 articles. With 256 it would take 7, for twice the size and the time."""

_LEAST = 10_000  # articles from which the frequent syllables are chosen; below, the slowest phrase takes 5 ms
_BATCH = 1000
JOINT: dict[Table, str] = {"exact": "__", "folded": "_"}
_COMMONEST: dict[Table, str] = {
    "exact": "SELECT term FROM exact_words ORDER BY doc DESC LIMIT ?",
    "folded": "SELECT term FROM folded_words ORDER BY doc DESC LIMIT ?",
}
_TEXTS = """SELECT search_rowid, headline, lead, body, captions, byline FROM articles
    WHERE search_rowid IN (SELECT value FROM json_each(?))"""


def note(conn: sqlite3.Connection, changed: Iterable[int]) -> None:
    """Notes that the texts of these rowids have changed, in the caller's transaction."""
    if _chosen(conn):
        conn.executemany("INSERT OR IGNORE INTO pairs_todo VALUES (?)", [(rowid,) for rowid in changed])


def forget(conn: sqlite3.Connection, gone: Iterable[int]) -> None:
    """Takes the pairs of these rowids out, in the caller's transaction."""
    keys = [(rowid,) for rowid in gone]
    conn.executemany("DELETE FROM pairs WHERE rowid = ?", keys)
    conn.executemany("DELETE FROM pairs_todo WHERE search_rowid = ?", keys)


def catch_up(db: sqlite_utils.Database, seconds: float | None = None) -> int:
    """Notes the pairs of articles written since the last time; gives how many articles that were.

    Stops after `seconds`, if given, and goes on from there the next time. At first it chooses the frequent syllables,
    once the archive has 10,000 articles. 0.34 ms an article, a transaction every 1,000.
    """
    end = None if seconds is None else time.monotonic() + seconds
    if not _chosen(db.conn) and not _choose(db):
        return 0
    pairs_of = _pairs_of(frequent_words(db.conn))
    done = 0
    while end is None or time.monotonic() < end:
        batch = [row[0] for row in db.execute("SELECT search_rowid FROM pairs_todo LIMIT ?", (_BATCH,))]
        if not batch:
            break
        rows = db.execute(_TEXTS, (json.dumps(batch),)).fetchall()
        made = pairs_of([[forms(text) for text in texts] for _, *texts in rows])
        with writing(db):
            paired = [(row[0], pair) for row, pair in zip(rows, made, strict=True)]
            db.conn.executemany("INSERT OR REPLACE INTO pairs(rowid, pair) VALUES (?, ?)", paired)
            db.conn.executemany("DELETE FROM pairs_todo WHERE search_rowid = ?", [(rowid,) for rowid in batch])
        done += len(batch)
    return done


def of(conn: sqlite3.Connection, made: Iterable[Forms]) -> str:
    """The pairs of an article whose texts are `made` ready, as they are indexed; "" where none are noted."""
    return _of(frequent_words(conn), made)


def _pairs_of(frequent: dict[Table, frozenset[str]]) -> Callable[[Sequence[Sequence[Forms]]], list[str]]:
    from archive.search.index.docid_sets import numpy  # who only writes the index does not load it: 20 MB

    if numpy is None:
        return lambda articles: [_of(frequent, made) for made in articles]
    from archive.search.index.neighbours import Neighbours

    return Neighbours(frequent).pairs


def _of(frequent: dict[Table, frozenset[str]], made: Iterable[Forms]) -> str:
    return " ".join(
        {
            joint.join(pair)
            for text in made
            for table, joint in JOINT.items()
            for pair in pairwise(words(text.exact if table == "exact" else text.folded))
            if frequent[table].issuperset(pair)
        }
    )


def begin_anew(db: sqlite_utils.Database) -> None:
    """Drops all pairs and the choice of syllables, in the caller's transaction: `catch_up` makes them again."""
    db.execute("DELETE FROM pair_syllables")
    db.execute("DELETE FROM pairs_todo")
    db.execute("INSERT INTO pairs(pairs) VALUES ('delete-all')")


def _chosen(conn: sqlite3.Connection) -> bool:
    return conn.execute("SELECT 1 FROM pair_syllables LIMIT 1").fetchone() is not None


def _choose(db: sqlite_utils.Database) -> bool:
    """Chooses the frequent syllables by reading the whole vocabulary (2 s at 100,000 articles)."""
    if db.execute("SELECT count(*) FROM (SELECT 1 FROM articles LIMIT ?)", (_LEAST,)).fetchone()[0] < _LEAST:
        return False
    words = [(form, row[0]) for form, by in _COMMONEST.items() for row in db.execute(by, (FREQUENT,))]
    with writing(db):
        db.conn.executemany("INSERT OR IGNORE INTO pair_syllables VALUES (?, ?)", words)
        db.execute("INSERT OR IGNORE INTO pairs_todo SELECT search_rowid FROM articles")
    return True


def frequent_words(conn: sqlite3.Connection) -> dict[Table, frozenset[str]]:
    """The syllables of each form whose pairs are kept; none before `catch_up` has chosen them."""
    words = conn.execute("SELECT form, word FROM pair_syllables").fetchall()
    return {
        "exact": frozenset(word for form, word in words if form == "exact"),
        "folded": frozenset(word for form, word in words if form == "folded"),
    }

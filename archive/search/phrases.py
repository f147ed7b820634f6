"""Answers phrases of two frequent syllables from the table of pairs, instead of from positions."""

from __future__ import annotations

import sqlite_utils

from archive.search.bits import LISTED
from archive.search.match import Table
from archive.search.memory import memory
from archive.search.pairs import JOINT, frequent_words
from archive.search.plan import Match
from archive.search.rowids import Rowids, fetch, rowids

_MOST_TODO = 2000  # articles written since their pairs were noted: asked by position; with more, all are

_TODO = "SELECT search_rowid FROM pairs_todo LIMIT ?"
_NEWEST = "SELECT rowid FROM pairs WHERE pairs MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"


def find(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> Rowids | None:
    """The rowids in low..high that hold a phrase.

    None where the pairs say nothing: another kind of match, a rare syllable, or too much written since.
    """
    word, todo = pair(db, asked), _known(db)[1]
    if word is None or len(todo) > _MOST_TODO:
        return None
    return (listed(db, word, low, high) - todo) | _since(db, asked, todo, low, high)


def newest(db: sqlite_utils.Database, asked: Match, low: int, high: int, most: int) -> list[int] | None:
    """The `most` newest of them."""
    word, todo = pair(db, asked), _known(db)[1]
    if word is None or len(todo) > _MOST_TODO:
        return None
    rows = db.conn.execute(_NEWEST, (f'"{word}"', low, high, most + len(todo)))
    found = rowids(row[0] for row in rows) - todo
    return (found | _since(db, asked, todo, low, high)).newest(most)


def pair(db: sqlite_utils.Database, asked: Match) -> str | None:
    """What stands in the table of pairs for a phrase; None for any other match and where a syllable is rare."""
    if len(asked.phrase) != 2 or not _known(db)[0][asked.table].issuperset(asked.phrase):
        return None
    return JOINT[asked.table].join(asked.phrase)


def listed(db: sqlite_utils.Database, word: str, low: int, high: int) -> Rowids:
    """The rowids in low..high of which the table of pairs notes `word`."""
    return fetch(db.conn, LISTED["pairs"], {"match": f'"{word}"'}, low, high)


def _since(db: sqlite_utils.Database, asked: Match, todo: Rowids, low: int, high: int) -> Rowids:
    """The rowids in low..high that hold the phrase, of the articles that are yet to be noted."""
    if not len(todo):
        return todo
    low, high = max(low, todo.oldest(1)[0]), min(high, todo.newest(1)[0])
    return fetch(db.conn, LISTED[asked.table], {"match": asked.expression}, low, high) & todo


def _known(db: sqlite_utils.Database) -> tuple[dict[Table, frozenset[str]], Rowids]:
    remembered = memory(db)
    if remembered.pairs is None:
        todo = rowids(row[0] for row in db.conn.execute(_TODO, (_MOST_TODO + 1,)))
        remembered.pairs = (frequent_words(db.conn), todo)
    known: tuple[dict[Table, frozenset[str]], Rowids] = remembered.pairs
    return known

"""Answers phrases of two frequent syllables from the table of pairs, instead of from positions."""

from __future__ import annotations

import sqlite_utils

from archive.search import bitwise
from archive.search.bits import LISTED
from archive.search.memory import memory
from archive.search.pairs import JOINT, frequent_words
from archive.search.plan import Match
from archive.search.rowids import Rowids, fetch, rowids

_MOST_TODO = 2000  # articles written since their pairs were noted: asked by position; with more, all are

_TODO = "SELECT search_rowid FROM pairs_todo LIMIT ?"


def find(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> tuple[Rowids, Rowids] | None:
    """What the pairs say of a phrase: the rowids in low..high that hold it, and those that must be asked by position.

    None where they say nothing: another kind of match, a rare syllable, or too much written since.
    """
    if len(asked.phrase) != 2:
        return None
    known = memory(db)
    if known.pairs is None:
        todo = rowids(row[0] for row in db.conn.execute(_TODO, (_MOST_TODO + 1,)))
        known.pairs = (frequent_words(db.conn), todo)
    frequent, todo = known.pairs
    if len(todo) > _MOST_TODO or not frequent[asked.table].issuperset(asked.phrase):
        return None
    pair = JOINT[asked.table].join(asked.phrase)
    by_bits = bitwise.pair(db, pair, low, high)
    if by_bits is not None:
        found, since = by_bits
        return found - todo, todo | since
    return fetch(db.conn, LISTED["pairs"], {"match": f'"{pair}"'}, low, high) - todo, todo

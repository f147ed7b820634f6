"""Answers phrases of two frequent syllables from the table of pairs, instead of from positions."""

from __future__ import annotations

import sqlite_utils

from archive.search.memory import memory
from archive.search.pairs import JOINT, frequent_words
from archive.search.plan import Match
from archive.search.rowids import Rowids, fetch, rowids

_MOST_TODO = 2000  # articles written since their pairs were noted: asked by position; with more, all are

_TODO = "SELECT search_rowid FROM pairs_todo LIMIT ?"
_FOUND = "SELECT group_concat(rowid) FROM pairs WHERE pairs MATCH :match AND rowid BETWEEN :low AND :high"


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
    found = fetch(db.conn, _FOUND, {"match": f'"{pair}"'}, low, high)
    return found - todo, todo

"""What one database holds of each day and period, whatever is asked: counted once, remembered while nobody writes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import sqlite_utils

from archive.search.facets import period_of
from archive.search.memory import memory
from archive.search.rowids import Rowids

Row: TypeAlias = tuple[int, str, int, int]
_EVERY = """SELECT search_rowid >> 16, source, count(*), sum(words)
    FROM articles INDEXED BY articles_facts GROUP BY 1, 2"""
_ONES = """SELECT search_rowid >> 16, source, count(*), sum(words) FROM articles INDEXED BY articles_facts
    WHERE search_rowid IN (SELECT value FROM json_each(?)) GROUP BY 1, 2"""


@dataclass(slots=True)
class Covered:
    """Articles and syllables of each day (by its number), and the articles of each period and source."""

    articles: Counter[int] = field(default_factory=Counter)
    words: Counter[int] = field(default_factory=Counter)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)


def covered(db: sqlite_utils.Database, size: int, without: Rowids | None = None) -> Covered:
    """What `db` holds, less the articles `without`; a period's name is the first `size` characters of a day's.

    The whole archive is read the first time, 1 us an article (measured). Nobody may change what is given.
    """
    known = memory(db).covered
    if size not in known:
        known[size] = _counted(db.conn.execute(_EVERY), size)
    every: Covered = known[size]
    if without is None or not len(without):
        return every
    less = _counted(db.conn.execute(_ONES, (json.dumps(list(without)),)), size)
    return Covered(every.articles - less.articles, every.words - less.words, every.sources - less.sources)


def _counted(rows: Iterable[Row], size: int) -> Covered:
    found = Covered()
    for day, source, articles, words in rows:
        found.articles[day] += articles
        found.words[day] += words
        found.sources[period_of(day, size), source] += articles
    return found

"""What one database holds of each period, whatever is asked: counted once, remembered while nobody writes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from sys import intern
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


@dataclass(frozen=True, slots=True)
class Covered:
    """Articles and syllables of each period, and the sources that it has articles of."""

    articles: Counter[str]
    words: Counter[str]
    sources: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Counts:
    """Articles of each period and source, and syllables of each period."""

    articles: Counter[tuple[str, str]]
    words: Counter[str]


def covered(db: sqlite_utils.Database, size: int, without: Rowids | None = None) -> Covered:
    """What `db` holds, less the articles `without`; a period's name is the first `size` characters of a day's.

    The whole archive is read the first time, 1 us an article (measured). Nobody may change what is given.
    """
    known = memory(db).covered
    if size not in known:
        counts = _counted(db.conn.execute(_EVERY), size)
        known[size] = counts, _covered(counts)
    every, whole = known[size]
    if without is None or not len(without):
        result: Covered = whole
        return result
    less = _counted(db.conn.execute(_ONES, (json.dumps(list(without)),)), size)
    return _covered(_Counts(every.articles - less.articles, every.words - less.words))


def _counted(rows: Iterable[Row], size: int) -> _Counts:
    found = _Counts(Counter(), Counter())
    for day, source, articles, words in rows:
        period = period_of(day, size)
        found.articles[period, intern(source)] += articles
        found.words[period] += words
    return found


def _covered(counts: _Counts) -> Covered:
    articles: Counter[str] = Counter()
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for (period, source), count in counts.articles.items():
        articles[period] += count
        sources[period].add(source)
    return Covered(articles, counts.words, {period: frozenset(names) for period, names in sources.items()})

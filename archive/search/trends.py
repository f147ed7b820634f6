"""How often queries match over time, always beside what the archive holds of that time.

A line without its denominator misleads here: sources come and go, and a month that was not crawled is not silent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

import sqlite_utils

from archive.errors import UsageError
from archive.search.damage import damage_named
from archive.search.deadline import deadline
from archive.search.evaluate import EVERYTHING, find
from archive.search.facets import by_period, days, period_of
from archive.search.facts import words_by_day
from archive.search.grammar import parse
from archive.search.index import rowids_of
from archive.search.matches import matches_by_day
from archive.search.memory import snapshot
from archive.search.plan import All, Plan
from archive.search.query import And, Filter, Node, Query, written
from archive.search.rowids import Rowids, occupied
from archive.search.tiers import Tiers

Unit: TypeAlias = Literal["day", "month", "year"]
UNITS: tuple[Unit, ...] = ("day", "month", "year")
MOST_QUERIES = 5
THIN = 20
"""Articles in a period under which its shares mean little."""

_SIZE: dict[Unit, int] = {"day": 10, "month": 7, "year": 4}  # characters of a day's name


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series. `articles` match, out of `base`: those that the limits of the query allow (its province,
    source and so on); `words` are the syllables of these. `matches` are all matches in the texts, where counted.
    """

    period: str  # "2020-03-05", "2020-03" or "2020"
    articles: int
    base: int
    words: int
    matches: int | None = None

    @property
    def per_thousand(self) -> float | None:
        """Matching articles per 1,000 articles; None where there are none at all."""
        return 1000 * self.articles / self.base if self.base else None

    @property
    def per_million_words(self) -> float | None:
        """Matches per million syllables of lead and body; None where they were not counted or there is no text."""
        return None if self.matches is None or not self.words else 1_000_000 * self.matches / self.words

    @property
    def thin(self) -> bool:
        """Whether the period holds too few articles for its share to mean much."""
        return self.base < THIN


@dataclass(frozen=True, slots=True)
class Series:
    """One query over time. `total` counts its articles in all periods."""

    query: str
    total: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the whole archive holds of one period."""

    period: str
    articles: int
    words: int
    sources: int


@dataclass(frozen=True, slots=True)
class Trends:
    """Up to five queries over the same periods, without a gap between the first and the last one."""

    unit: Unit
    series: tuple[Series, ...]
    coverage: tuple[Coverage, ...]
    notes: tuple[str, ...] = ()


def trends(
    db: sqlite_utils.Database,
    queries: Sequence[str | Query],
    *,
    unit: Unit = "month",
    exact: bool = False,
    matches: bool = False,
    seconds: float | None = 60.0,
) -> Trends:
    """The `queries` over time by `unit`, in any accents, or with `exact` only as typed.

    With `matches`, every match in the texts is counted beside the articles; but for single words that means reading
    them, so at most 20,000 articles.
    A query's own limits (province, source, section, tag, place, state) limit what it is measured against too, its
    words do not; limits by day limit the periods. Raises QueryError, UsageError, DamageError.
    """
    if not 1 <= len(queries) <= MOST_QUERIES:
        raise UsageError(f"1 to {MOST_QUERIES} queries can be compared, not {len(queries)}")
    if unit not in UNITS:
        raise UsageError(f"there is no unit '{unit}': {', '.join(UNITS)}")
    asked = [parse(query) if isinstance(query, str) else query for query in queries]
    notes = [note for query in asked for note in query.notes]
    with damage_named(), deadline(db.conn, asked[0].text, seconds), snapshot(db.conn):
        first, last = _days(db, asked)
        periods = _periods(first, last, unit)
        counted = []
        for query in asked:
            tiers = Tiers(db, query.root)
            rows = tiers.rows(0 if exact else len(tiers.names) - 1)
            by_day = matches_by_day(db, query.root, rows, tiers.names[0 if exact else -1]) if matches else None
            counted.append((query, rows, _base(db, query.root), by_day))
        series = tuple(_series(db, query, rows, base, by_day, periods, unit) for query, rows, base, by_day in counted)
        coverage = _coverage(db, periods, unit)
    thin = sum(point.thin for point in series[0].points)
    if thin:
        notes.append(f"{thin} of {len(periods)} periods hold fewer than {THIN} articles: their shares mean little")
    missing = sum(not held.articles for held in coverage)
    if missing:
        notes.append(f"the archive holds nothing of {missing} of {len(periods)} periods: no match there says nothing")
    return Trends(unit, series, coverage, tuple(dict.fromkeys(notes)))


def _series(
    db: sqlite_utils.Database,
    query: Query,
    rows: Rowids,
    base: Rowids,
    by_day: Counter[int] | None,
    periods: list[str],
    unit: Unit,
) -> Series:
    found = None if by_day is None else by_period(by_day, _SIZE[unit])
    articles, bases = by_period(days(rows), _SIZE[unit]), by_period(days(base), _SIZE[unit])
    words = by_period(words_by_day(db, base), _SIZE[unit])
    points = tuple(
        Point(period, articles[period], bases[period], words[period], None if found is None else found[period])
        for period in periods
    )
    return Series(written(query.root), sum(point.articles for point in points), points)


def _base(db: sqlite_utils.Database, root: Node) -> Rowids:
    """The articles that the limits of a query allow, whatever their words."""
    parts = root.parts if isinstance(root, And) else (root,)
    limits: list[Plan] = [part for part in parts if isinstance(part, Filter) and part.kind != "day"]
    low, high = EVERYTHING
    return find(db, All((*limits, Filter("day", "", "", 0, 0))), low, high)


def _days(db: sqlite_utils.Database, queries: Sequence[Query]) -> tuple[date, date]:
    """The first and the last day of the periods: the archive's, less what every query leaves out by its days."""
    low, high = occupied(db.conn)
    limits = [_limits_of(query.root) for query in queries]
    low, high = max(low, min(first for first, _ in limits)), min(high, max(last for _, last in limits))
    if low > high or not high:
        raise UsageError("the archive holds no article of these days")
    return date.fromordinal(low >> 16), date.fromordinal(high >> 16)


def _limits_of(root: Node) -> tuple[int, int]:
    low, high = EVERYTHING
    for part in root.parts if isinstance(root, And) else (root,):
        if isinstance(part, Filter) and part.kind == "day":
            first, last = rowids_of(part.first, part.last)
            low, high = max(low, first), min(high, last)
    return low, high


def _periods(first: date, last: date, unit: Unit) -> list[str]:
    if unit == "year":
        return [str(year) for year in range(first.year, last.year + 1)]
    if unit == "month":
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _coverage(db: sqlite_utils.Database, periods: list[str], unit: Unit) -> tuple[Coverage, ...]:
    articles: Counter[str] = Counter()
    words: Counter[str] = Counter()
    sources: dict[str, set[str]] = {}
    for number, source, count, size in db.conn.execute(_HELD):
        period = period_of(number, _SIZE[unit])
        articles[period] += count
        words[period] += size
        sources.setdefault(period, set()).add(source)
    return tuple(Coverage(period, articles[period], words[period], len(sources.get(period, ()))) for period in periods)


_HELD = """SELECT search_rowid >> 16, source, count(*), sum(words)
    FROM articles INDEXED BY articles_facts GROUP BY 1, 2"""

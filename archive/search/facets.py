"""Counts the hits of a query by what they share: province then and now, source, section, time, byline, place, tier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

import sqlite_utils

from archive.errors import UsageError
from archive.places import PROVINCES_34, PROVINCES_63, place
from archive.places.units import units
from archive.search.answer import Facet, FacetCount
from archive.search.bitset import Bits
from archive.search.facts import FACTS, counted, counted_months, counted_places
from archive.search.rowids import NumpyRowids, Rowids, numpy
from archive.search.tiers import Tiers

NAMES = ("province", "province_now", "source", "section", "month", "year", "byline", "place", "tier")
"""What hits can be counted by."""

MOST_VALUES = 50  # of a facet, those with most hits; months and years are given whole

_OLD = {unit.id: unit.name for unit in PROVINCES_63}
_NEW = {unit.id: unit.name for unit in PROVINCES_34}


def check(names: Sequence[str]) -> None:
    """Raises UsageError where one of `names` is no facet."""
    for name in names:
        if name not in NAMES:
            raise UsageError(f"there is no facet '{name}': {', '.join(NAMES)}")


def facets(db: sqlite_utils.Database, tiers: Tiers, names: Sequence[str]) -> tuple[Facet, ...]:
    """The hits of all tiers counted by each of `names`, in the order of `names`."""
    hits = len(tiers.rows(len(tiers.names) - 1))
    counts, labels = numbers(db, tiers, names), source_names(db) if "source" in names else {}
    return tuple(facet(name, counts[name], hits, labels) for name in names)


def numbers(db: sqlite_utils.Database, tiers: Tiers, names: Sequence[str]) -> dict[str, Counter[str]]:
    """How many hits each value of each of the facets `names` has; times and tiers in their order."""
    rows = tiers.rows(len(tiers.names) - 1)
    wanted = [fact for fact in FACTS if fact in names]
    facts = {str(fact): counts for fact, counts in counted(db, rows, wanted).items()} if wanted else {}
    return {name: facts[name] if name in facts else _numbers(db, tiers, rows, name) for name in names}


def facet(name: str, counts: Counter[str], hits: int, sources: dict[str, str]) -> Facet:
    """The facet `name` of so many `hits` with these counts; `sources` are the names of sources by their ids."""
    if name in ("month", "year", "tier"):
        return Facet(name, tuple(FacetCount(value, value, count) for value, count in counts.items()))
    chosen = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_VALUES]
    label = _labels(name, sources)
    values = tuple(FacetCount(value, label(value), count) for value, count in chosen)
    # An article names many places, so there what is left out is no sum.
    others = 0 if name == "place" else hits - sum(count for _, count in chosen)
    return Facet(name, values, others)


def source_names(db: sqlite_utils.Database) -> dict[str, str]:
    """The names of the archive's sources by their ids."""
    return dict(db.conn.execute("SELECT id, name FROM sources").fetchall())


def days(rows: Rowids) -> Counter[int]:
    """How many of `rows` fall on each day, by its number (`date.toordinal`), in order of time."""
    if isinstance(rows, NumpyRowids | Bits) and len(rows):
        first = int(rows.values[0]) >> 16
        numbers = numpy.bincount((rows.values >> 16) - first)
        return Counter({first + int(day): int(numbers[day]) for day in numpy.flatnonzero(numbers)})
    return Counter(rowid >> 16 for rowid in rows)


@cache
def period_of(day: int, size: int) -> str:
    """The month (`size` 7, "2020-03"), year (4) or day (10) that the day with this number falls in."""
    return date.fromordinal(day).isoformat()[:size]


def by_period(by_day: Counter[int], size: int) -> Counter[str]:
    """Counts by day summed up by month, year or day, in order of time; periods without any are left out."""
    counts: Counter[str] = Counter()
    for day, count in sorted(by_day.items()):
        counts[period_of(day, size)] += count
    return counts


def _numbers(db: sqlite_utils.Database, tiers: Tiers, rows: Rowids, name: str) -> Counter[str]:
    if name == "tier":
        return Counter({str(tier): len(tiers.fresh(position)) for position, tier in enumerate(tiers.names)})
    if name == "place":
        return counted_places(db, rows)
    counts: Counter[str] = Counter()
    for month, count in counted_months(db, rows).items():
        counts[month if name == "month" else month[:4]] += count
    return counts


def _labels(name: str, sources: dict[str, str]) -> Callable[[str], str]:
    match name:
        case "province":
            return lambda value: _OLD.get(value, value)
        case "province_now":
            return lambda value: _NEW.get(value, value)
        case "source":
            return lambda value: sources.get(value, value)
        case "place":
            return lambda value: place(value).full_name if units().by_id.get(value) else value
        case _:
            return lambda value: value

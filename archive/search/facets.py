"""Counts the hits of a query by what they share: province, source, section, time, byline, place, person, tier."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any, Literal, TypeAlias, get_args

import sqlite_utils

from archive.places import PROVINCES_34, PROVINCES_63, place
from archive.places.provinces import units
from archive.search.answer import Facet, FacetCount
from archive.search.connection import cache_of
from archive.search.index.docid_sets import Bits, DocidSet, Numbering, Numbers, NumpyDocidSet, numpy
from archive.search.planner.filters import AS_TYPED
from archive.search.planner.tiers import Tiers
from archive.text.analyzer import words
from archive.text.folding import exact_form, fold, tokens

# The facts of all articles held in memory as small numbers (18 bytes an article), to count hits by them quickly.

Fact = Literal["source", "province", "province_now", "section", "byline"]
Named = Literal["place", "person"]
"""What a text names: an article has any number of them."""

FACTS: tuple[Fact, ...] = get_args(Fact)
OVER: tuple[Fact, ...] = ("province_now", "province", "source")
"""The facts that are told over time."""

Over: TypeAlias = dict[str, Counter[int]]
"""Of each value of a fact how many hits fall in each month, or in each part of some months."""

_SMALL = 2000  # hits that are asked one by one
_BATCH = 50_000  # rowids in one statement
_ROWS = 5000  # read at a time
_ONES = """SELECT source, province, province_now, section, byline, search_rowid FROM articles INDEXED BY articles_facts
    WHERE search_rowid IN (SELECT value FROM json_each(?))"""
_EVERY = """SELECT search_rowid, source, province, province_now, section, byline
    FROM articles INDEXED BY articles_facts WHERE search_rowid > ? ORDER BY search_rowid"""
_NAMED_BY_ONES: dict[Named, str] = {
    "place": """SELECT m.place, count(DISTINCT m.article)
    FROM articles a INDEXED BY articles_facts JOIN mentions m ON m.article = a.id
    WHERE NOT m.ambiguous AND a.search_rowid IN (SELECT value FROM json_each(?)) GROUP BY m.place""",
    "person": """SELECT p.key, count(DISTINCT p.article)
    FROM articles a INDEXED BY articles_facts JOIN persons p ON p.article = a.id
    WHERE a.search_rowid IN (SELECT value FROM json_each(?)) GROUP BY p.key""",
}
_WORDS_OF_ONES = """SELECT search_rowid >> 16, sum(words) FROM articles INDEXED BY articles_facts
    WHERE search_rowid IN (SELECT value FROM json_each(?)) GROUP BY 1"""
_EVERY_WORDS = "SELECT search_rowid >> 16, sum(words) FROM articles INDEXED BY articles_facts GROUP BY 1"
_EVERY_NAMED: dict[Named, str] = {
    "place": """SELECT DISTINCT m.place, a.search_rowid
    FROM mentions m JOIN articles a INDEXED BY articles_key ON a.id = m.article WHERE NOT m.ambiguous""",
    "person": """SELECT DISTINCT p.key, a.search_rowid
    FROM persons p INDEXED BY persons_named JOIN articles a INDEXED BY articles_key ON a.id = p.article""",
}
_PRINTED = """SELECT name FROM persons INDEXED BY persons_named WHERE folded = ? AND key = ? ORDER BY article LIMIT ?"""
_LOOKED_AT = 9  # mentions of a person, for how the name is printed


@dataclass(slots=True)
class _Column:
    """One fact of every article: a code each, and what the codes mean."""

    codes: Numbers
    values: list[str]


@dataclass(slots=True)
class _Facts:
    """`rowids` of all articles in order, and their facts in the same order.

    `named` are the places and the persons, those of one article after those of another, and where each article's begin;
    without numpy the article of each. `months` are where each month begins.
    """

    rowids: Numbers
    columns: dict[Fact, _Column]
    months: dict[str, int]
    last: tuple[DocidSet | Iterable[int], Numbers] | None = None  # rowids asked for last, and their positions
    numbered: tuple[Numbering, Numbers] | None = None  # the position of each article that bits stand for
    named: dict[Named, tuple[Numbers, _Column]] = field(default_factory=dict)


def counted(db: sqlite_utils.Database, rows: DocidSet, wanted: Sequence[Fact]) -> dict[Fact, Counter[str]]:
    """How many of `rows` have each value of the `wanted` facts; those without a value are left out."""
    if _are_few(db, rows):
        found = db.conn.execute(_ONES, (json.dumps(list(rows)),)).fetchall()
        counts = {fact: Counter(row[FACTS.index(fact)] for row in found) for fact in wanted}
    else:
        facts = _loaded(db)
        positions = _positions(facts, rows)
        counts = {fact: _tally(facts.columns[fact], positions) for fact in wanted}
    for counter in counts.values():
        counter.pop("", None)
    return counts


def counted_months(db: sqlite_utils.Database, rows: DocidSet) -> Counter[str]:
    """How many of `rows` fall in each month ("2020-03"), in order of time; months without any are left out."""
    if _are_few(db, rows):
        return Counter(dict(sorted(Counter(month_of(rowid) for rowid in rows).items())))
    facts = _loaded(db)
    positions = _positions(facts, rows)
    if numpy is None:
        begins = [bisect_left(positions, first) for first in facts.months.values()]
    else:
        begins = numpy.searchsorted(positions, list(facts.months.values())).tolist()
    numbers = (end - begin for begin, end in pairwise([*begins, len(positions)]))
    return Counter({month: number for month, number in zip(facts.months, numbers, strict=True) if number})


def counted_over(db: sqlite_utils.Database, rows: DocidSet, wanted: Sequence[Fact], parts: int = 0) -> dict[Fact, Over]:
    """How many of `rows` have each value of the `wanted` facts (or none: ""), month by month: year * 12 + month.

    With `parts`, in at most so many parts of as many months each, numbered from 0: what one archive alone is asked.
    """
    found: dict[Fact, Over] = {fact: {} for fact in wanted}
    if _are_few(db, rows) or numpy is None:
        values = list(rows)
        for start in range(0, len(values), _BATCH):
            for row in db.conn.execute(_ONES, (json.dumps(values[start : start + _BATCH]),)):
                month = _month_number(month_of(row[-1]))
                for fact in wanted:
                    found[fact].setdefault(row[FACTS.index(fact)], Counter())[month] += 1
        return found
    facts = _loaded(db)
    positions, months = _positions(facts, rows), numpy.array([_month_number(month) for month in facts.months])
    begins = numpy.append(numpy.searchsorted(positions, list(facts.months.values())), len(positions))
    when = numpy.repeat(months, numpy.diff(begins))
    if parts and len(when):
        when = (when - when[0]) // parted(int(when[0]), int(when[-1]), parts)
    least = int(when.min()) if len(when) else 0
    width = (int(when.max()) - least + 1) if len(when) else 1
    for fact in wanted:
        column = facts.columns[fact]
        both = column.codes[positions].astype(numpy.int64) * width + (when - least)
        numbers = numpy.bincount(both, minlength=width * len(column.values)).reshape(-1, width)
        for code in numpy.flatnonzero(numbers.any(axis=1)).tolist():
            of_value = enumerate(numbers[code].tolist(), start=least)
            found[fact][column.values[code]] = Counter({month: number for month, number in of_value if number})
    return found


def parted(first: int, last: int, parts: int) -> int:
    """How many months each of at most so many parts of the months from first to last has."""
    return -(-(last - first + 1) // parts)


def _month_number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def month_of(rowid: int) -> str:
    """The month that a rowid falls in: "2020-03"."""
    return _month(rowid >> 16)


@cache
def _month(day: int) -> str:
    return date.fromordinal(day).isoformat()[:7]


def counted_names(db: sqlite_utils.Database, rows: DocidSet, kind: Named, foremost: int = 0) -> Counter[str]:
    """How many of `rows` name each place (by id; what may mean another or none is left out) or person (by key).

    With `foremost` only those may be told that lead by count: a broad question finds a third of a million names.
    """
    if _are_few(db, rows):
        return Counter(dict(db.conn.execute(_NAMED_BY_ONES[kind], (json.dumps(list(rows)),)).fetchall()))
    facts = _loaded(db)
    articles, column = _load_named(db, facts, kind)
    positions = _positions(facts, rows)
    if numpy is None:
        chosen = set(positions)
        held = [code for article, code in zip(articles, column.codes, strict=True) if article in chosen]
        return Counter({column.values[code]: number for code, number in Counter(held).items()})
    named = column.codes[_ranges(articles, positions)]
    if len(named) < len(column.values) // 8:
        codes, told = numpy.unique(named, return_counts=True)
    else:
        told = numpy.bincount(named)
        codes = numpy.flatnonzero(told)
        told = told[codes]
    if 0 < foremost < len(told):
        kept = told >= numpy.partition(told, -foremost)[-foremost]  # alike ones stay: their names decide
        codes, told = codes[kept], told[kept]
    return Counter({column.values[code]: number for code, number in zip(codes.tolist(), told.tolist(), strict=True)})


def _ranges(begins: Numbers, positions: Numbers) -> Numbers:
    """The numbers from `begins` of each of `positions` up to the next one's, in turn."""
    firsts = begins[positions]
    lengths = begins[positions + 1] - firsts
    ends = numpy.cumsum(lengths)
    return numpy.arange(ends[-1] if len(ends) else 0) + numpy.repeat(firsts - (ends - lengths), lengths)


def words_by_day(db: sqlite_utils.Database, rows: DocidSet) -> Counter[int]:
    """The syllables of lead and body of `rows`, summed for each day (by its number)."""
    values = list(rows)
    if len(values) == db.conn.execute("SELECT count(*) FROM articles INDEXED BY articles_facts").fetchone()[0]:
        return Counter(dict(db.conn.execute(_EVERY_WORDS).fetchall()))
    words: Counter[int] = Counter()
    for start in range(0, len(values), _BATCH):
        words.update(dict(db.conn.execute(_WORDS_OF_ONES, (json.dumps(values[start : start + _BATCH]),)).fetchall()))
    return words


def _are_few(db: sqlite_utils.Database, rows: DocidSet) -> bool:
    """Whether `rows` are sooner asked one by one than all facts loaded, which are not yet."""
    return len(rows) <= _SMALL and not isinstance(cache_of(db).facts, _Facts)


def _loaded(db: sqlite_utils.Database) -> _Facts:
    remembered = cache_of(db)
    if not isinstance(remembered.facts, _Facts):
        # 2.5 s for a million articles: a question that its time limit ends leaves what it has read to the next.
        loading = remembered.facts = remembered.facts or _Loading()
        for batch in _batches(db, _EVERY, (loading.last,)):
            loading.add(batch)
        remembered.facts = loading.facts()
    facts: _Facts = remembered.facts
    return facts


class _Loading:
    """Facts that are being loaded, batch by batch."""

    def __init__(self) -> None:
        self.last = -1
        self._rowids = array("q")
        self._months: dict[str, int] = {}
        self._coded = {fact: _Codes() for fact in FACTS}

    def add(self, batch: list[tuple[Any, ...]]) -> None:
        """Takes in the rows of articles behind the `last` one."""
        rowids, *values = zip(*batch, strict=True)
        for at, rowid in enumerate(rowids, start=len(self._rowids)):
            self._months.setdefault(month_of(rowid), at)
        for codes, column in zip(self._coded.values(), values, strict=True):
            codes.add(column)
        self._rowids.extend(rowids)
        self.last = rowids[-1]

    def facts(self) -> _Facts:
        """All that was taken in."""
        rowids = list(self._rowids) if numpy is None else numpy.array(self._rowids, dtype=numpy.int64)
        return _Facts(rowids, {fact: codes.column() for fact, codes in self._coded.items()}, self._months)


def _load_named(db: sqlite_utils.Database, facts: _Facts, kind: Named) -> tuple[Numbers, _Column]:
    if kind not in facts.named:
        codes, articles = _Codes(), array("i")
        for batch in _batches(db, _EVERY_NAMED[kind]):
            names, rowids = zip(*batch, strict=True)
            codes.add(names)
            articles.extend(map(int, _positions(facts, rowids)))
        column = codes.column()
        if numpy is None:
            facts.named[kind] = list(articles), column
        else:
            numbers = numpy.array(articles, dtype=numpy.int32)
            order = numpy.argsort(numbers, kind="stable")
            column.codes = column.codes[order]
            begins = numpy.searchsorted(numbers[order], numpy.arange(len(facts.rowids) + 1))
            facts.named[kind] = begins.astype(numpy.int32), column
    return facts.named[kind]


def _batches(
    db: sqlite_utils.Database, statement: str, values: tuple[int, ...] = ()
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows, some at a time: a million at once would take 500 MB before they are codes of 18."""
    rows = db.conn.execute(statement, values)
    while batch := rows.fetchmany(_ROWS):
        yield batch


class _Codes:
    """The codes of values that come batch by batch."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._codes = array("i")

    def add(self, values: Iterable[str]) -> None:
        known = self._known
        self._codes.extend([known.setdefault(value, len(known)) for value in values])

    def column(self) -> _Column:
        """The column, its codes as small as their number allows."""
        size = None if numpy is None else numpy.min_scalar_type(len(self._known))
        return _Column(list(self._codes) if numpy is None else numpy.array(self._codes, dtype=size), list(self._known))


def _positions(facts: _Facts, rows: DocidSet | Iterable[int]) -> Numbers:
    """Where each of `rows` stands among all articles; in order where `rows` are."""
    if numpy is None:
        return [bisect_left(facts.rowids, rowid) for rowid in rows]
    if facts.last is not None and facts.last[0] is rows:
        return facts.last[1]  # one answer counts the same hits by several facts
    if isinstance(rows, Bits):
        positions = _numbered(facts, rows)
    elif isinstance(rows, NumpyDocidSet):
        positions = numpy.searchsorted(facts.rowids, rows.values)
    else:
        return numpy.searchsorted(facts.rowids, numpy.fromiter(rows, dtype=numpy.int64))
    facts.last = rows, positions
    return positions


def _numbered(facts: _Facts, rows: Bits) -> Numbers:
    """The positions of `rows` in order, by where each article that bits stand for is among all."""
    if facts.numbered is None or facts.numbered[0] is not rows.numbering:
        facts.numbered = rows.numbering, numpy.searchsorted(facts.rowids, rows.numbering.articles)
    positions = facts.numbered[1][rows.places]
    if not len(rows.since):
        return positions
    return numpy.sort(numpy.concatenate([positions, numpy.searchsorted(facts.rowids, rows.since.values)]))


def _tally(column: _Column, positions: Numbers) -> Counter[str]:
    if numpy is None:
        codes = Counter(column.codes[position] for position in positions)
        return Counter({column.values[code]: number for code, number in codes.items()})
    return _named(column, numpy.bincount(column.codes[positions], minlength=len(column.values)))


def _named(column: _Column, numbers: Numbers) -> Counter[str]:
    return Counter({column.values[code]: int(numbers[code]) for code in numpy.flatnonzero(numbers)})


NAMES = ("province", "province_now", "source", "section", "month", "year", "byline", "place", "person", "tier")
"""What hits can be counted by."""

MOST_VALUES = 50  # of a facet, those with most hits; months and years are given whole

_OLD = {unit.id: unit.name for unit in PROVINCES_63}
_NEW = {unit.id: unit.name for unit in PROVINCES_34}


def facets(db: sqlite_utils.Database, tiers: Tiers, names: Sequence[str], parts: int = 0) -> tuple[Facet, ...]:
    """The hits of all tiers counted by each of `names`, in the order of `names`; with `parts`, provinces and
    sources over time too.
    """
    hits = len(tiers.meant())
    counts = numbers(db, tiers, names, MOST_VALUES)
    labels = source_names(db) if "source" in names else {}
    if "person" in names:
        labels |= printed_names(db, most(counts["person"], MOST_VALUES))
    over = times(db, tiers, names, parts) if parts else {}
    return tuple(with_times(facet(name, counts[name], hits, labels), over.get(name), parts) for name in names)


def times(db: sqlite_utils.Database, tiers: Tiers, names: Sequence[str], parts: int = 0) -> dict[str, Over]:
    """The hits of all tiers by value and month (`counted_over`), for those of the facets `names` told over time."""
    wanted = [fact for fact in OVER if fact in names]
    return {str(fact): over for fact, over in counted_over(db, tiers.meant(), wanted, parts).items()} if wanted else {}


def with_times(of: Facet, over: Over | None, parts: int) -> Facet:
    """A facet whose values tell their hits `over` time: in at most so many parts of as many months each."""
    months = {month for counts in (over or {}).values() for month in counts}
    if not over or not months:
        return of
    first, wide = min(months), parted(min(months), max(months), parts)

    def told(value: str) -> tuple[int, ...]:
        found = [0] * ((max(months) - first) // wide + 1)
        for month, count in over.get(value, {}).items():
            found[(month - first) // wide] += count
        return tuple(found)

    return replace(of, values=tuple(replace(one, over=told(one.value)) for one in of.values))


def numbers(
    db: sqlite_utils.Database, tiers: Tiers, names: Sequence[str], foremost: int = 0
) -> dict[str, Counter[str]]:
    """How many hits each value of each of the facets `names` has; times and tiers in their order.

    With `foremost` only so many persons may be told, those that most hits name.
    """
    rows = tiers.meant()
    wanted = [fact for fact in FACTS if fact in names]
    facts = {str(fact): counts for fact, counts in counted(db, rows, wanted).items()} if wanted else {}
    return {name: facts[name] if name in facts else _numbers(db, tiers, rows, name, foremost) for name in names}


def most(counts: Counter[str], number: int) -> list[str]:
    """The values that count most, in the order of a facet."""
    return sorted(counts, key=lambda value: (-counts[value], value))[:number]


def facet(name: str, counts: Counter[str], hits: int, names: dict[str, str]) -> Facet:
    """The facet `name` of so many `hits` with these counts; `names` are those of sources by id, of persons by key."""
    if name in ("month", "year", "tier"):
        return Facet(name, tuple(FacetCount(value, value, count) for value, count in counts.items()))
    if name == "section":
        counts = _spelled_once(counts)
    label = _labels(name, names)
    values = tuple(FacetCount(value, label(value), counts[value]) for value in most(counts, MOST_VALUES))
    if name == "section":
        values = _told_apart(values, counts)
    if name == "person":  # typed without accents a name would mean those with them too
        values = tuple(replace(one, value=AS_TYPED + one.value) if one.value.isascii() else one for one in values)
    if name == "place":
        shared = Counter(one.label for one in values)
        values = tuple(replace(one, label=_until(one)) if shared[one.label] > 1 else one for one in values)
    # An article names many places and persons, so there what is left out is no sum.
    others = 0 if name in ("place", "person") else hits - sum(one.count for one in values)
    return Facet(name, values, others)


def _until(value: FacetCount) -> str:
    """The name of a place that another had before it or has after it, with its last year where it has ended."""
    ended = place(value.value).until
    return f"{value.label} (đến {ended.year})" if ended else value.label


def _spelled_once(counts: Counter[str]) -> Counter[str]:
    """Sections that differ in capitals or signs alone under the commonest spelling: a limit takes them for one."""
    spellings: dict[tuple[str, ...], list[str]] = {}
    for name in sorted(counts, key=lambda one: (-counts[one], one)):
        spellings.setdefault(tuple(words(exact_form(name))), []).append(name)
    return Counter({names[0]: sum(counts[one] for one in names) for names in spellings.values()})


def _told_apart(values: tuple[FacetCount, ...], names: Iterable[str]) -> tuple[FacetCount, ...]:
    """Sections that differ in accents alone as limits that mean themselves: one without accents would mean them all."""
    alike = Counter(tuple(tokens(name)) for name in names)
    return tuple(
        replace(one, value=AS_TYPED + one.value) if alike[tuple(tokens(one.value))] > 1 else one for one in values
    )


def source_names(db: sqlite_utils.Database) -> dict[str, str]:
    """The names of the archive's sources by their ids."""
    return dict(db.conn.execute("SELECT id, name FROM sources").fetchall())


def printed_names(db: sqlite_utils.Database, keys: Iterable[str]) -> dict[str, str]:
    """How the oldest articles here print the names of persons, by their keys; not in capitals where one does not."""
    names = {}
    for key in keys:
        found = [row[0] for row in db.conn.execute(_PRINTED, (fold(key), key, _LOOKED_AT))]
        if found:
            names[key] = Counter([name for name in found if not name.isupper()] or found).most_common(1)[0][0]
    return names


def days(rows: DocidSet) -> Counter[int]:
    """How many of `rows` fall on each day, by its number (`date.toordinal`), in order of time."""
    if isinstance(rows, NumpyDocidSet | Bits) and len(rows):
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


def _numbers(db: sqlite_utils.Database, tiers: Tiers, rows: DocidSet, name: str, foremost: int) -> Counter[str]:
    if name == "tier":
        return Counter({str(tier): len(tiers.fresh(position)) for position, tier in enumerate(tiers.names)})
    if name == "place":
        return counted_names(db, rows, "place")
    if name == "person":
        return counted_names(db, rows, "person", foremost)
    counts: Counter[str] = Counter()
    for month, count in counted_months(db, rows).items():
        counts[month if name == "month" else month[:4]] += count
    return counts


def _labels(name: str, names: dict[str, str]) -> Callable[[str], str]:
    match name:
        case "province":
            return lambda value: _OLD.get(value, value)
        case "province_now":
            return lambda value: _NEW.get(value, value)
        case "source" | "person":
            return lambda value: names.get(value, value)
        case "place":
            return lambda value: place(value).full_name if units().by_id.get(value) else value
        case _:
            return lambda value: value

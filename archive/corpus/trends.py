"""How often queries match over time, always beside what the archive holds of that time.

A line without its denominator misleads here: sources come and go, and a month that was not crawled is not silent.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from sys import intern
from typing import Literal, TypeAlias

import sqlite_utils

from archive.corpus.concordance import places
from archive.errors import UsageError
from archive.messages.message import Message
from archive.search.backend import Backend, Questions, accents_of, ask
from archive.search.connection import cache_of
from archive.search.facets import by_period, days, period_of, words_by_day
from archive.search.grammar.analyzer import prepare
from archive.search.grammar.matcher import Table, Tier, table_of
from archive.search.grammar.tree import EVERY_ARTICLE, And, Filter, Node, Query, Term, written
from archive.search.index.docid_sets import DocidSet, docid_range
from archive.search.index.writer import docids_of_days
from archive.search.planner import accents
from archive.search.planner.accents import Accents, added
from archive.search.planner.executor import EVERYTHING, find, texts_of
from archive.search.planner.plan import All, Plan
from archive.search.planner.tiers import Tiers
from archive.search.question import ANY_ACCENTS, Question, option, with_parameters

# What one database holds of each period, whatever is asked: counted once, remembered while nobody writes.

CoveredRow: TypeAlias = tuple[int, str, int, int]
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


def covered(db: sqlite_utils.Database, size: int, without: DocidSet | None = None) -> Covered:
    """What `db` holds, less the articles `without`; a period's name is the first `size` characters of a day's.

    The whole archive is read the first time, 1 us an article (measured). Nobody may change what is given.
    """
    known = cache_of(db).covered
    if size not in known:
        counts = _count_covered(db.conn.execute(_EVERY), size)
        known[size] = counts, _covered(counts)
    every, whole = known[size]
    if without is None or not len(without):
        result: Covered = whole
        return result
    less = _count_covered(db.conn.execute(_ONES, (json.dumps(list(without)),)), size)
    return _covered(_Counts(every.articles - less.articles, every.words - less.words))


def _count_covered(rows: Iterable[CoveredRow], size: int) -> _Counts:
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


# Counts every match of a query in the texts of its articles, day by day.

MOST_READ = 20_000  # articles; 70-200 us each

# The index knows each place of a single word.
_BY_DAY: dict[Table, str] = {
    "exact": "SELECT doc >> 16, count(*) FROM exact_places WHERE term = ? GROUP BY 1",
    "folded": "SELECT doc >> 16, count(*) FROM folded_places WHERE term = ? GROUP BY 1",
}


def matches_by_day(db: sqlite_utils.Database, root: Node, rows: DocidSet, tier: Tier) -> Counter[int]:
    """How often `root` matches at `tier` in the texts of `rows`, by the number of the day.

    Raises UsageError where more than 20,000 articles would have to be read.
    """
    if isinstance(root, Term) and len(root.words) == 1 and root.column is None and not root.prefix:
        table = table_of(root, tier)
        word = root.words[0].exact if table == "exact" else root.words[0].folded
        return Counter(dict(db.conn.execute(_BY_DAY[table], (word,)).fetchall()))
    if len(rows) > MOST_READ:
        raise UsageError(
            "counting every match would read {rows:,} articles, {most_read:,} are the most: limit "
            "the query by days or sources, or count articles",
            rows=len(rows),
            most_read=MOST_READ,
        )
    return count_matches_in_texts(db, root, rows, tier)


def count_matches_in_texts(db: sqlite_utils.Database, root: Node, rows: DocidSet, tier: Tier) -> Counter[int]:
    """The same, by reading the texts of `rows`, however many."""
    counts: Counter[int] = Counter()
    for rowid, texts in texts_of(db.conn, list(rows)):
        for column, text in texts.items():
            if text:
                counts[rowid >> 16] += sum(1 for _ in places(prepare(text), root, tier, column))
    return counts


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

    `per_thousand` are matching articles per 1,000 articles, `per_million_words` matches per million syllables of lead
    and body; None where there are none to measure against.
    """

    period: str  # "2020-03-05", "2020-03" or "2020"
    articles: int
    base: int
    words: int
    matches: int | None = None
    per_thousand: float | None = field(init=False)
    per_million_words: float | None = field(init=False)

    def __post_init__(self) -> None:
        share = 1000 * self.articles / self.base if self.base else None
        object.__setattr__(self, "per_thousand", share)
        dense = None if self.matches is None or not self.words else 1_000_000 * self.matches / self.words
        object.__setattr__(self, "per_million_words", dense)

    @property
    def thin(self) -> bool:
        """Whether the period holds too few articles for its share to mean much."""
        return self.base < THIN


@dataclass(frozen=True, slots=True)
class Series:
    """One query over time. `total` counts its articles in all periods; `accents` say by which rule they were found."""

    query: str
    total: int
    points: tuple[Point, ...]
    accents: Accents


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


@dataclass(frozen=True, slots=True)
class TrendsRequest(Question):
    """Queries over time, at most five."""

    queries: Sequence[str | Query] = option(
        "a query; up to five may be given", name="q", pattern=r"\w", bounds=(1, MOST_QUERIES), many=True
    )
    unit: Unit = option("Length of a period.", "month", choices=UNITS)
    any_accents: bool = ANY_ACCENTS
    matches: bool = option("Count every match in the texts too.", False, command=False)
    seconds: float | None = 60.0


def answer(held: Backend, asked: TrendsRequest) -> Trends:
    """Queries over time.

    With `matches`, every match in the texts is counted beside the articles; but for single words that means reading
    them, so at most 20,000 articles.
    A query's own limits (province, source, section, tag, place, state) limit what it is measured against too, its
    words do not; limits by day limit the periods. Raises QueryError, UsageError, DamageError.
    """
    read = [accents.read_phrases(query, asked.any_accents) for query in asked.queries]

    def questions(asking: Questions) -> Trends:
        roots = [asking.resolved(query.root) for query in read]
        return _told(
            read,
            asking.each(_measured, roots, asked.matches, _SIZE[asked.unit], of=asking.without),
            asked.unit,
            asking.notes,
        )

    return ask(held, read[0].text, asked.seconds, questions)


trends = with_parameters("trends", answer, TrendsRequest)
"""`answer`, with the fields of `TrendsRequest` as its parameters."""


_Counted: TypeAlias = tuple[Counter[str], Counter[str], Counter[str], Counter[str] | None, Accents]


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one database holds by period of everything, and of each query; `days` are the numbers of its first and last.

    Of a query: its articles, those that its limits allow, the words of these, and its matches where counted.
    """

    days: tuple[int, int]
    held: Covered
    queries: tuple[_Counted, ...]


def _measured(
    db: sqlite_utils.Database, without: DocidSet | None, roots: Sequence[Node], matches: bool, size: int
) -> _Measured:
    """What `db` holds of the queries with these `roots`, but for the articles `without`, which another part counts."""
    low, high = docid_range(db.conn)
    held = covered(db, size, without)
    found = tuple(_counted(db, root, matches, without, held, size) for root in roots)
    return _Measured((low >> 16, high >> 16), held, found)


def _told(queries: Sequence[Query], parts: Sequence[_Measured], unit: Unit, said: Sequence[str]) -> Trends:
    """The `queries` over time by `unit`, out of what one or several databases hold of them."""
    notes = [note for query in queries for note in query.notes]
    periods = _periods(*_days(parts, queries), unit)
    series = tuple(_series(query, [part.queries[at] for part in parts], periods) for at, query in enumerate(queries))
    coverage = _coverage([part.held for part in parts], periods)
    thin = sum(point.thin for point in series[0].points)
    if thin:
        notes.append(
            Message(
                "{thin} of {periods} periods hold fewer than {least} articles: their shares mean little",
                thin=thin,
                periods=len(periods),
                least=THIN,
            )
        )
    missing = sum(not held.articles for held in coverage)
    if missing:
        notes.append(
            Message(
                "the archive holds nothing of {missing} of {periods} periods: no match there says nothing",
                missing=missing,
                periods=len(periods),
            )
        )
    return Trends(unit, series, coverage, tuple(dict.fromkeys((*notes, *said))))


def _counted(
    db: sqlite_utils.Database,
    root: Node,
    matches: bool,
    without: DocidSet | None,
    held: Covered,
    size: int,
) -> _Counted:
    tiers = Tiers(db, root)
    every, base = tiers.meant(), _base(db, root)
    by_day = matches_by_day(db, root, every, tiers.names[-1]) if matches else None
    rows = every
    if without is not None:
        rows, base = every - without, base - without if base is not None else None
        if by_day is not None:
            by_day.subtract(count_matches_in_texts(db, root, every & without, tiers.names[-1]))
    found = by_period(days(rows), size), None if by_day is None else by_period(by_day, size)
    both = tiers.accents() if without is None else accents_of(db, without, root)
    if base is None:
        return found[0], held.articles, held.words, found[1], both
    return found[0], by_period(days(base), size), by_period(words_by_day(db, base), size), found[1], both


def _series(query: Query, parts: Sequence[_Counted], periods: list[str]) -> Series:
    articles, bases, words = (_summed(one) for one in zip(*(part[:3] for part in parts), strict=True))
    counted = [part[3] for part in parts if part[3] is not None]
    found = _summed(counted) if counted else None
    points = tuple(
        Point(period, articles[period], bases[period], words[period], None if found is None else found[period])
        for period in periods
    )
    both = added(part[4] for part in parts)
    return Series(written(query.root), sum(point.articles for point in points), points, both)


def _summed(counters: Sequence[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _base(db: sqlite_utils.Database, root: Node) -> DocidSet | None:
    """The articles that the limits of a query allow, whatever their words; None for all."""
    parts = root.parts if isinstance(root, And) else (root,)
    limits: list[Plan] = [part for part in parts if isinstance(part, Filter) and part.kind != "day"]
    low, high = EVERYTHING
    return find(db, All((*limits, EVERY_ARTICLE)), low, high) if limits else None


def _days(parts: Sequence[_Measured], queries: Sequence[Query]) -> tuple[date, date]:
    """The first and the last day of the periods: the archive's, less what every query leaves out by its days."""
    occupied_days = [part.days for part in parts if part.days[1]]
    limits = [_limits_of(query.root) for query in queries]
    low = max(min((first for first, _ in occupied_days), default=0), min(first for first, _ in limits) >> 16)
    high = min(max((last for _, last in occupied_days), default=0), max(last for _, last in limits) >> 16)
    if low > high or not high:
        raise UsageError("the archive holds no article of these days")
    return date.fromordinal(low), date.fromordinal(high)


def _limits_of(root: Node) -> tuple[int, int]:
    low, high = EVERYTHING
    for part in root.parts if isinstance(root, And) else (root,):
        if isinstance(part, Filter) and part.kind == "day":
            first, last = docids_of_days(part.first, part.last)
            low, high = max(low, first), min(high, last)
    return low, high


def _periods(first: date, last: date, unit: Unit) -> list[str]:
    if unit == "year":
        return [str(year) for year in range(first.year, last.year + 1)]
    if unit == "month":
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _coverage(parts: Sequence[Covered], periods: list[str]) -> tuple[Coverage, ...]:
    articles, words = _summed([part.articles for part in parts]), _summed([part.words for part in parts])
    nothing: frozenset[str] = frozenset()
    sources = (nothing.union(*(part.sources.get(period, nothing) for part in parts)) for period in periods)
    return tuple(
        Coverage(period, articles[period], words[period], len(names))
        for period, names in zip(periods, sources, strict=True)
    )

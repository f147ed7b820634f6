"""How often queries match over time, always beside what the archive holds of that time.

A line without its denominator misleads here: sources come and go, and a month that was not crawled is not silent. So
does one that hides how few articles a period has, or that their days are estimates: both are counted.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from sys import intern
from typing import Final, TypeAlias

import sqlite_utils

from archive.corpus.concordance import places
from archive.corpus.measures import poisson, wilson
from archive.corpus.periods import THIN, WANTED, Unit, Wanted, fitting, folded, grain, period_in, periods, summed
from archive.errors import NothingFound, UsageError
from archive.messages.message import Message
from archive.search.backend import Backend, Scope, accents_of, asking, spelled
from archive.search.connection import cache_of
from archive.search.facets import by_period, days, period_of, words_by_day
from archive.search.grammar.matcher import Table, Tier, table_of
from archive.search.grammar.tree import EVERY_ARTICLE, And, Column, Filter, Node, Query, Term, terms, written
from archive.search.index.docid_sets import DocidSet, docid_range, docid_set
from archive.search.index.docids import docids_of_days
from archive.search.planner import accents
from archive.search.planner.accents import Accents
from archive.search.planner.executor import EVERYTHING, find, texts_of
from archive.search.planner.plan import All, Plan
from archive.search.planner.tiers import Tiers
from archive.search.question import ANY_ACCENTS, Question, option, with_parameters
from archive.text.analyzer import prepare

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
    """What `db` holds, less the articles `without`; a period's name is the first `size` characters of a day's: by month
    or by day.

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


# Articles whose day is an estimate: that of the first capture, or the first of the month or year that the page tells.

_ESTIMATED = "SELECT search_rowid, published_precision FROM articles INDEXED BY articles_estimated WHERE day_estimated"
_SURE: Final[dict[Unit, tuple[str, ...]]] = {
    "day": (),
    "month": ("month",),
    "quarter": ("month",),
    "year": ("month", "year"),
}


def estimated(db: sqlite_utils.Database, unit: Unit) -> DocidSet:
    """The articles of which it is not known in which period of `unit` they were published.

    One of which the month is known is sure by months, quarters and years, one of which the year is known by years.
    """
    remembered = cache_of(db)
    if remembered.estimated is None:
        by_precision: defaultdict[str, list[int]] = defaultdict(list)
        for rowid, precision in db.conn.execute(_ESTIMATED):
            by_precision[precision or ""].append(rowid)
        remembered.estimated = {precision: docid_set(rowids) for precision, rowids in by_precision.items()}
    known: dict[str, DocidSet] = remembered.estimated
    unsure = [rows for precision, rows in known.items() if precision not in _SURE[unit]]
    return reduce(or_, unsure, docid_set(()))


# Counts every match of a query in lead and body, day by day: the texts whose words are counted too.

MOST_READ = 20_000  # articles; 70-200 us each

# The index knows each place of a single word.
_BY_DAY: dict[Table, str] = {
    "exact": "SELECT doc >> 16, count(*) FROM exact_places WHERE term = ? AND col IN ({}) GROUP BY 1",
    "folded": "SELECT doc >> 16, count(*) FROM folded_places WHERE term = ? AND col IN ({}) GROUP BY 1",
}
_BY_ARTICLE: dict[Table, str] = {
    "exact": "SELECT doc, count(*) FROM exact_places WHERE term = ? AND col IN ({}) GROUP BY 1",
    "folded": "SELECT doc, count(*) FROM folded_places WHERE term = ? AND col IN ({}) GROUP BY 1",
}
_COUNTED: Final[tuple[Column, ...]] = ("lead", "body")


def matches_by_day(
    db: sqlite_utils.Database, root: Node, rows: DocidSet, tier: Tier, whole: bool = True
) -> Counter[int]:
    """How often `root` matches at `tier` in lead and body of `rows`, by the number of the day; `whole` where these are
    all that it finds.

    Raises UsageError where more than 20,000 articles would have to be read.
    """
    if isinstance(root, Term) and len(root.words) == 1 and not root.prefix:
        table = table_of(root, tier)
        word = root.words[0].exact if table == "exact" else root.words[0].folded
        columns = ", ".join(f"'{column}'" for column in _COUNTED if root.column in (None, column))
        if whole:
            return Counter(dict(db.conn.execute(_BY_DAY[table].format(columns), (word,)).fetchall()))
        chosen, counts = set(rows), Counter[int]()
        for rowid, count in db.conn.execute(_BY_ARTICLE[table].format(columns), (word,)):
            if rowid in chosen:
                counts[rowid >> 16] += count
        return counts
    if len(rows) > MOST_READ:
        raise UsageError(
            "counting every match would read {rows:,} articles, {most_read:,} are the most: limit "
            "the query by days or sources, or count articles",
            rows=len(rows),
            most_read=MOST_READ,
        )
    return _matches_in_texts(db, root, rows, tier)


def _matches_in_texts(db: sqlite_utils.Database, root: Node, rows: DocidSet, tier: Tier) -> Counter[int]:
    counts: Counter[int] = Counter()
    for rowid, texts in texts_of(db.conn, list(rows)):
        for column in _COUNTED:
            if texts[column]:
                counts[rowid >> 16] += sum(1 for _ in places(prepare(texts[column]), root, tier, column))
    return counts


def _check_counted(query: Query) -> None:
    """Raises UsageError for a query of which no word is looked for in lead or body."""
    wanted = list(terms(query.root, wanted_only=True))
    if wanted and not any(term.column in (None, *_COUNTED) for term in wanted):
        raise UsageError(
            "matches are counted in lead and body, whose words are counted too, and {query} looks elsewhere: count "
            "articles",
            query=written(query.root),
        )


MOST_QUERIES = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series. `articles` match, out of `base`: those that the limits of the query allow (its province,
    source and so on); of `estimated` of them the day is an estimate, so that they may belong to another period. `words`
    are the syllables of lead and body of the base, `matches` all matches in these texts, where counted.

    `per_thousand` are matching articles per 1,000 articles, `per_million_words` matches per million syllables, each
    with its interval of 95 in 100 (Wilson's for articles, Poisson's for matches); None where there is nothing to
    measure against.
    """

    period: str  # "2020-03-05", "2020-03", "2020-Q1" or "2020"
    articles: int
    base: int
    words: int
    matches: int | None = None
    estimated: int = 0
    per_thousand: float | None = field(init=False, default=None)
    per_thousand_low: float | None = field(init=False, default=None)
    per_thousand_high: float | None = field(init=False, default=None)
    per_million_words: float | None = field(init=False, default=None)
    per_million_words_low: float | None = field(init=False, default=None)
    per_million_words_high: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.base:
            low, high = wilson(self.articles, self.base)
            self._set("per_thousand", 1000 * self.articles / self.base, 1000 * low, 1000 * high)
        if self.matches is not None and self.words:
            low, high = poisson(self.matches)
            rate = 1_000_000 / self.words
            self._set("per_million_words", rate * self.matches, rate * low, rate * high)

    def _set(self, name: str, *values: float) -> None:
        for of, number in zip(("", "_low", "_high"), values, strict=True):
            object.__setattr__(self, f"{name}{of}", number)

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
    """What the whole archive holds of one period; of `estimated` articles the day is an estimate."""

    period: str
    articles: int
    words: int
    sources: int
    estimated: int = 0


@dataclass(frozen=True, slots=True)
class Trends:
    """Up to five queries over the same periods, without a gap between the first and the last one."""

    unit: Unit
    series: tuple[Series, ...]
    coverage: tuple[Coverage, ...]
    notes: tuple[str, ...] = ()
    dated_only: bool = False

    def shown(self) -> list[range]:
        """The places of the periods as they are shown: one each, and years of which nothing is held together."""
        return folded([held.articles for held in self.coverage], self.unit)

    def ends(self, places: range) -> list[str]:
        """The name of a period, or those of the first and the last of several."""
        return [self.coverage[at].period for at in dict.fromkeys((places[0], places[-1]))]


HEAD: Final = (
    *("period", "query", "articles", "estimated", "base", "per_1000", "low", "high"),
    *("matches", "words", "per_million", "rate_low", "rate_high", "held", "held_estimated", "sources"),
)
"""The columns of `rows`."""


def rows(found: Trends) -> Iterator[tuple[object, ...]]:
    """A line for each query and period, for spreadsheets."""
    for one in found.series:
        for point, held in zip(one.points, found.coverage, strict=True):
            share = point.per_thousand, point.per_thousand_low, point.per_thousand_high
            rate = point.per_million_words, point.per_million_words_low, point.per_million_words_high
            yield (
                *(point.period, one.query, point.articles, point.estimated, point.base, *map(_rounded, share)),
                *(point.matches, point.words, *map(_rounded, rate), held.articles, held.estimated, held.sources),
            )


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


@dataclass(frozen=True, slots=True)
class TrendsRequest(Question):
    """Queries over time, at most five."""

    queries: Sequence[str | Query] = option(
        "a query; up to five may be given",
        name="q",
        pattern=r"\w",
        bounds=(1, MOST_QUERIES),
        many=True,
        argument=-1,
        metavar="QUERY...",
    )
    unit: Wanted = option(
        "Length of a period; auto: months, or quarters or years where most months hold fewer than 20 articles.",
        "auto",
        choices=WANTED,
    )
    dated_only: bool = option("Leave out articles whose day is an estimate.", False)
    any_accents: bool = ANY_ACCENTS
    matches: bool = option("Count every match in lead and body too.", False, command=False)
    seconds: float | None = 60.0


def answer(held: Backend, asked: TrendsRequest) -> Trends:
    """Queries over time.

    With `matches`, every match in lead and body is counted beside the articles; but for single words that means reading
    them, so at most 20,000 articles. With `dated_only` articles count for nothing of which the period is not known.
    A query's own limits (province, source, section, tag, place, state) limit what it is measured against too, its
    words do not; limits by day limit the periods. Raises QueryError, UsageError, DamageError.
    """
    read = [accents.read_phrases(query, asked.any_accents) for query in asked.queries]
    if asked.matches:
        for query in read:
            _check_counted(query)

    with asking(held, read[0].text, asked.seconds) as scope:
        roots = [query.root for query in read]
        unit = _unit(scope, roots, asked)
        held_then = _measured(scope, roots, asked.matches, unit, asked.dated_only)
        return _told(read, held_then, unit, asked, [note for query in read for note in spelled(scope, query)])


trends = with_parameters("trends", answer, TrendsRequest)
"""`answer`, with the fields of `TrendsRequest` as its parameters."""


def _unit(scope: Scope, roots: Sequence[Node], asked: TrendsRequest) -> Unit:
    """The unit asked for, or the one that fits what the queries are measured against."""
    if asked.unit != "auto":
        return asked.unit
    return fitting(_bases(scope, roots, asked.dated_only))


def _bases(scope: Scope, roots: Sequence[Node], dated_only: bool) -> list[Counter[str]]:
    """By month, the articles that each of `roots` is measured against."""
    db, less = scope.db, _less(scope.db, scope.without, "year" if dated_only else None)
    found = []
    for root in roots:
        base = _base(db, root)
        low, high = (period_of(min(max(end >> 16, 1), date.max.toordinal()), 7) for end in _limits_of(root))
        months = covered(db, 7, less).articles if base is None else by_period(days(_minus(base, less)), 7)
        found.append(Counter({month: count for month, count in months.items() if low <= month <= high}))
    return found


def _less(db: sqlite_utils.Database, without: DocidSet | None, unit: Unit | None) -> DocidSet | None:
    """What is not counted: the articles `without`, and with a `unit` those of which the period is not known."""
    if unit is None:
        return without
    unsure = estimated(db, unit)
    return unsure if without is None else without | unsure


def _minus(rows: DocidSet, less: DocidSet | None) -> DocidSet:
    return rows if less is None or not len(less) else rows - less


@dataclass(frozen=True, slots=True)
class _Counted:
    """One query by month or day: its articles, those of them that are estimated, those that its limits allow and the
    words of these, and its matches where counted.
    """

    articles: Counter[str]
    estimated: Counter[str]
    base: Counter[str]
    words: Counter[str]
    matches: Counter[str] | None
    accents: Accents


@dataclass(frozen=True, slots=True)
class _Measured:
    """What is held by month or day of everything, and of each query; `days` are the numbers of its first
    and last; `left` the articles that were left out, their days being estimates.
    """

    days: tuple[int, int]
    held: Covered
    estimated: Counter[str]
    queries: tuple[_Counted, ...]
    left: int


def _measured(scope: Scope, roots: Sequence[Node], matches: bool, unit: Unit, dated_only: bool) -> _Measured:
    """What is held of the queries with these `roots`."""
    db, without = scope.db, scope.without
    low, high = docid_range(db.conn)
    size, less = grain(unit), _less(db, without, unit if dated_only else None)
    unsure = _minus(estimated(db, unit), without)
    held = covered(db, size, less)
    shown = by_period(days(_minus(unsure, less)), size)
    found = tuple(_counted(db, root, matches, less, held, unsure, size) for root in roots)
    return _Measured((low >> 16, high >> 16), held, shown, found, len(unsure) if dated_only else 0)


def _told(queries: Sequence[Query], held: _Measured, unit: Unit, asked: TrendsRequest, said: Sequence[str]) -> Trends:
    """The `queries` over time by `unit`, out of what is `held` of them."""
    names = periods(*_days(held, queries), unit)
    series = tuple(_series(query, of, names, unit) for query, of in zip(queries, held.queries, strict=True))
    coverage = _coverage(held, names, unit)
    notes = [note for query in queries for note in query.notes]
    notes += _warnings(series, coverage, asked, unit, held.left)
    return Trends(unit, series, coverage, tuple(dict.fromkeys((*notes, *said))), asked.dated_only)


def _warnings(
    series: Sequence[Series], coverage: Sequence[Coverage], asked: TrendsRequest, unit: Unit, left: int
) -> Iterator[Message]:
    if asked.unit == "auto" and unit != "month":
        yield Message("most months hold fewer than {least} articles, so longer periods are shown", least=THIN)
    thin = sum(point.thin and point.base > 0 for point in series[0].points)
    if thin:
        yield Message(
            "{thin} of {periods} periods hold fewer than {least} articles: their shares mean little",
            thin=thin,
            periods=len(coverage),
            least=THIN,
        )
    missing = sum(not held.articles for held in coverage)
    if missing:
        yield Message(
            "the archive holds nothing of {missing} of {periods} periods: no match there says nothing",
            missing=missing,
            periods=len(coverage),
        )
    unsure, of = sum(held.estimated for held in coverage), sum(held.estimated > 0 for held in coverage)
    if unsure:
        yield Message(
            "the days of {count:article|articles} in {periods:period|periods} are estimates (~): "
            "they may belong to others",
            count=unsure,
            periods=of,
        )
    if left:
        yield Message("{count:article|articles} are left out: their days are estimates", count=left)


def _counted(
    db: sqlite_utils.Database,
    root: Node,
    matches: bool,
    less: DocidSet | None,
    held: Covered,
    unsure: DocidSet,
    size: int,
) -> _Counted:
    tiers = Tiers(db, root)
    every, base = tiers.meant(), _base(db, root)
    rows, whole = _minus(every, less), less is None or not len(less)
    by_day = matches_by_day(db, root, rows, tiers.names[-1], whole) if matches else None
    allowed = held.articles, held.words
    if base is not None:
        base = _minus(base, less)
        allowed = by_period(days(base), size), by_period(words_by_day(db, base), size)
    return _Counted(
        by_period(days(rows), size),
        by_period(days(rows & unsure), size) if len(unsure) else Counter(),
        *allowed,
        None if by_day is None else by_period(by_day, size),
        tiers.accents() if less is None else accents_of(db, less, root),
    )


def _series(query: Query, of: _Counted, names: list[str], unit: Unit) -> Series:
    counters = (of.articles, of.estimated, of.base, of.words)
    articles, estimates, bases, words = (summed(counter, unit) for counter in counters)
    found = None if of.matches is None else summed(of.matches, unit)
    points = tuple(
        Point(name, articles[name], bases[name], words[name], None if found is None else found[name], estimates[name])
        for name in names
    )
    return Series(written(query.root), sum(point.articles for point in points), points, of.accents)


def _base(db: sqlite_utils.Database, root: Node) -> DocidSet | None:
    """The articles that the limits of a query allow, whatever their words; None for all."""
    parts = root.parts if isinstance(root, And) else (root,)
    limits: list[Plan] = [part for part in parts if isinstance(part, Filter) and part.kind != "day"]
    low, high = EVERYTHING
    return find(db, All((*limits, EVERY_ARTICLE)), low, high) if limits else None


def _days(held: _Measured, queries: Sequence[Query]) -> tuple[date, date]:
    """The first and the last day of the periods: the archive's, less what every query leaves out by its days."""
    limits = [_limits_of(query.root) for query in queries]
    low = max(held.days[0], min(first for first, _ in limits) >> 16)
    high = min(held.days[1], max(last for _, last in limits) >> 16)
    if low > high or not high:
        raise NothingFound("the archive holds no article of these days")
    return date.fromordinal(low), date.fromordinal(high)


def _limits_of(root: Node) -> tuple[int, int]:
    low, high = EVERYTHING
    for part in root.parts if isinstance(root, And) else (root,):
        if isinstance(part, Filter) and part.kind == "day":
            first, last = docids_of_days(part.first, part.last)
            low, high = max(low, first), min(high, last)
    return low, high


def _coverage(held: _Measured, names: list[str], unit: Unit) -> tuple[Coverage, ...]:
    counters = (held.held.articles, held.held.words, held.estimated)
    articles, words, estimates = (summed(counter, unit) for counter in counters)
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for finer, those in held.held.sources.items():
        sources[period_in(finer, unit)] |= those
    return tuple(Coverage(name, articles[name], words[name], len(sources[name]), estimates[name]) for name in names)

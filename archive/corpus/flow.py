"""The flow of copies: which source prints texts of which other one, how many, when and how fast.

Told apart are two kinds of knowledge. "First known": an article says itself whose text it prints, by a credit or by a
canonical address of another site (`archive.corpus.origins`). "First here": it says nothing, and of the articles of this
archive with its text another source's was published before; a source that is not held may have been earlier still.
Texts are those that `baotinh study clusters` has found to be one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from statistics import median
from typing import Final, Literal, TypeAlias

import sqlite_utils

from archive.corpus.origins import Credited, Names
from archive.errors import NothingFound
from archive.messages.message import Message
from archive.search.answer import Understood
from archive.search.backend import Backend, asking, found, understood
from archive.search.facets import counted
from archive.search.grammar.tree import EVERY_ARTICLE, Query
from archive.search.index.docid_sets import DocidSet
from archive.search.planner import accents
from archive.search.question import ANY_ACCENTS, Question, option, with_parameters
from archive.text.clock import VIETNAM

Basis: TypeAlias = Literal["all", "known", "here"]
BASES: Final[tuple[Basis, ...]] = ("all", "known", "here")

_MEMBERS: Final = """SELECT s.first, a.search_rowid, a.source, a.published, a.day, a.source_credit,
        substr(a.body, -120), coalesce(json_extract(r.rest_json, '$.original'), ''),
        c.provenance <> 'secondary'
    FROM same_text s JOIN articles a ON a.id = s.article JOIN captures c ON c.id = a.capture
    LEFT JOIN revision_rows r ON r.article = a.id AND r.number = a.revision
    WHERE s.stale = 0 AND s.first IN (
        SELECT first FROM same_text WHERE first > 0 AND stale = 0 GROUP BY first HAVING count(*) > 1)
    ORDER BY s.first, s.position"""
_SOURCES: Final = """SELECT a.source, coalesce(s.name, a.source), coalesce(nullif(s.homepage, ''), a.source)
    FROM (SELECT DISTINCT source FROM articles) a LEFT JOIN sources s ON s.id = a.source"""


@dataclass(frozen=True, slots=True)
class Edge:
    """Articles of `source` with a text of `origin`, which is a source here or, not `held`, a name as it is written.

    `known` of the `articles` say so themselves, of `here` the origin's was published first of those in this archive.
    Of `unsure` more the text is the same and the time too, as far as it is known. `share` is of all articles of the
    source. `median_hours` lie between the origin's article and these, of the `timed` ones of which both times are
    published; `first` and `last` are the days of these articles.
    """

    origin: str
    origin_name: str
    held: bool
    source: str
    source_name: str
    articles: int
    known: int
    here: int
    unsure: int
    share: float
    timed: int
    median_hours: float | None
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Node:
    """A source, or an origin that is not held: how many articles are held of it, how many of these are copies, and how
    many copies others have printed.
    """

    id: str
    name: str
    held: bool
    articles: int
    copies: int
    copied: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Who prints whom: the edges with most articles first, and the nodes between which they run.

    `texts` are those that several sources have, or that name an origin; `copies` the articles in all edges, `pairs` all
    edges, of which those of the answer may be the first.
    """

    texts: int
    copies: int
    known: int
    unsure: int
    pairs: int
    edges: tuple[Edge, ...]
    nodes: tuple[Node, ...]
    understood: Understood | None = None
    notes: tuple[str, ...] = ()


HEAD: Final = tuple(field.name for field in fields(Edge))
"""The columns of a table of edges."""


@dataclass(frozen=True, slots=True)
class FlowRequest(Question):
    """The flow of copies, of all texts or of those that a query finds."""

    query: str | Query = option("Only copies that this query finds; all if not given.", "", name="q", argument=-1)
    source: str = option("Only what this source prints, or what is printed of it.", "", metavar="ID")
    basis: Basis = option(
        "All copies, those that name their origin themselves, or those whose origin was first here.",
        "all",
        choices=BASES,
    )
    least: int = option("Leave out pairs with fewer articles.", 1, bounds=(1, 10_000))
    limit: int = option("How many pairs to show.", 50, bounds=(1, 10_000), short="n")
    any_accents: bool = ANY_ACCENTS
    seconds: float | None = 60.0


def answer(held: Backend, asked: FlowRequest) -> Flow:
    """Who prints whom, when and how fast.

    Of each text a source counts once, by its first article. Raises QueryError, DamageError, NothingFound where nobody
    has looked for near-identical texts yet.
    """
    query = accents.read_phrases(asked.query, asked.any_accents) if asked.query else None

    with asking(held, query.text if query else "", asked.seconds) as scope:
        root = EVERY_ARTICLE if query is None else query.root
        rows = found(scope, root)
        if not _has_compared(scope.db):
            raise NothingFound("no texts have been compared yet: 'baotinh study clusters' does it")
        held_of = counted(scope.db, rows, ["source"])["source"]
        told = _told(_copies(scope.db, rows), held_of, asked, list(query.notes if query else ()))
        return told if query is None else replace(told, understood=understood(scope, root))


flow = with_parameters("flow", answer, FlowRequest)
"""`answer`, with the fields of `FlowRequest` as its parameters."""


# What one database knows: each copy by itself.


@dataclass(frozen=True, slots=True)
class Copy:
    """One article of `source` with a text of `origin`. `basis` is how that is known; `hours` None where a time is not
    published.
    """

    text: int
    origin: str
    origin_name: str
    held: bool
    source: str
    source_name: str
    basis: Literal["known", "here", "unsure"]
    hours: float | None
    day: str


@dataclass(frozen=True, slots=True)
class _Member:
    """An article of a cluster, in the order of its time."""

    first: int
    rowid: int
    source: str
    published: str | None
    day: str
    credit: str
    end: str
    canonical: str
    named: int


def _has_compared(db: sqlite_utils.Database) -> bool:
    return db.conn.execute("SELECT 1 FROM same_text LIMIT 1").fetchone() is not None


def _copies(db: sqlite_utils.Database, rows: DocidSet) -> list[Copy]:
    """The copies among `rows`."""
    sources = db.conn.execute(_SOURCES).fetchall()
    names, called = Names(sources), {source: name for source, name, _ in sources}
    members = (_Member(*row) for row in db.conn.execute(_MEMBERS))
    wanted = set(rows)
    return [
        copy
        for _, cluster in groupby(members, key=attrgetter("first"))
        for copy in _copies_of(list(cluster), wanted, names, called)
    ]


def _copies_of(cluster: Sequence[_Member], wanted: set[int], names: Names, called: Mapping[str, str]) -> Iterator[Copy]:
    firsts: dict[str, _Member] = {}
    for member in cluster:
        firsts.setdefault(member.source, member)
    leader = cluster[0]
    for source, member in firsts.items():
        if member.rowid not in wanted:
            continue
        said = names.origin(Credited(source, member.credit, member.end, member.canonical, bool(member.named)))
        if said is not None:
            hours = _hours(firsts[said.id], member) if said.held and said.id in firsts else None
            yield Copy(member.first, said.id, said.name, said.held, source, called[source], "known", hours, member.day)
        elif source != leader.source:
            basis: Literal["here", "unsure"] = "here" if _is_before(leader, member) else "unsure"
            hours = _hours(leader, member) if basis == "here" else None
            yield Copy(
                *(member.first, leader.source, called[leader.source], True, source, called[source]),
                *(basis, hours, member.day),
            )


def _span(member: _Member) -> tuple[datetime, datetime]:
    """Between which times a member was published, as far as that is known; one without a date by its day's."""
    shown = member.published or member.day
    if "T" in shown:
        at = datetime.fromisoformat(shown)
        return at, at + timedelta(seconds=0 if len(shown) > len("2020-03-05T15:25+07:00") else 59)
    year, *others = map(int, shown.split("-"))
    month, day = [*others, 0, 0][:2]
    begin = date(year, month or 1, day or 1)
    end = begin if day else date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1) - timedelta(days=1)
    return datetime.combine(begin, time.min, VIETNAM), datetime.combine(end, time.max, VIETNAM)


def _is_before(one: _Member, other: _Member) -> bool:
    """Whether `one` was certainly published before `other`."""
    return _span(one)[1] < _span(other)[0]


def _hours(one: _Member, other: _Member) -> float | None:
    """The hours from `one` to `other`: whole days where a time of day is not known; None where a day is not, or where
    `other` was earlier.
    """
    if one.published is None or other.published is None or min(len(one.published), len(other.published)) < 10:
        return None
    begin, end = _span(one)[0], _span(other)[0]
    between = end - begin if "T" in one.published and "T" in other.published else end.date() - begin.date()
    hours = between.total_seconds() / 3600
    return hours if hours >= 0 else None


# All copies of one pair of sources together.


def _told(copies: Sequence[Copy], held_of: Counter[str], asked: FlowRequest, notes: Sequence[str]) -> Flow:
    chosen = [one for one in copies if not asked.source or asked.source in (one.origin, one.source)]
    if asked.basis != "all":
        chosen = [one for one in chosen if one.basis == asked.basis]
    pairs: defaultdict[tuple[str, bool, str], list[Copy]] = defaultdict(list)
    for one in chosen:
        pairs[one.origin, one.held, one.source].append(one)
    written: defaultdict[tuple[str, bool], Counter[str]] = defaultdict(Counter)  # one name, however it is written
    for one in chosen:
        written[one.origin, one.held][one.origin_name] += 1
    called = {key: min(names.items(), key=lambda one: (-one[1], one[0]))[0] for key, names in written.items()}
    every = [_edge(those, called[origin, held], held_of) for (origin, held, _), those in pairs.items()]
    edges = sorted(
        (edge for edge in every if edge.articles >= asked.least),
        key=lambda edge: (-edge.articles, edge.origin, edge.source),
    )
    unsure = sum(edge.unsure for edge in every)
    more = list(notes)
    if unsure:
        more.append(
            Message(
                "{count:article|articles} have a text of the same day or minute as another source's: who was first is "
                "not known, and they are counted apart",
                count=unsure,
            )
        )
    shown = edges[: asked.limit]
    return Flow(
        len({one.text for one in chosen}),
        sum(edge.articles for edge in edges),
        sum(edge.known for edge in edges),
        unsure,
        len(edges),
        tuple(shown),
        _nodes(shown, held_of),
        notes=tuple(dict.fromkeys(more)),
    )


def _edge(copies: Sequence[Copy], origin_name: str, held_of: Counter[str]) -> Edge:
    one = copies[0]
    counts = Counter(copy.basis for copy in copies)
    certain = [copy for copy in copies if copy.basis != "unsure"]
    hours = [copy.hours for copy in certain if copy.hours is not None]
    days = [copy.day for copy in copies]
    return Edge(
        *(one.origin, origin_name, one.held, one.source, one.source_name),
        *(len(certain), counts["known"], counts["here"], counts["unsure"]),
        len(certain) / held_of[one.source],
        len(hours),
        median(hours) if hours else None,
        min(days),
        max(days),
    )


def _nodes(edges: Sequence[Edge], held_of: Counter[str]) -> tuple[Node, ...]:
    names: dict[tuple[str, bool], str] = {}
    copies: Counter[tuple[str, bool]] = Counter()
    copied: Counter[tuple[str, bool]] = Counter()
    for edge in edges:
        names.setdefault((edge.origin, edge.held), edge.origin_name)
        names.setdefault((edge.source, True), edge.source_name)
        copied[edge.origin, edge.held] += edge.articles
        copies[edge.source, True] += edge.articles
    return tuple(
        Node(key[0], name, key[1], held_of[key[0]] if key[1] else 0, copies[key], copied[key])
        for key, name in sorted(names.items(), key=lambda item: (-copied[item[0]], -copies[item[0]], item[0]))
    )


_DAY: Final = 24.0


def lag(hours: float | None) -> Message | None:
    """A time between two articles as it is said: "40 min", "5 h", "3 d"; None where it is not known."""
    if hours is None:
        return None
    if hours < 1:
        return Message("{minutes} min", minutes=round(hours * 60))
    if hours < 2 * _DAY:
        return Message("{hours:,.1f} h", hours=hours)
    return Message("{days:,.1f} d", days=hours / _DAY)

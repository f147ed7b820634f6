"""The flow of copies: which source prints texts of which other one, how many, when and how fast.

Told apart are two kinds of knowledge. "First known": an article says itself whose text it prints, by a credit or by a
canonical address of another site (`archive.corpus.flow`). "First here": it says nothing, and of the articles of this
archive with its text another source's was published before; a source that is not held may have been earlier still.
Texts are those that `baotinh study clusters` has found to be one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from statistics import median
from typing import Final, Literal, TypeAlias

import sqlite_utils

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
from archive.text.folding import ACCENTED, fold

_LABEL: Final = re.compile(r"^\W*(?:theo|nguồn(?:\s+tin)?)\s*:?\s+(?=\w)", re.IGNORECASE)
_CAPITAL: Final = f"A-Z{ACCENTED.upper()}"
_NAME: Final = rf"(?P<name>(?:[{_CAPITAL}]|[\w-]+(?:\.[\w-]+)*\.[a-z]{{2,12}}\b)(?:(?!\.\s)[^!?…\n\[\]]){{1,60}}?)"
# At the end of a text, often without a break before it: "... pháp luật.Theo Vietnamnet", "Nguyễn Tiến(TheoAFP, AP)".
_AT_END: Final = (
    re.compile(rf"\((?:[Tt]heo|[Nn]guồn)\s*:?\s*{_NAME}\)\W*$"),
    re.compile(rf"(?<![{_CAPITAL}])(?:Theo|Nguồn(?:\s+tin)?)\s*:?\s+{_NAME}\W*$"),
)
_MOST_WORDS: Final = 9
_OUTER: Final = re.compile(r"\s*[/;|()]\s*|\s[-–]\s")  # who wrote it, then where: "Ngọc Hà - Gia đình và Xã hội"
_INNER: Final = re.compile(r"\s*,\s*")  # of several the first: "AFP, Reuters"
_GLUED: Final = re.compile(rf"(?<=[^\W\d_{_CAPITAL}])(?=[{_CAPITAL}])")  # "Trần XuânCông an nhân dân"
_PAPER: Final = re.compile(r"^(?:bao|tapchi|trang|cong)?(?:thongtin)?(?:dientu)?|(?:dientu|online)$")
_SECOND_LEVEL: Final = re.compile(r"\.(?:(?:com|net|org|gov|edu|info|name)\.)?[a-z]{2,12}$")
_LIKE_HOST: Final = re.compile(
    r"^(?:(?i:https?)://)?(?i:www\.)?([\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,12}|[A-Z]{2,12}))(?:[:/?#].*)?$", re.ASCII
)
_AGENCY: Final = {"ttxvn": "TTXVN", "thongtanxavietnam": "TTXVN", "thongtanxavn": "TTXVN"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article says it comes from: the id of a `held` source, or a name as it is written."""

    id: str
    name: str
    held: bool


@dataclass(frozen=True, slots=True)
class Credited:
    """What an article says of where it comes from: its credit, the end of its text, a canonical address elsewhere.

    `named` tells that the credit is one: the reader of a page took it for that, where a table of somebody else may have
    put the author there.
    """

    source: str
    credit: str
    end: str
    canonical: str
    named: bool


class Names:
    """The names by which the sources of an archive may be called, and which source each means."""

    def __init__(self, sources: Iterable[tuple[str, str, str]]) -> None:
        """`sources` are (id, name, homepage or host); a name that two of them have means neither."""
        meant: defaultdict[str, set[str]] = defaultdict(set)
        self._names: dict[str, str] = {}
        self._hosts: dict[str, str] = {}
        for source, name, address in sources:
            self._names[source] = name
            for known in (source, name, _domain(_host(address))):
                for key in _keys(known):
                    meant[key].add(source)
            if host := _host(address) or (source if "." in source else ""):
                self._hosts[host] = source
        self._meant = {key: next(iter(ids)) for key, ids in meant.items() if len(ids) == 1}

    def origin(self, said: Credited) -> Origin | None:
        """The origin that an article names; None where it names none, or itself."""
        address = self._of_host(_host(said.canonical))
        if address is not None and address.id != said.source:
            return address
        labelled = _LABEL.match(said.credit) is not None
        for credit, certain in ((_LABEL.sub("", said.credit), said.named or labelled), (credit_at_end(said.end), True)):
            found = self._named(credit.strip(" .“”\"'[]"), certain)
            if found is not None:
                return None if found.id == said.source else found
        return None

    def _named(self, credit: str, certain: bool) -> Origin | None:
        if not credit:
            return None
        whole, parts = (
            _outlet(credit),
            [part for outer in _OUTER.split(credit) for part in (outer, *_INNER.split(outer))],
        )
        for name in dict.fromkeys(part.strip(" .") for part in (credit, whole, *reversed(parts))):
            if like := _LIKE_HOST.match(name):
                return self._of_host(_host(like[1]))
            for key in _keys(name):
                if key in self._meant:
                    return self._held(self._meant[key])
            if (agency := _AGENCY.get(_plain(name))) is not None:
                return Origin(agency, agency, held=False)
        return Origin(_plain(whole), whole, held=False) if certain and _plain(whole) else None

    def _of_host(self, host: str) -> Origin | None:
        if not host:
            return None
        source = self._hosts.get(host) or self._hosts.get(_registered(host))
        return Origin(host, host, held=False) if source is None else self._held(source)

    def _held(self, source: str) -> Origin:
        return Origin(source, self._names[source], held=True)


def credit_at_end(text: str) -> str:
    """The source that the end of a text credits; "" where it credits none.

    >>> credit_at_end("... trước pháp luật.Theo Trần Xuân/Công an nhân dân"), credit_at_end("Tiến(TheoAFP, AP)")
    ('Trần Xuân/Công an nhân dân', 'AFP, AP')
    >>> credit_at_end("Theo Bộ Y tế, số ca mắc đang tăng nhanh tại nhiều địa phương."), credit_at_end("(theo dõi)")
    ('', '')
    """
    for pattern in _AT_END:
        if (found := pattern.search(text.strip())) and len(found["name"].split()) <= _MOST_WORDS:
            return found["name"]
    return ""


def _outlet(credit: str) -> str:
    """The paper in a credit that may name its author, too.

    >>> _outlet("Ngọc Hà - Gia đình và Xã hội"), _outlet("Trần XuânCông an nhân dân"), _outlet("AFP, Reuters")
    ('Gia đình và Xã hội', 'Công an nhân dân', 'AFP')
    >>> _outlet("VnReview"), _outlet("Phước Tuần (Zing)"), _outlet("Công DuyVietnamNet")
    ('VnReview', 'Zing', 'VietnamNet')
    """
    last = next((part for part in reversed(_OUTER.split(credit)) if part.strip()), credit)
    first = _INNER.split(last)[0]
    begun, _, _ = first.partition(" ")
    glued = _GLUED.search(first, len(begun))
    return first[glued.start() if glued else 0 :].strip()


def _keys(name: str) -> Iterator[str]:
    """What a name is looked up by: its letters, and those without the word for a newspaper before them.

    >>> list(_keys("Báo Nghệ An")), list(_keys("dantri"))
    (['baonghean', 'nghean'], ['dantri'])
    """
    plain = _plain(name)
    for key in dict.fromkeys((plain, _PAPER.sub("", plain))):
        if len(key) > 2:
            yield key


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name.replace("&", " và ")))


def _host(address: str) -> str:
    """The host of an address, or a host alone, as it is compared; "" for what is none."""
    like = _LIKE_HOST.match(address.strip())
    return like[1].lower() if like else ""


def _registered(host: str) -> str:
    """The domain that somebody has registered.

    >>> _registered("kinhdoanh.vnexpress.net"), _registered("www.dantri.com.vn"), _registered("bacninh.gov.vn")
    ('vnexpress.net', 'dantri.com.vn', 'bacninh.gov.vn')
    """
    ending = _SECOND_LEVEL.search(host)
    return host if ending is None else host[: ending.start()].rpartition(".")[2] + ending[0]


def _domain(host: str) -> str:
    """What a host is called, where it is a domain of its own and no part of one.

    >>> _domain("dantri.com.vn"), _domain("kinhdoanh.vnexpress.net")
    ('dantri', '')
    """
    ending = _SECOND_LEVEL.search(host)
    return host[: ending.start()] if ending and _registered(host) == host else ""


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

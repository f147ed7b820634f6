"""The questions of the API: what each asks of the archive, and as which value it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlite_utils

from archive import places
from archive.cite import permalink, references
from archive.custody.certificate import Certificate, certificate
from archive.errors import NothingFound
from archive.export import as_object
from archive.holdings import Holdings
from archive.search import corpora, engine, query_files, saved
from archive.search.answer import Answer
from archive.search.backend import ask_article
from archive.search.corpora import Corpus, Standing
from archive.search.planner.accents import Accents
from archive.search.question import options_of, unlimited
from archive.search.request import SearchRequest
from archive.store import queries as reads
from archive.store.captures import timemap
from archive.store.counts import Stats, stats
from archive.text.urls import url_key
from archive.web.pages.sources import health, held_of_sources
from archive.web.pages.state import Room


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of an article: when its capture was taken, which parser read it, the digest of its text."""

    number: int
    captured_at: str
    digest: str
    parser: str
    headline: str
    record_id: str


@dataclass(frozen=True, slots=True)
class CaptureOf:
    """A capture of an address: what was answered, where its record lies, where replay shows it ("" for nowhere)."""

    url: str
    captured_at: str
    status: int
    mime: str
    file: str
    offset: int
    length: int
    record_id: str
    replay: str


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive knows of an address: the id of its article ("" for none), why there is none, its captures."""

    url: str
    article: str
    reason: str
    captures: tuple[CaptureOf, ...]


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source of the register, and what is held of it."""

    id: str
    name: str
    kind: str
    province: str
    province_now: str
    homepage: str
    status: str
    articles: int
    captures: int
    first_day: str
    last_day: str
    last_captured: str
    health: str


@dataclass(frozen=True, slots=True)
class QuerySaved:
    """A saved query, with its feed."""

    name: str
    query: str
    made_at: str
    feed: str


@dataclass(frozen=True, slots=True)
class CorpusSummary:
    """A frozen corpus, without its articles."""

    name: str
    query: str
    accents: Accents
    made_at: str
    articles: int
    digest: str
    citation: str


@dataclass(frozen=True, slots=True)
class Collections:
    """All saved queries and frozen corpora."""

    saved: tuple[QuerySaved, ...]
    corpora: tuple[CorpusSummary, ...]


@dataclass(frozen=True, slots=True)
class CorpusAnswer:
    """A frozen corpus: its articles with the revision each had, and what the archive holds of it today."""

    corpus: CorpusSummary
    standing: Standing
    articles: tuple[tuple[str, int, str], ...]


Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to the API: the archive, the address that links begin with, the parameters read.

    `here` is the room, but for a question that another process may answer.
    """

    holdings: Holdings
    base: str
    values: dict[str, Any]
    here: Room | None = None

    @property
    def room(self) -> Room:
        """The room; raises RuntimeError for an operation that is not quick."""
        if self.here is None:
            raise RuntimeError("only a quick operation is answered in the room itself")
        return self.here

    def question(self, asked: Callable[..., Made]) -> Made:
        """What the dataclass `asked` declares, as it was asked; the asker's time limit holds."""
        return unlimited(asked, {one.field: self.values[one.name] for one in options_of(asked) if one.http})

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Declared:
    """Answers the question that a dataclass declares: `answer(db, question)`."""

    question: type[Any]
    answer: Callable[[sqlite_utils.Database, Any], Any]

    def __call__(self, db: sqlite_utils.Database, asked: Asked) -> Any:
        """The answer to what the request asks."""
        return self.answer(db, asked.question(self.question))


def find(db: sqlite_utils.Database, asked: Asked) -> Answer:
    """The hits of a query."""
    question = asked.question(SearchRequest)
    return engine.answer(db, question.loaded(asked.holdings.root if question.corpus else None))


def article(db: sqlite_utils.Database, asked: Asked) -> dict[str, Any]:
    """One article, whole."""
    stored = ask_article(db, asked["id"], reads.stored_article)
    replay = asked.room.preserved(stored.capture)
    told = {"permalink": permalink(stored, asked.base), "replay": replay, "references": references(stored, asked.base)}
    return {**as_object(stored), **told}


def revisions(db: sqlite_utils.Database, asked: Asked) -> tuple[Revision, ...]:
    """The revisions of one article."""
    return ask_article(db, asked["id"], _revisions)


def _revisions(db: sqlite_utils.Database, stored: reads.StoredArticle) -> tuple[Revision, ...]:
    found = reads.revisions(db, stored.row.id)
    captures = {one.capture: reads.capture(db, one.capture) for one in found}
    return tuple(
        Revision(
            one.number,
            captures[one.capture].captured_at,
            one.digest,
            one.parser,
            one.article.headline.value,
            captures[one.capture].record_id,
        )
        for one in found
    )


def lookup(db: sqlite_utils.Database, asked: Asked) -> Held:
    """What is known of an address."""
    url = asked["url"]
    try:
        public_id, reason = ask_article(db, url, reads.stored_article).row.public_id, ""
    except NothingFound as nothing:
        public_id, reason = "", str(nothing)
    captures = tuple(
        CaptureOf(
            one.url,
            one.captured_at,
            one.status,
            one.mime,
            one.place.file,
            one.place.offset,
            one.place.length,
            one.place.record_id,
            asked.room.preserved(one),
        )
        for one in timemap(db, url_key(url))
    )
    return Held(url, public_id, reason, captures)


def sources(db: sqlite_utils.Database, asked: Asked) -> tuple[SourceSummary, ...]:
    """Every source of the register, and what is held of it."""
    held_of, last_runs = held_of_sources(db)
    counts = {one.id: one for one in held_of}
    found = []
    for source in asked.room.register.all():
        count = counts.get(source.id)
        found.append(
            SourceSummary(
                source.id,
                source.name,
                source.kind,
                source.province,
                places.now(source.province) if source.province else "",
                source.homepage,
                source.status,
                count.articles if count else 0,
                count.captures if count else 0,
                count.first_day if count else "",
                count.last_day if count else "",
                count.last_captured if count else "",
                health(last_runs.get(source.id)),
            )
        )
    return tuple(found)


def stated(_: sqlite_utils.Database, asked: Asked) -> Certificate:
    """How complete the holdings of a source are."""
    return certificate(asked.holdings, asked["id"], asked["month"])


def counts(db: sqlite_utils.Database, asked: Asked) -> Stats:
    """Counts over the whole archive."""
    return stats(db)


def collections(_: sqlite_utils.Database, asked: Asked) -> Collections:
    """All saved queries and frozen corpora."""
    root = asked.holdings.root
    queries = tuple(
        QuerySaved(one.name, one.query, one.made_at, f"{asked.base}/saved/{one.name}.atom") for one in saved.every(root)
    )
    frozen = tuple(_summary(corpora.load(root, name)) for name in query_files.query_names(root, corpora.FOLDER))
    return Collections(queries, frozen)


def corpus(db: sqlite_utils.Database, asked: Asked) -> CorpusAnswer:
    """One frozen corpus."""
    one = corpora.load(asked.holdings.root, asked["name"])
    members = tuple((member.article, member.revision, member.digest) for member in one.members)
    return CorpusAnswer(_summary(one), corpora.check(db, one), members)


def _summary(one: Corpus) -> CorpusSummary:
    return CorpusSummary(
        one.name, one.query, one.accents, one.made_at, len(one.members), one.digest, corpora.citation(one)
    )

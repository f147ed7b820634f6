"""What the API answers where the rest of the archive has no value of that shape."""

from __future__ import annotations

from dataclasses import dataclass

from archive.search.corpora import Standing
from archive.search.planner.accents import Accents


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

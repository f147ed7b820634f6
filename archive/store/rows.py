"""The rows of archive.sqlite that others read and write, as frozen values; columns are described in schema.py."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Article, State


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """A row of `captures`: where a fetch lies, what it was, and what reading it gave. Named and ordered as there."""

    id: int
    record_id: str
    source: str
    run: str
    url: str
    url_key: str
    captured_at: str
    kind: str
    status: int
    mime: str
    file: str
    offset: int
    length: int
    block_digest: str
    payload_digest: str
    truncated: str
    revisit_of: str
    via: str
    provenance: str
    state: State
    reason: str
    parser: str
    notes_json: str
    article: int | None
    text_digest: str
    redirect_key: str


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A row of `articles`. Named and ordered as the table."""

    id: int
    public_id: str
    source: str
    url: str
    url_key: str
    slug: str
    headline: str
    headline_by: str
    lead: str
    body: str
    captions: str
    byline: str
    source_credit: str
    section: str
    published: str | None
    published_precision: str | None
    modified: str | None
    day: str
    day_estimated: int
    province: str
    province_now: str
    words: int
    confidence: float
    capture: int
    revision: int
    first_captured: str
    last_captured: str
    gone_at: str | None
    search_rowid: int


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A row of `revisions`, its article decoded."""

    article_id: int
    number: int
    capture: int
    digest: str
    parser: str
    article: Article


@dataclass(frozen=True, slots=True)
class TeaserRow:
    """A row of `teasers`: one pointer, where it was first and last seen, and how often."""

    id: int
    source: str
    url: str
    url_key: str
    headline: str
    text: str
    box: str
    first_capture: int
    last_capture: int
    sightings: int


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A row of `mentions`, without its article: where in which column which place is named."""

    field: str  # headline | lead | body | captions
    start: int
    length: int
    place: str
    surface: str
    ambiguous: bool

"""The rows of archive.sqlite as frozen values, and an article as its flat row and as its one written form in JSON.
Columns are described in schema.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from archive.model import Article, Attachment, Found, Image, Moment, State, Teaser
from archive.places import then_and_now
from archive.text.analyzer import count_words
from archive.text.clock import VIETNAM

if TYPE_CHECKING:
    from archive.sources.model import Source


PROVENANCE: Final = "secondary"

FILE: Final = "made-from"
FILE_DIGEST: Final = "made-from-digest"
ROW: Final = "made-from-row"
OWNER: Final = "made-from-owner"
"""The notes of such a capture: the file of whose row it is made, the file's digest, the row, and whose file it is."""


@dataclass(frozen=True, slots=True)
class Secondary:
    """Whence a secondary record comes: file, "sha256:<hex>" of it, row in it (a name, in a folder), whose file it is.

    What is not noted is "", as of an item of a spider, which is in no file.
    """

    file: str
    digest: str
    row: str
    owner: str

    def __str__(self) -> str:
        """In one line: "row 12 of bai-bao.jsonl (Thư viện tỉnh), sha256:..."."""
        whose = f" ({self.owner})" if self.owner else ""
        row = f"row {self.row} of " if self.row else ""
        return ", ".join(filter(None, (f"{row}{self.file}{whose}", self.digest)))


def secondary(capture: CaptureRow) -> Secondary | None:
    """Whence the record comes that stands for `capture`; None where that is a capture of a page."""
    if capture.provenance != PROVENANCE:
        return None
    notes: dict[str, str] = dict(json.loads(capture.notes_json))
    return Secondary(notes.get(FILE, ""), notes.get(FILE_DIGEST, ""), notes.get(ROW, ""), notes.get(OWNER, ""))


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


def packed_url(url: str, key: str) -> str:
    """What `address` holds of `url`, whose URL key is `key`.

    >>> packed_url("https://bao.example/a", "//bao.example/a"), packed_url("https://bao.example/a?x", "//bao.example/a")
    ('https:', 'https://bao.example/a?x')
    """
    scheme = url[: -len(key)] if key.startswith("//") else ""
    return scheme if scheme in ("http:", "https:") and url.endswith(key) else url


def packed_digest(digest: str) -> bytes | str:
    """The 32 bytes of a SHA-256 as WARC fields hold it, "sha256:<hex>"; another digest as it is."""
    try:
        packed = bytes.fromhex(digest[7:])
    except ValueError:
        return digest
    return packed if digest == f"sha256:{packed.hex()}" and len(packed) == 32 else digest


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of `persons`, without its article: where in which column who is named, with which offices."""

    field: str  # headline | lead | body | captions
    start: int
    length: int
    name: str
    key: str
    folded: str
    offices: str  # parted by OFFICES


OFFICES: Final = "; "
"""What stands between two offices in their column."""


PARTED: Final = "\n\n"
"""What stands between two paragraphs, and between two captions, in their columns."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an article stands in the archive: its numbers, its captures in time, its place in the search index.

    `search_rowid` is 0 for an article that has no rows yet.
    """

    id: int
    public_id: str
    url_key: str
    source_id: str
    capture: int
    revision: int
    first_captured: str
    last_captured: str
    search_rowid: int
    gone_at: str | None = None


def article_row(article: Article, source: Source | None, standing: Standing) -> ArticleRow:
    """The row of `article`, read from its current revision; `source` is None where the register does not know it.

    Its province is the unit that stood on the day of the article: Thái Nguyên for Bắc Kạn since 1 July 2025.
    """
    day, estimated = day_of(article.published, standing.first_captured)
    then, today = then_and_now(source.province, date.fromisoformat(day)) if source and source.province else (None, None)
    headline, lead, body, captions, byline = columns(article)
    return ArticleRow(
        id=standing.id,
        public_id=standing.public_id,
        source=standing.source_id,
        url=article.canonical or article.url,
        url_key=standing.url_key,
        slug=article.slug,
        headline=headline,
        headline_by=article.headline.by,
        lead=lead,
        body=body,
        captions=captions,
        byline=byline,
        source_credit=_cell(article.source_credit),
        section=_cell(article.section),
        published=article.published.value if article.published else None,
        published_precision=article.published.precision if article.published else None,
        modified=article.modified.value if article.modified else None,
        day=day,
        day_estimated=int(estimated),
        province=then.id if then else "",
        province_now=today.id if today else "",
        words=count_words(lead) + count_words(body),
        confidence=article.confidence,
        capture=standing.capture,
        revision=standing.revision,
        first_captured=standing.first_captured,
        last_captured=standing.last_captured,
        gone_at=standing.gone_at,
        search_rowid=standing.search_rowid,
    )


def columns(article: Article) -> tuple[str, str, str, str, str]:
    """Headline, lead, body, captions and byline as they stand in the row of an article, and are indexed."""
    body, captions = PARTED.join(article.body), PARTED.join(article.captions)
    return article.headline.value, _cell(article.lead), body, captions, _cell(article.byline)


def day_of(published: Moment | None, first_captured: str) -> tuple[str, bool]:
    """The day an article is filed under (Vietnam's calendar), and whether it is estimated.

    The day of publication; the first day where only month or year is known; else the day of the first capture (UTC
    text). A date that no calendar has counts as none.

    >>> day_of(Moment("2020-03", "month", "", ""), "2026-11-24T20:00:00.000Z"), day_of(None, "2026-11-24T20:00:00.000Z")
    (('2020-03-01', True), ('2026-11-25', True))
    >>> day_of(None, "9999-12-31T23:59:59Z")
    ('9999-12-31', True)
    """
    if published is not None:
        shown = published.value[:10]
        whole = shown + "-01-01"[len(shown) - 4 :] if len(shown) in (4, 7) else shown
        try:
            return date.fromisoformat(whole).isoformat(), whole != shown
        except ValueError:
            pass  # the raw string stays in the article's JSON
    try:
        return datetime.fromisoformat(first_captured).astimezone(VIETNAM).date().isoformat(), True
    except OverflowError:  # who made the WARC file says the last hours of the year 9999: Vietnam has no such day
        return first_captured[:10], True


def _cell(found: Found | None) -> str:
    return found.value if found else ""


_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_escaped = json.encoder.encode_basestring
_FIELDS: dict[type, tuple[tuple[str, str, Any], ...]] = {
    kind: tuple(sorted((field.name, f'"{field.name}":', field.default) for field in fields(kind)))
    for kind in (Article, Found, Moment, Image, Attachment, Teaser)
}
_FOUND = ("headline", "lead", "byline", "source_credit", "section")
_MOMENTS = ("published", "modified")
_TEXTS = ("body", "captions", "tags", "notes")


def _plain(text: str) -> str:
    """`text` as a JSON string."""
    # Printable and without these two, nothing is to be escaped: seeing so takes a third of escaping it.
    return f'"{text}"' if text.isprintable() and '"' not in text and "\\" not in text else _escaped(text)


_text: Callable[[str], str] = lru_cache(maxsize=64)(
    _plain
)  # an article's texts are written twice: for its digest, and whole


def encode_article(article: Article) -> str:
    """The JSON of `article`, from which `decode` makes an equal value; equal articles give equal JSON."""
    return _written(article)


def decode_article(text: str) -> Article:
    """The article that `encode` wrote."""
    return article_of(json.loads(text))


def article_of(row: dict[str, Any]) -> Article:
    """The article whose JSON was parsed to `row`, which is used up; a field may be a tuple of values already."""
    for name in _FOUND:
        if name in row:
            row[name] = Found(**row[name])
    for name in _MOMENTS:
        if name in row:
            row[name] = Moment(**row[name])
    for name in _TEXTS:
        if name in row:
            row[name] = tuple(row[name])
    for name, kind in (("images", Image), ("attachments", Attachment), ("teasers", Teaser)):
        if name in row and type(row[name]) is list:
            row[name] = tuple(kind(**value) for value in row[name])
    return Article(**row)


def text_digest(article: Article) -> str:
    """ "sha256:<hex>" of the text a reader sees: what decides whether a page has changed.

    Headline, lead, paragraphs, captions, byline and credit. Not the dates (some sites print "3 giờ trước"), pictures,
    tags, nor the boxes of related articles, which change with every article that follows.
    """
    seen = (
        _text(article.headline.value),
        _text(article.lead.value if article.lead else ""),
        _written(article.body),
        _written(article.captions),
        _text(article.byline.value if article.byline else ""),
        _text(article.source_credit.value if article.source_credit else ""),
    )
    return "sha256:" + hashlib.sha256(f"[{','.join(seen)}]".encode()).hexdigest()


def _written(value: Any) -> str:
    """`value` as JSON, as json.dumps would write it: its fields sorted, those at their default left out."""
    # json.dumps over dictionaries made of the values took 55 us an article of 4 KB and 18 teasers, this takes 35.
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is tuple:
        return f"[{','.join(map(_WRITERS.get(type(value[0]), _dump), value))}]" if value else "[]"
    writer = _WRITERS.get(kind)
    return writer(value) if writer else _dump(value)


def _object(value: Any) -> str:
    parts = []
    for name, key, default in _FIELDS[type(value)]:
        part = getattr(value, name)
        if part != default:
            parts.append(key + (_text(part) if type(part) is str else _written(part)))
    return f"{{{','.join(parts)}}}"


_WRITERS: dict[type, Callable[[Any], str]] = dict.fromkeys(_FIELDS, _object) | {
    str: _text,
    Teaser: lru_cache(maxsize=8192)(_object),  # the same boxes stand on page after page
}

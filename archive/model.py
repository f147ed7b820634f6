"""The nouns of the archive, as frozen values: what is fetched, where it is kept, and what was read in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

Truncation = Literal["length", "time", "disconnect", "unspecified"]
"""Why a response is not whole: the words of WARC 1.1, section 5.15."""

PageKind = Literal[
    "article", "listing", "feed", "sitemap", "robots", "image", "attachment", "requisite", "media", "page", "probe"
]
"""What a URL is asked for as: `requisite` is what pages need to be seen, `media` audio and video, `page` where nobody
knows yet; `probe` is asked to see how a host says that nothing is there."""

State = Literal["new", "changed", "same", "unread", "kept"]
"""What became of a capture: an article new, changed or the same; a page unread; or kept without an article."""

Precision = Literal["second", "minute", "hour", "day", "month", "year"]
"""How exact a published time is."""


TOLD_PUBLISHED = "toldPublished"
"""The note of a capture that says when its page was published, as a feed, sitemap, listing or API says (ISO 8601)."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One fetch as it went over the wire: what was asked, what was answered, and the circumstances.

    `request` and `response` are the bytes of the wire, heads and bodies, before any decoding of transfer or content
    coding; `response` is empty when the peer sent nothing. `began` is an aware UTC time, the instant the fetch began.
    """

    url: str
    began: datetime
    request: bytes
    response: bytes
    source: str  # id in the register
    kind: PageKind = "page"
    run: str = ""
    address: str = ""  # IP address of the peer, without port
    protocols: tuple[str, ...] = ()  # as WARC-Protocol wants them: ("http/1.1", "tls/1.3")
    truncated: Truncation | None = None
    via: str = ""  # URL on which this one was found
    notes: tuple[tuple[str, str], ...] = ()  # further metadata fields, name and value, one line each


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capture lies: the gzip member of its response record.

    `file` is relative to the archive ("warc/<source>/<name>.warc.gz"), also while the file is still `.open`.
    """

    file: str
    offset: int
    length: int
    record_id: str  # "urn:uuid:..."


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A capture read back from its place, with what the records around it say. `digest`s are "sha256:<hex>"."""

    capture: Capture
    place: Place
    payload_digest: str
    block_digest: str
    revisit_of: str | None = None  # record id of the response that a revisit record points to
    provenance: str = "captured"  # captured | imported | browser-saved | reconstructed | secondary


@dataclass(frozen=True, slots=True)
class Found:
    """A text read from a page, and how it came about (invariant 5).

    `by` names method and selector ("nukeviet h1.title", "json-ld headline", "generic density", "restored"); `raw` is
    the string as the page has it where that differs from `value`; `confidence` lies in 0..1.
    """

    value: str
    by: str
    raw: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A time read from a page: ISO 8601 with +07:00, cut to its precision ("2020-03-05T15:25+07:00", "2020-03").

    `note` says why this one was chosen where two dates of the page disagree, and what the other was.
    """

    value: str
    precision: Precision
    by: str
    raw: str
    confidence: float = 1.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an article: absolute URL, its alternative text, and its caption where it has one."""

    url: str
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file offered with an article: absolute URL and the name the page gives it."""

    url: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Teaser:
    """A pointer to another article: its own URL, headline and (cut) text, and the box it stood in."""

    url: str
    headline: str
    text: str = ""
    box: str = ""  # "related" | "newer" | "older" | "topic" | "body" | "listing" | "elsewhere" ...
    published: str = ""  # as far as the box says, ISO 8601


@dataclass(frozen=True, slots=True)
class Article:
    """What a parser read on an article page. Texts are NFC, white space collapsed, otherwise as published."""

    url: str
    headline: Found
    body: tuple[str, ...]  # paragraphs in page order: no lead, caption, byline or teaser among them
    body_by: str  # method and selector of the body
    parser: str  # family and version: "nukeviet/3"
    slug: str = ""  # as published, in the URL or meta keywords
    canonical: str = ""
    original: str = ""  # address on another host that the page names as its canonical one
    lead: Found | None = None
    captions: tuple[str, ...] = ()
    byline: Found | None = None
    source_credit: Found | None = None
    published: Moment | None = None
    modified: Moment | None = None
    section: Found | None = None
    tags: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    teasers: tuple[Teaser, ...] = ()
    confidence: float = 1.0
    probability: float = 1.0  # that the page is an article or a notice, and no listing, front or static page
    notes: tuple[str, ...] = ()  # repairs and doubts: "mojibake repaired: cp1258", "two dates: ..."
    setting: str = ""  # see SETTINGS; "" where all are paragraphs, and where nothing is known of it
    rendering: str = ""  # one of RENDERINGS


RENDERINGS: Final = ("", "unfit", "amp", "print", "secondary")
"""What an article was read from, the better first: its own page; that, in a layout that is not the learnt one; other
versions; what a table told. Each counts only until a better one is there: a page read otherwise is no edit of its text.
"""

_SET: Final = re.compile("[a-zA-Z][0-9.]*")
SETTINGS: Final = {
    "p": "paragraph",
    "b": "paragraph in bold",
    "h": "subheading",
    "l": "item of a list",
    "n": "item of a numbered list",
    "q": "quotation",
    "r": "row of a table, with the places where its cells behind the first begin: r5.12",
    "R": "the same, of a head",
    "i": "no paragraph, but one of Article.images, by its number from 0: i0",
}
"""What the letters of Article.setting say: one for each paragraph of the body, and the pictures among them."""


def settings(setting: str) -> list[str]:
    """The parts of an Article.setting, a letter with its numbers each.

    >>> settings("phi0r5.12l")
    ['p', 'h', 'i0', 'r5.12', 'l']
    """
    return _SET.findall(setting)


@dataclass(frozen=True, slots=True)
class Link:
    """A URL found on a page, and what it is likely to be. `published` and `modified` are ISO 8601 or empty (a feed's, a
    sitemap's); `headline` is what a listing or feed calls it.
    """

    url: str
    kind: PageKind
    published: str = ""
    modified: str = ""
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What flows back to the spider after a capture was read: the state, the reason if unread, the links found."""

    record_id: str
    state: State
    reason: str = ""
    links: tuple[Link, ...] = ()
    article: str = ""  # public id of the article, where there is one
    published: str = ""  # when it was published, as far as the page says, ISO 8601
    listed: int = -1  # how many articles the page points to; of a feed or sitemap all it lists; -1 where none was read


@dataclass(frozen=True, slots=True)
class Reading:
    """A page read: the article on it (None on a listing, feed or sitemap), the links, teasers of other articles."""

    kind: PageKind
    article: Article | None = None
    links: tuple[Link, ...] = ()
    teasers: tuple[Teaser, ...] = ()
    reason: str = ""  # why there is no article although one was expected; of a feed or sitemap that is cut "truncated"
    notes: tuple[str, ...] = field(default=())
    unlikely: Article | None = None  # what reads like an article on a page that is probably none

"""What a capture turned out to be: a value, the identity of the article on it, and a readable title where there is
only a slug.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive.model import Article, Capture, Found, Link, Reading, StoredCapture
from archive.parsers.fields.made_headline import made_headline, texts_of
from archive.places import now, province
from archive.restorer import Loader, Restorer
from archive.sources import Register, Source, bare_host
from archive.sources.model import IMPORTED
from archive.text.clock import utc_milliseconds
from archive.text.folding import tokens
from archive.text.slug import slug_of
from archive.text.urls import url_key
from archive.warc import http

_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Page:
    """What a capture turned out to be. `reading` is None where there was nothing to read; `reason` says why not."""

    source: Source | None
    source_id: str
    url_key: str
    captured_at: str
    status: int
    mime: str
    redirect_key: str = ""
    reading: Reading | None = None
    reason: str = ""
    crash: str = ""  # what a parser died of, and where in it
    requisites: tuple[Link, ...] = ()  # what the page needs to be seen, where that was asked for
    cut: tuple[str, ...] = ()  # URL keys of the withheld addresses that the boxes of its article point to
    absence: str = ""  # of an answer that says without 404 or 410 that nothing is here: soft_404, redirect_home

    @property
    def article(self) -> Article | None:
        """The article on the page, where there is one."""
        return self.reading.article if self.reading else None

    @property
    def points_to(self) -> tuple[str, ...]:
        """The URL keys of all that the page points to."""
        if self.reading is None:
            return ()
        read = self.reading.unlikely
        teasers = (*self.reading.teasers, *(read.teasers if read else ()))
        urls = {*(link.url for link in self.reading.links), *(teaser.url for teaser in teasers)}
        return tuple({url_key(url) for url in urls})

    @property
    def gone(self) -> bool:
        """Whether the answer says that what was here has disappeared."""
        return self.status in _GONE or bool(self.absence)


def refused_page(stored: StoredCapture, register: Register, reason: str) -> Page:
    """`stored` as a page that must not be opened: its head alone is looked at."""
    wire = http.part(stored.capture.response)
    return replace(blank_page(stored, register, wire.status, http.media_type(wire.headers)[0]), reason=reason)


def blank_page(stored: StoredCapture, register: Register, status: int, mime: str) -> Page:
    """`stored` as a page of which its head alone is known."""
    source, capture = source_of(stored, register), stored.capture
    source_id = source.id if source else _unregistered(capture)
    return Page(source, source_id, url_key(capture.url), utc_milliseconds(capture.began), status, mime)


def _unregistered(capture: Capture) -> str:
    """Where a capture stands that no source of the register claims: under its host, if it came without a source."""
    if capture.source != IMPORTED:
        return capture.source
    return bare_host(_host(capture.url)) or IMPORTED


def _host(url: str) -> str:
    """Host and port of `url`, without a user and password, which name no site."""
    return urlsplit(url).netloc.rpartition("@")[2]


def source_of(stored: StoredCapture, register: Register) -> Source | None:
    """The source that `stored` belongs to: the one it was fetched for, else the one whose host it came from then."""
    own = register.find(stored.capture.source)
    return own or register.for_host(_host(stored.capture.url), stored.capture.began.date())


def identity(article: Article, page: Page) -> str:
    """The URL key under which `article` is one: of the address it names as its own, else of the one it came from, in
    both cases without the parameters that its source drops.

    A canonical address counts only on the same site and with a path: some templates name the home page on every
    article, and a reprint that names its origin is an article of its own here.
    """
    key = _own_key(article, page)
    if page.source is None or not page.source.discover.drop_parameters:
        return key
    return url_key(page.source.discover.without_dropped(key))


def _own_key(article: Article, page: Page) -> str:
    if article.canonical in ("", article.url):
        return page.url_key
    key = url_key(article.canonical)
    host, _, path = key.removeprefix("//").partition("/")
    if not path:
        return page.url_key
    own = bare_host(page.url_key.removeprefix("//").partition("/")[0])
    same = bare_host(host) in (own, own.removeprefix("amp.") if article.rendering else own)
    return key if same or (page.source is not None and page.source.covers(host)) else page.url_key


# A readable title for pages that have their slug alone: "tinh uy to chuc hoi nghi 2020 2025".

_SHORTEST = 5  # syllables; a shorter line without accents may well be a name
_MODEL = re.compile(r"; model ([0-9a-f]+)$")


def no_restorer() -> Restorer | None:
    """The restorer of no archive: None."""
    return None


def readable_title(article: Article, source: Source | None = None, restorer: Loader = no_restorer) -> Article:
    """`article` with its accents restored in the headline, where the page shows nothing but the slug in words.

    Restored from the page's own text, the names of source and province, and the model; marked so, with its confidence
    and the model's name; the line as shown is the headline's raw string. A page that has no accents anywhere stays as
    it is: then that is how it was written.
    """
    shown = article.headline
    again = shown.by.startswith("restored")
    if not again and not shown.value.isascii():
        return article  # as nearly all are
    slug = _made_of(shown) if again else _shown_slug(article)
    if not slug or all(text.isascii() for text in texts_of(article)):
        return article
    learnt = restorer()
    if again and learnt is None:
        return article  # the parser has seen more of the page than is handed on
    made = made_headline(slug, article, _names(source), learnt.model if learnt else None)
    by = f"{made.by}; model {learnt.name}" if learnt else made.by
    raw = shown.raw if again else shown.value
    return replace(article, headline=Found(made.value, by=by, raw=raw, confidence=made.confidence))


def model_of(by: str) -> str:
    """The name of the model that a headline found `by` was made with; "" where it was made without, or is shown.

    >>> model_of("restored/2: page 7, model 3, unknown 0; model 3fa81c09d2e4"), model_of("h1.title")
    ('3fa81c09d2e4', '')
    """
    found = _MODEL.search(by) if by.startswith("restored") else None
    return found[1] if found else ""


def _shown_slug(article: Article) -> str:
    """The slug of `article` where its headline shows nothing else."""
    shown = article.headline.value
    words, slug = tokens(shown), article.slug or slug_of(article.url)
    return slug if shown.isascii() and len(words) >= _SHORTEST and words == tokens(slug) else ""


def _made_of(headline: Found) -> str:
    """The slug that a parser made `headline` of: as published where that has the same words, else folded again.

    A đ that the CMS dropped and the parser put back (`ai-hoi`) is in the published one alone; a portal's keywords
    stand in the folded one alone.
    """
    words = tokens(headline.value)
    published = tokens(headline.raw or "")
    return "-".join(published if len(published) == len(words) else words)


def _names(source: Source | None) -> Sequence[str]:
    if source is None:
        return ()
    ids = {source.province, now(source.province)} if source.province else set()
    # In one line: the first word of a sentence tells nothing of its capital.
    return (", ".join((source.name, *sorted(province(one).name for one in ids))),)

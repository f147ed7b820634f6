"""What a capture turned out to be: a value, and the identity of the article on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from archive.errors import SourceError
from archive.model import Article, Held, Link, Reading
from archive.sources import Register, Source, bare_host
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


def refused_page(held: Held, register: Register, reason: str) -> Page:
    """`held` as a page that must not be opened: its head alone is looked at."""
    wire = http.part(held.capture.response)
    return replace(blank_page(held, register, wire.status, http.media_type(wire.headers)[0]), reason=reason)


def blank_page(held: Held, register: Register, status: int, mime: str) -> Page:
    """`held` as a page of which its head alone is known."""
    source, capture = source_of(held, register), held.capture
    source_id = source.id if source else capture.source
    return Page(source, source_id, url_key(capture.url), timestamp(capture.began), status, mime)


def source_of(held: Held, register: Register) -> Source | None:
    """The source that `held` belongs to: the one it was fetched for, else the one whose host it came from that day."""
    try:
        return register.get(held.capture.source)
    except SourceError:
        return register.for_host(urlsplit(held.capture.url).netloc, held.capture.began.date())


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


def timestamp(moment: datetime) -> str:
    """`moment` as the database has it: UTC with milliseconds, "2026-11-24T03:00:00.123Z"."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"

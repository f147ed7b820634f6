"""A capture opened and read: a pure function of its bytes, its day, and the register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from urllib.parse import urljoin, urlsplit

from archive import parsers
from archive.errors import SourceError, Unreadable
from archive.ingest.title import no_restorer, readable
from archive.model import Article, Held, PageKind, Reading
from archive.restorer import Loader
from archive.sources import Register, Source, bare_host
from archive.text.urls import url_key
from archive.warc import http

_NEVER_READ = frozenset({"image", "attachment", "probe"})
_GONE = frozenset({404, 410})
_LIKE_ABSENCE = "soft-404"  # a crawler's note: the page is like the host's answer for an address that cannot exist


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
    absence: str = ""  # of an answer that says without 404 or 410 that nothing is here: soft_404, redirect_home

    @property
    def article(self) -> Article | None:
        """The article on the page, where there is one."""
        return self.reading.article if self.reading else None

    @property
    def gone(self) -> bool:
        """Whether the answer says that what was here has disappeared."""
        return self.status in _GONE or bool(self.absence)


def open_page(held: Held, register: Register, restorer: Loader = no_restorer) -> Page:
    """What `held` is, read with the layout of its day; a page that cannot be read has a reason and no reading.

    `restorer` gives the archive's model for headlines that are made from a slug.

    Only a whole answer with a status 2xx is read, and only where it was not asked for as picture or attachment:
    everything else is kept as it is. A page without article is unread where its address promises one, by what it was
    asked for as or by the rules of its source; elsewhere it is a listing.
    """
    try:
        payload = http.split(held.capture.response)
    except Unreadable as error:
        return refused_page(held, register, error.reason)
    page = replace(_blank(held, register, payload.status, payload.mime), redirect_key=_redirect(held, payload))
    page = replace(page, absence=_absence(held, page))
    capture = held.capture
    kind: PageKind = "robots" if urlsplit(capture.url).path == "/robots.txt" else capture.kind  # other tools do not say
    if not 200 <= payload.status < 300 or kind in _NEVER_READ or held.revisit_of:
        return page
    if page.absence:
        return replace(page, reason=page.absence)
    if capture.truncated:
        return replace(page, reason="truncated")
    content_type = next(iter(http.values(payload.headers, "content-type")), "")
    try:
        reading = parsers.read_page(
            capture.url, payload.body, content_type, payload.status, capture.began, page.source, kind=kind
        )
    except Unreadable as error:
        return replace(page, reason=error.reason, absence=error.reason if error.reason == "soft_404" else "")
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a page does to its parser, it is kept and counted
        return replace(page, reason="parser_crash", crash=_where(error))
    if reading.article is not None:
        reading = replace(reading, article=readable(reading.article, page.source, restorer))
    promised = _promised(held, page) and reading.article is None
    return replace(page, reading=reading, reason="no_article" if promised else "")


def refused_page(held: Held, register: Register, reason: str) -> Page:
    """`held` as a page that must not be opened: its head alone is looked at."""
    wire = http.part(held.capture.response)
    return replace(_blank(held, register, wire.status, http.media_type(wire.headers)[0]), reason=reason)


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
    same = bare_host(host) == bare_host(page.url_key.removeprefix("//").partition("/")[0])
    return key if same or (page.source is not None and page.source.covers(host)) else page.url_key


def timestamp(moment: datetime) -> str:
    """`moment` as the database has it: UTC with milliseconds, "2026-11-24T03:00:00.123Z"."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _redirect(held: Held, payload: http.Payload) -> str:
    location = next(iter(http.values(payload.headers, "location")), "")
    if not location or not 300 <= payload.status < 400:
        return ""
    try:
        return url_key(urljoin(held.capture.url, location))
    except ValueError:
        return ""  # a Location that is no address leads nowhere


def _absence(held: Held, page: Page) -> str:
    """Why the answer says that nothing is here although its status does not: pages that the crawler marked, and
    articles that lead to the home page of their site.
    """
    if any(name == _LIKE_ABSENCE for name, _ in held.capture.notes):
        return "soft_404"
    home, _, rest = page.redirect_key.removeprefix("//").partition("/")
    if not home or rest or not _promised(held, page):
        return ""
    own, _, path = page.url_key.removeprefix("//").partition("/")
    same = bare_host(own) == bare_host(home) or (page.source is not None and page.source.covers(home))
    return "redirect_home" if path and same else ""


def _promised(held: Held, page: Page) -> bool:
    """Whether the address of a capture promises an article: by what it was asked for as, or by its source's rules."""
    asked = held.capture.kind == "article"
    return asked or (page.source is not None and page.source.discover.is_article(held.capture.url))


def _where(error: Exception) -> str:
    last = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"


def _blank(held: Held, register: Register, status: int, mime: str) -> Page:
    source, capture = source_of(held, register), held.capture
    source_id = source.id if source else capture.source
    return Page(source, source_id, url_key(capture.url), timestamp(capture.began), status, mime)

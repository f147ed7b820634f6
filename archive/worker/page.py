"""What a capture turned out to be: a value, the identity of the article on it, and a readable title where there is
only a slug.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from archive import parsers
from archive.errors import InstallationError, Unreadable
from archive.model import TOLD_PUBLISHED, Article, Capture, Found, Link, PageKind, Reading, StoredCapture
from archive.parsers import given
from archive.parsers.document.limits import check_bytes
from archive.parsers.document.tree import Tree
from archive.parsers.fields.made_headline import made_headline, texts_of
from archive.places import now, province
from archive.restorer import Loader, Restorer
from archive.sources import Register, Source, bare_host
from archive.sources.model import IMPORTED
from archive.store.rows import PROVENANCE
from archive.text.clock import in_vietnam, utc_milliseconds
from archive.text.dates import read_date
from archive.text.encodings import decode
from archive.text.folding import tokens
from archive.text.slug import slug_of
from archive.text.urls import url_key
from archive.warc import http
from archive.worker.requisites import requisites_of_page, requisites_of_sheet

_NEVER_READ = frozenset({"image", "attachment", "media", "probe"})
_LISTINGS = frozenset({"listing", "feed", "sitemap"})
_LISTS = frozenset({"feed", "sitemap", "robots"})
_TOLD = 0.8  # confidence at most of a date that the page itself does not print
_PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
_LIKE_ABSENCE = "soft-404"  # a crawler's note: the page is like the host's answer for an address that cannot exist

_CALENDAR = (datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))


def no_restorer() -> Restorer | None:
    """The restorer of no archive: None."""
    return None


def parse_capture(
    stored: StoredCapture, register: Register, restorer: Loader = no_restorer, *, requisites: bool = False
) -> Page:
    """What `stored` is, read with the layout of its day; a page that cannot be read has a reason and no reading.

    `restorer` gives the archive's model for headlines that are made from a slug. With `requisites`
    the page also says what it needs to be seen. Raises InstallationError where a
    module is missing.

    Only a whole answer with a status 2xx is read, and only where it was not asked for as picture or attachment:
    everything else is kept as it is. A page without article is unread where its address promises one, by what it was
    asked for as or by the rules of its source; elsewhere it is a listing.
    """
    try:
        payload = http.split(stored.capture.response)
    except Unreadable as error:
        return refused_page(stored, register, error.reason)
    page = replace(blank_page(stored, register, payload.status, payload.mime), redirect_key=_redirect(stored, payload))
    page = replace(page, absence=_absence(stored, page))
    capture = stored.capture
    kind = _kind(capture)
    if not 200 <= payload.status < 300 or payload.status == 206 or kind in _NEVER_READ or stored.revisit_of:
        return page
    if page.absence:
        return replace(page, reason=page.absence)
    if capture.truncated:
        return replace(page, reason="truncated")
    content_type = next(iter(http.values(payload.headers, "content-type")), "")
    if payload.mime == given.MIME and stored.provenance == PROVENANCE:
        return _given(page, stored, payload.body, restorer)
    wanted = requisites and kind not in _LISTS
    if kind == "requisite":
        return replace(page, requisites=_requisites(capture.url, payload, content_type) if wanted else ())
    needed: list[Link] = []

    def look(tree: Tree, markup: bytes) -> None:
        needed.extend(requisites_of_page(tree.parser, markup, capture.url))

    page = _read(page, stored, payload, restorer, look if wanted and payload.mime in _PAGES else None)
    return replace(page, requisites=tuple(needed)) if page.reason != "soft_404" else page


def _read(
    page: Page,
    stored: StoredCapture,
    payload: http.Payload,
    restorer: Loader,
    look: Callable[[Tree, bytes], None] | None,
) -> Page:
    """`page` with what its payload reads as."""
    capture = stored.capture
    content_type = next(iter(http.values(payload.headers, "content-type")), "")
    try:
        reading = parsers.read_page(
            capture.url,
            payload.body,
            content_type,
            payload.status,
            _counted_from(stored),
            page.source,
            kind=_kind(capture),
            look=look,
        )
    except Unreadable as error:
        if error.reason == "soft_404":
            return replace(page, reason=error.reason, absence=error.reason)
        return replace(page, reason=error.reason)
    except MemoryError:
        raise
    except ImportError as error:
        raise InstallationError.of(error) from error
    except Exception as error:  # noqa: BLE001 - whatever a page does to its parser, it is kept and counted
        return replace(page, reason="parser_crash", crash=_where(error))
    if reading.article is not None:
        article = dated(reading.article, stored)
        reading = replace(reading, article=readable_title(article, page.source, restorer))
    promised = _promised(stored, page) and reading.article is None
    cut = reading.reason if reading.kind in ("feed", "sitemap") else ""
    if capture.kind in _LISTINGS and reading.kind in ("attachment", "image"):
        cut = "not_html"  # it names no article, and where its list goes on nobody knows
    return replace(page, reading=reading, reason="no_article" if promised else cut)


def _kind(capture: Capture) -> PageKind:
    return "robots" if urlsplit(capture.url).path == "/robots.txt" else capture.kind  # other tools do not say


def _given(page: Page, stored: StoredCapture, payload: bytes, restorer: Loader) -> Page:
    """`page` with the article that the fields of a file's row are: whatever they say, it is the reading, but that a
    title which is the address's slug is made readable.
    """
    try:
        article = given.read_given(stored.capture.url, payload, _counted_from(stored))
    except Unreadable as error:
        return replace(page, reason=error.reason)
    return replace(page, reading=Reading("article", readable_title(article, page.source, restorer)))


def dated(article: Article, stored: StoredCapture) -> Article:
    """The article, where its page prints no date, with the one that the site told elsewhere: in the feed, sitemap,
    listing or API from which the crawler had the address, as the capture's own notes keep it.
    """
    told = next((value for name, value in stored.capture.notes if name == TOLD_PUBLISHED), "")
    if article.published is not None or not told:
        return article
    moment = read_date(told, "told by the site in a feed, sitemap or listing", stored.capture.began)
    if moment is None or moment.value[:10] > in_vietnam(stored.capture.began).date().isoformat():
        return article
    return replace(article, published=replace(moment, confidence=min(moment.confidence, _TOLD)))


def _requisites(url: str, payload: http.Payload, content_type: str) -> tuple[Link, ...]:
    """What a page in a frame, or a style sheet, needs to be seen; nothing where it is dangerous to parse."""
    text = decode(payload.body, content_type).text
    if payload.mime == "text/css":
        return requisites_of_sheet(text, url)
    if payload.mime not in _PAGES:
        return ()
    try:
        check_bytes(payload.body)
        markup = text.encode("utf-8", "replace")
        return requisites_of_page(LexborHTMLParser(markup), markup, url)
    except (Unreadable, SelectolaxError, ValueError):  # nothing in it is markup
        return ()


def _redirect(stored: StoredCapture, payload: http.Payload) -> str:
    location = next(iter(http.values(payload.headers, "location")), "")
    if not location or not 300 <= payload.status < 400:
        return ""
    try:
        return url_key(urljoin(stored.capture.url, location))
    except ValueError:
        return ""  # a Location that is no address leads nowhere


def _absence(stored: StoredCapture, page: Page) -> str:
    """Why the answer says that nothing is here although its status does not: pages that the crawler marked, and
    articles that lead to the home page of their site.
    """
    if any(name == _LIKE_ABSENCE for name, _ in stored.capture.notes):
        return "soft_404"
    home, _, rest = page.redirect_key.removeprefix("//").partition("/")
    if not home or rest or not _promised(stored, page):
        return ""
    own, _, path = page.url_key.removeprefix("//").partition("/")
    same = bare_host(own) == bare_host(home) or (page.source is not None and page.source.covers(home))
    return "redirect_home" if path and same else ""


def _promised(stored: StoredCapture, page: Page) -> bool:
    """Whether the address of a capture promises an article: by what it was asked for as, or by its source's rules."""
    asked = stored.capture.kind == "article"
    return asked or (page.source is not None and page.source.discover.is_article(stored.capture.url))


def _where(error: Exception) -> str:
    last = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"


def _counted_from(stored: StoredCapture) -> datetime:
    """When `stored` was captured, for a reader that counts days from it: within what the calendar leaves room for."""
    first, last = _CALENDAR
    return min(max(stored.capture.began, first), last)


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

"""A capture opened and read: a pure function of its bytes, its day, and the register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from archive import parsers
from archive.errors import InstallationError, Unreadable
from archive.model import TOLD_PUBLISHED, Article, Capture, Link, PageKind, Reading, StoredCapture
from archive.parsers import given
from archive.parsers.document.limits import check_bytes
from archive.parsers.document.tree import Tree
from archive.restorer import Loader
from archive.sources import Register, bare_host
from archive.store.secondary import PROVENANCE
from archive.text.clock import in_vietnam
from archive.text.dates import read_date
from archive.text.encodings import decode
from archive.text.urls import url_key
from archive.warc import http
from archive.worker.page import Page, blank_page, no_restorer, readable_title, refused_page
from archive.worker.requisites import requisites_of_page, requisites_of_sheet

_NEVER_READ = frozenset({"image", "attachment", "media", "probe"})
_LISTINGS = frozenset({"listing", "feed", "sitemap"})
_LISTS = frozenset({"feed", "sitemap", "robots"})
_TOLD = 0.8  # confidence at most of a date that the page itself does not print
_PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
_LIKE_ABSENCE = "soft-404"  # a crawler's note: the page is like the host's answer for an address that cannot exist

_CALENDAR = (datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))


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

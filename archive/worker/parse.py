"""A capture opened and read, and what it turned out to be: a pure function of its bytes, its day, and the register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from urllib.parse import urljoin, urlsplit

from archive import parsers
from archive.errors import InstallationError, Unreadable
from archive.model import TOLD_PUBLISHED, Article, Capture, Found, Link, PageKind, Reading, StoredCapture
from archive.parsers import given
from archive.parsers.document.limits import check_bytes
from archive.places import now, province
from archive.restorer import Loader, Restorer
from archive.sources import Register, Source, bare_host
from archive.sources.model import IMPORTED
from archive.store.secondary import PROVENANCE
from archive.text.clock import in_vietnam, utc_milliseconds
from archive.text.dates import read_date
from archive.text.encodings import decode
from archive.text.folding import tokens
from archive.text.restore import restore
from archive.text.urls import url_key
from archive.warc import http
from archive.worker.requisites import requisites_of_page, requisites_of_sheet

# What a capture turned out to be: a value, the identity of the article on it, and a readable title where there is
# only a slug.

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


def refused_page(held: StoredCapture, register: Register, reason: str) -> Page:
    """`held` as a page that must not be opened: its head alone is looked at."""
    wire = http.part(held.capture.response)
    return replace(blank_page(held, register, wire.status, http.media_type(wire.headers)[0]), reason=reason)


def blank_page(held: StoredCapture, register: Register, status: int, mime: str) -> Page:
    """`held` as a page of which its head alone is known."""
    source, capture = source_of(held, register), held.capture
    source_id = source.id if source else _unregistered(capture)
    return Page(source, source_id, url_key(capture.url), utc_milliseconds(capture.began), status, mime)


def _unregistered(capture: Capture) -> str:
    """Where a capture stands that no source of the register claims: under its host, if it came without a source."""
    if capture.source != IMPORTED:
        return capture.source
    return bare_host(urlsplit(capture.url).netloc) or IMPORTED


def source_of(held: StoredCapture, register: Register) -> Source | None:
    """The source that `held` belongs to: the one it was fetched for, else the one whose host it came from that day."""
    own = register.find(held.capture.source)
    return own or register.for_host(urlsplit(held.capture.url).netloc, held.capture.began.date())


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
    evidence = [article.lead.value if article.lead else "", *article.body, *article.captions]
    evidence += [text for teaser in article.teasers for text in (teaser.headline, teaser.text)]
    if not slug or all(text.isascii() for text in evidence):
        return article
    learnt = restorer()
    if again and learnt is None:
        return article  # the parser has seen more of the page than is handed on
    evidence += _names(source)
    made = restore(slug, [text for text in evidence if text], learnt.model if learnt else None)
    by = f"{made.by}; model {learnt.name}" if learnt else made.by
    raw = shown.raw if again else shown.value
    return replace(article, headline=Found(made.value, by=by, raw=raw, confidence=made.confidence))


def model_of(by: str) -> str:
    """The name of the model that a headline found `by` was made with; "" where it was made without, or is shown.

    >>> model_of("restored/1: page 7, model 3, unknown 0; model 3fa81c09d2e4"), model_of("h1.title")
    ('3fa81c09d2e4', '')
    """
    found = _MODEL.search(by) if by.startswith("restored") else None
    return found[1] if found else ""


def _shown_slug(article: Article) -> str:
    """The slug of `article` where its headline shows nothing else."""
    shown = article.headline.value
    words = tokens(shown)
    return article.slug if shown.isascii() and len(words) >= _SHORTEST and words == tokens(article.slug) else ""


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


_NEVER_READ = frozenset({"image", "attachment", "media", "probe"})
_LISTS = frozenset({"feed", "sitemap", "robots"})
_TOLD = 0.8  # confidence at most of a date that the page itself does not print
_PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
_LIKE_ABSENCE = "soft-404"  # a crawler's note: the page is like the host's answer for an address that cannot exist

_CALENDAR = (datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))


def parse_capture(
    held: StoredCapture, register: Register, restorer: Loader = no_restorer, *, requisites: bool = False
) -> Page:
    """What `held` is, read with the layout of its day; a page that cannot be read has a reason and no reading.

    `restorer` gives the archive's model for headlines that are made from a slug. With `requisites`
    the page also says what it needs to be seen. Raises InstallationError where a
    module is missing.

    Only a whole answer with a status 2xx is read, and only where it was not asked for as picture or attachment:
    everything else is kept as it is. A page without article is unread where its address promises one, by what it was
    asked for as or by the rules of its source; elsewhere it is a listing.
    """
    try:
        payload = http.split(held.capture.response)
    except Unreadable as error:
        return refused_page(held, register, error.reason)
    page = replace(blank_page(held, register, payload.status, payload.mime), redirect_key=_redirect(held, payload))
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
    if payload.mime == given.MIME and held.provenance == PROVENANCE:
        return _given(page, held, payload.body)
    if requisites and kind not in _LISTS:
        page = replace(page, requisites=_requisites(capture.url, payload, content_type))
    if kind == "requisite":
        return page
    try:
        reading = parsers.read_page(
            capture.url, payload.body, content_type, payload.status, _counted_from(held), page.source, kind=kind
        )
    except Unreadable as error:
        if error.reason == "soft_404":
            return replace(page, reason=error.reason, absence=error.reason, requisites=())
        return replace(page, reason=error.reason)
    except MemoryError:
        raise
    except ImportError as error:
        raise InstallationError.of(error) from error
    except Exception as error:  # noqa: BLE001 - whatever a page does to its parser, it is kept and counted
        return replace(page, reason="parser_crash", crash=_where(error))
    if reading.article is not None:
        article = dated(reading.article, held)
        reading = replace(reading, article=readable_title(article, page.source, restorer))
    promised = _promised(held, page) and reading.article is None
    return replace(page, reading=reading, reason="no_article" if promised else "")


def _given(page: Page, held: StoredCapture, payload: bytes) -> Page:
    """`page` with the article that the fields of a file's row are: whatever they say, it is the reading."""
    try:
        article = given.read_given(held.capture.url, payload, _counted_from(held))
    except Unreadable as error:
        return replace(page, reason=error.reason)
    return replace(page, reading=Reading("article", article))


def dated(article: Article, held: StoredCapture) -> Article:
    """The article, where its page prints no date, with the one that the site told elsewhere: in the feed, sitemap,
    listing or API from which the crawler had the address, as the capture's own notes keep it.
    """
    told = next((value for name, value in held.capture.notes if name == TOLD_PUBLISHED), "")
    if article.published is not None or not told:
        return article
    moment = read_date(told, "told by the site in a feed, sitemap or listing", held.capture.began)
    if moment is None or moment.value[:10] > in_vietnam(held.capture.began).date().isoformat():
        return article
    return replace(article, published=replace(moment, confidence=min(moment.confidence, _TOLD)))


def _requisites(url: str, payload: http.Payload, content_type: str) -> tuple[Link, ...]:
    """What a page, or a style sheet, needs to be seen; nothing where it is dangerous to parse."""
    if payload.mime == "text/css":
        return requisites_of_sheet(decode(payload.body, content_type).text, url)
    if payload.mime not in _PAGES:
        return ()
    try:
        check_bytes(payload.body)
    except Unreadable:
        return ()
    return requisites_of_page(decode(payload.body, content_type).text, url)


def _redirect(held: StoredCapture, payload: http.Payload) -> str:
    location = next(iter(http.values(payload.headers, "location")), "")
    if not location or not 300 <= payload.status < 400:
        return ""
    try:
        return url_key(urljoin(held.capture.url, location))
    except ValueError:
        return ""  # a Location that is no address leads nowhere


def _absence(held: StoredCapture, page: Page) -> str:
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


def _promised(held: StoredCapture, page: Page) -> bool:
    """Whether the address of a capture promises an article: by what it was asked for as, or by its source's rules."""
    asked = held.capture.kind == "article"
    return asked or (page.source is not None and page.source.discover.is_article(held.capture.url))


def _where(error: Exception) -> str:
    last = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"


def _counted_from(held: StoredCapture) -> datetime:
    """When `held` was captured, for a reader that counts days from it: within what the calendar leaves room around."""
    first, last = _CALENDAR
    return min(max(held.capture.began, first), last)

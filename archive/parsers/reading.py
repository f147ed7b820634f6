"""Reads one captured page: chooses how by its kind, its source's layout of that day and its marks of family."""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from archive.errors import Unreadable
from archive.model import Article, Link, PageKind, Reading
from archive.parsers import feeds, links, mapped
from archive.parsers.blocks.lines import shape_of
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.classify import LIKELY
from archive.parsers.document import error_pages as unreadable
from archive.parsers.document.address import rendering_of
from archive.parsers.document.page import Page, open_page
from archive.parsers.document.tree import Skip, Tree
from archive.parsers.site.families import family_of
from archive.parsers.site.taught import applied, fits, required_of, selectors_of, taught
from archive.sources.model import NO_SELECTORS, Layout, Source

_TAIL: Final = 3_000  # bytes at the end of a page in which </html> or </body> stands where it is whole
_MARKUP: Final = re.compile(
    r"^(?:text/(?:html|xml|plain)|application/(?:xhtml\+xml|xml|octet-stream)|application/[\w.-]+\+xml|)$"
)


def read_page(
    url: str,
    body: bytes,
    content_type: str,
    status: int,
    captured: datetime,
    source: Source | None = None,
    kind: PageKind = "page",
    look: Callable[[Tree, bytes], None] | None = None,
) -> Reading:
    """What the page at `url` holds: an article, or the links of a listing, feed, sitemap or robots.txt.

    `body` are the bytes after transfer and content coding are undone, `captured` is the aware time of capture: with
    `source` it names the layout that the page is read with. `look` is shown the tree of an HTML page and its markup in
    UTF-8 before it is read: another tree costs .3 ms. Pure: no clock, network or database. A page whose status is not
    2xx, and a picture or document, has neither article nor links. Raises Unreadable with the reason where bytes that
    ought to be a page cannot be read.
    """
    if not 200 <= status < 300 or status in (204, 206):  # 206: a part, which nobody has asked for
        return Reading("page", reason=f"status_{status}")
    mime = content_type.partition(";")[0].strip().lower()
    if mime.startswith("image/"):
        return Reading("image")
    if source is not None and (found := mapped.read_mapped(url, body, source, captured)) is not None:
        return found
    if feeds.is_posts(url, body):
        return feeds.read_posts(body, source)
    if not _MARKUP.match(mime) and "sitemap" not in (kind, links.kind_of(url)):  # sitemap.xml.gz is application/gzip
        return Reading("attachment")
    if kind == "robots" or urlsplit(url).path == "/robots.txt":
        return feeds.read_robots(body)
    if feeds.is_feed(body):
        return feeds.read_feed(body, captured, source)
    layout = source.layout_on(captured.date()) if source is not None else None
    with _opening(url, body, content_type, captured, source, kind) as opened:
        page = opened(_skip_of(layout))
        if look is not None:
            look(page.tree, page.markup)
        if page.tree.skipped:
            if (found := _shortened(url, page, captured, source, layout)) is not None:
                return found
            page = opened(None)
        return _read_html(url, page, opened, captured, source, layout)


def read_shortened(url: str, body: bytes, content_type: str, captured: datetime, source: Source) -> Article | None:
    """The article of a page without the boxes that its layout skips; None where it must be looked at whole."""
    layout = source.layout_on(captured.date())
    with _opening(url, body, content_type, captured, source, "page") as opened:
        page = opened(_skip_of(layout))
        found = _shortened(url, page, captured, source, layout) if page.tree.skipped else None
    return found.article if found is not None else None


def _skip_of(layout: Layout | None) -> Skip | None:
    if layout is None or not layout.select.skip:
        return None
    return Skip(", ".join(layout.select.skip), required_of(layout))


def _shortened(
    url: str, page: Page, captured: datetime, source: Source | None, layout: Layout | None
) -> Reading | None:
    """The reading of a page of which boxes were skipped; None where its layout does not fit, or no article is found."""
    if layout is None or not fits(page, layout):
        return None
    try:
        found = _read_html(url, page, lambda _: page, captured, source, layout)
    except Unreadable:
        return None
    return found if found.article is not None else None


@contextlib.contextmanager
def _opening(
    url: str, body: bytes, content_type: str, captured: datetime, source: Source | None, kind: PageKind
) -> Iterator[Callable[[Skip | None], Page]]:
    """A function that opens the page; the elements of what was opened go when the reading is done."""
    layout = source.layout_on(captured.date()) if source is not None else None
    site = selectors_of(layout)
    pages: list[Page] = []

    def opened(skip: Skip | None) -> Page:
        page = open_page(
            url,
            body,
            content_type,
            captured,
            site,
            month_first=bool(layout and layout.month_first),
            publisher=source.name if source is not None else "",
            skip=skip,
        )
        page.asked = kind
        page.learnt = layout is not None and layout.learned is not None and bool(site and (site.headline or site.body))
        page.lines = frozenset(map(shape_of, layout.lines)) if layout is not None else frozenset()
        if layout is not None and not fits(page, layout):
            page.site, page.learnt, page.lines = NO_SELECTORS, False, frozenset()
        pages.append(page)
        return page

    collecting = gc.isenabled()
    gc.disable()  # a third of the time: a page's elements live until it is read, and none of them is garbage before
    try:
        yield opened
    finally:
        for page in pages:
            page.tree.dissolve()
        if collecting:
            gc.enable()


def _read_html(
    url: str,
    page: Page,
    opened: Callable[[Skip | None], Page],
    captured: datetime,
    source: Source | None,
    layout: Layout | None,
) -> Reading:
    def whole() -> Page:
        """The page with what selectors took out of it: that holds links too."""
        if page.tree.restore():
            return page
        again = opened(None)
        again.url = own or url
        return again

    family = family_of(page, layout)
    rendering, own = rendering_of(page, family.own_address(url))
    page.url = own or url
    said = taught(page, layout)
    is_article = family.is_article if family.always else None
    try:
        article = read_by_evidence(page, family)
    except Unreadable as error:
        if error.reason != "no_article":
            raise
        page = whole()
        unreadable.check(page, 0)
        return links.listing(page, source, is_article, reason=error.detail)
    article = applied(article, said, layout)
    if rendering:
        note = f"read from the {rendering} version: its own page counts as soon as it is captured"
        article = replace(article, url=url, canonical=own, rendering=rendering, notes=(*article.notes, note))
    unreadable.check(page, sum(paragraph.count(" ") + 1 for paragraph in article.body))
    unreadable.check_body(article.body)
    if article.probability < LIKELY:
        found = links.listing(whole(), source, is_article, reason=article.notes[-1])
        return replace(found, unlikely=article)
    return Reading("article", _doubted(page, article), _links(article), article.teasers, notes=page.notes)


def _doubted(page: Page, article: Article) -> Article:
    """The article, marked where the page breaks off: a program's fatal error, a connection that ended early."""
    tail = page.markup[-_TAIL:]
    if b"</html" in tail or b"</html" in (tail := tail.lower()) or b"</body" in tail:
        return article
    note = "the page has no end: the text may be cut"
    return replace(article, notes=(*article.notes, note), confidence=min(article.confidence, 0.5))


def _links(article: Article) -> tuple[Link, ...]:
    found = {teaser.url: Link(teaser.url, "article", teaser.published) for teaser in article.teasers}
    for image in article.images:
        found.setdefault(image.url, Link(image.url, "image"))
    for attachment in article.attachments:
        found.setdefault(attachment.url, Link(attachment.url, "attachment"))
    if article.canonical and article.canonical != article.url:
        found.setdefault(article.canonical, Link(article.canonical, "article"))
    return tuple(found.values())

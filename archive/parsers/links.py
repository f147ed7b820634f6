"""Reads the links of a page, what each is likely to be, and the teasers of a listing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from archive.model import Link, PageKind, Reading, Teaser
from archive.parsers.document.address import is_file
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element
from archive.parsers.fields.related import merged, read_link
from archive.sources.model import Source
from archive.text.slug import slug_of

MOST_LINKS: Final = 3_000  # of one page; the longest listing of the corpus has 700
LONG_SLUG: Final = 6  # words of a slug without id from which it is an article's: sections have shorter names
_FEED: Final = re.compile(r"/(?:rss|feed|feeds|atom)(?:/|\.|$)|[?&]format=feed|\.rss$|/rss-", re.IGNORECASE)
_SITEMAP: Final = re.compile(r"sitemap[^/]*\.xml(?:\.gz)?$", re.IGNORECASE)
_IMAGE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|svg|ico|avif)$", re.IGNORECASE)
_STATIC: Final = re.compile(r"\.(?:css|js|woff2?|ttf|eot|map|mp4|webm|m3u8|swf)$", re.IGNORECASE)
_NUMBERED: Final = re.compile(
    r"(?:[-_.](?:a|d|post|postid|art|id|n|p)?\d{2,}|-[0-9a-f]{7})(?:\.\w{2,5})?/?$|/(?:19|20)\d\d/\d{1,2}/(?:\d{1,2}/)?[^/]+/?$|/\d{4,}/[^/]+/?$|"
    r"/(?:19|20)\d{4}/[^/]+/?$|[?&](?:id|itemid|newsid|contentid|ddocname)=[\w-]+|/-/[^/]+/?$",
    re.IGNORECASE,
)
_LISTING: Final = re.compile(
    r"/page[-/]\d+/?$|/trang-\d+|[?&](?:page|p|trang|paged|_cur)=\d+|/(?:categor(?:y|ies)|chuyen-muc|tags?|topics?|chu-de|authors?|tac-gia)/",
    re.IGNORECASE,
)
_REFRESH: Final = re.compile(r"url\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)
_MEANT: Final = frozenset(("next", "prev", "alternate", "canonical", "amphtml"))


def kind_of(url: str, source: Source | None = None, is_article: Callable[[str], bool] | None = None) -> PageKind:
    """What `url` is likely to be: by the source's rules, then the family's, then by the habits of all families."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return "page"
    if _IMAGE.search(path):
        return "image"
    if is_file(url) or "download=1" in url:
        return "attachment"
    if _SITEMAP.search(path):
        return "sitemap"
    if source is not None:
        if source.discover.is_article(url):
            return "article"
        if source.discover.is_listing(url):
            return "listing"
        if source.discover.article and not _FEED.search(url):
            return "page"
    if _FEED.search(url):
        return "feed"
    if _LISTING.search(url):
        return "listing"
    if is_article is not None:
        return "article" if is_article(url) else "page"
    words = len(slug_of(url).split("-"))
    return "article" if words >= LONG_SLUG or (words >= 3 and _NUMBERED.search(url)) else "page"


def links_of(
    page: Page, source: Source | None = None, is_article: Callable[[str], bool] | None = None
) -> tuple[Link, ...]:
    """Every link of the page, each address once, in page order; a refresh's target first."""
    found: dict[str, Link] = {}
    refresh = _REFRESH.search(page.meta("refresh"))
    hrefs = [refresh[1]] if refresh else []
    for element in page.root.iter("a", "area", "link"):
        if _is_meant(element):
            hrefs.append(element.get("href") or "")
    for href in hrefs:
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        url = page.absolute(href).partition("#")[0]
        if url.startswith(("http://", "https://")) and url not in found and not _STATIC.search(urlsplit_path(url)):
            found[url] = Link(url, kind_of(url, source, is_article))
            if len(found) >= MOST_LINKS:
                break
    return tuple(found.values())


def urlsplit_path(url: str) -> str:
    """The path of `url`, or "" where it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def listing(
    page: Page, source: Source | None = None, is_article: Callable[[str], bool] | None = None, reason: str = ""
) -> Reading:
    """The page as a listing: its links, and a teaser for each that leads to an article."""
    links = links_of(page, source, is_article)
    articles = {link.url for link in links if link.kind == "article"}
    teasers: dict[str, Teaser] = {}
    for element in page.root.iter("a"):
        if page.absolute(element.get("href") or "").partition("#")[0] not in articles:
            continue
        teaser = read_link(page, element, "listing")
        if teaser is not None:
            url = teaser.url.partition("#")[0]
            known = teasers.get(url)
            teasers[url] = replace(teaser, url=url) if known is None else merged(known, teaser)
    return Reading("listing", links=links, teasers=tuple(teasers.values()), reason=reason, notes=page.notes)


def _is_meant(element: Element) -> bool:
    """Whether an element leads to what a person may read, or a feed: not to the same page as data for programs."""
    if element.tag != "link":
        return True
    rel = (element.get("rel") or "").lower().split()
    kind = (element.get("type") or "").lower()
    return not _MEANT.isdisjoint(rel) and "stylesheet" not in rel and "json" not in kind and "oembed" not in kind

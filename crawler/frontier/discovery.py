"""Which of the links found are worth a request, and in what order. Pure: no clock, network or database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from archive.model import Link, PageKind
from archive.settings import Keep
from archive.sources import Source
from archive.worker.requisites import is_media
from crawler.frontier.store import Candidate
from crawler.scope import as_fetched, key_of, refusal, trap

DEEPEST = 4
"""Links followed from a seed through pages of unknown kind; articles, listings and feeds are bounded by other rules."""

SITEMAP_DEPTH = 3
"""Indexes of sitemaps within each other: the standard has one, and what goes on deeper goes on for ever."""

_PAGE_NUMBER = re.compile(
    r"(?:[?&](?:page|p|trang|paged|pageindex|_cur)=|/(?:page|trang|p)[-/]?|[-_/](?:page|trang)-?)(\d{1,6})(?:\D|$)",
    re.IGNORECASE,
)
_LAST_NUMBER = re.compile(r"[-_/](?:page|trang)[-_/]?\d{1,3}(?:\.\w+|/)?$", re.IGNORECASE)
"""A list's later page, whatever an article's pattern says: `-\\d+\\.html` meets /thoi-su-trang-2.html (MasterCMS)."""
_EPOCH = date(1997, 1, 1)
_RANK: dict[PageKind, int] = {
    "sitemap": 950_000,
    "feed": 940_000,
    "listing": 900_000,
    "article": 600_000,  # + days since 1997: the newest first
    "page": 500_000,
    "attachment": 350_000,
    "image": 340_000,
    "media": 330_000,
}
_HISTORY = 300_000
"""What an article of before the last month, or a listing's later page, ranks lower: history comes after news."""

_NEWS_DAYS = 31

_SIDE = re.compile(
    r"/(?:tags?|tu-khoa|authors?|tac-gia)/[^/]|[?&](?:tag|author)=|/(?:19|20)\d\d/(?:\d\d/){0,2}(?:feed/?)?$",
    re.IGNORECASE,
)
_LAST = 280_000

_SHEETS, _PICTURES = 360_000, 250_000
"""Requisites: style sheets and fonts are few and shared, so they come before attachments; the pictures of listings and
frames come after all texts.
"""
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|svg|ico|avif)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a page's links come to: candidates, and how many were passed over, by reason."""

    candidates: tuple[Candidate, ...]
    passed_over: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """The page on which links were found."""

    url: str
    kind: PageKind
    depth: int
    page: int = 1  # which page of a listing it is


def page_number(url: str) -> int:
    """Which page of a listing `url` asks for: 1 where it does not say.

    >>> [page_number(url) for url in ("/tin-tuc/", "/tin-tuc/page-3/", "/tin?page=12", "/tin/trang/2.html")]
    [1, 3, 12, 2]
    """
    found = _PAGE_NUMBER.search(url)
    return max(1, int(found[1])) if found else 1


def look(
    links: Iterable[Link], origin: Origin, source: Source, keep: Keep, today: date, since: date | None = None
) -> Finding:
    """What is worth a request among `links`, found on `origin` on the day `today`.

    What another host, a scheme, a keep rule or `since` rules out is counted and leaves no row; what a trap rule or
    `never` rules out inside the source becomes an excluded candidate, so that one can ask why it was not fetched.
    """
    candidates: dict[str, Candidate] = {}
    passed_over: dict[str, int] = {}

    def pass_over(reason: str) -> None:
        passed_over[reason] = passed_over.get(reason, 0) + 1

    for link in links:
        try:
            url = as_fetched(link.url)
        except ValueError:
            pass_over("no url")
            continue
        if link.kind == "attachment" and is_media(url):
            continue  # a recording is no document, and is named among the page's media
        reason = out_of_scope(url, link.kind, source, today) or _unwanted(link.kind, url, keep)
        if reason:
            pass_over(reason)
            continue
        kind = _kind(link, url, source)
        number = page_number(url) if kind == "listing" else 1
        excluded = ruled_out(url, kind, source, today)
        if kind == "sitemap" and origin.kind == "sitemap" and origin.depth >= SITEMAP_DEPTH:
            excluded = "trap:sitemaps"
        if since and link.published and link.published[:10] < since.isoformat():
            pass_over("since")  # no row: the next run may ask for more
            continue
        if kind == "page" and not excluded and not _promising(origin, source):
            pass_over("not an article")
            continue
        priority = rank(kind, link.published, origin.depth + 1, number, today, url)
        key = key_of(url, source)
        candidates.setdefault(
            key,
            Candidate(
                url,
                kind,
                priority,
                origin.depth + 1,
                via=origin.url,
                published=link.published,
                excluded=excluded,
                modified=link.modified,
                headline=link.headline,
                key=key,
            ),
        )
    return Finding(tuple(candidates.values()), tuple(sorted(passed_over.items())))


def is_side(url: str) -> bool:
    """Whether `url` lists what other listings list as well: by tag, by author, by month.

    >>> [is_side(url) for url in ("/tag/le-hoi/", "/author/bbt/feed/", "/2020/05/", "/?tag=x", "/category/kinh-te/")]
    [True, True, True, True, False]
    """
    return bool(_SIDE.search(url))


def rank(kind: PageKind, published: str, depth: int, number: int, today: date, url: str = "") -> int:
    """The priority of a URL: feeds and listings before articles, the newest articles first, then history."""
    if kind == "requisite":
        return _PICTURES if is_picture(url) else _SHEETS
    base = _RANK.get(kind, 500_000)
    if kind in ("listing", "feed", "page") and depth and is_side(url):
        return _LAST - depth * 100  # by then all that it lists is known
    if kind == "listing":
        return base - depth * 100 if number == 1 else _HISTORY + 50_000 - min(number, 40_000)
    if kind != "article":
        return base - depth * 100
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        day = today  # found on a page of today, and nothing says that it is older
    days = (day - _EPOCH).days
    return base + days if (today - day).days <= _NEWS_DAYS else base - _HISTORY + days


def ruled_out(url: str, kind: PageKind, source: Source, today: date) -> str:
    """The rule by which `url`, which is in scope, is not asked for as `kind`: "never" or "trap:name"; "" for none."""
    if kind == "requisite":
        return "never" if source.discover.is_never(url) and not refusal(url, source, today) else ""
    if kind in ("image", "attachment", "media"):
        return ""
    found = trap(url, source, today)
    if not found and kind == "listing" and page_number(url) > source.discover.max_pages:
        return "trap:pages"
    return found


def out_of_scope(url: str, kind: PageKind, source: Source, today: date) -> str:
    """Why `url` is no business of `source` as `kind`, as "scope:rule"; "" where it is in scope.

    What a page needs to be seen may lie at any host; whether that one wants to be asked, its own robots.txt says.
    """
    reason = refusal(url, source, today)
    return "" if reason == "scope:host" and kind == "requisite" else reason


def is_picture(url: str) -> bool:
    """Whether `url` names a picture, by its ending."""
    return bool(_PICTURE.search(url.partition("?")[0]))


def _unwanted(kind: PageKind, url: str, keep: Keep) -> str:
    if kind == "image" or (kind == "requisite" and is_picture(url)):
        if not keep.images:
            return "keep.images"
    elif kind == "attachment" and not keep.attachments:
        return "keep.attachments"
    elif kind == "media" and not keep.video:
        return "keep.video"
    return "keep.requisites" if kind == "requisite" and not keep.requisites else ""


def _kind(link: Link, url: str, source: Source) -> PageKind:
    """What `url` is: the source's own rules know better than the page it was found on."""
    if link.kind in ("image", "attachment", "requisite", "media", "feed", "sitemap"):
        return link.kind
    if source.discover.is_article(url) and not _LAST_NUMBER.search(url):
        return "article"
    if source.discover.is_listing(url):
        return "listing"
    kind: PageKind = "page" if link.kind == "article" and source.discover.article else link.kind
    return "listing" if kind == "page" and page_number(url) > 1 and not _is_told(source) else kind


def _promising(origin: Origin, source: Source) -> bool:
    """Whether a page of unknown kind, linked from `origin`, may lead to articles.

    Where the source says what its listings are, nothing else need be looked into.
    """
    return not _is_told(source) and origin.depth + 1 < (3 if source.discover.article else DEEPEST)


def _is_told(source: Source) -> bool:
    """Whether the source file says what the articles and the listings of its site are."""
    rules = source.discover
    return bool(rules.article and (rules.listing or rules.listings))

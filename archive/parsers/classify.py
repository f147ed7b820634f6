"""Decides whether a page of unknown making is an article: it must earn it, for an archive of listings is no archive."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final
from urllib.parse import urlsplit

from archive.errors import Unreadable
from archive.model import Article
from archive.parsers.blocks.density import is_running
from archive.parsers.blocks.lines import HEADINGS, Items, Line, Picture
from archive.parsers.document.address import canonical_of, names_itself
from archive.parsers.document.metadata import Metadata
from archive.parsers.document.page import Page
from archive.parsers.fields.headline import slug_words
from archive.parsers.links import kind_of
from archive.text.fold import fold
from archive.text.slug import match

ENOUGH: Final = 3.0
_POINTER_WORDS: Final = 5  # of a link that counts as a pointer: sections and authors have fewer
_LONG_HEADLINE: Final = 6  # words; listings have shorter titles
_TEASER: Final = 3.0  # what a teaser's heading speaks against an article
_NEAR: Final = 3  # items right above the text
_RUNS: Final = 2  # lines of running text
_ID: Final = re.compile(r"\d{3}")
_SECONDARY: Final = re.compile(
    r"/(?:print|savefile|sendmail|in-bai|in-bai-viet|ban-in|printpreview|embed|amp)(?:/|$)|[?&](?:print|in|download|pdf|share|replytocom)=",
    re.IGNORECASE,
)
_QUERIED: Final = re.compile(
    r"[?&](?:s|q|keyword|keywords|search|tukhoa|key)=(?!\w+(?:-\w+){3})|/(?:search|seek|tim-kiem)(?:/|$|\?)",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"\s+[|–—-]\s+")  # of a title and the site's name
_ABOUT_SITE: Final = re.compile(
    r"(?:trang\s+)?(?:giới\s+thiệu(?:\s+chung)?|liên\s+hệ(?:\s+(?:quảng\s+cáo|tòa\s+soạn))?|(?:về\s+)?chúng\s+tôi|lưu\s+trữ|"
    r"(?:chính\s+sách|quy\s+định)\s+(?:bảo\s+mật|riêng\s+tư|quyền\s+riêng\s+tư)|điều\s+khoản(?:\s+(?:sử\s+dụng|dịch\s+vụ))?|"
    r"sơ\s+đồ\s+(?:trang|site|website)|about(?:\s+(?:us|me))?|contact(?:\s+us)?|archives?|privacy\s+policy)",
    re.IGNORECASE,
)
_ARCHIVE: Final = re.compile(
    r"/(?:19|20)\d\d(?:/\d{1,2}){0,2}/?$|/(?:categor(?:y|ies)|chuyen-muc|tags?|topics?|authors?|tac-gia|groups)/|/(?:archives?|luu-tru)/?$",
    re.IGNORECASE,
)


def check_address(page: Page) -> None:
    """Raises Unreadable(no_article) where the address alone says that the page is none: a search, a print version."""
    path = urlsplit(page.url).path
    if (
        path.strip("/") in ("", "index.html", "index.php", "default.aspx", "trang-chu", "home")
        and not urlsplit(page.url).query
    ):
        raise Unreadable("no_article", "the front page")
    if _SECONDARY.search(page.url) and not names_itself(page):
        raise Unreadable("no_article", "another rendering of an article: print, save, share")
    if _QUERIED.search(page.url):
        raise Unreadable("no_article", "a search")


def check_article(page: Page, article: Article, meta: Metadata, above: Items, stretch: Items) -> None:
    """Raises Unreadable(no_article) where too little speaks for an article.

    What speaks for it: the page calls itself one, the address has the headline's slug or an article's form, a date
    stands by the headline, there is much running text. Against it: an address of a listing, as many links to other
    pages as paragraphs, a heading right above the text that leads to another page, as a teaser's does. `above` are the
    items above the text, `stretch` those between headline and end.
    """
    if any(map(_ABOUT_SITE.fullmatch, (article.headline.value, _JOINT.split(page.title())[0]))):
        raise Unreadable("no_article", "a page about the site")
    weight = _weight(page, article, meta) - (_TEASER if _heads_teaser(page, above, stretch) else 0)
    last = max((at for at, item in enumerate(stretch) if _is_text(item)), default=-1)
    pointers = {
        link.href
        for item in stretch[: last + 1]  # what follows is the list of other articles behind a text
        if isinstance(item, Line)
        for link in item.links
        if len(link.text.split()) >= _POINTER_WORDS
    }
    running = [item for item in stretch if _is_text(item)]
    if not pointers and article.published is not None and (len(running) >= _RUNS or article.byline is not None):
        weight += 1.5  # in a listing headlines that are links part the texts, and nobody signs them
    if len(pointers) >= 3 and len(pointers) >= len(running) * 0.5:
        weight -= 1.5 if _is_named_so(page, article) else 3
    if weight < ENOUGH:
        raise Unreadable("no_article", f"too little speaks for an article: {weight:.1f} of {ENOUGH}")


def _heads_teaser(page: Page, above: Items, stretch: Items) -> bool:
    """Whether the heading right above the first running text leads to another page of the site than its first."""
    for item in reversed([*above[-_NEAR:], *takewhile(lambda item: not _is_text(item), stretch)]):
        if isinstance(item, Line) and item.tag in HEADINGS:
            urls = [page.absolute(link.href).partition("#")[0] for link in item.links]
            away = [url for url in urls if url != page.url and urlsplit(url).path.strip("/")]
            return item.linked > 0.9 and bool(away) and canonical_of(page) not in away
    return False


def _is_text(item: Line | Picture) -> bool:
    return isinstance(item, Line) and is_running(item) and item.length >= 15


def _has_id(url: str) -> bool:
    """Whether an address has a number such as articles have: a section's is made of words."""
    parts = urlsplit(url)
    return _ID.search(f"{parts.path}?{parts.query}") is not None


def _is_named_so(page: Page, article: Article) -> bool:
    """Whether the address is the long headline's and an article's: then many links stand around a short text."""
    slug = slug_words(page)
    if len(slug.split("-")) < _LONG_HEADLINE or kind_of(page.url) != "article":
        return False
    return article.published is not None and match(slug, [article.headline.value]) is not None


def _weight(page: Page, article: Article, meta: Metadata) -> float:
    length = sum(len(paragraph.split()) for paragraph in article.body)
    weight = 0.0
    if meta.is_article:
        weight += 3
    if page.meta("og:type") == "article":
        weight += 2
    if page.all('[itemtype*="NewsArticle"]') or page.all('[itemprop="articleBody"]'):
        weight += 1.5
    slug = slug_words(page)
    named = match(slug, [article.headline.value]) is not None
    long = named and len(slug.split("-")) >= _LONG_HEADLINE
    if named:
        weight += 2 if long else 0.5  # sections have slugs too, but short ones
    if _has_id(page.url) and len(article.headline.value.split()) >= _LONG_HEADLINE:
        weight += 1 if fold(article.headline.value) in fold(page.title()) else 0.5
    kind = kind_of(page.url)
    if kind == "article":
        weight += 1
    if kind == "listing" or _ARCHIVE.search(urlsplit(page.url).path):
        numbered = _has_id(page.url) and len(slug.split("-")) >= _LONG_HEADLINE  # "/chuyen-muc/<slug>-<id>.html"
        weight -= 0 if long and numbered else 1.5 if numbered else 3
    if article.published is not None:
        weight += 1
    weight += 1 if length >= 100 else 0
    weight += 1 if length >= 250 else 0
    weight -= 1 if length < 30 else 0
    return weight

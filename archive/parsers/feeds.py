"""Reads feeds (RSS, Atom), sitemaps (index, urlset, news), robots.txt and WordPress' lists of posts into links."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from lxml import etree

from archive.errors import Unreadable
from archive.model import Link, PageKind, Reading, Teaser
from archive.parsers.document.tree import clean, parse_fragment, text_of
from archive.parsers.links import kind_of
from archive.sources.model import Source
from archive.text.dates import read_date
from archive.text.encodings import decode

MOST_BYTES: Final = 50 * 1024 * 1024  # sitemaps.org: a sitemap has at most 50 MB uncompressed
MOST_LINKS: Final = 50_000  # sitemaps.org: and at most 50,000 addresses
_START: Final = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<\?[^>]*\?>\s*|<!--.*?-->\s*)*<(rss|rdf:RDF|feed|urlset|sitemapindex)\b",
    re.DOTALL,
)
_HALF_PAIR: Final = re.compile(  # a reference to one of D800-DFFF
    rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*(?:55(?:29[6-9]|[3-9]\d\d)|56\d{3}|57(?:[0-2]\d\d|3[0-3]\d|34[0-3])));",
    re.IGNORECASE,
)
_ADDRESSED: Final = re.compile(r"[^\s@]++@[^\s@]++(?:\s++\((?P<name>[^)]*+)\))?")
_ROBOTS_SITEMAP: Final = re.compile(rb"^[^\S\n]*+sitemap\s*+:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_MOST_LISTED: Final = 8 * 1024 * 1024  # a hundred posts with all their texts have 2 MB
_MOST_POSTS: Final = 1_000  # WordPress gives 100 at most
_LIST: Final = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\[\s*(?:\{|\])")
_ADDRESS: Final = re.compile(r"/wp-json/wp/v2/|[?&]rest_route=")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?")


def is_feed(body: bytes) -> bool:
    """Whether `body` is a feed or a sitemap, by its first element."""
    return bool(_START.match(unpacked(body, 4096)))


def unpacked(body: bytes, most: int = MOST_BYTES + 1) -> bytes:
    """The first `most` bytes of `body`, gunzipped where it is a gzip file (sitemap.xml.gz)."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:most]
    try:
        return zlib.decompressobj(wbits=31).decompress(body, most)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise Unreadable("content_coding", str(error)) from None


def read_robots(body: bytes) -> Reading:
    """The sitemaps that a robots.txt names."""
    urls = dict.fromkeys(match.decode("utf-8", "replace") for match in _ROBOTS_SITEMAP.findall(body[:512_000]))
    return Reading("robots", links=tuple(Link(url, "sitemap") for url in urls))


def read_feed(body: bytes, captured: datetime, source: Source | None = None) -> Reading:
    """The links of a feed or sitemap; a feed's and a news sitemap's items are teasers too.

    Entities are not expanded and nothing is loaded. Of one that ends before its root does the links that came
    whole are given, with the reason `truncated`. Raises Unreadable where the document has no item that can be read.
    """
    body = unpacked(body)
    if len(body) > MOST_BYTES:
        raise Unreadable("too_large", f"{len(body)} bytes")
    root = _parsed(body)
    try:
        reading = (_sitemap if _name(root) in ("urlset", "sitemapindex") else _items)(root, captured, source)
        return reading if _is_closed(body) else replace(reading, links=_whole(reading.links, body), reason="truncated")
    except UnicodeDecodeError:  # the same reference in UTF-16, where bytes do not show it: lxml gives no text for it
        raise Unreadable("not_html", "a reference to half a surrogate pair, which is no character") from None


def _is_closed(body: bytes) -> bool:
    opened = _START.match(body)  # None of one in UTF-16
    return opened is None or b"</" + opened[1] in body or body[: body.find(b">", opened.end()) + 1].endswith(b"/>")


def _whole(links: tuple[Link, ...], body: bytes) -> tuple[Link, ...]:
    """`links` without the last one where `body` ends within its address."""
    last = links[-1].url.encode() if links else b""
    return links if any(last + mark in body for mark in (b"<", b"]]>", b'"')) else links[:-1]


def _parsed(body: bytes) -> etree._Element:
    body = _HALF_PAIR.sub(b"&#xFFFD;", body)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
        if root is None:  # not well-formed at its very start, or in an encoding that the declaration hides
            root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(body).text).strip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("not_html", f"no XML: {error}") from None
    if root is None:
        raise Unreadable("not_html", "no XML")
    return root


def _sitemap(root: etree._Element, captured: datetime, source: Source | None) -> Reading:
    index = _name(root) == "sitemapindex"
    links: dict[str, Link] = {}
    teasers: list[Teaser] = []
    for entry in root:
        parts = {_name(part): part for part in entry.iter() if isinstance(part.tag, str)}
        url = _text(parts.get("loc"))
        if not url.startswith(("http://", "https://")):
            continue
        raw = _text(parts.get("publication_date")) or _text(parts.get("lastmod"))
        moment = read_date(raw, "sitemap", captured) if raw else None
        published = moment.value if moment else ""
        changed = read_date(said, "sitemap", captured) if (said := _text(parts.get("lastmod"))) else None
        modified = changed.value if changed else ""
        links.setdefault(url, Link(url, "sitemap" if index else kind_of(url, source), published, modified))
        title = clean(_text(parts.get("title")))
        if title and not index:
            teasers.append(Teaser(url, title, box="news sitemap", published=published))
        if len(links) >= MOST_LINKS:
            break
    return Reading("sitemap", links=tuple(links.values()), teasers=tuple(teasers))


def _items(root: etree._Element, captured: datetime, source: Source | None) -> Reading:
    links: dict[str, Link] = {}
    teasers: list[Teaser] = []
    for url, _, parts in _with_address(root):
        raw = next(
            (text for name in ("pubDate", "published", "date", "updated") if (text := _text(parts.get(name)))), ""
        )
        moment = read_date(raw, "feed", captured) if raw else None
        published = moment.value if moment else ""
        kind = kind_of(url, source)
        said = _text(parts.get("updated")) or _text(parts.get("modified"))
        changed = read_date(said, "feed", captured) if said else None
        modified = changed.value if changed else ""
        links.setdefault(url, Link(url, "article" if kind == "page" else kind, published, modified))
        title = plain(_text(parts.get("title")))
        text = plain(
            next((t for name in ("description", "summary", "encoded", "content") if (t := _text(parts.get(name)))), "")
        )
        if title:
            teasers.append(Teaser(url, title, text, "feed", published))
        if len(links) >= MOST_LINKS:
            break
    if not links and next(root.iter("{*}channel", "{*}feed"), None) is None:
        raise Unreadable("no_article", "neither feed nor sitemap")
    return Reading("feed", links=tuple(links.values()), teasers=tuple(teasers))


def _with_address(root: etree._Element) -> Iterator[tuple[str, etree._Element, dict[str, etree._Element]]]:
    for item in root.iter("{*}item", "{*}entry"):
        parts: dict[str, etree._Element] = {}
        for part in item:
            if isinstance(part.tag, str):
                parts.setdefault(_name(part), part)
        if url := _address(item, parts):
            yield url, item, parts


class ItemSays(NamedTuple):
    """What a feed's item says beside title, text and date: its categories, joined by ", ", and who wrote it."""

    category: str
    creator: str


def read_items(body: bytes) -> dict[str, ItemSays]:
    """What the items of a feed (RSS, Atom) say of each address; {} where they cannot be read."""
    try:
        root = _parsed(unpacked(body))
        return {url: ItemSays(_categories(item), _creator(parts)) for url, item, parts in _with_address(root)}
    except (Unreadable, UnicodeDecodeError):
        return {}


def _categories(item: etree._Element) -> str:
    found = (one.get("label") or one.get("term") or _text(one) for one in item.iter("{*}category"))
    return ", ".join(dict.fromkeys(text for one in found if (text := plain(one))))


def _creator(parts: dict[str, etree._Element]) -> str:
    if "creator" in parts:  # Dublin Core
        return plain(_text(parts["creator"]))
    author = parts.get("author")
    names = [] if author is None else list(author.iter("{*}name"))
    said = plain(_text(names[0] if names else author))
    address = _ADDRESSED.fullmatch(said)  # RSS: "toasoan@baotinh.example (Hà Vân)"
    return address["name"] or "" if address is not None else said


def plain(markup: str) -> str:
    """The text of a feed's HTML, normalised."""
    if "<" not in markup and "&" not in markup:
        return clean(markup)
    return text_of(parse_fragment(markup))


def _address(item: etree._Element, parts: dict[str, etree._Element]) -> str:
    for link in item.iter("{*}link"):
        href = link.get("href")
        if href and link.get("rel", "alternate") == "alternate":
            return href.strip()
    url = _text(parts.get("link")) or _text(parts.get("guid")) or _text(parts.get("id"))
    return url if url.startswith(("http://", "https://")) else ""


def _text(element: etree._Element | None) -> str:
    return "".join(str(part) for part in element.itertext()).strip() if element is not None else ""


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def is_posts(url: str, body: bytes) -> bool:
    """Whether `body` is a list of posts: by its address, and by a list of objects at its start."""
    return bool(_ADDRESS.search(url)) and bool(_LIST.match(body[:64]))


def read_posts(body: bytes, source: Source | None = None) -> Reading:
    """The addresses of the posts and when each was published (UTC); raises Unreadable where `body` is no such list."""
    if len(body) > _MOST_LISTED:
        raise Unreadable("too_large", f"{len(body)} bytes")
    try:
        posts = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_html", f"no JSON: {error}") from None
    links: dict[str, Link] = {}
    for post in posts[:_MOST_POSTS] if isinstance(posts, list) else []:
        url = post.get("link") if isinstance(post, dict) else None
        if not isinstance(url, str) or not url.startswith(("http://", "https://")) or not url.isprintable():
            continue  # not printable is also half a surrogate pair, which JSON can write and no file or database hold
        kind: PageKind = "article" if kind_of(url, source) in ("article", "page") else "listing"
        links.setdefault(url, Link(url, kind, _moment(post, "date_gmt"), _moment(post, "modified_gmt")))
    return Reading("feed", links=tuple(links.values()))


def _moment(post: dict[str, Any], name: str) -> str:
    found = _DATE.fullmatch(str(post.get(name, "")))
    return f"{found[0]}Z" if found else ""

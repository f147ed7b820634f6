"""Where a site that scripts make has its articles as data: addresses in its pages and scripts, what their answers
hold, and a [json] table drafted from that.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from archive.importers.fields import Recognition
from archive.sources import mapping as rules
from archive.sources.edit import text, texts

GAP: Final = "{}"
"""In an address: what a script fills in."""

_QUOTED: Final = re.compile(r"([\"'`])((?:https?:)?/[^\"'`\s<>\\]{2,300}|/)\1(\s*(?:\+|\.concat\())?")
_SUBSTITUTED: Final = re.compile(r"\$\{[^{}]{0,200}\}")  # of a template, whatever quotes stand in it
_FILLED: Final = re.compile(r":[a-z]\w*|\[\w+\]", re.IGNORECASE)
_BASE: Final = re.compile(
    r"(?:base_?url|api_?(?:url|base|host))[\"']?\s*[:=]\s*[\"'`](https?://[^\"'`\s]+|/[\w/.-]+)", re.I
)
_DATA: Final = re.compile(
    r"/(?:api|v\d|rest|wp-json|ajax|graphql|services?|data)(?:[/.?]|$)|//api[.-]|\.json(?:\?|$)", re.I
)
_NEWS: Final = re.compile(r"article|bai-?viet|bai|tin|news|post|content", re.IGNORECASE)
_NOT: Final = re.compile(
    r"\.(?:m?js|css|png|jpe?g|svg|gif|webp|ico|woff2?|map|webmanifest)(?:\?|$)|login|auth|user|account|comment|upload|track|"
    r"analytics|banner|weather|search|manifest|config|menu",
    re.IGNORECASE,
)
_PAGE: Final = re.compile(r"(?<=[?&])(page|p|trang|pageindex|page_number|paged)=(?:\{\}|1)(?=&|$)", re.IGNORECASE)
_NARROWING: Final = re.compile(r"(?<=[?&])\w+=\{\}(?:&|$)")  # a list is asked for whole, not by section or search
_SLUGS: Final = ("slug", "alias", "friendly_url", "seo_url", "url_alias", "slug_url")
_KEYS: Final = (*_SLUGS, "id", "_id", "article_id", "articleId", "post_id")
_LEAST_ITEMS: Final = 2
_LEAST_WORDS: Final = 3
_DEEPEST: Final = 5
_LARGEST: Final = 8 << 20
_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Addresses:
    """What pages and scripts fetch, most telling first: lists (`{page}` in them), data of one article, and pages that
    people open (both with one GAP).
    """

    lists: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


NO_ADDRESSES: Final = Addresses()


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of articles in an answer: where its items stand, which path is which field, the first item."""

    items: str
    fields: tuple[tuple[str, str], ...]
    first: dict[str, Any]
    urls: tuple[str, ...]  # addresses that the items name
    count: int = 0


@dataclass(frozen=True, slots=True)
class Detailed:
    """The data of one article: where it stands in the answer, and which path is which field."""

    root: str
    fields: tuple[tuple[str, str], ...]


def addresses_in(said: str, base: str) -> Addresses:
    """The addresses in the text of a page or script at `base`.

    >>> found = addresses_in('get(`/api/news?page=${n}`);get("/api/news/"+s);open(`/tin/${e.slug}`)', "https://b.vn/")
    >>> found.lists, found.details, found.pages
    (('https://b.vn/api/news?page={page}',), ('https://b.vn/api/news/{}',), ('https://b.vn/tin/{}',))
    >>> addresses_in("get(`/api/v1/articles?page=${p}&category=${c||''}`)", "https://b.vn/").lists
    ('https://b.vn/api/v1/articles?page={page}',)
    """
    said = _SUBSTITUTED.sub(GAP, said)
    bases = dict.fromkeys(urljoin(base, one.rstrip("/")) for one in _BASE.findall(said))
    lists, details, pages = Counter[str](), Counter[str](), Counter[str]()
    for _, address, more in _QUOTED.findall(said):
        made = _FILLED.sub(GAP, address) + (GAP if more and address[-1] in "/=" else "")
        if _NOT.search(made) or urljoin(base, made.rstrip("/")) in bases:
            continue
        for url in dict.fromkeys((urljoin(base, made), *(f"{one}{made}" for one in bases if made.startswith("/")))):
            listed = _PAGE.sub(r"\1={page}", url)
            if "{page}" in listed:
                listed = _NARROWING.sub("", listed).rstrip("&")
            if not _DATA.search(url):
                if url.count(GAP) == 1 and url.endswith((GAP, f"{GAP}.html", f"{GAP}.htm", f"{GAP}/")):
                    pages[url] += 1
            elif GAP not in listed:
                lists[listed] += 1
            elif url.count(GAP) == 1:
                details[url] += 1
    return Addresses(*(_telling(found) for found in (lists, details, pages)))


def _telling(found: Counter[str]) -> tuple[str, ...]:
    def rank(url: str) -> tuple[bool, bool, int]:
        return not _NEWS.search(urlsplit(url).path), "{page}" not in url, len(url)

    return tuple(sorted(found, key=rank)[:_MOST])


def listed_in(body: bytes) -> Listed | None:
    """The list of articles in an answer that is JSON; None where it is none, or holds none."""
    told = _loaded(body)
    best: tuple[int, str, list[dict[str, Any]]] | None = None
    for path, items in _lists(told, "", 0):
        count = sum(_named(item) for item in items)
        if count >= _LEAST_ITEMS and (best is None or count > best[0]):
            best = count, path, items
    if best is None:
        return None
    known: dict[str, str] = {}
    urls = []
    for item in best[2]:  # the first one may be a notice, without lead or author
        known = dict(_fields(item)) | known
        given = Recognition().of(item).values.get("url")
        urls += [given] if isinstance(given, str) else []
    fields = tuple((name, known[name]) for name in rules.FIELDS if name in known)
    return Listed(best[1], fields, best[2][0], tuple(urls), len(best[2]))


def detailed_in(body: bytes) -> Detailed | None:
    """The article in an answer that is JSON: the object with a headline and the longest text."""
    found = [
        (len(str(rules.value_at(one, dict(fields)["text"]))), path, fields) for path, one, fields in _objects(body)
    ]
    if not found:
        return None
    _, path, fields = max(found, key=lambda one: one[0])
    return Detailed(path, fields)


def _objects(body: bytes) -> Iterator[tuple[str, dict[str, Any], tuple[tuple[str, str], ...]]]:
    pending: list[tuple[str, Any, int]] = [("", _loaded(body), 0)]
    while pending:
        path, one, depth = pending.pop()
        if not isinstance(one, dict) or depth > _DEEPEST:
            continue
        fields = _fields(one)
        if {"headline", "text"} <= dict(fields).keys() and all("." not in dict(fields)[name] for name in ("headline",)):
            yield path, one, fields
        pending += [(f"{path}.{name}".lstrip("."), inner, depth + 1) for name, inner in one.items()]


def _fields(item: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    given = Recognition().of(item)
    return tuple((name, given.keys[name]) for name in rules.FIELDS if rules.is_path(given.keys.get(name, "")))


def _named(item: dict[str, Any]) -> bool:
    headline = Recognition().of(item).values.get("headline")
    return isinstance(headline, str) and len(headline.split()) >= _LEAST_WORDS


def _lists(told: Any, path: str, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(told, list):
        items = [one for one in told if isinstance(one, dict)]
        if len(items) == len(told) >= _LEAST_ITEMS:
            yield path, items
    elif isinstance(told, dict) and depth <= _DEEPEST:
        for name, inner in told.items():
            if rules.is_path(name):
                yield from _lists(inner, f"{path}.{name}".lstrip("."), depth + 1)


def _loaded(body: bytes) -> Any:
    if len(body) > _LARGEST:
        return None
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None


def path_of(url: str) -> str:
    """Path and query of `url`."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


# From what was met to the table.


def keys_of(first: dict[str, Any]) -> list[str]:
    """The paths of an item by which an address may be made, the most telling first."""
    return [name for name in _KEYS if isinstance(first.get(name), str | int) and not isinstance(first.get(name), bool)]


def article_address(listed: Listed, pages: tuple[str, ...], base: str) -> str:
    """The address that people open, of an item's values: one that it names, or a page of the scripts and its slug."""
    if listed.urls:
        key = Recognition().of(listed.first).keys["url"]
        value = str(rules.value_at(listed.first, key))
        if rules.is_path(key) and (value.startswith(("http://", "https://", "/"))):
            return f"{{{key}}}"
    slugs = [name for name in keys_of(listed.first) if name in _SLUGS] or keys_of(listed.first)
    if not slugs:
        return ""
    gap = f"{{{slugs[0]}}}"
    return next((url.replace(GAP, gap) for url in pages), urljoin(base, "/") + gap)


def table(lists: str, listed: Listed, article: str, detail: str = "", detailed: Detailed | None = None) -> str:
    """The [json] table in TOML."""
    fields = dict(detailed.fields if detailed is not None else listed.fields)
    if detailed is not None:  # what only lists have is looked for there, too: a list of paths, of which one counts
        fields = {name: path for name, path in listed.fields if name not in fields} | fields
    lines = [
        "[json]",
        f"lists   = {texts([lists])}",
        f"items   = {text(listed.items)}",
        f"article = {text(article)}",
    ]
    if detailed is not None:
        lines += [f"detail  = {text(detail)}", f"root    = {text(detailed.root)}"]
    lines += ["", "[json.fields]"]
    for name in rules.FIELDS:
        paths = dict.fromkeys((fields.get(name, ""), dict(listed.fields).get(name, "")))
        if found := [path for path in paths if path]:
            lines.append(f"{name} = {text(found[0]) if len(found) == 1 else texts(found)}")
    return "\n".join(lines) + "\n"

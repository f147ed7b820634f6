"""Reads the list of posts that an open WordPress gives as JSON (/wp-json/wp/v2/posts) into links."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from archive.errors import Unreadable
from archive.model import Link, PageKind, Reading
from archive.parsers.links import kind_of
from archive.sources.model import Source

MOST_BYTES: Final = 8 * 1024 * 1024  # a hundred posts with all their texts have 2 MB
MOST_POSTS: Final = 1_000  # WordPress gives 100 at most
_START: Final = re.compile(rb"^(?:\xef\xbb\xbf)?\s*\[\s*(?:\{|\])")
_ADDRESS: Final = re.compile(r"/wp-json/wp/v2/|[?&]rest_route=")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?")


def is_posts(url: str, body: bytes) -> bool:
    """Whether `body` is a list of posts: by its address, and by a list of objects at its start."""
    return bool(_ADDRESS.search(url)) and bool(_START.match(body[:64]))


def read_posts(body: bytes, source: Source | None = None) -> Reading:
    """The addresses of the posts and when each was published (UTC); raises Unreadable where `body` is no such list."""
    if len(body) > MOST_BYTES:
        raise Unreadable("too_large", f"{len(body)} bytes")
    try:
        posts = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_html", f"no JSON: {error}") from None
    links: dict[str, Link] = {}
    for post in posts[:MOST_POSTS] if isinstance(posts, list) else []:
        url = post.get("link") if isinstance(post, dict) else None
        if not isinstance(url, str) or not url.startswith(("http://", "https://")) or not url.isprintable():
            continue  # not printable is also half a surrogate pair, which JSON can write and no file or database hold
        kind: PageKind = "article" if kind_of(url, source) in ("article", "page") else "listing"
        links.setdefault(url, Link(url, kind, _moment(post, "date_gmt"), _moment(post, "modified_gmt")))
    return Reading("feed", links=tuple(links.values()))


def _moment(post: dict[str, Any], name: str) -> str:
    found = _DATE.fullmatch(str(post.get(name, "")))
    return f"{found[0]}Z" if found else ""

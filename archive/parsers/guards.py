"""Refuses what would choke a parser, by linear scans of the bytes before any parser sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archive.errors import Unreadable

MOST_BYTES: Final = 8 * 1024 * 1024  # pages of the corpus: 10 KB to 600 KB; 8 MB take libxml2 0.1 s
MOST_TAGS: Final = 150_000  # each costs libxml2 some 250 bytes, and the walk through the tree 1 us
MOST_ATTRIBUTES: Final = 2_000  # of one tag: libxml2 compares each with all before (87,000 took 9.5 s, 2,000 4 ms)
DEEPEST: Final = 250  # libxml2 drops what lies below 256 levels without an error
_SHORTEST_BOMB: Final = 2 * MOST_ATTRIBUTES  # bytes without ">": an attribute has two and more
_HARMLESS: Final = re.compile(rb"<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_VALUE: Final = re.compile(
    rb"=\s*(?:\"[^\"]*+\"|'[^']*+')"
)  # holds words, not attributes: some keep a whole text in one
_ATTRIBUTE: Final = re.compile(rb"[\s/\"'][^\s/=>\"']")
_TAG: Final = re.compile(rb"<[a-zA-Z]")


def check_bytes(body: bytes) -> None:
    """Raises Unreadable where `body` is empty, too large, has too many tags, or a tag with too many attributes."""
    if not body or body.isspace():
        raise Unreadable("empty")
    if len(body) > MOST_BYTES:
        raise Unreadable("too_large", f"{len(body)} bytes, at most {MOST_BYTES} are parsed")
    tags = body.count(b"<") if len(body) > MOST_TAGS else 0
    if tags > MOST_TAGS:
        raise Unreadable("too_large", f"{tags} tags, at most {MOST_TAGS} are parsed")
    if _most_attributes(body) > MOST_ATTRIBUTES:
        count = _most_attributes(_VALUE.sub(b"=", _HARMLESS.sub(b">", body)))
        if count > MOST_ATTRIBUTES:
            raise Unreadable("attribute_bomb", f"{count} attributes in one tag, at most {MOST_ATTRIBUTES} are parsed")


def _most_attributes(body: bytes) -> int:
    """How many attributes the tag with the most of them has, scripts and comments taken for markup too."""
    most = 0
    for part in _long_parts(body):
        opened = _TAG.search(part) if len(part) > _SHORTEST_BOMB else None
        if opened is not None and len(part) - opened.end() > _SHORTEST_BOMB:
            most = max(most, sum(1 for _ in _ATTRIBUTE.finditer(part, opened.end())))
    return most


def _long_parts(body: bytes) -> Iterator[bytes]:
    """The stretches of `_SHORTEST_BOMB` bytes and more without ">": a window of half that length in each has none."""
    window = _SHORTEST_BOMB // 2
    start = 0
    while start < len(body):
        if body.find(b">", start, start + window) != -1:
            start += window
            continue
        end = body.find(b">", start + window)
        end = len(body) if end == -1 else end
        yield body[body.rfind(b">", 0, start) + 1 : end]
        start = end + 1

"""Refuses what would choke a parser, by linear scans of the bytes before any parser sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archive.errors import Unreadable

MOST_BYTES: Final = 8 * 1024 * 1024  # pages of the corpus: 10 KB to 600 KB
MOST_TAGS: Final = 150_000  # each costs a parser some hundred bytes, and the walk through the tree 1 us
MOST_ATTRIBUTES: Final = 2_000  # of one tag: a parser compares each with all before (87,000 took libxml2 9.5 s)
DEEPEST: Final = 250  # levels; readers go down the tree by calls
_MOST_DIVS: Final = 5_000  # nested: for each, the parser looks through all around it (20,000 took 0.4 s, 50,000 5 s)
_MOST_REOPENED: Final = 1_000_000  # WHATWG 13.2.4.3: what is never closed is opened again in each block behind it
_SHORTEST_BOMB: Final = 2 * MOST_ATTRIBUTES  # bytes without ">": an attribute has two and more
_HARMLESS: Final = ((b"<script", b"</script"), (b"<style", b"</style"), (b"<!--", b"-->"))  # and what ends them
_VALUE: Final = re.compile(
    rb"=\s*(?:\"[^\"]*+\"|'[^']*+')"
)  # holds words, not attributes: some keep a whole text in one
_ATTRIBUTE: Final = re.compile(rb"[\s/\"'][^\s/=>\"']")
_TAG: Final = re.compile(rb"<[a-zA-Z]")
_DIV: Final = re.compile(rb"<(/?)div\b", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(rb"<p")
_FORMAT: Final = re.compile(
    rb"<(/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b([^<>]*)>", re.IGNORECASE
)
_ARK: Final = 3  # WHATWG 13.2.4.3, the Noah's Ark clause: of equal ones so many are opened again
_LARGE: Final = 3_000  # tags, fewer cannot hurt


def check_bytes(body: bytes) -> None:
    """Raises Unreadable where `body` is empty, too large, has too many tags, or a tag with too many attributes."""
    if not body or body.isspace():
        raise Unreadable("empty")
    if len(body) > MOST_BYTES:
        raise Unreadable("too_large", f"{len(body)} bytes, at most {MOST_BYTES} are parsed")
    tags = body.count(b"<") if len(body) > MOST_TAGS else 0
    if tags > MOST_TAGS:
        raise Unreadable("too_large", f"{tags} tags, at most {MOST_TAGS} are parsed")
    if (tags := tags or body.count(b"<")) > _LARGE:
        _check_nesting(body, tags)
    if _most_attributes(body) > MOST_ATTRIBUTES:
        count = _most_attributes(_VALUE.sub(b"=", _without_harmless(body)))
        if count > MOST_ATTRIBUTES:
            raise Unreadable("attribute_bomb", f"{count} attributes in one tag, at most {MOST_ATTRIBUTES} are parsed")


def _without_harmless(body: bytes) -> bytes:
    """`body` with a ">" in the place of each script, style sheet and comment; in one pass, whatever is left open."""
    lower = body.lower()
    for begins, ends in _HARMLESS:
        parts: list[bytes] = []
        done = 0
        while (start := lower.find(begins, done)) != -1 and (end := lower.find(ends, start)) != -1:
            parts += [body[done:start], b">"]
            done = end + len(ends)
        if parts:
            body = b"".join([*parts, body[done:]])
            lower = body.lower()
    return body


def _check_nesting(body: bytes, tags: int) -> None:
    """Raises Unreadable where tags nest so deep, or are left open so often, that building the tree would not end."""
    if tags > _MOST_DIVS and (body.count(b"<div") > _MOST_DIVS or body.count(b"<DIV") > _MOST_DIVS):
        depth = 0
        for tag in _DIV.finditer(body):
            depth += -1 if tag[1] else 1
            if depth > _MOST_DIVS:
                raise Unreadable("too_deep", f"more than {_MOST_DIVS} nested div")
    paragraphs = len(_PARAGRAPH.findall(body))  # a third of what `count` takes
    if paragraphs * tags <= _MOST_REOPENED:
        return  # .6 ms of a page of the world's press
    opened: dict[bytes, int] = {}
    closed = 0
    for tag in _FORMAT.finditer(body):
        if tag[1]:
            closed += 1
        else:
            opened[tag[2]] = opened.get(tag[2], 0) + 1
    left = min(sum(opened.values()) - closed, sum(min(times, _ARK) for times in opened.values()))
    if left * paragraphs > _MOST_REOPENED:
        raise Unreadable("too_large", f"{left} tags of formatting are never closed")


def _most_attributes(body: bytes) -> int:
    """How many attributes the tag with the most of them has, scripts and comments taken for markup too."""
    most = 0
    for part in _long_parts(body):
        opened = _TAG.search(part) if len(part) > _SHORTEST_BOMB else None
        if opened is not None and len(part) - opened.end() > _SHORTEST_BOMB:
            most = max(most, len(_ATTRIBUTE.findall(part, opened.end())))
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

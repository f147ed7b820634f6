"""Finds where an article's text ends: behind its signature, above comments, tags, and who runs the site."""

from __future__ import annotations

import re
from typing import Final

from archive.parsers.blocks.density import Stretch, is_running
from archive.parsers.blocks.lines import HEADINGS, Items, Line, Picture
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.tags import is_hashtags

_IMPRINT: Final = re.compile(
    r"điện\s+thoại\s*:|địa\s+chỉ\s*:|bản\s+quyền|giấy\s+phép|chịu\s+trách\s+nhiệm|cơ\s+quan\s+chủ\s+quản|copyright|©",
    re.IGNORECASE,
)
_COPYRIGHT: Final = re.compile(r"(?:đăng\s+lại|trích\s+dẫn|ghi\s+rõ)\s.{0,80}(?:nguồn|website)", re.IGNORECASE)


def end_of(items: Items, stretch: Stretch, start: int, *, chosen: bool) -> int:
    """The position behind the last item of the text that begins at `start`; `chosen` where a selector found it."""
    end = _ended(items, start, stretch.end if chosen else _extended(items, stretch))
    return _above_imprint(items, start, end) if stretch.element.tag == "body" else end


def _extended(items: Items, stretch: Stretch) -> int:
    """The end of the text, moved on over lines right behind it that go on with it: signature, further paragraphs."""
    end = stretch.end
    parent = stretch.element.getparent()
    while end < len(items):
        item = items[end]
        if isinstance(item, Picture) or parent is None:
            break
        near = item.element is parent or parent in item.element.iterancestors()
        running = is_running(item) and item.length >= 20 and not _COPYRIGHT.search(item.text)
        signed = words.BYLINE_LABEL.match(item.text) or words.SOURCE_LABEL.match(item.text) or _is_signature(item)
        signed = signed or (end == stretch.end and _signs_plainly(items, end))
        if not (near and (running or signed)):
            break
        end += 1
    return end


def _ended(items: Items, start: int, end: int) -> int:
    """The end of the text, moved up to where comments or tags begin: a short text's container holds them too."""
    running = 0
    for position in range(start, end):
        item = items[position]
        if isinstance(item, Line):
            if running >= 1 and (words.TEXT_END.match(item.text) or is_hashtags(item)):
                return position
            running += is_running(item) and item.length >= 12
    return end


def _above_imprint(items: Items, start: int, end: int) -> int:
    """The end of a text that stands in the page's body itself, above who runs the site and how to reach him."""
    while end > start + 1 and isinstance(line := items[end - 1], Line) and _IMPRINT.search(line.text):
        end -= 1
    return end


def _is_signature(line: Line) -> bool:
    """Whether a line behind the text is a name set apart, as signatures are."""
    apart = line.align == "right" or line.bold or line.italic
    if not apart or line.links or line.tag in HEADINGS or not words.is_name(line.text):
        return False
    return line.align == "right" or line.length >= 2


def _signs_plainly(items: Items, position: int) -> bool:
    """Whether the line right behind the text is a name, set as any other, and not the label of a list of articles."""
    line, below = items[position], items[position + 1] if position + 1 < len(items) else None
    if not isinstance(line, Line) or line.links or line.tag in HEADINGS or not words.is_plain_signature(line.text):
        return False
    if words.is_boilerplate(line.text) or words.is_related_label(line.text) or words.TEXT_END.match(line.text):
        return False
    return not (isinstance(below, Line) and below.linked > 0.5 and any(words.is_headline(x.text) for x in below.links))

"""Tells a headline by how it is set and where it stands, where no tag, name or metadata says which line it is."""

from __future__ import annotations

import re
from typing import Final

from archive.model import Found
from archive.parsers.blocks.density import is_running
from archive.parsers.blocks.lines import Item, Items, Line
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element
from archive.parsers.fields.dates import date_of
from archive.text.numbers import parse_digits

ENOUGH: Final = 1.4
"""A headline's score: the very words of the title, fifteen lines from the text at most."""

TITLE_NAME: Final = re.compile(r"title|headline|tieu-?de|tit\b|news-?name|name-?news", re.IGNORECASE)
"""What classes and ids call a headline."""

_LONGEST_SET: Final = 30
_SHORTEST_PLAIN: Final = 5  # words of one that only its place tells: a section's name is shorter
_FAR: Final = 25  # items above the text, of which only lines outside lists of links count
_CLOSE: Final = 8  # lines above the text among which a date is looked for, and beside it a headline
_RIGHT_ABOVE: Final = 5  # items above the text among which one is looked for where there is no date
_BESIDE: Final = 2  # lines from the date: an author or a section may stand between
_SENTENCE: Final = 12  # words
_LINKED: Final = 0.9  # share of a line in links
_DATE_LINE: Final = 40  # words of a line that is a date and what belongs to it
DATED: Final = re.compile(
    r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d{2}-\d{2}|tháng\s+\d{1,2}\s+(?:năm\s+)?\d{4}", re.IGNORECASE
)
_FONT_SIZE: Final = re.compile(r"font-size\s*:\s*(\d{1,3}(?:\.\d+)?)\s*(px|pt|r?em|%)", re.IGNORECASE)
_LARGE: Final = {"px": 18.0, "pt": 14.0, "em": 1.25, "rem": 1.25, "%": 125.0}  # of a text in each measure


class Headline:
    """The headline found, and where among the items it stands (-1 where only the metadata has it)."""

    def __init__(self, found: Found, position: int) -> None:
        self.found = found
        self.position = position


def plain_headline(page: Page, items: Items, start: int) -> Headline | None:
    """The headline that only its place tells, where nothing on the page says which line it is: the longest beside the
    date, else the first one close above the text.
    """
    begun = next((at for at in range(start, len(items)) if is_sentence(items[at])), len(items))
    lines = [at for at in range(max(0, start - _FAR), min(start + 3, begun + 1, len(items))) if _counts(items[at])]
    above = sum(at < start for at in lines)
    window = lines[max(0, above - _CLOSE) :]
    plain = [at for at in window if isinstance(line := items[at], Line) and _may_be_plain(line)]
    dated = {place for place, at in enumerate(window) if _is_dated(page, items[at])}
    near = (
        [at for place, at in enumerate(window) if at in plain and not dated.isdisjoint((place - off, place + off))]
        for off in range(1, _BESIDE + 1)
    )
    beside = next(filter(None, near), [])
    chosen = max(beside, key=lambda at: len(_text(items[at])), default=-1)
    if chosen < 0:
        chosen = next((at for at in plain if start - _RIGHT_ABOVE < at <= start), -1)
    if chosen < 0:
        return None
    by, confidence = ("beside the date", 0.5) if beside else ("right above the text", 0.4)
    return Headline(Found(_text(items[chosen]), by=f"generic, {by}", confidence=confidence), chosen)


def is_sentence(item: Item) -> bool:
    """Whether an item is a sentence of the text: what stands below it is no headline, but for an h1."""
    return isinstance(item, Line) and is_running(item) and item.length >= _SENTENCE and item.text.endswith(".")


def _counts(item: Item) -> bool:
    """Whether an item parts what stands above it from what stands below: no picture, no entry of a list of links."""
    return isinstance(item, Line) and not (item.tag == "li" and item.linked > _LINKED)


def _is_dated(page: Page, item: Item) -> bool:
    """Whether a line is a date, with what belongs to it."""
    return isinstance(item, Line) and item.length <= _DATE_LINE and date_of(page, item) is not None


def _text(item: Item) -> str:
    return item.text if isinstance(item, Line) else ""


def _may_be_plain(line: Line) -> bool:
    if line.linked or line.caption or not _SHORTEST_PLAIN <= line.length <= _LONGEST_SET or line.tag in ("li", "tr"):
        return False
    return not line.text.endswith((".", ":", ";", ",")) and DATED.search(line.text) is None


def is_large(element: Element) -> bool:
    """Whether an element sets its text in letters of headlines: `<font size="4">`, `font-size: 18px`."""
    written = (element.get("size") or "") if element.tag == "font" else ""
    if (size := parse_digits(written.lstrip("+"))) is not None:
        return size >= (2 if written.startswith("+") else 4)
    styled = _FONT_SIZE.search(element.get("style") or "")
    return styled is not None and float(styled[1]) >= _LARGE[styled[2].lower()]

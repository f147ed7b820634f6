"""Finds the lead where no selector tells it: set apart between headline and text, or called so."""

from __future__ import annotations

import re
from typing import Final

from archive.parsers.blocks.density import is_running
from archive.parsers.blocks.lines import Items, Line, Picture
from archive.parsers.document.metadata import Metadata
from archive.parsers.document.page import Page
from archive.parsers.document.tree import names_of
from archive.parsers.fields.captions import is_framed_with
from archive.text.folding import tokens

_LEAD_NAME: Final = re.compile(
    r"sapo|(?<![a-z])lead(?![a-z])|summary|description|\bdesc\b|[-_]desc\b|\bintro|newsintro|chapeau|hometext|trich-?yeu|tom-?tat|excerpt|abstract",
    re.IGNORECASE,
)
_SHORTEST_LEAD: Final = 12  # words
_LONGEST_LEAD: Final = 90
_FEWEST_BEHIND: Final = 2  # lines of the text behind a lead that only its place tells


def find_lead(page: Page, items: Items, first: int, start: int, end: int, meta: Metadata, dated: int) -> int:
    """The position of the line that is set as the lead between the headline and the text's third line, or -1.

    `dated` is the position of the date line: beside the date a theme may print much else.
    """
    described = meta.description or page.meta("og:description", "description")
    candidates: list[int] = []
    for position in range(first, min(start + 3, len(items))):
        item = items[position]
        if (
            not isinstance(item, Line)
            or position == dated
            or item.caption
            or item.linked > 0.5
            or item.length < _SHORTEST_LEAD
        ):
            continue
        if isinstance(above := items[position - 1], Picture) and is_framed_with(above, item):
            continue
        if _LEAD_NAME.search(names_of(item.element)) or item.element.get("itemprop") == "description":
            return position
        if position < start:
            candidates.append(position)
    if len(candidates) == 1:
        return candidates[0] if _has_text(items[candidates[0] + 1 : end]) else -1
    if candidates and described:
        return next((position for position in candidates if _begins_alike(items[position].text, described)), -1)  # type: ignore[union-attr]
    return -1 if candidates else _outside(items, max(first, start), end)


def _has_text(behind: Items) -> bool:
    """Whether a sentence stands behind a lead; the only one is the text."""
    return any(isinstance(item, Line) and is_running(item) and item.length >= _SHORTEST_LEAD for item in behind)


def _outside(items: Items, start: int, end: int) -> int:
    """The position of a first line in an element of the theme's beside the one that holds all the rest, or -1."""
    running = [at for at in range(start, end) if isinstance(line := items[at], Line) and is_running(line)]
    while running and items[running[0]].length < _SHORTEST_LEAD:  # type: ignore[union-attr]
        running.pop(0)  # a date, a place
    if len(running) <= _FEWEST_BEHIND or items[running[0]].length > _LONGEST_LEAD:  # type: ignore[union-attr]
        return -1
    first, *rest = (items[at].element for at in running)
    holder = rest[0].getparent()
    while holder is not None and not all(holder in element.iterancestors() for element in rest):
        holder = holder.getparent()
    if holder is None or holder in (first, *first.iterancestors()):
        return -1
    named, other = ((element.get("class") or "", element.get("id") or "") for element in (first, holder))
    return running[0] if any(named) and any(other) and named != other else -1


def is_called_lead(line: Line) -> bool:
    """Whether the class or id of a line's own block calls it the lead."""
    return line.tag in ("p", "div", "h2", "h3", "h4") and bool(_LEAD_NAME.search(names_of(line.element)))


def _begins_alike(text: str, described: str) -> bool:
    one, other = tokens(text), tokens(described)
    size = min(len(one), len(other), 12)
    return size >= 8 and one[:size] == other[:size]

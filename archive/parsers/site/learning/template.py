"""Opens pages of a site so that they can be laid over each other: each element by its path.

A path has a line for each step: the tag, then the classes and ids that the template gives, parted by spaces.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from archive.errors import Unreadable
from archive.parsers.blocks.lines import Items
from archive.parsers.blocks.walk import SKIPPED, read_lines
from archive.parsers.document.page import Page, open_page
from archive.parsers.document.tree import Element
from archive.parsers.site.learning.training import TrainingPage

_STABLE: Final = 0.8  # of pages have a class that belongs to the template


@dataclass(slots=True)
class Sheet:
    """A page, its elements in page order, their places, and its lines."""

    training: TrainingPage
    page: Page
    body: Element
    elements: list[Element]
    place: dict[Element, int]
    end: dict[Element, int]  # the place behind the last element in it
    lines: Items
    path: dict[Element, str] = field(default_factory=dict)
    at: dict[str, list[Element]] = field(default_factory=lambda: defaultdict(list))

    def within(self, element: Element, outer: Element) -> bool:
        """Whether an element stands in another, or is it."""
        return self.place[outer] <= self.place.get(element, -1) < self.end[outer]


def opened(training: Sequence[TrainingPage]) -> list[Sheet]:
    """The pages that can be parsed."""
    sheets = []
    for one in training:
        try:
            page = open_page(one.url, one.body, one.content_type, one.captured)
        except Unreadable:
            continue
        body = page.top.find("body")
        if body is not None:
            sheets.append(_sheet(one, page, body))
    return sheets


def _sheet(one: TrainingPage, page: Page, body: Element) -> Sheet:
    elements: list[Element] = []
    place: dict[Element, int] = {}
    end: dict[Element, int] = {}

    stack: list[tuple[Element, bool]] = [(body, False)]
    while stack:
        element, done = stack.pop()
        if done:
            end[element] = len(elements)
            continue
        place[element] = len(elements)
        elements.append(element)
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(list(element)) if child.tag not in SKIPPED)
    return Sheet(one, page, body, elements, place, end, read_lines(body))


def give_paths(sheets: Sequence[Sheet]) -> None:
    """Gives each element its path: tags with the classes and ids that many of the pages have."""
    pages_with: Counter[str] = Counter()
    for sheet in sheets:
        pages_with.update({name for element in sheet.elements for name in _names(element)})
    stable = {name for name, count in pages_with.items() if count >= _STABLE * len(sheets)}
    shared = {name for name, count in pages_with.items() if count > 1}
    for sheet in sheets:
        sheet.path.clear()
        sheet.at = defaultdict(list)
        for element in sheet.elements:
            names = _names(element)
            kept = [name for name in names if name in stable] or [name for name in names if name in shared]
            step = " ".join((element.tag, *sorted(kept)))
            parent = element.getparent()
            above = sheet.path.get(parent, "") if parent is not None else ""
            path = f"{above}\n{step}" if above else step
            sheet.path[element] = path
            sheet.at[path].append(element)


def _names(element: Element) -> list[str]:
    names = [f".{name}" for name in (element.get("class") or "").split()]
    own = element.get("id")
    return [*names, f"#{own}"] if own and not own.isspace() else names

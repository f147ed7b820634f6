"""Finds the boxes of related articles by their labels, wherever they stand: above the text, in it, or behind it."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from archive.model import Teaser
from archive.parsers.blocks.lines import Items, Line
from archive.parsers.document.page import Page
from archive.parsers.document.tree import INLINE, Element, raw_text, text_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.related import box_named, read_box
from archive.parsers.links import kind_of

_LEVELS: Final = 10  # up from the label, at which the list may stand beside it
_REACH: Final = (
    15  # items behind the text, or the last box, within which the next label stands: tags, counters, comments
)
_LARGEST: Final = 400  # words of a box; what holds more is a column of the page


def related_boxes(
    page: Page, items: Items, text: Element, headline: int, end: int
) -> tuple[tuple[Teaser, ...], list[Element]]:
    """The teasers of all labelled boxes, and the elements that make these boxes up, labels among them.

    `items` are all of the page's, `text` the element that holds the article's text, `headline` and `end` the positions
    of its headline and of what follows the text. A box stands between these or soon behind: further off it is another
    column's.
    """
    teasers: dict[str, Teaser] = {}
    taken: dict[Element, None] = {}
    around = {text, *text.iterancestors()}
    reach = end + _REACH
    for position, item in enumerate(items):
        if not isinstance(item, Line) or position < headline:
            continue
        if position > reach:
            break
        if not _is_label(item):
            continue
        label = item.element if item.element not in around else _inline_label(item)
        found = [
            element
            for element in _beside(label, around)
            if element not in taken and (label is item.element or element.tag not in INLINE)
        ]  # links in the label's own line are told by their lines: see pointers
        read = [teaser for element in found for teaser in read_box(page, element, box_named(item.text))]
        if read:
            taken |= dict.fromkeys((label, *found))
            reach = max(reach, _end_of(items, found[-1], position) + _REACH)
            for teaser in read:
                if kind_of(teaser.url) != "listing":  # a topic is no article
                    teasers.setdefault(teaser.url, teaser)
    return tuple(teasers.values()), list(taken)


def _is_label(line: Line) -> bool:
    """Whether a line is a box's label, or two without a space between: `<a>Bài liên quan</a><a>Xem thêm</a>`."""
    if words.is_related_label(line.text):
        return True
    return 1 < len(line.links) <= 3 and words.is_related_label(" ".join(link.text for link in line.links))


def _inline_label(line: Line) -> Element:
    """The element of a label that stands in the text's own element: `...<br><b>Tin liên quan:</b><ul>`."""
    return next((child for child in line.element if text_of(child) == line.text), line.element)


def _end_of(items: Items, box: Element, position: int) -> int:
    while position + 1 < len(items) and (box.holds(items[position + 1].element) or position == 0):
        position += 1
    return position


def without(items: Items, taken: list[Element]) -> Items:
    """The items that do not stand in any of the elements `taken`."""
    boxes = set(taken)  # a hostile page has thousands: each is not asked for each item
    return [item for item in items if boxes.isdisjoint((item.element, *item.element.iterancestors()))]


def _beside(label: Element, around: set[Element]) -> list[Element]:
    """The elements right behind a label that hold links to articles, or else what the label itself stands in."""
    if label not in around and _holds_pointers(label):
        return [label]  # the label is the first text of the box itself
    step: Element | None = label
    for _ in range(_LEVELS):
        if step is None or step in around:
            return []
        found: list[Element] = []
        for beside in takewhile(lambda one: one not in around, step.itersiblings()):
            if _holds_pointers(beside):
                found.append(beside)
            elif text_of(beside):
                return found
        if found:
            return found
        step = step.getparent()
    return []


def _holds_pointers(element: Element) -> bool:
    """Whether an element is made of links to articles and what belongs to them."""
    links = [link for link in element.iter("a") if not (link.get("href") or "#").startswith(("#", "javascript:"))]
    if not any(words.is_headline(text_of(link) or link.get("title") or "") for link in links):
        return False
    count = len(raw_text(element).split())
    linked = sum(len(text_of(link).split()) for link in links)
    return count <= _LARGEST and (element.tag in ("ul", "ol", "table") or linked * 4 >= count)

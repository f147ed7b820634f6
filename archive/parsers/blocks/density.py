"""Finds where on a page the article's text lies: where running text stands thick and links stand thin."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import Final, NamedTuple

from archive.parsers.blocks.lines import Line, Picture
from archive.parsers.document.tree import Element

_CONTENT: Final = re.compile(
    r"article[-_]?(?:body|content|detail|text)|entry-content|post[-_]?content|detail[-_]?(?:content|body|text)|content[-_]?(?:detail|news|article)|"
    r"news[-_]?(?:body|content|detail|text)|body[-_]?text|noi-?dung|chi-?tiet|\bfck|cms-body|maincontent|main-detail|journal-content|ExternalClass|"
    r"\bcontent\b|\bdetail\b|\bbody\b",
    re.IGNORECASE,
)
_RUNNING: Final = 25  # letters, from which a line outside links counts as running text
_MOST: Final = 700  # letters of one line that count: a long paragraph is not worth ten short ones
_SHARES: Final = (1.0, 0.5, 0.25, 0.12)  # of a line's worth, for its container and those around it


_LISTS: Final = ("ul", "ol")
_FRAMES: Final = ("div", "section")
_BESIDE: Final = 4  # elements on each side of a frame among which another is looked for: pictures may stand between


class Stretch(NamedTuple):
    """A run of a page's items, from `start` up to but not with `end`, and the element that holds them."""

    start: int
    end: int
    element: Element


def is_running(line: Line) -> bool:
    """Whether a line is running text: some letters, few of them in links."""
    return len(line.text) >= _RUNNING and line.linked < 0.4 and not line.caption


def densest(items: list[Line | Picture]) -> Stretch | None:
    """The stretch of items that the best container of running text holds, or None where there is no such text."""
    scores: dict[Element, float] = {}
    lines_of: dict[Element, int] = {}
    for item in items:
        if isinstance(item, Line):
            lines_of[item.element] = lines_of.get(item.element, 0) + 1
    linked: dict[Element, float] = {}
    for item in items:
        if not isinstance(item, Line):
            continue
        if not is_running(item):
            container = item.element.getparent()
            if container is not None and item.linked > 0.5:
                linked[container] = linked.get(container, 0.0) + len(item.text)
            continue
        worth = min(len(item.text), _MOST) * (1 - item.linked)
        if item.tag in ("li", "tr"):
            worth *= 0.7
        holder: Element | None = item.element if lines_of[item.element] > 1 else _holder(item.element)
        for share in _SHARES:
            if holder is None or holder.tag == "html":
                break
            scores[holder] = scores.get(holder, 0.0) + worth * share
            holder = holder.getparent()
    if not scores:
        return None
    best = max(scores, key=lambda element: (scores[element] - linked.get(element, 0.0)) * _hint(element))
    around = best.getparent()
    if (
        best.tag in _LISTS
        and around is not None
        and any(isinstance(item, Line) and is_running(item) and item.element.getparent() is around for item in items)
    ):
        best = around  # the list stands amid the text
    return stretch_of(items, best)


def _holder(element: Element) -> Element | None:
    """What holds a line: its element's parent, or what holds the frames where each line has one of its own."""
    parent = element.getparent()
    frame = element
    while (outer := frame.getparent()) is not None and len(outer) == 1 and outer.tag in _FRAMES:
        frame = outer
    if frame is element or outer is None or next(element.iterdescendants("p", "div"), None) is not None:
        return parent  # or the one child holds all that follows: an editor's unclosed tags
    beside = chain(islice(frame.itersiblings(), _BESIDE), islice(frame.itersiblings(preceding=True), _BESIDE))
    return outer if any(_is_like(frame, other) for other in beside) else parent


def _is_like(frame: Element, other: Element) -> bool:
    return other.tag == frame.tag and other.get("class") == frame.get("class")


def stretch_of(items: list[Line | Picture], element: Element) -> Stretch:
    """The items that stand in `element`; they follow one another, for items are in page order."""
    inside = [position for position, item in enumerate(items) if _stands_in(item.element, element)]
    return Stretch(inside[0], inside[-1] + 1, element) if inside else Stretch(0, 0, element)


def _stands_in(element: Element, container: Element) -> bool:
    step: Element | None = element
    while step is not None:
        if step is container:
            return True
        step = step.getparent()
    return False


def _hint(element: Element) -> float:
    if element.get("itemprop") == "articleBody":
        return 2.0
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return 1.25 if _CONTENT.search(name) else 1.0

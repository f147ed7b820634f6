"""Finds where on a page the article's text lies: where running text stands thick and links stand thin."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, islice
from typing import Final, NamedTuple

from archive.parsers.blocks.lines import HEADINGS, Line, Picture
from archive.parsers.document.tree import Element, longer_than

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


_APART: Final = 4  # levels up from a container, within which another like it is looked for
_BANNER: Final = 120  # words between two containers of one text
_FIGURE: Final = 40  # words of a picture with its caption
_FIGURES: Final = re.compile(r"\d+")


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
    return _with_alike(items, stretch_of(items, best))


def _with_alike(items: list[Line | Picture], found: Stretch) -> Stretch:
    """The stretch with those before and behind it in containers like its own, between which a theme puts banners.

    A container is like another by tag and class (figures aside), or by its place beside it where they have no class.
    The way from one to the next ends at a heading that leads to another page: that is another article's.
    """
    own = _kind(found.element)
    around = next(islice(found.element.iterancestors(), _APART - 1, None), None) or found.element.getparent()
    if around is None or found.element.tag in _LISTS:
        return found
    alike = [
        one
        for one in around.iter(found.element.tag)
        if one is not found.element
        and _kind(one) == own
        and (own[1] or one.getparent() is found.element.getparent())
        and not one.holds(found.element)
        and not found.element.holds(one)
    ]
    start, end, holder = found.start, found.end, found.element
    for one in alike:
        part = stretch_of(items, one)
        if part.end == 0 or not _is_text(items[part.start : part.end]):
            continue
        if part.start >= end and not _parts_articles(items[end : part.start]):
            end, holder = part.end, _around_both(holder, one)
    for one in reversed(alike if own[1] else []):  # without a class, what stands apart above is the lead
        part = stretch_of(items, one)
        if part.end == 0 or not _is_text(items[part.start : part.end]):
            continue
        if part.end <= start and not _parts_articles(items[part.end : start]):
            start, holder = part.start, _around_both(holder, one)
    return Stretch(start, end, holder)


def _around_both(element: Element, other: Element) -> Element:
    """The smallest element that holds both."""
    return next(one for one in (element, *element.iterancestors()) if one.holds(other))


def _kind(element: Element) -> tuple[str, str]:
    return element.tag, _FIGURES.sub("", element.get("class") or "")


def _is_text(part: list[Line | Picture]) -> bool:
    """Whether a part of a page is more running text than links."""
    lines = [item for item in part if isinstance(item, Line)]
    running = sum(len(line.text) for line in lines if is_running(line))
    return running > 0 and running >= 2 * sum(len(line.text) * line.linked for line in lines)


def _parts_articles(between: list[Line | Picture]) -> bool:
    """Whether what stands between two containers begins another article: a heading that is a link, or much text."""
    lines = [item for item in between if isinstance(item, Line)]
    headed = any(line.tag in HEADINGS and (line.linked > 0.9 or line.tag == "h1") for line in lines)
    return headed or sum(line.length for line in lines) > _BANNER


def _holder(element: Element) -> Element | None:
    """What holds a line: its element's parent, or what holds the frames where each line has one of its own."""
    parent = element.getparent()
    frame = element
    while (outer := frame.getparent()) is not None and len(outer) == 1 and outer.tag in _FRAMES:
        frame = outer
    if frame is element or outer is None or next(element.iterdescendants("p", "div"), None) is not None:
        return parent  # or the one child holds all that follows: an editor's unclosed tags
    beside = chain(islice(frame.itersiblings(), _BESIDE), islice(frame.itersiblings(preceding=True), _BESIDE))
    return outer if any(_is_like(frame, other) or _is_figure(other) for other in beside) else parent


def _is_figure(element: Element) -> bool:
    """Whether an element beside a framed line is a picture with its caption, and no link: they are one text."""
    pictured = next(element.iter("img"), None) is not None and next(element.iter("a"), None) is None
    return pictured and not longer_than(element, _FIGURE)


def _is_like(frame: Element, other: Element) -> bool:
    return other.tag == frame.tag and other.get("class") == frame.get("class")


def stretch_of(items: list[Line | Picture], element: Element) -> Stretch:
    """The items that stand in `element`; they follow one another, for items are in page order."""
    inside = [position for position, item in enumerate(items) if element.holds(item.element)]
    return Stretch(inside[0], inside[-1] + 1, element) if inside else Stretch(0, 0, element)


def _hint(element: Element) -> float:
    if element.get("itemprop") == "articleBody":
        return 2.0
    return _called(f"{element.get('class') or ''} {element.get('id') or ''}")


@lru_cache(maxsize=4096)  # .1 ms a page of a site
def _called(names: str) -> float:
    return 1.25 if _CONTENT.search(names) else 1.0

"""Finds the boxes of a template that need not be looked at: without them each page is read to the same article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from archive.model import Article
from archive.parsers.document.tree import Element
from archive.parsers.site.learning.template import Sheet
from archive.sources.layouts import ENOUGH

_NAME: Final = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_OF_ONE: Final = re.compile(r"\d{3}")  # in an id: of one page, or one part among many
_LANDMARKS: Final = ("aside", "footer", "header", "nav")
_LARGE: Final = 0.04  # of a page's elements: smaller boxes cost more to find than they save
_MOST: Final = 60  # boxes that are tried

Reader = Callable[[Sheet, tuple[str, ...]], Article | None]
"""The article of a page without what some selectors select, None where there is none so."""


def find_skips(pages: Sequence[tuple[Sheet, Article | None]], read: Reader) -> tuple[str, ...]:
    """Selectors of boxes without which each page is read to the article that it is read to with them; the outermost
    first. () where the pages are too few to tell.
    """
    known = [(sheet, _told(article)) for sheet, article in pages if article is not None]
    if len(known) < ENOUGH:
        return ()
    skips: tuple[str, ...] = ()
    left = _MOST
    boxes = [[sheet.body for sheet, _ in known]]
    tried: set[str] = set()
    while boxes and left:
        holders = boxes.pop(0)
        for css, there in _boxes_in(holders, known):
            if css in tried or not left:
                continue
            tried.add(css)
            left -= 1
            asked = (*skips, css)
            if all(_told(read(sheet, asked)) == told for sheet, told in known):
                skips = asked
            else:
                boxes.append(there)
    return skips


def _told(article: Article | None) -> Article | None:
    """An article without how likely it is one: that is told by what stands around it, too."""
    return replace(article, probability=0.0, confidence=0.0) if article is not None else None


def _boxes_in(
    holders: Sequence[Element], known: Sequence[tuple[Sheet, Article | None]]
) -> Iterator[tuple[str, list[Element]]]:
    """The large boxes with a name right in some elements, the largest first, each with where it stands."""
    whole = sum(len(sheet.elements) for sheet, _ in known)
    found: dict[str, list[Element]] = {}
    for holder in holders:
        for child in holder:
            found.setdefault(_name(child), []).append(child)
    weight = Counter({css: sum(sum(1 for _ in one.iter()) for one in there) for css, there in found.items()})
    for css, size in weight.most_common():
        if size >= _LARGE * whole and css:
            yield css, found[css]
    if "" in found:
        yield from _boxes_in(found[""], known)


def _name(element: Element) -> str:
    """A selector by the element's id or classes, or by what it is for; "" where its template gave it no name."""
    own, names = element.get("id") or "", (element.get("class") or "").split()
    if _NAME.fullmatch(own) and not _OF_ONE.search(own):
        return f"{element.tag}#{own}"
    if names and all(map(_NAME.fullmatch, names)):
        return element.tag + "".join(f".{name}" for name in names)
    return element.tag if element.tag in _LANDMARKS and not names else ""

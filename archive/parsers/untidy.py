"""Puts in order what an editor's unclosed tags have nested deeper than a tree goes.

`<p><font>text` without an end tag, a hundred paragraphs long, is two levels deeper with each of them, and libxml2 drops
what lies below 256. BeautifulSoup has no such limit. It is given the one element around them, and only then: it takes
thirteen times as long as libxml2.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from archive.errors import Unreadable
from archive.parsers import guards
from archive.parsers.lines import HEADINGS, INLINE
from archive.parsers.tree import Element, parse, parse_fragment

_LEVELS: Final = (40, guards.DEEPEST)
_DEEP, _TOO_DEEP = (etree.XPath(f"/*{'/*' * (levels - 1)}[1]") for levels in _LEVELS)
_MOST_TAGS: Final = 15_000  # of a page that is put in order: a second
_PARAGRAPHS: Final = HEADINGS | {"p"}  # end where the next begins, so the next is not in them
_REPEATED: Final = 20  # times that a tag lies inside itself, from which it is one that was never closed


def parse_page(markup: bytes) -> tuple[Element, str]:
    """The tree of an HTML page in UTF-8, and what was put in order in it ("" for nothing).

    Raises Unreadable where it has no tree, or one deeper than the parser reads.
    """
    root = parse(markup)
    if not _DEEP(root) or _deepest(root) is None:  # the first takes 3 us, the second 20
        return root, ""
    if _untangled(root, markup) and _deepest(root) is None:
        return root, "tags never closed were left out"
    raise Unreadable("too_deep", f"elements nested {guards.DEEPEST} deep and more")


def _deepest(root: Element) -> Element | None:
    found = _TOO_DEEP(root)
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


def _untangled(root: Element, markup: bytes) -> bool:
    """Whether the element around the unclosed tags could be read anew and put in its place."""
    deepest = _deepest(root)
    if deepest is None or markup.count(b"<") > _MOST_TAGS:
        return False
    path = [*reversed(list(deepest.iterancestors())), deepest]
    tags = [str(element.tag) for element in path]
    unclosed = {tag for tag in tags if tag in INLINE and tags.count(tag) >= _REPEATED}
    first = next((at for at, tag in enumerate(tags) if tag in unclosed), 0)
    around = next((element for element in reversed(path[:first]) if element.tag not in _PARAGRAPHS), None)
    if around is None:
        return False
    tidy = _read_anew(root, around, markup, sorted(unclosed))
    parent = around.getparent()
    if tidy is None or parent is None:
        return False
    tidy.tail = around.tail
    parent.replace(around, tidy)
    return True


def _read_anew(root: Element, element: Element, markup: bytes, unclosed: list[str]) -> Element | None:
    from bs4 import BeautifulSoup, SoupStrainer, Tag  # 50 ms that hardly a page needs

    name = str(element.tag)
    marks = {mark: value for mark in ("id", "class") if (value := element.get(mark))}
    alike = [other for other in root.iter(name) if all(other.get(mark) == value for mark, value in marks.items())]
    soup = BeautifulSoup(markup.decode("utf-8", "replace"), "html.parser", parse_only=SoupStrainer(name, marks))
    found = [tag for tag in soup.find_all(name, marks) if isinstance(tag, Tag)]
    place = alike.index(element)
    if place >= len(found):
        return None
    for tag in found[place].find_all(unclosed):
        tag.hidden = True  # printed without itself, with what is in it
    body = parse_fragment(found[place].decode()).find("body")
    return body[0] if body is not None and len(body) else None

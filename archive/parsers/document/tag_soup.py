"""Puts in order what an editor's unclosed tags have nested deeper than a tree may go.

`<p><font>text` without an end tag, a hundred paragraphs long, is deeper with each of them. BeautifulSoup reads the one
element around them anew, without those tags, and only then: it takes thirteen times as long as lexbor.
"""

from __future__ import annotations

from typing import Final

from archive.errors import Unreadable
from archive.parsers.blocks.lines import HEADINGS
from archive.parsers.document import limits as guards
from archive.parsers.document.tree import INLINE, Element, Skip, Tree, parse, parse_fragment

_MOST_TAGS: Final = 15_000  # of a page that is put in order: a second
_PARAGRAPHS: Final = HEADINGS | {"p"}  # end where the next begins, so the next is not in them
_REPEATED: Final = 20  # times that a tag lies inside itself, from which it is one that was never closed


def parse_page(markup: bytes, skip: Skip | None = None) -> tuple[Tree, str]:
    """The tree of an HTML page in UTF-8, and what was put in order in it ("" for nothing);
    without what `skip` says.

    Raises Unreadable where it has no tree, or one deeper than is read.
    """
    tree = parse(markup, skip)
    if tree.deepest <= guards.DEEPEST:
        return tree, ""
    if markup.count(b"<") <= _MOST_TAGS and _untangled(tree.root, markup) and _path(tree.root, guards.DEEPEST) is None:
        return tree, "tags never closed were left out"
    raise Unreadable("too_deep", f"elements nested {guards.DEEPEST} deep and more")


def _path(root: Element, depth: int) -> list[Element] | None:
    """The elements from the root down to the first one nested `depth` deep."""
    stack = [(root, 1)]
    while stack:
        element, level = stack.pop()
        if level > depth:
            return [*reversed(list(element.iterancestors())), element]
        stack += [(child, level + 1) for child in reversed(list(element))]
    return None


def _untangled(root: Element, markup: bytes) -> bool:
    """Whether the element around the unclosed tags could be read anew and put in its place."""
    path = _path(root, guards.DEEPEST)
    if path is None:
        return False
    tags = [element.tag for element in path]
    unclosed = {tag for tag in tags if tag in INLINE and tags.count(tag) >= _REPEATED}
    first = next((at for at, tag in enumerate(tags) if tag in unclosed), 0)
    around = next((element for element in reversed(path[:first]) if element.tag not in _PARAGRAPHS), None)
    if around is None:
        return False
    tidy = _read_anew(root, around, markup, sorted(unclosed))
    if tidy is None:
        return False
    around.refill(tidy)
    return True


def _read_anew(root: Element, element: Element, markup: bytes, unclosed: list[str]) -> Element | None:
    from bs4 import BeautifulSoup, SoupStrainer, Tag  # 50 ms that hardly a page needs

    name = element.tag
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

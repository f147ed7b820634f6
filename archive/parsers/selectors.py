"""CSS selectors, answered from an index of the page's classes where they are simple enough."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

_COMPOUND: Final = re.compile(r"^(?P<tag>[a-zA-Z][\w:-]*|\*)?(?P<rest>(?:[.#][\w-]+|\[[\w:-]+(?:[~^$*|]?=(?:\"[^\"]*\"|'[^']*'|[\w/.:-]+))?\])*)$")
_PART: Final = re.compile(r"([.#])([\w-]+)|\[([\w:-]+)(?:([~^$*|]?=)(?:\"([^\"]*)\"|'([^']*)'|([\w/.:-]+)))?\]")
_ID: Final = etree.XPath("id($name)")


class Index:
    """The elements of a page by class and by tag."""

    def __init__(self, root: HtmlElement) -> None:
        self.classes: dict[str, list[HtmlElement]] = {}
        for element in root.iter("*"):
            names = element.get("class")
            if names:
                for name in set(names.split()):
                    self.classes.setdefault(name, []).append(element)


class Compound(NamedTuple):
    """One step of a selector: `div.body#x[itemprop=articleBody]`."""

    tag: str
    id: str
    classes: tuple[str, ...]
    attributes: tuple[tuple[str, str, str], ...]  # name, operator, value

    def fits(self, element: HtmlElement) -> bool:
        """Whether `element` is one that this step means."""
        if self.tag and element.tag != self.tag:
            return False
        if self.id and element.get("id") != self.id:
            return False
        if self.classes:
            names = (element.get("class") or "").split()
            if not all(name in names for name in self.classes):
                return False
        return all(_holds(element.get(name), operator, value) for name, operator, value in self.attributes)


class Finder(Protocol):
    """What a compiled selector can do."""

    def find(self, root: HtmlElement, index: Index) -> list[HtmlElement]:
        """The elements below `root` that are meant, in document order."""


class Steps(NamedTuple):
    """A selector of compounds joined by descent, as most are."""

    steps: tuple[Compound, ...]

    def find(self, root: HtmlElement, index: Index) -> list[HtmlElement]:
        """The elements that are meant and still belong to the page."""
        last = self.steps[-1]
        return [element for element in self._candidates(root, index, last) if last.fits(element) and self._stands(element, root)]

    def _candidates(self, root: HtmlElement, index: Index, last: Compound) -> list[HtmlElement]:
        if last.id:
            found = _ID(root, name=last.id)
            return [item for item in found if isinstance(item, HtmlElement)] if isinstance(found, list) else []
        if last.classes:
            return min((index.classes.get(name, []) for name in last.classes), key=len)
        return list(root.iter(last.tag or "*"))

    def _stands(self, element: HtmlElement, root: HtmlElement) -> bool:
        wanted = list(self.steps[:-1])
        ancestor = element.getparent()
        top = element
        while ancestor is not None:
            if wanted and wanted[-1].fits(ancestor):
                wanted.pop()
            top = ancestor
            ancestor = ancestor.getparent()
        return not wanted and (top is root or element is root)


class General(NamedTuple):
    """Any other selector, by XPath."""

    selector: CSSSelector

    def find(self, root: HtmlElement, index: Index) -> list[HtmlElement]:
        """The elements that are meant."""
        found = self.selector(root)
        return [item for item in found if isinstance(item, HtmlElement)]


@lru_cache(maxsize=1024)
def compiled(css: str) -> Finder:
    """The selector `css`, ready for use."""
    steps = tuple(_compound(part) for part in css.split())
    if all(steps):
        return Steps(tuple(step for step in steps if step))
    return General(CSSSelector(css, translator="html"))


def _compound(text: str) -> Compound | None:
    match = _COMPOUND.match(text)
    if match is None:
        return None
    identity = ""
    classes: list[str] = []
    attributes: list[tuple[str, str, str]] = []
    for sign, name, attribute, operator, double, single, bare in _PART.findall(match["rest"]):
        if sign == "#":
            identity = name
        elif sign == ".":
            classes.append(name)
        else:
            attributes.append((attribute, operator, double or single or bare))
    tag = match["tag"] or ""
    return Compound("" if tag == "*" else tag.lower(), identity, tuple(classes), tuple(attributes))


def _holds(value: str | None, operator: str, wanted: str) -> bool:
    if value is None:
        return False
    match operator:
        case "":
            return True
        case "=":
            return value == wanted
        case "^=":
            return value.startswith(wanted)
        case "$=":
            return value.endswith(wanted)
        case "*=":
            return wanted in value
        case "~=":
            return wanted in value.split()
        case _:
            return value == wanted or value.startswith(wanted + "-")

"""CSS selectors, answered from an index of the page's classes where they are simple and name one, else by XPath."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple, Protocol

from lxml import etree
from lxml.cssselect import CSSSelector

from archive.parsers.tree import Element, by_id

_COMPOUND: Final = re.compile(
    r"^(?P<tag>[a-zA-Z][\w:-]*|\*)?"
    r"(?P<rest>(?:[.#][\w-]+|\[[\w:-]+(?:[~^$*|]?=(?:\"[^\"]*\"|'[^']*'|[\w/.:-]+))?\])*)$"
)
_PART: Final = re.compile(r"([.#])([\w-]+)|\[([\w:-]+)(?:([~^$*|]?=)(?:\"([^\"]*)\"|'([^']*)'|([\w/.:-]+)))?\]")


_FEW: Final = frozenset(("h1", "h2", "h3", "ul", "ol", "em", "time", "article", "section", "figure", "figcaption"))


@lru_cache(maxsize=4096)
def _split(names: str) -> frozenset[str]:
    """The classes in a class attribute; the pages of a site share theirs."""
    return frozenset(names.split())


class Index:
    """The elements of a page by class, gathered when one is first asked for: 0.1 ms, as two searches without."""

    def __init__(self, root: Element, markup: bytes = b"") -> None:
        self.root = root
        self._markup = markup  # of the whole page, b"" where that is not known
        self._lower = b""
        self._groups: dict[str, list[int]] = {}  # places among the classed by the whole attribute
        self.is_made = False
        self._classed: list[Element] = []  # all that have a class, in document order
        self._places: dict[str, list[list[int]]] = {}  # among these, by class: of each attribute that has it
        self._having: dict[tuple[str, str], list[Element]] = {}

    def classed(self, name: str) -> list[Element]:
        """The elements with this class, in document order; some may have been removed from the page since."""
        if not self.is_made:
            self._gather()
        classed = self._classed
        lists = self._places.get(name, ())
        return [classed[place] for place in (lists[0] if len(lists) == 1 else sorted(chain(*lists)))]

    def named_like(self, operator: str, part: str) -> list[Element]:
        """The elements whose class attribute meets a condition, in document order, as `classed` has them."""
        if not self.is_made:
            self._gather()
        lists = [places for names, places in self._groups.items() if _holds(names, operator, part)]
        return [self._classed[place] for place in sorted(chain(*lists))]

    def having(self, tag: str, attribute: str) -> list[Element]:
        """The elements of a tag ("" is any) with an attribute, in document order; some may have been removed since."""
        known = self._having.get((tag, attribute))
        if known is None and not tag and not self._names(attribute):
            known = self._having[tag, attribute] = []
        if known is None:
            elements = self.root.iter(tag or "*")
            known = self._having[tag, attribute] = [one for one in elements if one.get(attribute) is not None]
        return known

    def _names(self, attribute: str) -> bool:
        """Whether the page may have an attribute: its markup is searched in a tenth of the time of its elements."""
        if self._markup and not self._lower:
            self._lower = self._markup.lower()
        return not self._markup or self._lower.rfind(attribute.encode()) != -1

    def _gather(self) -> None:
        # A page has few different class attributes, so each is split once. Asking every element for its class takes
        # two thirds of the time of a predicate in XPath.
        groups = self._groups
        for element in self.root.iter():
            names = element.get("class")
            if names:
                known = groups.get(names)
                if known is None:
                    groups[names] = [len(self._classed)]
                else:
                    known.append(len(self._classed))
                self._classed.append(element)
        places = self._places
        for names, group in groups.items():
            for name in _split(names):
                if name in places:
                    places[name].append(group)
                else:
                    places[name] = [group]
        self.is_made = True


class Compound(NamedTuple):
    """One step of a selector: `div.body#x[itemprop=articleBody]`. Classes are padded: " body "."""

    tag: str
    id: str
    classes: tuple[str, ...]
    attributes: tuple[tuple[str, str, str], ...]  # name, operator, value

    def fits(self, element: Element) -> bool:
        """Whether `element` is one that this step means."""
        if self.tag and element.tag != self.tag:
            return False
        if self.id and element.get("id") != self.id:
            return False
        if self.classes:
            names = element.get("class")
            if not names:
                return False
            padded = f" {names} "
            for name in self.classes:
                if name not in padded and name.strip() not in names.split():
                    return False
        return not self.attributes or all(
            _holds(element.get(name), sign, value) for name, sign, value in self.attributes
        )


class Finder(Protocol):
    """What a compiled selector can do."""

    def find(self, root: Element, index: Index) -> list[Element]:
        """The elements below `root` that are meant, in document order."""


class Steps(NamedTuple):
    """A selector of compounds joined by descent, as most are."""

    steps: tuple[Compound, ...]

    def find(self, root: Element, index: Index) -> list[Element]:
        """The elements that are meant and still belong to the page."""
        candidates = _candidates(root, index, self.steps)
        if not candidates:
            return []
        last = self.steps[-1]
        return [element for element in candidates if last.fits(element) and _stands(element, root, self.steps)]


class General(NamedTuple):
    """Any other selector, by XPath."""

    selector: CSSSelector

    def find(self, root: Element, index: Index) -> list[Element]:
        """The elements that are meant."""
        found = self.selector(root)
        return [item for item in found if isinstance(item, etree._Element)] if isinstance(found, list) else []


@lru_cache(maxsize=1024)
def compiled(css: str) -> Finder:
    """The selector `css`, ready for use."""
    steps = [_compound(part) for part in css.split()]
    known = tuple(step for step in steps if step)
    told = (step.id or step.classes or step.attributes or step.tag in _FEW for step in known)
    if len(known) == len(steps) and any(told):
        return Steps(known)  # a tag of which pages are full is found by XPath in a fifth of the time
    return General(CSSSelector(css, translator="html"))


def _candidates(root: Element, index: Index, steps: tuple[Compound, ...]) -> list[Element]:
    """The elements that the last of `steps` may mean: looked for below the first step that is told by id or class."""
    last = steps[-1]
    if last.id:
        found = by_id(root, last.id)
        return [found] if found is not None else []
    if last.classes:
        if last.tag in _FEW and not index.is_made:
            return list(root.iter(last.tag))  # a page has so few that no index is worth it
        if len(last.classes) == 1:
            return index.classed(last.classes[0].strip())
        return min([index.classed(name.strip()) for name in last.classes], key=len)
    for step in steps[:-1]:
        if step.id or step.classes:
            holders = [holder for holder in _candidates(root, index, (step,)) if step.fits(holder)]
            return list(dict.fromkeys(element for holder in holders for element in holder.iter(last.tag or "*")))
    if last.attributes:
        name, operator, value = last.attributes[0]
        if name == "class" and operator and value:
            return index.named_like(operator, value)
        return index.having(last.tag, name)
    return list(root.iter(last.tag))


def _stands(element: Element, root: Element, steps: tuple[Compound, ...]) -> bool:
    """Whether `element` is still in the page, and below what the steps before the last mean."""
    position = len(steps) - 2
    step: Element | None = element
    while step is not None and step is not root:
        step = step.getparent()
        if position >= 0 and step is not None and steps[position].fits(step):
            position -= 1
    return position < 0 and step is root


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
            classes.append(f" {name} ")
        else:
            attributes.append((attribute.lower(), operator, double or single or bare))
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

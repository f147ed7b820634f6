"""The tree of a page: parsed by lexbor as browsers do (WHATWG), then held in elements of our own.

lexbor gives a new object for each look at a node, which costs more than the look; so each node is looked at once, and
what readers walk over are plain Python objects with a parent, children, and texts as lxml has them (`text` before the
first child, `tail` behind the element).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from sys import intern
from typing import Any, Final, overload

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from archive.errors import Unreadable
from archive.text import folding
from archive.text.normalise import normalise

_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_ELEMENTS: Final = 200_000  # a page of the corpus has 800, the largest 20,000
_MANY: Final = 64  # attributes of one tag, whose names are then held once for all
INLINE: Final = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "nobr", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "st1:place", "st1:city", "data", "amp-fit-text",
))  # fmt: skip
_ARGUMENT: Final = re.compile(r"\([^()]*\)")  # of :not() and :has(): what it names need not be there
_SIMPLE: Final = re.compile(r"(\w*)([.#][\w-]+)", re.ASCII)
_NAME: Final = re.compile(r"[.#](?:[\w-]|[^\x00-\x7f])+")
_VALUE: Final = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))""")
_VOID: Final = frozenset(("br", "img", "input", "meta", "link", "hr", "source", "wbr"))


class Element:
    """An element of a page: its tag in lower case, its attributes, its children and texts."""

    __slots__ = ("_children", "_next", "_parent", "_previous", "attributes", "tag", "tail", "text")

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""
        self.tail = ""
        self._parent: Element | None = None
        self._children: list[Element] = []
        self._next: Element | None = None
        self._previous: Element | None = None

    def __iter__(self) -> Iterator[Element]:
        return iter(self._children)

    def __len__(self) -> int:
        return len(self._children)

    def __getitem__(self, place: int) -> Element:
        return self._children[place]

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<{self.tag}{''.join(f' {name}={value!r}' for name, value in self.attributes.items())}>"

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """The value of an attribute, "" where it has none, `default` where the attribute is missing."""
        value = self.attributes.get(name, default)
        return "" if value is None and name in self.attributes else value

    def getparent(self) -> Element | None:
        """What the element stands in."""
        return self._parent

    def getnext(self) -> Element | None:
        """The next element in the same parent."""
        return self._next

    def getprevious(self) -> Element | None:
        """The element before it in the same parent."""
        return self._previous

    def iterancestors(self, *tags: str) -> Iterator[Element]:
        """What the element stands in, the nearest first."""
        step = self._parent
        while step is not None:
            if not tags or step.tag in tags:
                yield step
            step = step._parent

    def itersiblings(self, *, preceding: bool = False) -> Iterator[Element]:
        """The elements behind it in the same parent; those before it, the nearest first, if `preceding`."""
        step = self._previous if preceding else self._next
        while step is not None:
            yield step
            step = step._previous if preceding else step._next

    def iter(self, *tags: str) -> Iterator[Element]:
        """The element and all in it, in page order; of some tags only, where any are given."""
        stack = [self]
        pop, extend = stack.pop, stack.extend
        if not tags:
            while stack:
                element = pop()
                yield element
                extend(element._children[::-1])
        elif len(tags) == 1:
            tag = tags[0]
            while stack:
                element = pop()
                if element.tag == tag:
                    yield element
                extend(element._children[::-1])
        else:
            while stack:
                element = pop()
                if element.tag in tags:
                    yield element
                extend(element._children[::-1])

    def iterdescendants(self, *tags: str) -> Iterator[Element]:
        """All elements in it, in page order."""
        found = self.iter(*tags)
        for element in found:
            if element is not self:
                yield element

    def itertext(self) -> Iterator[str]:
        """All texts in it, in page order."""
        if self.text:
            yield self.text
        for child in self._children:
            yield from child.itertext()
            if child.tail:
                yield child.tail

    def append(self, child: Element) -> None:
        """Puts an element behind the last in it."""
        last = self._children[-1] if self._children else None
        child._parent, child._previous, child._next = self, last, None
        if last is not None:
            last._next = child
        self._children.append(child)

    def remove(self, child: Element) -> None:
        """Takes a child out, its tail too."""
        self._children.remove(child)
        if child._previous is not None:
            child._previous._next = child._next
        if child._next is not None:
            child._next._previous = child._previous
        child._parent = child._next = child._previous = None

    def set(self, name: str, value: str) -> None:
        """Gives an attribute a value."""
        self.attributes[name] = value

    def keys(self) -> list[str]:
        """The names of its attributes."""
        return list(self.attributes)

    def find(self, tag: str) -> Element | None:
        """The first child of a tag."""
        return next((child for child in self._children if child.tag == tag), None)


class Tree:
    """A parsed page: its root element, and lexbor's tree, which answers CSS selectors."""

    __slots__ = ("_elements", "_named", "_parser", "_values", "deepest", "root")

    def __init__(self, markup: bytes) -> None:
        self._parser = LexborHTMLParser(markup)
        self._named: dict[str, list[Element]] | None = None
        node = self._parser.root
        if node is None:
            raise Unreadable("not_html", "no element in it")
        self._elements: dict[int, Element] = {}
        self.root, self.deepest = _built(node, self._elements)

    def __len__(self) -> int:
        """How many elements the page has."""
        return len(self._elements)

    def select(self, css: str, within: Element) -> list[Element]:
        """The elements below `within` that `css` selects, in page order; those taken out of the page are left out.

        Lexbor is asked only where every class, id and value of the selector stands on the page, and not for a class or
        id alone.
        """
        named, alternatives = self._names(), _parsed(css)
        if not any(
            all(name in named for name in names) and all(value in self._values for value in values)
            for _, _, names, values in alternatives
        ):
            return []
        tag, mark, _, _ = alternatives[0]
        if mark and len(alternatives) == 1 and len(named[mark]) == 1:
            found = [element for element in named[mark] if not tag or element.tag == tag]
        else:
            known = self._elements
            found = [known[place] for node in self._parser.css(css) if (place := node.mem_id) in known]
        return [element for element in found if _lies_in(element, within)]

    def _names(self) -> dict[str, list[Element]]:
        """The elements of each class (".name") and id ("#name"), in no order."""
        if self._named is None:
            self._named = {}
            add = self._named.setdefault
            values: list[str] = []
            for element in self._elements.values():
                if attributes := element.attributes:
                    values += filter(None, attributes.values())
                    for name in (attributes.get("class") or "").split():
                        add(f".{name}", []).append(element)
                    if name := attributes.get("id") or "":
                        add(f"#{name}", []).append(element)
            self._values = "\n".join(values)
        return self._named


@cache
def _parsed(css: str) -> list[tuple[str, str, list[str], list[str]]]:
    """For each alternative of a selector: tag and class or id where it is no more than these, all classes and ids, and
    all values of attributes, that a page must have where it meets anything.

    Asking lexbor takes 20 to 80 us: .4 ms of a page of a known family, 2 of one of the world's press.
    """
    plain = css
    while (outer := _ARGUMENT.sub("", plain)) != plain:
        plain = outer
    found = []
    for one in plain.split(","):
        simple = _SIMPLE.fullmatch(one.strip()) if plain == css else None
        values = ["".join(groups) for groups in _VALUE.findall(one)]
        names = _NAME.findall(_VALUE.sub("", one))
        found.append((simple[1] if simple else "", simple[2] if simple else "", names, values))
    return found


def _lies_in(element: Element, within: Element) -> bool:
    step: Element | None = element
    while step is not None:
        if step is within:
            return True
        step = step._parent
    return False


def _built(top: Any, elements: dict[int, Element]) -> tuple[Element, int]:
    """The elements of a lexbor node and all in it, and how deep they are nested."""
    root = Element(top.tag, top.attributes)
    elements[top.mem_id] = root
    stack = [(top, root, 1)]
    deepest = 1
    while stack:
        node, element, depth = stack.pop()
        children = element._children
        last: Element | None = None
        child = node.first_child
        if depth > deepest:
            deepest = depth
        while child is not None:
            tag = child.tag
            if tag == "-text":
                if last is None:
                    element.text += child.text_content
                else:
                    last.tail += child.text_content
            elif tag[0] not in "-!_":
                attributes = child.attributes
                if len(attributes) > _MANY:
                    attributes = {intern(name): value for name, value in attributes.items()}
                made = Element(tag, attributes)
                made._parent = element
                if last is not None:
                    last._next = made
                    made._previous = last
                children.append(made)
                elements[child.mem_id] = made
                if len(elements) > _MOST_ELEMENTS:
                    raise Unreadable("too_large", f"more than {_MOST_ELEMENTS} elements")
                last = made
                if tag not in _VOID:
                    stack.append((child, made, depth + 1))
            child = child.next
    return root, deepest


def parse(markup: bytes) -> Tree:
    """The tree of an HTML page in UTF-8; raises Unreadable where it has none."""
    try:
        return Tree(markup)
    except (SelectolaxError, ValueError) as error:
        raise Unreadable("not_html", str(error)) from None


def parse_fragment(markup: str) -> Element:
    """The tree of a piece of HTML, in a body of its own."""
    return Tree(f"<html><body>{markup}</body></html>".encode("utf-8", "replace")).root


def drop(element: Element) -> None:
    """Removes an element and what is in it; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail += element.tail
        else:
            parent.text += element.tail
        element.tail = ""
    parent.remove(element)


def storable(text: str) -> str:
    """`text` without control characters and halves of surrogate pairs, which no database keeps."""
    return text if text.isprintable() else _UNSTORABLE.sub("", text)


def clean(text: str) -> str:
    """`normalise(text)`, found in a tenth of the time where nothing but white space needs mending, as nearly always.

    Measured: 1.6 against 17 us for 230 letters. What can be written in the code of Vietnamese news is normal once its
    white space is: it is NFC, and has no look-alikes and no odd marks.
    """
    plain = text.strip()
    if "  " in plain or not plain.isprintable():
        plain = " ".join(plain.split())
        if not plain.isprintable():
            return normalise(plain)
    if not plain.isascii():
        try:
            folding.encode_cased(plain)
        except UnicodeEncodeError:
            return normalise(plain)
    return plain


def raw_text(element: Element) -> str:
    """All text in `element`, as it stands there."""
    if not element._children:
        return element.text
    parts: list[str] = []
    _gather(element, parts.append)
    return "".join(parts)


def _gather(element: Element, add: Any) -> None:
    if element.text:
        add(element.text)
    for child in element._children:
        if child._children:
            _gather(child, add)
        elif child.text:
            add(child.text)
        if child.tail:
            add(child.tail)


def text_of(element: Element) -> str:
    """All text in `element`, normalised."""
    return clean(raw_text(element))


def names_of(element: Element) -> str:
    """Class, id and role of an element and of the first element in it, where that is no heading."""
    inner = next(iter(element), None)
    parts = [element.get("class"), element.get("id"), element.get("data-role"), element.get("itemprop")]
    if inner is not None and inner.tag not in ("h1", "h2", "h3", "h4", "h5", "h6"):
        parts += [inner.get("class"), inner.get("id")]
    return " ".join(part for part in parts if part)

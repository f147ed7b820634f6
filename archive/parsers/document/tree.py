"""The tree of a page: parsed by lexbor as browsers do (WHATWG), then held in elements of our own.

lexbor gives a new object for each look at a node, which costs more than the look; so each node is looked at once, and
what readers walk over are plain Python objects with a parent, children, and texts as lxml has them (`text` before the
first child, `tail` behind the element).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from sys import intern
from typing import Any, Final, NamedTuple, overload

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from archive.errors import Unreadable
from archive.text import folding
from archive.text.normalise import normalise

_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_ELEMENTS: Final = 200_000  # a page of the corpus has 800, the largest 20,000
_MANY: Final = 64  # attributes of one tag, whose names are then held once for all; children, to be found by number
INLINE: Final = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "nobr", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "st1:place", "st1:city", "data", "amp-fit-text",
))  # fmt: skip
_ARGUMENT: Final = re.compile(r"\([^()]*\)")  # of :not() and :has(): what it names need not be there
_SIMPLE: Final = re.compile(r"(\w*)([.#][\w-]+)", re.ASCII)
_NAME: Final = re.compile(r"[.#](?:[\w-]|[^\x00-\x7f])+")
_VALUE: Final = re.compile(
    r"""(?:(?<![\w.#-])(?P<tag>[\w-]+))?\[\s*(?P<name>[\w-]+)\s*[~|^$*]?=\s*(?:"(?P<one>[^"]*)"|'(?P<two>[^']*)'|(?P<bare>[^\s"'\]]+))"""
)
_QUOTED_COMMA: Final = re.compile(r"""["'][^"']*,""")
_BRACKETS: Final = re.compile(r"""\[(?:"[^"]*"|'[^']*'|[^\]"'])*\]""")
_FEW_REMOVED: Final = 8
_MOST_REMOVED: Final = 64  # spans that are looked at one by one
_NONE: Final[list[Element]] = []
_VOID: Final = frozenset(("br", "img", "input", "meta", "link", "hr", "source", "wbr"))


class Element:
    """An element of a page: its tag in lower case, its attributes, its children and texts.

    Elements are numbered in page order, so that what stands in one is a span of numbers: asked 5,000 times a page.
    """

    __slots__ = ("_index", "_last", "_number", "_parent", "attributes", "children", "tag", "tail", "text")

    def __init__(self, tag: str, attributes: dict[str, str | None], parent: Element | None, index: _Index) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""
        self.tail = ""
        self._parent = parent
        self.children = _NONE  # as three in five have: a list less to make and to let go
        self._index = index
        self._number = self._last = len(index.elements)

    def __iter__(self) -> Iterator[Element]:
        return iter(self.children)

    def __len__(self) -> int:
        return len(self.children)

    def __getitem__(self, place: int) -> Element:
        return self.children[place]

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

    def getprevious(self) -> Element | None:
        """The element before it in the same parent."""
        place = self._place()
        return self._parent.children[place - 1] if self._parent is not None and place else None

    def _place(self) -> int:
        """Where it stands among the children of its parent."""
        beside = self._parent.children if self._parent is not None else [self]
        if len(beside) < _MANY or self._index.grown:
            return beside.index(self)
        return bisect_left(beside, self._number, key=_number)

    def iterancestors(self, *tags: str) -> Iterator[Element]:
        """What the element stands in, the nearest first."""
        step = self._parent
        while step is not None:
            if not tags or step.tag in tags:
                yield step
            step = step._parent

    def itersiblings(self, *, preceding: bool = False) -> Iterator[Element]:
        """The elements behind it in the same parent; those before it, the nearest first, if `preceding`."""
        beside = self._parent.children if self._parent is not None else [self]
        place = self._place()
        return reversed(beside[:place]) if preceding else iter(beside[place + 1 :])

    def holds(self, other: Element) -> bool:
        """Whether `other` is this element or stands in it."""
        if not self._index.moved and self._index is other._index:
            return self._number <= other._number <= self._last
        step: Element | None = other
        while step is not None and step is not self:
            step = step._parent
        return step is self

    def reaches(self, other: Element) -> bool:
        """Whether `other` is this element or stands in it, and was not taken out."""
        index = self._index
        if index.moved or len(index.removed) > _FEW_REMOVED:
            step: Element | None = other
            while step is not None and step is not self:
                step = step._parent
            return step is self
        return self.holds(other) and not any(first <= other._number <= last for first, last in index.removed)

    def iter(self, *tags: str) -> Iterator[Element]:
        """The element and all in it, in page order; of some tags only, where any are given."""
        index = self._index
        if index.moved:
            return self._walked(tags)
        if self._number == self._last:
            return iter((self,) if not tags or self.tag in tags else ())
        found = index.of(tags, self._number, self._last) if tags else index.elements[self._number : self._last + 1]
        for first, last in index.removed:
            if self._number < first and last <= self._last:
                found = [one for one in found if not first <= one._number <= last]
        return iter(found)

    def _walked(self, tags: tuple[str, ...]) -> Iterator[Element]:
        stack = [self]
        while stack:
            element = stack.pop()
            if not tags or element.tag in tags:
                yield element
            stack.extend(element.children[::-1])

    def iterdescendants(self, *tags: str) -> Iterator[Element]:
        """All elements in it, in page order."""
        return (element for element in self.iter(*tags) if element is not self)

    def itertext(self) -> Iterator[str]:
        """All texts in it, in page order."""
        if self.text:
            yield self.text
        for child in self.children:
            yield from child.itertext()
            if child.tail:
                yield child.tail

    def append(self, child: Element) -> None:
        """Puts an element of another tree behind the last in it."""
        for index in (self._index, child._index):
            index.moved = index.grown = True
        child._parent = self
        self.children = [*self.children, child]

    def drop(self) -> None:
        """Takes the element and what is in it out of the page; the text behind it stays."""
        parent = self._parent
        if parent is None:
            return
        place = parent.children.index(self)
        if self.tail and place:
            parent.children[place - 1].tail += self.tail
        elif self.tail:
            parent.text += self.tail
        del parent.children[place]
        index = self._index
        index.taken.append((self, parent, place, self.tail))
        index.removed.append((self._number, self._last))
        index.moved = index.moved or len(index.removed) > _MOST_REMOVED
        self._parent, self.tail = None, ""

    def refill(self, other: Element) -> None:
        """Puts what is in an element of another tree in the place of what is in this one."""
        self.text, self.children = other.text, []
        for child in list(other):
            self.append(child)
        self._index.moved = self._index.grown = True

    def set(self, name: str, value: str) -> None:
        """Gives an attribute a value."""
        self.attributes[name] = value

    def keys(self) -> list[str]:
        """The names of its attributes."""
        return list(self.attributes)

    def find(self, tag: str) -> Element | None:
        """The first child of a tag."""
        return next((child for child in self.children if child.tag == tag), None)


_number: Final = attrgetter("_number")


class _Index:
    """The elements of a tree in page order, all and by tag, and the spans that were taken out since.

    `moved` where something was put in (`grown`), or much taken out: then elements are found by walking.
    """

    __slots__ = ("by_tag", "elements", "grown", "moved", "removed", "taken")

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.by_tag: dict[str, list[Element]] = {}
        self.removed: list[tuple[int, int]] = []
        self.taken: list[tuple[Element, Element, int, str]] = []  # with what held it, its place there, its tail
        self.moved = self.grown = False

    def of(self, tags: tuple[str, ...], first: int, last: int) -> list[Element]:
        """The elements of some tags that are numbered from `first` to `last`."""
        found: list[Element] = []
        parts = 0
        for tag in tags:
            if known := self.by_tag.get(tag):
                begin = bisect_left(known, first, key=_number) if first else 0
                part = known[begin : bisect_right(known, last, begin, key=_number)]
                if part:
                    found += part
                    parts += 1
        return sorted(found, key=_number) if parts > 1 else found


class Skip(NamedTuple):
    """What of a page has no elements: what the selector `boxes` selects, where of all `required` alternatives one
    selects something.
    """

    boxes: str
    required: tuple[tuple[str, ...], ...]


class Tree:
    """A parsed page: its root element, and lexbor's tree, which answers CSS selectors.

    What is skipped (`skipped`, where anything may be) has no elements here: half of what a page costs, where that is
    all but the article.
    """

    __slots__ = ("_elements", "_found", "_marks", "_named", "_values", "deepest", "parser", "root", "skipped")

    def __init__(self, markup: bytes, skip: Skip | None = None) -> None:
        self.parser = LexborHTMLParser(markup)
        self._marks: dict[str, list[str]] | None = None
        self._named: dict[str, list[Element]] = {}
        self._values: dict[tuple[str, str], str] = {}
        self._found: dict[str, list[Element]] = {}  # lexbor's tree stays as it is: 10 us of a layout's selectors, each
        node = self.parser.root
        if node is None:
            raise Unreadable("not_html", "no element in it")
        self._elements: dict[int, Element] = {}
        find = self.parser.css_first
        self.skipped = skip is not None and all(any(map(find, one)) for one in skip.required)
        skipped = {one.mem_id for one in self.parser.css(skip.boxes)} if skip is not None and self.skipped else set()
        self.root, self.deepest = _built(node, self._elements, skipped)

    def __len__(self) -> int:
        """How many elements the page has."""
        return len(self._elements)

    def dissolve(self) -> None:
        """Parts the elements, which point at each other, and lets them go: at once, and not when a collector finds
        them. One that looked at what was left took .15 ms a page.
        """
        for element in self.root._index.elements:
            element._parent = None
            element.children = _NONE
        index = self.root._index
        index.elements, index.by_tag, index.taken = [], {}, []
        for known in (self._elements, self._named, self._found):
            known.clear()

    def select(self, css: str) -> list[Element]:
        """The elements that `css` selects, in page order; those taken out of the page are left out.

        Lexbor is asked only where every class, id and value of the selector stands on the page, and not for a class or
        id alone: asking takes 20 to 80 us, .4 ms of a page of a known family, 2 of one of the world's press.
        """
        found = self._found.get(css)
        if found is None:
            found = self._found[css] = self._selected(css)
        index = self.root._index
        return [one for one in found if self.root.reaches(one)] if found and (index.moved or index.removed) else found

    def _selected(self, css: str) -> list[Element]:
        names, whole = self._names(), _parsed(css)
        asked = [one for one in whole if one.names <= names.keys() and all(map(self._has_value, one.values))]
        if not asked:
            return []
        if all(one.mark for one in asked):
            there = ((one.tag, element) for one in asked for name in names[one.mark] for element in self._named[name])
            return sorted({element for tag, element in there if not tag or element.tag == tag}, key=_number)
        if all(one.css for one in whole):
            css = ", ".join(one.css for one in asked)
        known = self._elements
        return [known[place] for node in self.parser.css(css) if (place := node.mem_id) in known]

    def _names(self) -> dict[str, list[str]]:
        """The attributes, class (".a b") and id ("#c"), in which each class (".a") and id stands."""
        if self._marks is None:
            add = self._named.setdefault
            for element in self.root._index.elements:
                attributes = element.attributes
                if css := attributes.get("class"):
                    add(f".{css}", []).append(element)
                if name := attributes.get("id"):
                    add(f"#{name}", []).append(element)
            marks: dict[str, list[str]] = {}
            for name in self._named:
                for mark in {f".{one}" for one in name[1:].split()} if name[0] == "." else {name}:
                    marks.setdefault(mark, []).append(name)
            self._marks = marks
        return self._marks

    def _has_value(self, asked: tuple[str, str, str]) -> bool:
        """Whether some element of a tag ("" for any) has a text in the value of an attribute."""
        tag, name, text = asked
        known = self._values.get((tag, name))
        if known is None:
            index = self.root._index
            elements = index.by_tag.get(tag, ()) if tag else index.elements
            known = self._values[tag, name] = "\n".join(
                [value for one in elements if (value := one.attributes.get(name))]
            )
        return text in known

    def restore(self) -> bool:
        """Puts back all that was taken out; False where that cannot be, as something was put in."""
        index = self.root._index
        if index.grown:
            return False
        while index.taken:
            child, parent, place, tail = index.taken.pop()
            parent.children.insert(place, child)
            child._parent = parent
            if tail:
                if place:
                    before = parent.children[place - 1]
                    before.tail = before.tail[: len(before.tail) - len(tail)]
                else:
                    parent.text = parent.text[: len(parent.text) - len(tail)]
                child.tail = tail
        index.removed.clear()
        index.moved = False
        return True


class _Asked(NamedTuple):
    """What a page must have where one alternative of a selector meets anything: classes and ids, values of attributes
    with tag and name. `mark` is the class or id, `tag` what it must be of, where it asks for no more than these; `css`
    is the alternative by itself, "" where it cannot be told from the others.
    """

    tag: str
    mark: str
    css: str
    names: frozenset[str]
    values: tuple[tuple[str, str, str], ...]


@cache
def _parsed(css: str) -> list[_Asked]:
    plain = css
    while (outer := _ARGUMENT.sub("", plain)) != plain:
        plain = outer
    found = []
    for one in plain.split(","):
        simple = _SIMPLE.fullmatch(one.strip()) if plain == css else None
        values = tuple(
            ((asked["tag"] or "").lower(), asked["name"].lower(), asked["one"] or asked["two"] or asked["bare"] or "")
            for asked in _VALUE.finditer(one)
        )
        names = frozenset(_NAME.findall(_BRACKETS.sub("", one)))
        alone = one.strip() if plain == css and not _QUOTED_COMMA.search(css) else ""
        found.append(_Asked(simple[1] if simple else "", simple[2] if simple else "", alone, names, values))
    return found


def _built(top: Any, known: dict[int, Element], skipped: set[int]) -> tuple[Element, int]:
    """The elements of a lexbor node and all in it, but for what is skipped, and how deep they are nested.

    They are filled in here, without a call of their constructor: .2 of 1.1 ms a page.
    """
    index = _Index()
    elements, by_tag = index.elements, index.by_tag
    new = Element.__new__
    parent = Element(top.tag, top.attributes, None, index)
    known[top.mem_id] = parent
    elements.append(parent)
    by_tag[parent.tag] = [parent]
    around: list[tuple[Element, Any]] = []  # the elements around, and what follows the one that is read
    last: Element | None = None
    deepest = number = 0
    node = top.first_child
    while True:
        if node is None:
            parent._last = number
            if not around:
                return parent, deepest + 1
            last = parent
            parent, node = around.pop()
            continue
        tag = node.tag
        if tag == "-text":
            if last is None:
                parent.text += node.text_content
            else:
                last.tail += node.text_content
        elif tag[0] not in "-!_" and not (skipped and node.mem_id in skipped):
            attributes = node.attributes
            if len(attributes) > _MANY:
                attributes = {intern(name): value for name, value in attributes.items()}
            number += 1
            if number >= _MOST_ELEMENTS:
                raise Unreadable("too_large", f"more than {_MOST_ELEMENTS} elements")
            last = new(Element)
            last.tag = tag
            last.attributes = attributes
            last.text = last.tail = ""
            last._parent = parent
            last.children = _NONE
            last._index = index
            last._number = last._last = number
            if parent.children:
                parent.children.append(last)
            else:
                parent.children = [last]
            known[node.mem_id] = last
            elements.append(last)
            if tag in by_tag:
                by_tag[tag].append(last)
            else:
                by_tag[tag] = [last]
            if tag not in _VOID:
                around.append((parent, node.next))
                if len(around) > deepest:
                    deepest = len(around)
                parent, last, node = last, None, node.first_child
                continue
        node = node.next


def parse(markup: bytes, skip: Skip | None = None) -> Tree:
    """The tree of an HTML page in UTF-8, without what `skip` says; raises Unreadable where it has none."""
    try:
        return Tree(markup, skip)
    except (SelectolaxError, ValueError) as error:
        raise Unreadable("not_html", str(error)) from None


def parse_fragment(markup: str) -> Element:
    """The tree of a piece of HTML, in a body of its own."""
    return Tree(f"<html><body>{markup}</body></html>".encode("utf-8", "replace")).root


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
    if not element.children:
        return element.text
    parts: list[str] = []
    _gather(element, parts.append)
    return "".join(parts)


def _gather(element: Element, add: Any) -> None:
    if element.text:
        add(element.text)
    for child in element.children:
        if child.children:
            _gather(child, add)
        elif child.text:
            add(child.text)
        if child.tail:
            add(child.tail)


def longer_than(element: Element, most: int) -> bool:
    """Whether an element has more than so many words, of which no more are looked at: it may be most of the page."""
    words = 0
    broken = False  # whether the text so far ends within a word
    stack: list[Element | str] = [element]
    while stack:
        one = stack.pop()
        text = one if isinstance(one, str) else one.text
        if text:
            words += len(text.split()) - (broken and not text[0].isspace())
            broken = not text[-1].isspace()
            if words > most:
                return True
        if not isinstance(one, str):
            for child in reversed(one.children):
                if child.tail:
                    stack.append(child.tail)
                stack.append(child)
    return False


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

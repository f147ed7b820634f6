"""Takes an editor's HTML apart into lines and pictures, in page order, each with how it was set.

Editors of provincial sites write div, br, nested span and font, tables for captions, Word's leavings; what survives of
all that is a line: a text between two breaks, whether it is bold, italic, centred, linked, and what it stood in.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from archive.parsers.blocks.lines import HEADINGS, Anchor, Items, Line, Picture
from archive.parsers.blocks.style_hints import UNSET, Setting, alignment, set_by_class, set_by_style
from archive.parsers.document.address import file_shown, is_file
from archive.parsers.document.tree import INLINE, Element, clean, longer_than, raw_text
from archive.text.numbers import parse_digits

SKIPPED = frozenset((
    "script", "style", "noscript", "button", "select", "input", "textarea", "template", "svg", "video", "audio", "map",
    "head", "meta", "link", "title", "canvas", "amp-iframe",
))  # fmt: skip
_VIEWERS = frozenset(["iframe", "object", "embed"])
_PLAIN = frozenset(["div", "p", "li", "td", "tr", "tbody", "dd", "dt", "main", "header", "form"])  # say nothing more
LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-url")
PLACEHOLDER = re.compile(r"^data:|blank\.|spacer|placeholder|lazy|loading|1x1|/grey\.|/pixel\.", re.IGNORECASE)
WORD_LITTER = re.compile(r"</?(?:o:p|st1:\w+)\s*/?>")  # escaped by an editor, so printed as text
LONGEST_CAPTION = 90  # words in all the text cells of a picture table; longer means that the table holds the article
_ROWS_OF_A_SITE = 4  # of a table that holds banner, columns and footer of a page
_MENU = 3  # links to pages
_LONGEST_CELL = 120  # words of a cell of a table of data, where it has two rows at most
_SHORTEST_INLINE = 4_000  # letters of a picture written into the page; icons and spacers are shorter
_NAME = 500  # letters of an address in which a placeholder is told by its name; data: addresses have thousands


SMALLEST_PICTURE = 40  # pixels; smaller ones are icons and spacers


class Scope(NamedTuple):
    """What surrounding elements say about a text."""

    tag: str
    align: str
    bold: bool
    italic: bool
    caption: bool
    figure: bool
    group: int
    css: str
    quoted: bool
    element: Element


_tuple = tuple.__new__  # makes a named tuple in half the time that its own constructor takes


def read_lines(element: Element) -> Items:
    """The lines and pictures of `element`, in page order; texts normalised, empty ones left out."""
    walker = _Walker()
    scope = Scope(str(element.tag), "", False, False, False, False, 0, element.get("class") or "", False, element)
    walker.walk(element, scope)
    walker.flush(scope)
    return walker.found


class _Walker:
    """The state of one walk: the line being gathered, and what was found so far."""

    def __init__(self) -> None:
        self.found: Items = []
        self.parts: list[str] = []
        self.links: list[Anchor] = []
        self.around: Element | None = None  # the link around blocks: a card of its own
        self.plain = self.bold = self.italic = self.linked = 0
        self.block = self.group = 0
        self.row = False

    def add(self, text: str, scope: Scope, linked: bool) -> None:
        """Adds a piece of text that is not white space alone to the line."""
        self.parts.append(text)
        size = len(text)
        self.plain += size
        if scope.bold:
            self.bold += size
        if scope.italic:
            self.italic += size
        if linked:
            self.linked += size

    def flush(self, scope: Scope) -> None:
        """Ends the line, if it holds any text."""
        if self.row:
            self.parts.append(" ")
            return
        if not self.parts:
            return
        if not self.plain:
            self.parts.clear()
            self.links.clear()
            return
        text = clean("".join(self.parts))
        if "<" in text:
            text = clean(WORD_LITTER.sub("", text))
        if text:
            if self.around is not None and self.linked:
                self.links.append(Anchor(self.around.get("href", ""), text, self.around))
            size = max(self.plain, 1)
            bold, italic, linked = self.bold >= size * 0.9, self.italic >= size * 0.9, self.linked / size
            set_as = (scope.tag, self.block, scope.align, bold, italic, linked, tuple(self.links))
            stands = (scope.caption, scope.group, scope.css, scope.quoted, scope.element)
            self.found.append(_tuple(Line, (text, *set_as, *stands)))
        self.parts.clear()
        self.links.clear()
        self.plain = self.bold = self.italic = self.linked = 0

    def walk(self, element: Element, scope: Scope, linked: bool = False) -> None:
        """Reads the inside of `element`."""
        text = element.text
        if text:
            if text.isspace():
                self.parts.append(text)
            else:
                self.add(text, scope, linked)
        for child in element.children:
            tag = child.tag
            if tag == "br":
                self.flush(scope)
            elif tag == "img":
                self.picture(child, scope, linked)
            elif tag in INLINE:
                self.inline(child, tag, scope, linked)
            elif tag in _VIEWERS:
                self.viewer(child, scope)
            elif tag not in SKIPPED:
                self.enter(child, tag, scope, linked)
            text = child.tail
            if text:
                if text.isspace():
                    self.parts.append(text)
                else:
                    self.add(text, scope, linked)

    def inline(self, child: Element, tag: str, scope: Scope, linked: bool) -> None:
        """Reads an element that does not end the line."""
        css, css_style = child.attributes.get("class"), child.attributes.get("style")
        named = set_by_class(css) if css else UNSET
        style = set_by_style(css_style) if css_style else UNSET
        if style.hidden or named.hidden:
            return
        bold = scope.bold or tag in ("b", "strong") or style.bold
        italic = scope.italic or tag in ("i", "em") or style.italic
        caption = scope.caption or named.caption
        if bold != scope.bold or italic != scope.italic or caption != scope.caption:
            if caption != scope.caption:
                self.flush(scope)
            set_as = (scope.tag, scope.align, bold, italic, caption, scope.figure, scope.group)
            inner = _tuple(Scope, (*set_as, scope.css, scope.quoted, scope.element))
        else:
            inner = scope
        if tag == "a":
            href = child.get("href", "")
            if child.get("hidden") is not None or (href[:1] == "#" and _is_sign(child)):
                return  # the anchor of a heading
            before, lines, around = len(self.parts), len(self.found), self.around
            self.around = child if href else around
            self.walk(child, inner, linked or bool(href))
            self.around = around
            if href and (self.plain or len(self.found) == lines):
                text = clean("".join(self.parts[before:])) if len(self.parts) >= before else ""
                self.links.append(_tuple(Anchor, (href, text, child)))
        else:
            self.walk(child, inner, linked)
        if caption != scope.caption:
            self.flush(inner)

    def enter(self, child: Element, tag: str, scope: Scope, linked: bool) -> None:
        """Reads an element that begins a line of its own."""
        if tag == "amp-img":
            self.picture(child, scope, linked)
            return
        attributes = child.attributes
        css, css_style = attributes.get("class") or "", attributes.get("style")
        named = set_by_class(css) if css else UNSET
        style = set_by_style(css_style) if css_style else UNSET
        if style.hidden or named.hidden:
            return
        if self.plain or self.row:
            self.flush(scope)
        elif self.parts:  # white space
            self.parts.clear()
            self.links.clear()
        if tag in _PLAIN and style is UNSET and named is UNSET and not attributes.get("align"):  # as four in five are
            caption = scope.caption or scope.figure
            set_as = (tag, scope.align, scope.bold, scope.italic, caption, scope.figure, scope.group)
            inner = _tuple(Scope, (*set_as, css, scope.quoted, child))
        else:
            inner = self.scope(child, tag, scope, css, style, named)
        self.block += 1
        if tag == "table" and not self.row:
            self.table(child, inner, linked)
        else:
            self.walk(child, inner, linked)
        if self.plain or self.row:
            self.flush(inner)
        elif self.parts:
            self.parts.clear()
            self.links.clear()
        self.block += 1

    def scope(self, child: Element, tag: str, around: Scope, css: str, style: Setting, named: Setting) -> Scope:
        """What a block says about the texts in it."""
        group = around.group
        if tag in ("ul", "ol", "dl", "table") and not self.row:
            self.group += 1
            group = self.group
        figure = around.figure or (tag == "figure" and has_picture(child))
        return Scope(
            tag if tag not in ("span", "section", "article") else "div",
            alignment(child, tag, style, named, around.align),
            tag in HEADINGS or tag == "th" or style.bold or around.bold,
            around.italic or style.italic or tag == "address",
            around.caption or figure or tag == "figcaption" or named.caption,
            figure,
            group,
            css,
            around.quoted or tag == "blockquote",
            child,
        )

    def table(self, table: Element, scope: Scope, linked: bool) -> None:
        """Reads a table as a picture with its caption, as rows of data, or as a mere frame around blocks."""
        pictured = has_picture(table)
        if pictured:
            caption = not longer_than(table, LONGEST_CAPTION)
            self.walk(table, scope._replace(caption=scope.caption or caption, group=0), linked)
            return
        rows = list(table.iter("tr"))
        if holds_table(table) or not holds_data(rows):
            self.walk(table, scope._replace(group=0), linked)
            return
        for row in rows:
            self.block += 1
            self.row = True
            for cell in row:
                if cell.tag in ("td", "th"):
                    self.walk(cell, scope._replace(tag="tr", bold=cell.tag == "th"), linked)
                    self.parts.append(" ")
            self.row = False
            self.flush(scope._replace(tag="tr", element=row))

    def viewer(self, element: Element, scope: Scope) -> None:
        """Notes the document that a viewer shows, as a line that is a link to it."""
        href = file_shown(element)
        if href:
            self.flush(scope)
            name = clean(unquote(href.rpartition("/")[2].partition("?")[0])) or href
            links = (Anchor(href, name, element),)
            set_as = (scope.tag, self.block, "", False, False, 1.0, links)
            self.found.append(Line(name, *set_as, False, scope.group, scope.css, False, scope.element))
        elif element.tag == "object":
            self.walk(element, scope)

    def picture(self, image: Element, scope: Scope, linked: bool) -> None:
        """Notes a picture, unless it is an icon, a spacer or inline data."""
        src = _address(image)
        if not src or is_small(image) or (src.startswith("data:") and len(src) < _SHORTEST_INLINE):
            return
        if src.startswith("data:"):
            src = "data:"  # its caption is one; it has no address
        href = next((link.get("href") or "" for link in image.iterancestors("a")), "") if linked else ""
        self.flush(scope)
        self.found.append(Picture(src.strip(), clean(image.get("alt") or ""), self.block, scope.figure, image, href))


def _is_sign(link: Element) -> bool:
    """Whether a link to a place in its own page shows no word: the "¶" or "#" behind a heading or a caption."""
    return not any(map(str.isalnum, raw_text(link))) and next(link.iter("img"), None) is None


def _address(image: Element) -> str:
    """The address of a picture: where a script puts it in later, the one that waits for it."""
    src = image.get("src") or ""
    late = [value for name in LAZY if (value := image.get(name))]
    if not late or (src and not PLACEHOLDER.search(src[:_NAME])):
        return next((value for value in late if not PLACEHOLDER.search(value[:_NAME])), src)
    return late[0]


def has_picture(element: Element) -> bool:
    """Whether there is a picture in an element, other than an icon: by its size, or as the button of a document."""
    return any(not is_small(image) and not _is_button(image) for image in element.iter("img"))


def _is_button(image: Element) -> bool:
    return any(is_file(link.get("href") or "") for link in image.iterancestors("a"))


def is_small(image: Element) -> bool:
    """Whether a picture says that it is an icon or a spacer."""
    return any(0 < (parse_digits(image.get(name) or "") or 0) < SMALLEST_PICTURE for name in ("width", "height"))


def holds_table(table: Element) -> bool:
    """Whether there is another table in a table: then it is a frame."""
    return next(table.iterdescendants("table"), None) is not None


def _holds_menu(cell: Element) -> bool:
    """Whether a cell holds links to other pages, as a menu does, or the heading of a page."""
    links = sum(1 for link in cell.iter("a") if (href := link.get("href")) and not is_file(href))
    return links >= _MENU or next(cell.iter("h1"), None) is not None


def holds_data(rows: list[Element]) -> bool:
    """Whether rows hold data: two cells and more in a row, none of which holds a long text, or a menu or the page's
    heading: a site whose columns are cells of a table, whose notices have few words.
    """
    widest = 0
    for row in rows:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        widest = max(widest, len(cells))
        if len(rows) <= 2 and any(longer_than(cell, _LONGEST_CELL) for cell in cells):
            return False
        if len(rows) <= _ROWS_OF_A_SITE and any(map(_holds_menu, cells)):
            return False
    return widest >= 2 and len(rows) >= 2

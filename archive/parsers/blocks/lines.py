"""What an editor's HTML comes apart into: lines and pictures, each with how it was set."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias

from archive.parsers.document.tree import Element, clean

_AUTHOR_HREF = re.compile(r"/(?:authors?|tac-gia)[/-].", re.IGNORECASE)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


_LONGEST_WORD: Final = 12  # letters a word on average, above which a text is written without spaces


def count_words(text: str) -> int:
    """The number of words, parted by single spaces; of Chinese, Japanese and the like half the number of letters.

    >>> count_words("Xã Bản Lầu họp"), count_words("民主党が新しい代表を選出した")
    (4, 7)
    """
    count = text.count(" ") + 1
    if len(text) > _LONGEST_WORD * count and not text.isascii():
        return max(count, sum(letter >= "\u2e80" for letter in text) // 2)
    return count


class Anchor(NamedTuple):
    """A link inside a line: its href as written, its text, its element."""

    href: str
    text: str
    element: Element

    @property
    def download(self) -> bool:
        """Whether the page offers it as a download."""
        return self.element.get("download") is not None

    @property
    def rel(self) -> str:
        """What it says of its target."""
        return self.element.get("rel") or ""


class Picture(NamedTuple):
    """A picture where it stands in the text: its address as written, alternative text, and its block's number."""

    src: str
    alt: str
    block: int
    figure: bool
    element: Element
    href: str  # of the link around it, "" where there is none


class Line(NamedTuple):
    """A text between two breaks. `bold` and `italic` hold where all of it is; `linked` is the share of it in links."""

    text: str
    tag: str  # of the block it stands in: p, div, li, tr, h2, figcaption, ...
    block: int  # lines of one block have one number: parted by br only
    align: str  # "center", "right" or ""
    bold: bool
    italic: bool
    linked: float
    links: tuple[Anchor, ...]
    caption: bool  # stands in a figure, a picture table or an element named caption
    group: int  # lines of one list or table have one number; 0 outside
    css: str  # class attribute of the block
    quoted: bool  # stands in a blockquote
    element: Element  # the block

    @property
    def length(self) -> int:
        """The number of words."""
        return count_words(self.text)


Item: TypeAlias = "Line | Picture"
Items: TypeAlias = "list[Line | Picture]"


_NUMBER: Final = re.compile(r"\d+")


def shape_of(text: str) -> str:
    """A text with 0 for each number: a template's lines are alike on all pages but for days and counts."""
    return _NUMBER.sub("0", text)


def is_of_author(link: Anchor) -> bool:
    """Whether a link leads to a page about who wrote the article."""
    return bool(_AUTHOR_HREF.search(link.href)) or "author" in link.rel.split()


def is_card(picture: Item, below: Item | None) -> bool:
    """Whether a picture and the line below it are links to one page, as the cards in a list of articles are."""
    if not (isinstance(picture, Picture) and isinstance(below, Line) and below.linked > 0.9 and below.length > 2):
        return False
    return {link.href for link in below.links} == {picture.href} and not is_of_author(below.links[0])


def parted(line: Line) -> str:
    """A line's text, with a space between its elements: `<b>Hà Vân</b><span>Phóng viên</span>` is shown as two."""
    apart = clean(" ".join(map(str, line.element.itertext())))
    return apart if apart.replace(" ", "") == line.text.replace(" ", "") else line.text

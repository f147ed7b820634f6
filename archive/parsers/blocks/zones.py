"""Where on a page an article's parts lie: above its headline, between headline and text, the text, what trails it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from archive.parsers.blocks.lines import Item, Items, Line, is_of_author
from archive.parsers.document.metadata import Metadata
from archive.parsers.document.page import Page
from archive.parsers.fields.tags import is_category, is_tag_link

_LABEL_WORDS: Final = 2  # around the links of a row: "In", "tags:", "Đăng bởi"
_LONGEST_HEADER: Final = 12  # items of a post's own header; a column of the site's has more
_NEAR: Final = 3  # items right above the headline
_TRAILING: Final = 8  # items right behind the text


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones of a page, as places among its items outside boilerplate (`items`).

    `headline` is the headline's place, -1 where the page shows none; the text lies from `start` up to `end`. `whole`
    are all items of the page: what a theme prints in a footer or an aside may be the article's own.
    """

    page: Page
    meta: Metadata
    whole: Items
    items: Items
    title: str
    headline: int
    start: int
    end: int

    @property
    def above(self) -> Items:
        """The items right above the headline."""
        return self.items[max(0, self.headline - _NEAR) : max(0, self.headline)]

    @property
    def header(self) -> Items:
        """All items between headline and text: the article's own header, whatever its boxes are called."""
        shown = self.items[self.headline + 1 : self.start]
        if self.headline < 0 or not self.headline < self.start < len(self.items):
            return shown
        place = place_of(self.whole, self.items[self.headline], 0)
        own = self.whole[place + 1 : place_of(self.whole, self.items[self.start], place)]
        return own if len(own) <= _LONGEST_HEADER else shown

    @property
    def body(self) -> Items:
        """The items of the text."""
        return self.items[self.start : self.end]

    @property
    def trailing(self) -> Items:
        """All items of the page behind the text."""
        last = self.items[self.end - 1] if self.end else None
        return self.whole[place_of(self.whole, last, len(self.whole)) + 1 :]

    @property
    def soon(self) -> Items:
        """The items right behind the text, those outside boilerplate first."""
        return [*self.items[self.end : self.end + _TRAILING], *self.trailing[:_TRAILING]]

    @property
    def before(self) -> Items:
        """All items of the page above the headline, or above the text where there is none."""
        at = self.headline if self.headline >= 0 else self.start
        return self.whole[: place_of(self.whole, self.items[at] if at < len(self.items) else None, 0)]


def place_of(whole: Items, item: Item | None, otherwise: int) -> int:
    """Where among all items of the page the one stands that is this very item; `otherwise` where it is none of them."""
    return next((at for at, one in enumerate(whole) if one is item), otherwise)


def below_labels(items: Items, start: int, end: int) -> int:
    """Where a text begins that starts with rows of the theme: links to author, section and tags, each with a label."""
    while start < end - 1 and isinstance(line := items[start], Line) and line.links:
        own = line.length - sum(link.text.count(" ") + 1 for link in line.links)
        if own > _LABEL_WORDS or not all(
            is_of_author(link) or is_tag_link(line, link) or is_category(line, link) for link in line.links
        ):
            break
        start += 1
    return start

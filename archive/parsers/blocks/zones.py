"""Where on a page an article's parts lie: above its headline, between headline and text, the text, what trails it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from archive.parsers.blocks.density import Stretch, is_running
from archive.parsers.blocks.lines import HEADINGS, Item, Items, Line, Picture, is_of_author
from archive.parsers.document.metadata import Metadata
from archive.parsers.document.page import Page
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.tags import is_category, is_hashtags, is_tag_link

_LABEL_WORDS: Final = 2  # around the links of a row: "In", "tags:", "Đăng bởi"
_LONGEST_HEADER: Final = 12  # items of a post's own header; a column of the site's has more
_NEAR: Final = 3  # items right above the headline
_WHOLE_NAME: Final = 3  # words
_TRAILING: Final = 8  # items right behind the text
_IMPRINT: Final = re.compile(
    r"điện\s+thoại\s*:|địa\s+chỉ\s*:|bản\s+quyền|giấy\s+phép|chịu\s+trách\s+nhiệm|cơ\s+quan\s+chủ\s+quản|copyright|©",
    re.IGNORECASE,
)


@dataclass(frozen=True)  # no slots: each zone is cut out once
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

    @cached_property
    def above(self) -> Items:
        """The items right above the headline."""
        return self.items[max(0, self.headline - _NEAR) : max(0, self.headline)]

    @cached_property
    def header(self) -> Items:
        """All items between headline and text: the article's own header, whatever its boxes are called."""
        shown = self.items[self.headline + 1 : self.start]
        if self.headline < 0 or not self.headline < self.start < len(self.items):
            return shown
        place = place_of(self.whole, self.items[self.headline], 0)
        own = self.whole[place + 1 : place_of(self.whole, self.items[self.start], place)]
        return own if len(own) <= _LONGEST_HEADER else shown

    @cached_property
    def body(self) -> Items:
        """The items of the text."""
        return self.items[self.start : self.end]

    @cached_property
    def trailing(self) -> Items:
        """All items of the page behind the text."""
        last = self.items[self.end - 1] if self.end else None
        return self.whole[place_of(self.whole, last, len(self.whole)) + 1 :]

    @cached_property
    def soon(self) -> Items:
        """The items right behind the text, those outside boilerplate first."""
        return [*self.items[self.end : self.end + _TRAILING], *self.trailing[:_TRAILING]]

    @cached_property
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


def end_of(whole: Items, items: Items, stretch: Stretch, start: int, *, chosen: bool) -> int:
    """The position behind the last item of the text that begins at `start`; `chosen` where a selector found it."""
    end = _ended(items, start, stretch.end if chosen else _extended(whole, items, stretch))
    return _above_imprint(items, start, end) if stretch.element.tag == "body" else end


def _extended(whole: Items, items: Items, stretch: Stretch) -> int:
    """The end of the text, moved on over lines right behind it that go on with it: signature, further paragraphs; not
    beyond headlines that were set apart.
    """
    end = stretch.end
    parent = stretch.element.getparent()
    place = place_of(whole, items[end - 1], 0) + 1
    while end < len(items):
        item = items[end]
        if isinstance(item, Picture) or parent is None:
            break
        while whole[place] is not item and not _is_linked_headline(whole[place]):
            place += 1
        if whole[place] is not item:
            break
        near = parent.holds(item.element)
        running = is_running(item) and item.length >= 20
        labelled = words.BYLINE_LABEL.match(item.text) or words.SOURCE_LABEL.match(item.text)
        signs = labelled is not None or (end == stretch.end and _signs_plainly(items, end))
        if not (near and (running or signs)):
            break
        end += 1
        place += 1
    return end


def _is_linked_headline(item: Item) -> bool:
    return isinstance(item, Line) and item.linked > 0.9 and words.is_headline(item.text)


def _ended(items: Items, start: int, end: int) -> int:
    """The end of the text, moved up to where comments or tags begin: a short text's container holds them too."""
    running = 0
    for position in range(start, end):
        item = items[position]
        if isinstance(item, Line):
            if running >= 1 and (words.TEXT_END.match(item.text) or is_hashtags(item)):
                return position
            running += is_running(item) and item.length >= 12
    return end


def _above_imprint(items: Items, start: int, end: int) -> int:
    """The end of a text that stands in the page's body itself, above who runs the site and how to reach him."""
    while end > start + 1 and isinstance(line := items[end - 1], Line) and _IMPRINT.search(line.text):
        end -= 1
    return end


def _signs_plainly(items: Items, position: int) -> bool:
    """Whether the line right behind the text is a name, set as any other, and not the label of a list of articles."""
    line, below = items[position], items[position + 1] if position + 1 < len(items) else None
    if not isinstance(line, Line) or line.links or line.tag in HEADINGS or not words.is_plain_signature(line.text):
        return False
    if words.is_boilerplate(line.text) or words.is_related_label(line.text) or words.TEXT_END.match(line.text):
        return False
    if words.is_person(line.text) and line.length >= _WHOLE_NAME:
        return True  # whatever stands below: "Hà Nội" has two words
    return not (isinstance(below, Line) and below.linked > 0.5 and any(words.is_headline(x.text) for x in below.links))

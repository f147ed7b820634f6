"""Gathers what stands between a headline and its text, in whatever box: a post's own header is called as the site's."""

from __future__ import annotations

from typing import Final

from archive.parsers.blocks.lines import Item, Items, Line, is_of_author
from archive.parsers.fields.tags import is_category, is_tag_link

_LABEL_WORDS: Final = 2  # around the links of a row: "In", "tags:", "Đăng bởi"
_MOST: Final = 12  # items of a post's own header; a column of the site's has more


def place_of(whole: Items, item: Item | None, otherwise: int) -> int:
    """Where among all items of the page the one stands that is this very item; `otherwise` where it is none of them."""
    return next((at for at, one in enumerate(whole) if one is item), otherwise)


def between(whole: Items, items: Items, headline: int, start: int) -> Items:
    """All items of the page (`whole`) between the headline and the text, which are positions among the `items` outside
    furniture: what a theme puts there in a footer, an aside or an element called tags is the article's own.
    """
    shown = items[headline + 1 : start]
    if headline < 0 or not headline < start < len(items):
        return shown
    place = place_of(whole, items[headline], 0)
    own = whole[place + 1 : place_of(whole, items[start], place)]
    return own if len(own) <= _MOST else shown


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

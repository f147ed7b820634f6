"""Takes links to other articles out of a text: labelled lines, lists of nothing but links, pictures that lead
elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from archive.model import Teaser
from archive.parsers.blocks.lines import HEADINGS, Anchor, Items, Line, Picture, is_card
from archive.parsers.document.address import is_file, is_picture_file
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.tags import is_category, is_tag_link
from archive.parsers.links import kind_of

_ICON: Final = 3  # times that a picture stands in a text, from which it is an icon
_ARROWS: Final = re.compile(r"^[\s>»•*+–=►▶▪■●→⇒👉-]+|[\s<«◄.]+$")
_NEIGHBOUR: Final = re.compile(
    r"\W*(?:tin|bài)(?:\s+viết)?\s+(?:(?P<prev>trước(?:\s+đó)?)|sau(?:\s+đó)?|tiếp(?:\s+theo)?|kế\s+tiếp)\W*",
    re.IGNORECASE,
)
_STAMP: Final = re.compile(r"[\d\s:/.,|-]{8,20}")


def without_pointers(page: Page, items: Items) -> tuple[Items, tuple[Teaser, ...]]:
    """Takes link lines to other articles out: labelled ones, lists of nothing but links, and the labels themselves."""
    kept: Items = []
    teasers: list[Teaser] = []
    lists, cards, icons = linked_lists(items), _linked_blocks(page, items), _icons(items)

    def leads_away(line: Line) -> bool:
        """Whether a line is a pointer by itself."""
        return any(link.element in cards for link in line.links) or (
            line.linked > 0.5
            and (line.group in lists or _is_pointer(line))
            and any(leads_to_article(page, link) for link in line.links)
        )

    labelled = card = False
    framed: Element | None = None  # what holds the picture and the headline of a card
    for position, item in enumerate(items):
        if isinstance(item, Picture):
            if item.src in icons:
                continue
            if not leads_elsewhere(page, item.href):
                labelled = False
                kept.append(item)
            continue
        label = words.RELATED_LABEL.match(item.text)
        targets = [link for link in item.links if leads_to_article(page, link)]
        if label and label.end() == len(item.text) and not targets:
            labelled = _next_is_linked(page, items, position)
            if labelled or not item.tag.startswith("h"):
                continue
        if item.tag in HEADINGS and not item.links and _several(items, position, leads_away):
            continue
        if leads_away(item) or (targets and item.linked > 0.5 and (label or labelled)):
            found = [Teaser(page.absolute(link.href), link.text, box="body") for link in targets]
            teasers += [teaser for teaser in found if kind_of(teaser.url) != "listing"]  # a topic is no article
            card = item.tag in HEADINGS
            framed = _frame(items, position)
            continue
        if item.group in lists and any(_leads_here(page, link.href) for link in item.links):
            continue  # the article itself, in a list of the newest
        if framed is not None and not item.linked and framed in item.element.iterancestors():
            continue  # the text of that card
        if card and not item.linked and (item.text.endswith(("...", "…")) or _is_stamp(item.text)):
            continue  # date and cut text of the card whose headline was a link
        labelled = card = False
        framed = None
        kept.append(item)
    return kept, tuple(teasers)


def _several(items: Items, position: int, leads_away: Callable[[Line], bool]) -> bool:
    """Whether a heading stands above several pointers: it is their label, in whatever words."""
    below = [item for item in items[position + 1 : position + 6] if isinstance(item, Line)][:2]
    return len(below) == 2 and all(map(leads_away, below))


def _linked_blocks(page: Page, items: Items) -> set[Element]:
    """The links around several lines each, of which one is a headline: cards of other articles."""
    lines = [item for item in items if isinstance(item, Line) and item.linked > 0.9]
    times = Counter(link.element for line in lines for link in line.links)
    named = {link.element for line in lines for link in line.links if leads_to_article(page, link)}
    return {element for element in named if times[element] > 1}


def _frame(items: Items, position: int) -> Element | None:
    """The element of a card: it holds picture and headline, both linked to one page, and little else of the text."""
    picture, headline = items[position - 1] if position else None, items[position]
    if picture is None or not is_card(picture, headline):
        return None
    around = set(picture.element.iterancestors())
    frame = next((holder for holder in headline.element.iterancestors() if holder in around), None)
    outside = frame is not None and any(item.element is frame or not frame.holds(item.element) for item in items)
    return frame if outside else None


def pointers_above(page: Page, between: Items) -> tuple[Teaser, ...]:
    """Teasers of the lines between headline and text that are nothing but links to other articles."""
    lines = [item for item in between if isinstance(item, Line) and _is_pointer(item)]
    links = [
        link for line in lines for link in line.links if leads_to_article(page, link) and not is_category(line, link)
    ]
    links = [link for link in links if kind_of(page.absolute(link.href)) == "article"]
    return tuple(Teaser(page.absolute(link.href), link.text, box="body") for link in links)


def pointers_left_out(page: Page, whole: Items, items: Items, text: Element) -> tuple[Teaser, ...]:
    """Teasers in boxes inside the text that are called by names of furniture, so that `items` are without them."""
    kept = {id(item) for item in items}
    found: dict[str, Teaser] = {}
    for item in whole:
        if (
            isinstance(item, Picture)
            or item.linked < 0.5
            or id(item) in kept
            or text not in item.element.iterancestors()
        ):
            continue
        for link in item.links:
            if leads_to_article(page, link) and not is_tag_link(item, link):
                url = page.absolute(link.href)
                found.setdefault(url, Teaser(url, link.text, box="body"))
    return tuple(found.values())


def _icons(items: Items) -> set[str]:
    """The addresses of pictures that stand in a text again and again: the dots of a list made by hand."""
    seen = Counter(item.src for item in items if isinstance(item, Picture))
    return {src for src, times in seen.items() if times >= _ICON}


def _is_stamp(text: str) -> bool:
    """Whether a line is figures alone: a date with its hour."""
    return bool(_STAMP.fullmatch(text))


def leads_elsewhere(page: Page, href: str) -> bool:
    """Whether the link around a picture leads to another page: then the picture is that page's, not this article's."""
    if not href or href.startswith(("#", "javascript:", "data:")) or is_file(href) or is_picture_file(href):
        return False
    return bool(page.absolute(href)) and not _leads_here(page, href) and "attachment" not in href


def _leads_here(page: Page, href: str) -> bool:
    return page.absolute(href).split("#")[0] == page.url.split("#")[0]


def linked_lists(items: Items) -> set[int]:
    """The lists that hold nothing but links to pages."""
    share: dict[int, list[bool]] = {}
    for item in items:
        if isinstance(item, Line) and item.group and item.tag == "li":
            share.setdefault(item.group, []).append(
                (item.linked > 0.9 or _is_with_kicker_or_day(item))
                and not any(is_file(link.href) for link in item.links)
            )
    return {group for group, linked in share.items() if all(linked)}


def _is_with_kicker_or_day(line: Line) -> bool:
    """Whether all of a line but a kicker with a colon, or a day, is one link."""
    if len(line.links) != 1 or line.linked <= 0.5:
        return False
    before, _, behind = line.text.partition(line.links[0].text)
    return (not behind and before.endswith(": ")) or _is_stamp(f"{before}{behind}".strip(" ()[]-–"))


def _next_is_linked(page: Page, items: Items, position: int) -> bool:
    for item in items[position + 1 :]:
        if isinstance(item, Line):
            return item.linked > 0.5 and any(leads_to_article(page, link) for link in item.links)
    return False


def _is_pointer(line: Line) -> bool:
    """Whether a line is nothing but one link to another article."""
    targets = {link.href for link in line.links}  # a card links picture and headline, both to the article
    if len(targets) != 1 or line.length < 5 or line.tag == "tr":
        return False
    before = line.text.removesuffix(line.links[-1].text)
    if line.linked > 0.95 or named_rel(before) or words.is_related_label(before.strip()):
        return True
    return line.linked > 0.8 and _ARROWS.sub("", line.text) == _ARROWS.sub("", line.links[0].text)


def named_rel(text: str) -> str:
    """What the words before a link say of it, "prev", "next" or "": "Bài trước", with the link shown below them."""
    named = _NEIGHBOUR.fullmatch(text) if text else None
    return ("prev" if named["prev"] else "next") if named else ""


def leads_to_article(page: Page, link: Anchor) -> bool:
    """Whether a link can lead to another article: it has a headline's length, and is no file, picture or anchor."""
    href = link.href
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")) or is_file(href) or link.download:
        return False
    if is_picture_file(href):
        return False
    return words.is_headline(link.text) and not _leads_here(page, href)

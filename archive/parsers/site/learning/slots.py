"""Where on all pages of a template a field may stand: a path, and the how-manieth element with that path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from archive.parsers.document.tree import Element, text_of
from archive.parsers.site.learning.labels import key_of
from archive.parsers.site.learning.template import Sheet

ALL: Final = 99  # instead of a number: every element with the path
_NUMBERS: Final = (0, 1, 2, 3, -1, -2)
_LONGEST: Final = 900  # letters of a field; what is longer holds the text
_CARD_WORDS: Final = 7  # of a link that is the headline of another article; tags have up to six


class Slot(NamedTuple):
    """A path and which of the elements with it: counted from the first (0) or the last (-1), or all of them."""

    path: str
    number: int = ALL


@dataclass(slots=True)
class Site:
    """The pages of one template laid over each other."""

    sheets: Sequence[Sheet]
    texts: dict[Element, str] = field(default_factory=dict)
    sizes: list[dict[Element, int]] = field(default_factory=list)
    cards: list[set[int]] = field(default_factory=list)  # for each page: places of elements of other articles' cards

    def text(self, element: Element) -> str:
        """The normalised text of an element."""
        found = self.texts.get(element)
        if found is None:
            found = self.texts[element] = text_of(element)
        return found

    def elements(self, slot: Slot) -> list[list[Element]]:
        """For each page the elements that stand in a slot."""
        found = []
        for sheet in self.sheets:
            there = sheet.at.get(slot.path, [])
            if slot.number != ALL:
                at = slot.number if slot.number >= 0 else len(there) + slot.number
                there = [there[at]] if 0 <= at < len(there) else []
            found.append(there)
        return found

    def singles(self) -> list[Slot]:
        """Every slot of one short element a page that stands on more than one page."""
        counts: dict[str, list[int]] = {}
        for number, sheet in enumerate(self.sheets):
            sizes = self.sizes[number]
            for path, there in sheet.at.items():
                if any(0 < sizes[element] <= _LONGEST for element in there[:4]):
                    counts.setdefault(path, []).append(len(there))
        slots = []
        for path, found in counts.items():
            if len(found) < 2:
                continue
            most = max(found)
            if most == 1:
                slots.append(Slot(path))
            else:
                slots += [Slot(path, number) for number in _NUMBERS if (number if number >= 0 else -number - 1) < most]
        return slots


def laid_over(sheets: Sequence[Sheet]) -> Site:
    """The pages of one template, with how long the text of each element is."""
    site = Site(sheets)
    for sheet in sheets:
        sizes: dict[Element, int] = {}
        for element in reversed(sheet.elements):
            size = len(element.text)
            for child in element:
                size += sizes.get(child, 0) + len(child.tail)
            sizes[element] = size
        site.sizes.append(sizes)
    return site


def mark_cards(site: Site, headlines: Sequence[Element | None], known: frozenset[str]) -> None:
    """Finds what belongs to other articles: the links to them, and what stands with each such link in one item."""
    site.cards.clear()
    for sheet, headline in zip(site.sheets, headlines, strict=True):
        own = key_of(sheet.page.url)
        links = []
        for element in sheet.elements:
            if element.tag == "a" and (href := element.get("href")):
                target = key_of(sheet.page.absolute(href))
                if target != own and (target in known or site.text(element).count(" ") >= _CARD_WORDS - 1):
                    links.append((element, target))
        places = sorted(sheet.place[link] for link, _ in links)
        targets = {sheet.place[link]: target for link, target in links}
        marked: set[int] = set()
        for link, target in links:
            item = link
            while (parent := item.getparent()) is not None and parent in sheet.place:
                begin, end = sheet.place[parent], sheet.end[parent]
                if headline is not None and begin <= sheet.place[headline] < end:
                    break
                if site.sizes[len(site.cards)][parent] > _LONGEST or any(
                    begin <= place < end and targets[place] != target for place in places
                ):
                    break
                item = parent
            marked.update(range(sheet.place[item], sheet.end[item]))
        site.cards.append(marked)

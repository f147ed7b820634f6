"""Where the text of a template's pages stands, and what is no text in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final, NamedTuple

from archive.parsers.blocks.density import is_running
from archive.parsers.blocks.lines import Line, Picture
from archive.parsers.document.tree import Element
from archive.parsers.site.learning.slots import ALL, Site, Slot

_SHARES: Final = (1.0, 0.5, 0.25, 0.12)  # of a line's worth, for its container and those around it
_MOST: Final = 700  # letters of one line that count
_OFTEN: Final = 0.7  # of pages on which a line stands that is the template's
_LINKED: Final = 0.5  # of a line in links, above which it is no text
_SHORT: Final = 200  # letters of a line that tells of an article
_FEW: Final = 3  # times that something must be met
_SURE: Final = 0.9


class Text(NamedTuple):
    """The container of the text: its slot, its elements on each page, and the lines that no other page has."""

    slot: Slot
    elements: list[list[Element]]
    unique: list[set[int]]  # for each page: ids of its own lines


def find_text(site: Site, covered: float) -> Text | None:
    """The container that holds the running text of most pages, or None where there is none."""
    pages_with = _pages_with(site)
    worth: dict[str, float] = defaultdict(float)
    seen: dict[str, set[int]] = defaultdict(set)
    unique: list[set[int]] = []
    for number, sheet in enumerate(site.sheets):
        own: set[int] = set()
        cards = site.cards[number]
        for item in sheet.lines:
            if not isinstance(item, Line) or pages_with[item.text] > 1 or sheet.place.get(item.element, -1) in cards:
                continue
            if item.linked <= _LINKED:
                own.add(id(item))
            if not is_running(item):
                continue
            value = min(len(item.text), _MOST) * (1 - item.linked)
            holder = (
                item.element.getparent() if item.tag in ("p", "li", "tr", "h2", "h3", "blockquote") else item.element
            )
            for share in _SHARES:
                if holder is None or holder not in sheet.path:
                    break
                worth[sheet.path[holder]] += value * share
                seen[sheet.path[holder]].add(number)
                holder = holder.getparent()
        unique.append(own)
    ranked = sorted(
        (path for path in worth if len(seen[path]) >= covered * len(site.sheets)), key=lambda path: -worth[path]
    )
    if not ranked:
        return None
    slot = _which(site, ranked[0], unique)
    return Text(slot, site.elements(slot), unique)


def _which(site: Site, path: str, unique: list[set[int]]) -> Slot:
    """The path alone where each element with it holds text, else the number of the one that does."""
    held: Counter[int] = Counter()
    total = 0
    for number, sheet in enumerate(site.sheets):
        there = sheet.at.get(path, [])
        sizes = [0] * len(there)
        for item in sheet.lines:
            if isinstance(item, Line) and id(item) in unique[number] and is_running(item):
                for at, element in enumerate(there):
                    if sheet.within(item.element, element):
                        sizes[at] += len(item.text)
        for at, size in enumerate(sizes):
            held[at] += size
            held[at - len(sizes)] += size
            total += size
    at, most = held.most_common(1)[0] if held else (ALL, 0)
    several = any(len(sheet.at.get(path, [])) > 1 for sheet in site.sheets)
    return Slot(path, at) if several and most >= 0.98 * total else Slot(path, ALL)


def find_cuts(site: Site, text: Text, fields: set[Element]) -> list[Slot]:
    """What stands in the container and is no text on any page: the template's lines, links to others, fields."""
    repeated = _pages_with(site)
    often = max(_FEW, _OFTEN * len(site.sheets))
    good: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    pages: dict[str, set[int]] = defaultdict(set)
    for number, sheet in enumerate(site.sheets):
        cards = site.cards[number]
        for container in text.elements[number]:
            low, high = sheet.place[container], sheet.end[container]
            for item in sheet.lines:
                place = sheet.place.get(item.element, -1)
                if not low <= place < high:
                    continue
                if isinstance(item, Picture):
                    junk = bool(item.href) and place in cards
                else:
                    junk = repeated[item.text] >= often or (place in cards and item.linked > 0.5)
                    junk = junk or any(step in fields for step in (item.element, *item.element.iterancestors()))
                step: Element | None = item.element
                while step is not None and step is not container:
                    path = sheet.path.get(step)
                    if path is not None:
                        (bad if junk else good)[path] += 1
                        pages[path].add(number)
                    step = step.getparent()
    found = [path for path, count in bad.items() if not good[path] and (len(pages[path]) >= _FEW or count >= _FEW)]
    chosen = set(found)
    outermost = [path for path in found if path.rpartition("\n")[0] not in chosen]
    return [Slot(path) for path in sorted(outermost, key=lambda path: -bad[path])]


def find_ends(site: Site, text: Text, told: set[Element]) -> list[Slot]:
    """What stands behind the text in its container on nearly all pages and is none of it: the template's lines, links,
    learnt fields. Each by its number from the last.
    """
    pages_with = _pages_with(site)
    often = _OFTEN * len(site.sheets)
    junk: Counter[Slot] = Counter()
    for number, sheet in enumerate(site.sheets):
        seen: Counter[str] = Counter()
        for child in reversed(list(text.elements[number][-1]) if text.elements[number] else []):
            path = sheet.path.get(child, "")
            seen[path] += 1
            lines = [item for item in sheet.lines if sheet.within(item.element, child)]
            if not path or not all(
                isinstance(item, Line)
                and (
                    pages_with[item.text] >= often
                    or item.linked > _LINKED
                    or (
                        len(item.text) < _SHORT
                        and not told.isdisjoint((*item.element.iter(), *item.element.iterancestors()))
                    )
                )
                for item in lines
            ):
                break
            junk[Slot(path, -seen[path])] += bool(lines)
    return [slot for slot, count in junk.items() if count >= max(_FEW, _SURE * len(site.sheets))]


def _pages_with(site: Site) -> Counter[str]:
    counted: Counter[str] = Counter()
    for sheet in site.sheets:
        counted.update({item.text for item in sheet.lines if isinstance(item, Line)})
    return counted

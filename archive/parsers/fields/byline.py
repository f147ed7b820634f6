"""Finds the author that a page names beside the headline or behind the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from archive.model import Found
from archive.parsers.blocks.lines import HEADINGS, Items, Line, Picture, is_of_author, parted
from archive.parsers.blocks.zones import Zones
from archive.parsers.document.tree import Element, longer_than, names_of, text_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.candidates import Row, Table
from archive.parsers.fields.headline import same_words
from archive.text.folding import fold

_NAME_BELOW: Final = re.compile(
    r"^\W*(?:tác\s+giả|người\s+viết|phóng\s+viên|author|(?:viết\s+)?bởi|by)\W*$", re.IGNORECASE
)
_INITIALS: Final = re.compile(r"PV|BBT|[A-ZĐ](?:\.[A-ZĐ]){1,2}\.?")
_DATE_JOINTS: Final = re.compile(r"\s[-–|•·]\s|\s*[|•·]\s*")
_LOOSE_JOINTS: Final = re.compile(r"\s*[|•·]\s*")  # a dash may stand between the names of two authors
_SAID_BY: Final = re.compile(
    r"\W*(?:(?:(?:được\s+)?(?:đăng|viết|gửi)|written|posted|published)\s+)?(?:bởi|by|người\s+đăng):?\s+(?P<name>[^\d,|]+?)\s*(?:,|\||\d|[-–]\s|vào\s|lúc\s|ngày\s|on\s)",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"\W*(?:(?:(?:được\s+)?(?:đăng|viết)|written|posted|published)\s+)?(?:(?:bởi|by)\s*:?|author\s*:)\s+(?P<name>\S.*)",
    re.IGNORECASE,
)
_POSTED_BY: Final = re.compile(r"(?:người\s+(?:đăng|viết|gửi)|tác\s+giả|author)\s*:\s*(?P<name>\S.*)", re.IGNORECASE)
_LONGEST_LINE: Final = 12  # words of a line that names the author
_LONGEST_NAMES: Final = 7  # words of two authors in a date line
_LONGEST_BADGED: Final = 5  # words of it
_LONGEST_BOX: Final = 80  # words of what introduces an author
_WEEKDAY: Final = re.compile(r"thứ\s|chủ\s+nhật|ngày|cập\s+nhật|lượt|trang\s", re.IGNORECASE)
_BY_CLASS: Final = "generic author class"
TOLD: Final = "json-ld author"
_HOUSE: Final = "json-ld organisation"  # "dpa" is one, so no account's name
_META: Final = ("author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl")
_AROUND: Final = 6  # lines right behind the text among which a theme may name the author
_AUTHOR_NAME: Final = re.compile(r"author|field-+name-uid|tac-?gia|byline|\bwriter\b|but-?danh", re.IGNORECASE)


class Named(NamedTuple):
    """An author that a page names, and in which line beside the text (-1 in none)."""

    found: Found
    place: int = -1


class Around(NamedTuple):
    """Where an author is looked for: from line `first` to the text, beside the date's line, behind it all."""

    zones: Zones
    first: int
    dated: int
    stamp: Line | None
    behind: Items


def author_in_date(line: Line) -> Found | None:
    """The author that a date line names in an element called so, or begins or ends with: "Hà Vân - 05/03/2024"."""
    for element in line.element.iterdescendants():
        label = words.BYLINE_LABEL.match(text_of(element)) if isinstance(element.tag, str) else None
        if label and words.is_name(name := label["name"].strip(" .")) and not words.is_account(name):
            return Found(name, by="generic label", raw=line.text)
        if isinstance(element.tag, str) and _AUTHOR_NAME.search(names_of(element)):
            called = words.AUTHOR.match(text_of(element))
            if called and words.is_name(name := called["name"].strip()) and not words.is_account(name):
                return Found(name, by=_BY_CLASS, raw=line.text)
    if linked := _author_link(line):
        return linked
    for element in line.element:
        text = text_of(element) if element.tag in ("span", "b", "strong", "em", "i") else ""
        if 2 <= len(text.split()) <= 4 and words.is_name(text) and not _WEEKDAY.match(text) and not len(element):
            return Found(text, by="generic date line, an element of its own", raw=line.text)
    said = _SAID_BY.match(line.text)
    if said and words.is_name(name := said["name"].strip()) and not words.is_account(name):
        return Found(name, by="generic date line", raw=line.text)
    parts = [part for joint in (_LOOSE_JOINTS, _DATE_JOINTS) for part in joint.split(line.text)]
    parts = [part for part in parts if part and not any(letter.isdecimal() for letter in part)]
    for part in (part.strip() for part in parts):
        if (label := _POSTED_BY.fullmatch(part)) and words.is_full_name(label["name"]):
            return Found(label["name"], by="generic label", raw=line.text)
        if _WEEKDAY.match(part) or not words.is_name(part):
            continue
        if 2 <= len(part.split()) <= _LONGEST_NAMES or _INITIALS.fullmatch(part):
            return Found(part, by="generic date line", raw=line.text)
    return None


def _author_link(line: Line) -> Found | None:
    named = next((link for link in line.links if is_of_author(link)), None)
    if named is None or not named.text:
        return None
    said = _BY.fullmatch(named.text)  # the label stands within the link
    return Found(said["name"] if said else named.text, by="generic author link", raw=named.text if said else None)


def author_box(items: Items, text: Element) -> Element | None:
    """What introduces the author in or below a text: a portrait, a link to the profile, a few words."""
    pictured = {element: None for item in items if isinstance(item, Picture) for element in _within(item.element, text)}
    for line in items if pictured else ():
        if not isinstance(line, Line) or line.length > words.MOST_NAME_WORDS or not _author_link(line):
            continue
        for box in _within(line.element, text):
            if longer_than(box, _LONGEST_BOX):
                break
            if box in pictured:
                return box
    return None


def _within(element: Element, text: Element) -> Iterator[Element]:
    """An element and those around it, up to `text` but without it."""
    step: Element | None = element
    while step is not None and step is not text:
        yield step
        step = step.getparent()


def _beside_date(seen: Around) -> Iterator[Named]:
    """The name that stands alone right beside the date; a section's name leads to the section from somewhere."""
    items, start = seen.zones.items, seen.zones.start
    for position in (seen.dated - 1, seen.dated + 1) if seen.dated >= 0 else ():
        line = items[position] if seen.first <= position <= start and position < len(items) else None
        if not isinstance(line, Line) or line.links or line.tag in HEADINGS or not (name := _lone_name(line)):
            continue
        if not any(same_words(name, text_of(link)) for link in seen.zones.page.top.iter("a")):
            yield Named(Found(name, by="generic, alone beside the date"), position)


def _lone_name(line: Line) -> str:
    """The full name that a line is, or that stands in it beside one word: a badge, a rank."""
    if words.is_full_name(line.text) or words.is_newsroom(line.text):
        return line.text
    if line.length > _LONGEST_BADGED:
        return ""
    names = [text for child in line.element if words.is_full_name(text := text_of(child))]
    return names[0] if len(names) == 1 and line.text.replace(names[0], "", 1).strip().count(" ") == 0 else ""


def _right_above(seen: Around) -> Iterator[Named]:
    """The author that a line right above the headline names behind a label: "by Hà Vân"."""
    lines = [item for item in reversed(seen.zones.above) if isinstance(item, Line) and item.length <= _LONGEST_LINE]
    found = (named for line in lines if (named := _author_of(line)) is not None and named.by == "generic label")
    yield from map(Named, found)


def _around(seen: Around) -> Iterator[Named]:
    """The author in the article's own header or footer, before any other article is named there."""
    for item in [*seen.zones.header, *seen.behind[:_AROUND]]:
        if not isinstance(item, Line):
            continue
        if words.RELATED_LABEL.match(item.text) or words.COMMENTS.fullmatch(item.text):
            return
        named = _author_of(item) if item.length <= _LONGEST_LINE else None
        if named is not None and (named.by != _BY_CLASS or words.is_full_name(named.value)):
            yield Named(named)  # an office in an element called author may be the site's own


def _author_of(line: Line) -> Found | None:
    """The author that a line names behind a label, by a link to him or in an element called so."""
    if label := words.BYLINE_LABEL.match(line.text):
        return Found(label["name"].strip(" ."), by="generic label", raw=line.text)
    if linked := _author_link(line):
        return linked
    if _AUTHOR_NAME.search(names_of(line.element)):
        called = words.AUTHOR.match(parted(line))
        name = words.without_role(called["name"].strip()) if called else ""
        if not words.is_name(name) and (inner := _name_within(line)):
            name = inner  # beside a badge, a count of articles
        if words.is_name(name) or (words.is_office(name) and not line.links):
            return Found(name, by=_BY_CLASS, raw=line.text)
    said = _BY.fullmatch(line.text)
    if said and words.is_full_name(name := said["name"].strip(" .")):
        return Found(name, by="generic label", raw=line.text)
    return None


def _name_within(line: Line) -> str:
    """The name, of two words and more, that one of the elements in a line is made of, or ""."""
    texts = (text_of(element) for element in line.element.iterdescendants() if not len(element))
    return next((text for text in texts if " " in text and (words.is_name(text) or words.is_office(text))), "")


def _told(seen: Around) -> Iterator[Named]:
    """All authors that JSON-LD or Open Graph names, unless it names the site."""
    page = seen.zones.page
    name = seen.zones.meta.author or ", ".join(one for one in page.metas("article:author") if "/" not in one)
    if words.is_newsroom(name):
        return  # told on every page of a site, whoever wrote
    if fold(name) not in fold(page.title()) and not same_words(name, page.meta("og:site_name")):
        yield Named(Found(name, by=TOLD))


def _beside(seen: Around) -> Iterator[Named]:
    """The author named beside the headline or right behind the text."""
    items, start, end = seen.zones.items, seen.zones.start, seen.zones.end
    for position in [*range(seen.first, min(start + 1, len(items))), *range(end, min(end + 6, len(items)))]:
        item = items[position]
        if not isinstance(item, Line) or item.length > _LONGEST_LINE:
            continue
        below = items[position + 1] if _NAME_BELOW.match(item.text) and position + 1 < len(items) else None
        if isinstance(below, Line) and words.is_name(below.text) and not words.is_account(below.text):
            yield Named(Found(below.text, by="generic label above"), position + 1)
        if named := _author_of(item):
            yield Named(named, position)


def _in_date_line(seen: Around) -> Iterator[Named]:
    found = author_in_date(seen.stamp) if seen.stamp is not None else None
    yield from [Named(found)] if found is not None else []


def _meta_author(seen: Around) -> Iterator[Named]:
    """The author that a meta element names and that a line around the text says too: alone it may be the site's."""
    zones, page = seen.zones, seen.zones.page
    near = [*zones.above, *zones.header, *zones.items[seen.first : zones.start + 1], *seen.behind[:_AROUND]]
    said = [item.text for item in near if isinstance(item, Line) and item.length <= _LONGEST_LINE]
    for name in (value for meta in _META for value in page.metas(meta)):
        if any(name in text for text in said) and not same_words(name, page.meta("og:site_name")):
            yield Named(Found(name, by="meta author"))


def _profile(seen: Around) -> Iterator[Named]:
    """The one profile that links of the page lead to."""
    profiles = {text_of(link): None for link in seen.zones.page.all("a[rel=author]")}
    if len(profiles) == 1 and (words.is_name(name := next(iter(profiles))) or words.is_office(name)):
        yield Named(Found(name, by="generic, link to a profile"))


def _house(seen: Around) -> Iterator[Named]:
    """The organisation or newsroom that JSON-LD names as author, where no person is named."""
    if words.is_newsroom(name := seen.zones.meta.author or ""):
        yield Named(Found(name, by=TOLD))
    if seen.zones.meta.house and seen.zones.meta.house != seen.zones.page.publisher:
        yield Named(Found(seen.zones.meta.house, by=_HOUSE))


IN_LINES: Final = ("beside the headline or behind the text", "alone beside the date")
"""The rows whose authors stand in lines beside the text, of their own."""

BYLINE: Final = Table[Around, Named](
    "byline",
    (
        Row(TOLD, _told, 0.9, "publishers abroad: right on 66 of 71 pages"),
        Row(IN_LINES[0], _beside, 0.9, "portals of provinces, WordPress"),
        Row("date line", _in_date_line, 0.8, "WordPress, Joomla, themes of Hugo"),
        Row("meta author that is shown", _meta_author, 0.8, "publishers abroad, generators"),
        Row("link to a profile", _profile, 0.6, "publishers abroad"),
        Row(IN_LINES[1], _beside_date, 0.6, "Jekyll, portals of districts"),
        Row("right above the headline", _right_above, 0.8, "themes of Pelican"),
        Row("header or footer", _around, 0.8, "WordPress' block themes"),
        Row(_HOUSE, _house, 0.5, "publishers abroad"),
    ),
    never=lambda seen, named: (
        words.RELATED_LABEL.match(named.found.value) is not None
        or (named.found.by != _HOUSE and words.is_account(named.found.value))
    ),
)

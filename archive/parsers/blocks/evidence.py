"""Gathers the evidence of a page: its lines, where the text lies, what selectors say, the related boxes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from archive.errors import Unreadable
from archive.model import Found, Teaser
from archive.parsers.blocks.boilerplate import cut_archive_bar, without_furniture
from archive.parsers.blocks.density import Stretch, densest, is_running, stretch_of
from archive.parsers.blocks.lines import Item, Items, Line, Picture, shape_of
from archive.parsers.blocks.walk import read_lines
from archive.parsers.blocks.widgets import instruments
from archive.parsers.document.address import is_file
from archive.parsers.document.embedded import find_embedded, put_into
from archive.parsers.document.metadata import Metadata, read_metadata
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, text_of
from archive.parsers.fields.boxes import related_boxes, without
from archive.parsers.fields.byline import author_box
from archive.parsers.fields.headline import (
    find_headline,
    is_named,
    is_slugged,
    meta_headline,
    names_site,
    set_as_headline,
    short_headline,
    slug_headline,
    slugged_title,
    told_twice,
    without_trail,
)
from archive.parsers.fields.selected import Known, select
from archive.parsers.fields.set_headline import Headline, plain_headline
from archive.sources.families import Family

_ABOVE: Final = 25  # items above the text where a page without a headline may have a related box
_NOTICE: Final = 12  # items between a notice's headline and its document
_ROW: Final = 12  # words of a row of a table that names a document and little else
_NEAR: Final = 3  # items between two documents of a notice
_LITTLE: Final = 1 / 3  # of the running text: a box of the body, or of something else
_READABLE: Final = 100  # words of running text that make a page an article, however unlikely
_FEW_WORDS: Final = 60  # of running text; with fewer the article may lie in the page's data


class Evidence(NamedTuple):
    """All that an article is read from: every item of the page, those outside furniture, and where the text lies."""

    whole: Items
    items: Items
    stretch: Stretch
    headline: Headline
    meta: Metadata
    known: Known
    teasers: tuple[Teaser, ...]


def gather(page: Page, family: Family) -> Evidence:
    """The evidence of a page, related boxes set aside.

    Raises Unreadable(no_article) where it has no running text or no headline.
    """
    cut_archive_bar(page)
    known = select(page, family)
    meta = read_metadata(page)
    body = page.top.find("body")
    top = body if body is not None else page.root
    whole = _without_template(page, read_lines(top))
    items = without_furniture(whole, known.bodies, page.title())
    if "body" not in known.own and _holds_little(items, known.bodies):
        known = known._replace(bodies=[])
        items = without_furniture(whole, [], page.title())
    stretch = _chosen(items, known.bodies) or densest(items)
    if stretch is None or (not known.bodies and _running_words(items, stretch) < _FEW_WORDS):
        embedded = find_embedded(page, meta)
        if embedded is not None:
            body, title = put_into(page, embedded)
            known = known._replace(bodies=[body], headline=(title, embedded.by) if title is not None else None)
            whole = _without_template(page, read_lines(top))
            items = without_furniture(whole, known.bodies, page.title())
            stretch = _chosen(items, known.bodies)
    headline = None
    if not known.bodies and (stretch is None or _running_words(items, stretch) < _FEW_WORDS):
        headline, stretch = _notice(page, items, stretch, meta, known)
    if stretch is None:
        raise Unreadable("no_article", "no running text")
    headline = headline or _headline(page, items, stretch, meta, known)
    if headline is not None and headline.found.by.startswith(NOTICE):
        return Evidence(whole, items, stretch, headline, meta, known, known.teasers)
    teasers, taken = related_boxes(page, whole, stretch.element, *_span(whole, items, headline, stretch))
    teasers = known.teasers + teasers
    taken += instruments(items[stretch.start : stretch.end], stretch.element)
    author = author_box(items[stretch.start : stretch.end], stretch.element)
    taken += [author] if author is not None else []
    if taken:
        items = without(items, taken)
        stretch = _chosen(items, known.bodies) or densest(items)
        if stretch is None:
            raise Unreadable("no_article", "no running text but that of related boxes and instruments")
        headline = _headline(page, items, stretch, meta, known)
    if headline is None:
        headline = _unnamed(page, items, stretch)
    return Evidence(whole, items, stretch, headline, meta, known, teasers)


def _without_template(page: Page, items: Items) -> Items:
    """The items without the lines that the site's pages have in common."""
    if not page.lines:
        return items
    return [item for item in items if not isinstance(item, Line) or shape_of(item.text) not in page.lines]


NOTICE: Final = "notice: "
"""How the headline of a notice came about begins so: a headline, and a document in the place of a text."""


def _notice(
    page: Page, items: Items, stretch: Stretch | None, meta: Metadata, known: Known
) -> tuple[Headline | None, Stretch | None]:
    """The headline of a notice, and what lies between it and the last document offered below it; or what was given."""
    offered = [at for at, item in enumerate(items) if _offers_document(item)]
    for first in offered:
        headline = _headline(page, items, Stretch(first, first, items[first].element), meta, known)
        headline = (
            headline if headline and headline.position >= 0 else set_as_headline(items, _lines(items, first), first)
        )
        if headline is None or not 0 <= headline.position < first <= headline.position + _NOTICE:
            continue
        last = first
        while follows := next((at for at in offered if last < at <= last + _NEAR), 0):
            last = follows
        around = set(items[headline.position].element.iterancestors())
        holder = next((one for one in items[last].element.iterancestors() if one in around), page.top)
        found = replace(headline.found, by=f"{NOTICE}{headline.found.by}")
        return Headline(found, headline.position), Stretch(headline.position + 1, last + 1, holder)
    return None, stretch


def _offers_document(item: Item) -> bool:
    if isinstance(item, Picture):
        return is_file(item.href)
    if item.tag == "tr" and item.length > _ROW:
        return False  # a table of documents: number, office, day, what it is about
    return any(link.download or is_file(link.href) for link in item.links)


def _lines(items: Items, end: int) -> list[tuple[int, Line]]:
    return [(at, item) for at, item in enumerate(items[:end]) if isinstance(item, Line)][-_NOTICE:]


def _span(whole: Items, items: Items, headline: Headline | None, stretch: Stretch) -> tuple[int, int]:
    """Where among all items the headline stands (the text, where there is none), and where the text ends."""
    places = {id(item): position for position, item in enumerate(whole)}
    end = places[id(items[stretch.end - 1])] + 1
    if headline is not None and headline.position >= 0:
        return places[id(items[headline.position])], end
    return places[id(items[stretch.start])] - _ABOVE, end


def _heading_in(element: Element) -> Element:
    """The one heading in an element that holds the date too ("ArticleHeader"), or the element itself."""
    headings = [one for one in element.iter("h1", "h2", "h3") if text_of(one)]
    return headings[0] if len(headings) == 1 else element


def _place_of(items: Items, element: Element, text: str) -> int:
    """Where among the items the headline stands, -1 where nowhere; a span is part of the line of what it stands in."""
    inside = [at for at, item in enumerate(items) if element.holds(item.element)]
    if inside:
        return inside[-1]
    around = set(element.iterancestors())
    return next(
        (
            at
            for at, item in enumerate(items)
            if isinstance(item, Line) and item.text == text and item.element in around
        ),
        -1,
    )


def _unnamed(page: Page, items: Items, stretch: Stretch) -> Headline:
    """What a text is called that has no headline of three words. Raises Unreadable(no_article) where it is no text."""
    lines = [item.text for item in items[stretch.start : stretch.end] if isinstance(item, Line) and is_running(item)]
    found = short_headline(page, lines[0]) if _running_words(items, stretch) >= _READABLE else None
    if found is None:
        raise Unreadable("no_article", "no headline")
    return Headline(found, -1)


def _running_words(items: Items, stretch: Stretch) -> int:
    lines = [item for item in items[stretch.start : stretch.end] if isinstance(item, Line) and is_running(item)]
    return sum(line.length for line in lines)


def _holds_little(items: Items, bodies: list[Element]) -> bool:
    """Whether a family's selector met a part of the text at most: the page has much more running text elsewhere."""
    chosen = _chosen(items, bodies)
    if chosen is None:
        return False
    few = _running_words(items, chosen)
    if few >= _LITTLE * _running_words(items, Stretch(0, len(items), chosen.element)):
        return False  # nor is it less than a part of the densest: .2 ms saved
    found = densest(items)
    most = _running_words(items, found) if found is not None else 0
    return most > _FEW_WORDS and few < _LITTLE * most


def _chosen(items: Items, bodies: list[Element]) -> Stretch | None:
    if not bodies:
        return None
    parts = [stretch for body in bodies if (stretch := stretch_of(items, body)).end]
    if not parts or not any(isinstance(item, Line) for part in parts for item in items[part.start : part.end]):
        return None
    return Stretch(parts[0].start, parts[-1].end, parts[0].element)


def _headline(page: Page, items: Items, stretch: Stretch, meta: Metadata, known: Known) -> Headline | None:
    if known.headline is not None:
        element, css = known.headline
        element = _heading_in(element)
        text, at = text_of(element), _place_of(items, element, text_of(element))
        if text and ("headline" in known.own or (at < stretch.end and not names_site(page, text))):
            return Headline(Found(text, by=css), at)
    shown = find_headline(page, items, stretch.start, stretch.end, meta)
    told = told_twice(page, meta)
    if shown is not None:
        if told is not None and not is_named(shown.found.value, [told.value]):
            return Headline(told, shown.position)
        if (titled := slugged_title(page, shown.found.value)) is not None:
            return Headline(titled, shown.position)
        return without_trail(page, shown, items)
    named = told or meta_headline(page) or slug_headline(page)
    plain = plain_headline(page, items, stretch.start) if named is None or named.by == "title" else None
    if named is None or (plain is not None and plain.found.confidence >= 0.5 and not is_slugged(page, named.value)):
        return plain
    return Headline(named, -1)

"""Tells which CMS family a page is likely of, by the marks of families.toml, and which of its pages are no article."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from archive.parsers.document.address import canonical_of
from archive.parsers.document.page import Page
from archive.sources.families import FAMILIES, LEAST_MARKS, Family
from archive.sources.model import Layout

GENERIC: Final = FAMILIES["generic"]
VERSION: Final = 5
"""Of the reader, which is one for all families: what it reads may differ from one number to the next."""
_LONGEST_PAGE: Final = 4_000_000  # bytes, and elements: no page of an archive has more, and each mark is looked for
_MOST_ELEMENTS: Final = 20_000
_MARKED: Final = tuple(  # marks by attributes last: 1 ms of a page of the world's press
    replace(family, marks=tuple(sorted(family.marks, key=lambda css: "[" in css)))
    for family in FAMILIES.values()
    if family.marks
)


def parser_of(family: Family) -> str:
    """Family and version, as an article names its parser."""
    return f"{family.name}/{VERSION}"


def family_of(page: Page, layout: Layout | None) -> Family:
    """The family that the page's source names, else the first whose marks the page bears, else generic."""
    named = FAMILIES.get(layout.family) if layout is not None else None
    if named is not None and named.marks:
        return named
    if len(page.markup) > _LONGEST_PAGE or len(page.tree) > _MOST_ELEMENTS:
        return GENERIC
    return next((family for family in _MARKED if is_likely(page, family)), GENERIC)


def is_likely(page: Page, family: Family) -> bool:
    """Whether the page bears two marks of `family` at least; the form of an article's address is one of them."""
    missing = LEAST_MARKS - family.is_article(page.url)
    for left, css in zip(range(len(family.marks), 0, -1), family.marks, strict=True):
        if missing > left:
            return False
        missing -= page.has(css)
        if missing == 0:
            return True
    return False


def is_article(page: Page, family: Family) -> bool | None:
    """Whether the page's family says that it is an article's, or of another kind (a listing, a search, a print version,
    a static page); None where it says neither.
    """
    if family.is_never(page.url) or page.has(*family.of_others):
        return False
    if family.always and not (family.is_article(page.url) or family.is_article(canonical_of(page))):
        return False
    return page.has(*family.of_article) or None

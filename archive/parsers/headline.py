"""Finds the headline: as the page shows it, else as its metadata has it, else made from the slug and marked so."""

from __future__ import annotations

import re
from typing import Final

from archive.model import Found
from archive.parsers.page import Page
from archive.parsers.tree import clean, text_of
from archive.text.fold import fold, tokens
from archive.text.slug import match, slug_of

_PARTS: Final = re.compile(r"\s+[|–—-]\s+|\s*\|\s*|\s+»\s+")
_SHORTEST: Final = 3  # words; a portal's own name and "Chi tiết tin" are shorter or not the title's


def shown_headline(page: Page, alternatives: tuple[str, ...]) -> Found | None:
    """The headline that the page shows where one of the selectors says, or None."""
    found = page.first_of(alternatives)
    if found is None:
        return None
    element, css = found
    text = text_of(element)
    return Found(text, by=css) if text else None


def meta_headline(page: Page) -> Found | None:
    """The headline of og:title, twitter:title or the title element, without the site's name behind it."""
    for name in ("og:title", "twitter:title", "headline"):
        text = page.meta(name)
        if len(text.split()) >= _SHORTEST:
            value = without_site_name(page, text)
            return Found(value, by=f"meta {name}", raw=text if value != text else None, confidence=0.9)
    titles = page.all("title")
    text = text_of(titles[0]) if titles else ""
    value = without_site_name(page, text)
    if len(value.split()) >= _SHORTEST:
        return Found(value, by="title", raw=text if value != text else None, confidence=0.7)
    return None


def without_site_name(page: Page, title: str) -> str:
    """`title` without the part that names the site: what og:site_name says, or the part that the slug does not have."""
    site = page.meta("og:site_name")
    if site:
        for joint in (" - ", " | ", " – ", " — ", " » "):
            title = title.removesuffix(joint + site).removeprefix(site + joint)
    parts = [part.strip() for part in _PARTS.split(title) if part.strip()]
    if len(parts) < 2:
        return title
    slug = slug_of(page.url)
    best = match(slug, parts + [title]) if slug else None
    return best.headline if best else title


def slug_words(page: Page) -> str:
    """The de-accented title that VNPT's and other portals write into meta keywords, or the slug of the address."""
    for text in (page.meta("keywords"), page.meta("description"), page.meta("news_keywords")):
        words = text.split()
        if len(words) >= 5 and text.isascii() and "," not in text:
            return "-".join(tokens(text))
    return slug_of(page.url)


def by_slug(page: Page, candidates: list[str]) -> Found | None:
    """The candidate that the page's slug was made from, or None."""
    slug = slug_words(page)
    best = match(slug, candidates) if slug and candidates else None
    return Found(best.headline, by="slug match", confidence=best.score) if best else None


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same folded words."""
    return fold(clean(one)) == fold(clean(other))

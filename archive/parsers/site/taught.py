"""Reads the fields that a learnt layout says more about than a selector: a part of a text, an attribute, nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final, NamedTuple

from archive.model import Article, Found, Moment, settings
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, text_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.selected import last_step
from archive.sources.model import UNFIT, Layout, Select
from archive.text.dates import read_date

_LEARNT: Final = 0.9  # confidence of a field that nobody has confirmed
_CONFIRMED: Final = 0.98
_UNFIT: Final = 0.6  # confidence at most of an article on a page that its layout does not fit
_REQUIRED: Final = ("headline", "body", "published")
_EVERYWHERE: Final = 0.95  # of the pages that a layout was learnt from have a field that is required
_FIRST: Final = 3  # elements that a selector of a date may meet


class Taught(NamedTuple):
    """What a learnt layout finds on a page, None where its selectors find nothing; `fits` says whether the page is of
    that layout at all.
    """

    fits: bool = True
    byline: Found | None = None
    section: Found | None = None
    published: Moment | None = None


def selectors_of(layout: Layout | None) -> Select | None:
    """The selectors by which a reader may go: those whose value is a part of the text are left to `taught`."""
    if layout is None or not layout.patterns:
        return layout.select if layout is not None else None
    return replace(layout.select, **{name: () for name, _ in layout.patterns if name in ("byline", "section")})


def taught(page: Page, layout: Layout | None) -> Taught | None:
    """The fields of a page as its layout has been learnt; None where nothing was. Asked before a reader takes apart
    the page.
    """
    if layout is None or (layout.learned is None and not layout.patterns and not layout.absent and not layout.only):
        return None
    patterns = dict(layout.patterns)
    select = layout.select
    if not fits(page, layout):
        return Taught(fits=False)
    return Taught(
        True,
        _text(page, layout, select.byline, patterns.get("byline", ""), words.AUTHOR),
        _section(page, layout, select.section, patterns.get("section", "")),
        _date(page, layout, select.published),
    )


def fits(page: Page, layout: Layout) -> bool:
    """Whether every selector that a learnt layout requires finds something on a page; True where none is learnt."""
    return all(any(page.all(css) for css in selectors) for selectors in required_of(layout))


@lru_cache(maxsize=256)  # layouts of a register
def required_of(layout: Layout) -> tuple[tuple[str, ...], ...]:
    """For each field that nearly all pages of a learnt layout have, its selectors."""
    if layout.learned is None:
        return ()
    support = dict(layout.learned.support)
    required = [getattr(layout.select, name) for name in _REQUIRED if support.get(name, 1.0) >= _EVERYWHERE]
    return tuple(selectors for selectors in required if selectors)


def applied(article: Article, said: Taught | None, layout: Layout | None) -> Article:
    """The article with what the layout says of its fields."""
    if said is None or layout is None:
        return article
    if not said.fits:
        return replace(
            article, rendering="unfit", notes=(UNFIT, *article.notes), confidence=min(article.confidence, _UNFIT)
        )
    byline = said.byline or (None if _is_none(layout, "byline") else article.byline)
    section = said.section or (None if _is_none(layout, "section") else article.section)
    published = _finer(said.published, article.published) or (
        None if "published" in layout.absent else article.published
    )
    lead = None if "lead" in layout.absent else article.lead
    tags = () if "tags" in layout.absent else article.tags
    found = {text for text in (said.byline.raw, said.byline.value) if text} if said.byline is not None else set()
    if said.section is not None and said.section.raw:
        found.add(said.section.raw)
    if layout.select.tags:
        found.add(" ".join(tags))
    if found:
        article = _without_lines(article, found)
    return replace(article, byline=byline, section=section, published=published, lead=lead, tags=tags)


def _without_lines(article: Article, lines: set[str]) -> Article:
    """The article without the lines that its learnt fields are; a text of nothing else stays."""
    body = tuple(text for text in article.body if text not in lines)
    captions = tuple(text for text in article.captions if text not in lines)
    if not body or len(body) == len(article.body):
        return replace(article, captions=captions)
    texts = iter(article.body)
    setting = (one for one in settings(article.setting) if one[0] == "i" or next(texts) not in lines)
    return replace(article, body=body, captions=captions, setting="".join(setting))


def _finer(said: Moment | None, read: Moment | None) -> Moment | None:
    """The learnt date, or the one that was read where that is the same day with its hour."""
    finer = said is not None and read is not None and len(read.value) > len(said.value)
    return read if finer and read is not None and said is not None and read.value.startswith(said.value) else said


def _is_none(layout: Layout, field: str) -> bool:
    return field in layout.absent or field in layout.only


def _sure(layout: Layout) -> float:
    return _CONFIRMED if layout.learned is None or layout.learned.confirmed else _LEARNT


def _text(
    page: Page, layout: Layout, selectors: tuple[str, ...], pattern: str, default: re.Pattern[str]
) -> Found | None:
    for css in selectors:
        for element in page.all(css):
            text = text_of(element)
            value = _part(text, pattern)
            match = default.match(value)
            if match:
                value = match["name"].strip()
                return Found(value, by=f"learnt {css}", raw=text if text != value else None, confidence=_sure(layout))
    return None


def _section(page: Page, layout: Layout, selectors: tuple[str, ...], pattern: str) -> Found | None:
    for css in selectors:
        texts = tuple(part for element in page.all(css) if (part := _part(text_of(element), pattern)))
        found = last_step(texts, page.title())
        if found is not None:
            raw = next((text for text in map(text_of, page.all(css)) if found.value in text), found.value)
            return replace(found, by=f"learnt {css}", raw=raw if raw != found.value else None, confidence=_sure(layout))
    return None


def _part(text: str, pattern: str) -> str:
    if not pattern:
        return text
    match = _compiled(pattern).search(text)
    return match[1].strip() if match else ""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _date(page: Page, layout: Layout, selectors: tuple[str, ...]) -> Moment | None:
    for css in selectors:
        for element in page.all(css)[:_FIRST]:
            for raw in _raws(element, layout.date_from):
                moment = read_date(raw, f"learnt {css}", page.captured, page.month_first) if raw else None
                if moment is not None:
                    return replace(moment, confidence=min(moment.confidence, _sure(layout)))
    return None


def _raws(element: Element, date_from: str) -> tuple[str | None, ...]:
    if date_from == "text":
        return (text_of(element),)
    return (element.get("datetime"), text_of(element), element.get("content"), element.get("title"))

"""Reads an article by the evidence of its page: selectors where they hit, else density, metadata, and how far they
agree.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from archive.errors import Unreadable
from archive.model import Article, Found, Image, Moment, Teaser
from archive.parsers import vocabulary as words
from archive.parsers.address import canonical_of
from archive.parsers.article import Manner, with_raws, without_repeats
from archive.parsers.author import find_author
from archive.parsers.behind import credit_behind, files_behind, items_behind, related_behind
from archive.parsers.body import Body, sort_out
from archive.parsers.dateline import find_moment, find_second_moment
from archive.parsers.density import Stretch, densest, is_running, stretch_of
from archive.parsers.embedded import find_embedded, put_into
from archive.parsers.furniture import cut_archive_bar, without_furniture
from archive.parsers.headline import Headline, find_headline, meta_headline
from archive.parsers.judge import check_address, check_article
from archive.parsers.lead import find_lead
from archive.parsers.lines import Item, Items, Line, Picture, read_lines
from archive.parsers.metadata import Metadata, read_metadata
from archive.parsers.page import Page
from archive.parsers.section import find_section
from archive.parsers.selected import (
    bodies_of,
    both,
    labelled,
    lead_of,
    selected_section,
    selected_tags,
    shown_time,
    take_related,
)
from archive.parsers.tags import find_tags
from archive.parsers.times import META_MODIFIED, META_PUBLISHED, is_edit
from archive.parsers.tree import Element, text_of
from archive.sources.model import Select
from archive.text.dates import choose, read_date
from archive.text.slug import slug_of

_COPYRIGHT: Final = re.compile(r"(?:đăng\s+lại|trích\s+dẫn|ghi\s+rõ)\s.{0,80}(?:nguồn|website)", re.IGNORECASE)
_FEW_WORDS: Final = 60  # of running text; with fewer the article may lie in the page's data


class _Known(NamedTuple):
    """What selectors found."""

    bodies: list[Element]
    teasers: tuple[Teaser, ...]
    headline: tuple[Element, str] | None
    lead: Found | None
    byline: Found | None
    credit: Found | None


class _Found(NamedTuple):
    """All that the article is read from."""

    whole: Items
    items: Items
    stretch: Stretch
    headline: Headline
    meta: Metadata
    known: _Known


def read_by_evidence(page: Page, rules: Select, manner: Manner) -> Article:
    """The article that `rules` and the site's own selectors find, and where they find nothing, the page's own
    evidence.

    Raises Unreadable(no_article) on listings, searches, print versions, and pages of which too little speaks for an
    article.
    """
    check_address(page)
    cut_archive_bar(page)
    known = _by_selectors(page, rules)
    meta = read_metadata(page)
    bodies = page.all("body")
    whole = read_lines(bodies[0] if bodies else page.root)
    items = without_furniture(whole, known.bodies)
    stretch = _chosen(items, known.bodies) or densest(items)
    if stretch is None or (not known.bodies and _running_words(items, stretch) < _FEW_WORDS):
        embedded = find_embedded(page, meta)
        if embedded is not None:
            body, title = put_into(page, embedded)
            known = known._replace(bodies=[body], headline=(title, embedded.by) if title is not None else None)
            whole = read_lines(bodies[0] if bodies else page.root)
            items = without_furniture(whole, known.bodies)
            stretch = _chosen(items, known.bodies)
    if stretch is None:
        raise Unreadable("no_article", "no running text")
    headline = _headline(page, items, stretch, meta, known)
    if headline is None:
        raise Unreadable("no_article", "no headline")
    found = _Found(whole, items, stretch, headline, meta, known)
    return _read(page, found, rules, manner)


def _running_words(items: Items, stretch: Stretch) -> int:
    lines = [item for item in items[stretch.start : stretch.end] if isinstance(item, Line) and is_running(item)]
    return sum(len(line.text.split()) for line in lines)


def _by_selectors(page: Page, rules: Select) -> _Known:
    """What selectors find; what is cut, related boxes and the lead are taken out of the page."""
    site = page.site
    for css in both(site.cut, rules.cut):
        page.take(css)
    for css in both(site.captions, rules.captions):
        for element in page.all(css):
            element.set("class", f"{element.get('class') or ''} caption".strip())
    teasers = take_related(page, both(site.related, rules.related))
    headline = page.first_of(both(site.headline, rules.headline))
    lead = lead_of(page, both(site.lead, rules.lead))
    byline = labelled(page, both(site.byline, rules.byline), words.AUTHOR)
    credit = labelled(page, both(site.source_credit, rules.source_credit), words.CREDIT)
    return _Known(bodies_of(page, both(site.body, rules.body)), teasers, headline, lead, byline, credit)


def _chosen(items: Items, bodies: list[Element]) -> Stretch | None:
    if not bodies:
        return None
    parts = [stretch for body in bodies if (stretch := stretch_of(items, body)).end]
    if not parts or not any(isinstance(item, Line) for part in parts for item in items[part.start : part.end]):
        return None
    return Stretch(parts[0].start, parts[-1].end, parts[0].element)


def _headline(page: Page, items: Items, stretch: Stretch, meta: Metadata, known: _Known) -> Headline | None:
    if known.headline is not None:
        element, css = known.headline
        text = text_of(element)
        if text:
            inside = [at for at, item in enumerate(items) if element in (item.element, *item.element.iterancestors())]
            return Headline(Found(text, by=css), inside[-1] if inside else -1)
    shown = find_headline(page, items, stretch.start, stretch.end, meta)
    if shown is not None:
        return shown
    named = meta_headline(page)
    return Headline(named, -1) if named is not None else None


def _read(page: Page, found: _Found, rules: Select, manner: Manner) -> Article:
    items, stretch, meta, known = found.items, found.stretch, found.meta, found.known
    position = found.headline.position if found.headline.position < stretch.end else -1
    headline = found.headline.found
    start = max(stretch.start, position + 1)
    end = _extended(items, stretch) if not known.bodies else stretch.end
    first = position + 1 if position >= 0 else start
    moment, dated = find_moment(page, items, position, start, end)
    lead = -1 if known.lead else find_lead(page, items, first, start, meta)
    author, signed = find_author(page, items, first, start, end, meta)
    taken = {dated, lead, signed}
    text = [
        item for at, item in enumerate(items[first:end], first) if at not in taken and (at >= start or _belongs(item))
    ]
    lead_line = items[lead] if lead >= 0 else None
    by = f"density {_path(stretch)}" if not known.bodies else f"selector {_path(stretch)}"
    body = sort_out(page, text, by, want_lead=known.lead is None and lead_line is None)
    if not body.paragraphs:
        raise Unreadable("no_article", "no paragraph")
    behind = items_behind(found.whole, items, end)
    shown = _shown(page, rules, moment)
    published = _published(page, shown, meta)
    section = selected_section(page, both(page.site.section, rules.section), headline.value)
    set_apart = (
        Found(lead_line.text, by="generic, set apart above the text", confidence=0.8)
        if isinstance(lead_line, Line)
        else None
    )
    before = found.whole.index(items[first]) if first < len(items) else 0
    chosen_tags = selected_tags(page, both(page.site.tags, rules.tags))
    article = Article(
        url=page.url,
        headline=headline,
        body=body.paragraphs,
        body_by=f"{manner.family} {body.by}",
        parser=manner.parser,
        slug=slug_of(canonical_of(page)) or slug_of(page.url),
        canonical=canonical_of(page),
        lead=known.lead or set_apart or body.lead,
        captions=body.captions,
        byline=_byline(known, body, author, manner),
        source_credit=known.credit or body.source_credit or credit_behind(behind),
        published=published,
        section=section or find_section(page, items, position, start, meta, headline.value),
        tags=chosen_tags or find_tags(page, found.whole, before, len(found.whole) - len(behind)),
        images=_full_size(page, body.images),
        attachments=body.attachments + files_behind(page, behind),
        teasers=known.teasers + body.teasers + (() if known.teasers else related_behind(page, behind)),
        notes=page.notes,
    )
    if not known.bodies:
        check_article(page, article, meta, items[first:end])
    modified = find_second_moment(page, items, dated, published) or _modified(page, meta, published)
    article = with_raws(page, without_repeats(article))
    return replace(article, modified=modified, confidence=_confidence(article, meta))


def _byline(known: _Known, body: Body, author: Found | None, manner: Manner) -> Found | None:
    if manner.signature_first:
        return body.byline or known.byline or author
    return known.byline or body.byline or author


def _shown(page: Page, rules: Select, moment: Moment | None) -> Moment | None:
    selected = shown_time(page, both(page.site.published, rules.published))
    return selected or moment


def _path(stretch: Stretch) -> str:
    css = (stretch.element.get("class") or "").split()
    return f"{stretch.element.tag}{'.' + css[0] if css else ''}"


def _belongs(item: Item) -> bool:
    """Whether an item between headline and text belongs to the article: a picture, its caption, a paragraph."""
    return (
        isinstance(item, Picture) or item.caption or (is_running(item) and len(item.text.split()) >= 12) or item.italic
    )


def _extended(items: Items, stretch: Stretch) -> int:
    """The end of the text, moved on over lines right behind it that go on with it: signature, further paragraphs."""
    end = stretch.end
    parent = stretch.element.getparent()
    while end < len(items):
        item = items[end]
        if isinstance(item, Picture) or parent is None:
            break
        near = parent in item.element.iterancestors()
        running = is_running(item) and len(item.text.split()) >= 20 and not _COPYRIGHT.search(item.text)
        signed = words.BYLINE_LABEL.match(item.text) or words.SOURCE_LABEL.match(item.text)
        if not (near and (running or signed)):
            break
        end += 1
    return end


def _full_size(page: Page, images: tuple[Image, ...]) -> tuple[Image, ...]:
    """The first picture by the address of og:image where that is the same file in another folder: not a thumbnail."""
    og = page.absolute(page.meta("og:image")) if page.meta("og:image") else ""
    if not images or not og:
        return images
    name = og.rpartition("/")[2]
    if not name or "thumb" in og or "resize" in og:
        return images
    return tuple(
        replace(image, url=og) if image.url != og and image.url.rpartition("/")[2] == name else image
        for image in images
    )


def _published(page: Page, shown: Moment | None, meta: Metadata) -> Moment | None:
    moments = [shown, read_date(meta.published, "json-ld datePublished", page.captured) if meta.published else None]
    moments += [
        read_date(value, f"meta {name}", page.captured) for name in META_PUBLISHED for value in page.metas(name)[:1]
    ]
    known = [moment for moment in moments if moment is not None]
    return choose(known, page.captured) if known else None


def _modified(page: Page, meta: Metadata, published: Moment | None) -> Moment | None:
    moments = [read_date(meta.modified, "json-ld dateModified", page.captured) if meta.modified else None]
    moments += [
        read_date(value, f"meta {name}", page.captured) for name in META_MODIFIED for value in page.metas(name)[:1]
    ]
    return next((moment for moment in moments if moment is not None and is_edit(moment, published)), None)


def _confidence(article: Article, meta: Metadata) -> float:
    """How far independent signs agree: of the headline, the date, the text."""
    signs = [article.headline.confidence, article.published.confidence if article.published else 0.5]
    if meta.body:
        ours, theirs = set(" ".join(article.body).split()), set(meta.body.split())
        signs.append(len(ours & theirs) / max(len(ours | theirs), 1))
    return round(sum(signs) / len(signs), 3)

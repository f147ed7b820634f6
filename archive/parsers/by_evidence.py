"""Reads an article by the evidence of its page: what selectors, density and metadata say, and how far they agree."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import Final

from archive.errors import Unreadable
from archive.model import Article, Attachment, Found, Image, Teaser
from archive.parsers.blocks.density import Stretch, is_running
from archive.parsers.blocks.evidence import NOTICE, Evidence, gather
from archive.parsers.blocks.lines import Item, Items, Line, Picture
from archive.parsers.blocks.zones import Zones, below_labels, end_of, place_of
from archive.parsers.classify import LIKELY, Look, doubt, probability
from archive.parsers.confidence import Seen, calibrated
from archive.parsers.document.address import canonical_of, original_of
from archive.parsers.document.page import Page
from archive.parsers.document.tree import names_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.body import Body, sort_out
from archive.parsers.fields.byline import BYLINE, IN_LINES, TOLD, Around
from archive.parsers.fields.captions import is_framed_with
from archive.parsers.fields.dates import date_of, find_moment, is_of_edit, is_today, moment_in
from archive.parsers.fields.headline import published_slug, restored, same_words, with_raws, without_repeats
from archive.parsers.fields.lead import find_lead
from archive.parsers.fields.pointers import pointers_above, pointers_left_out
from archive.parsers.fields.section import find_section
from archive.parsers.fields.selected import last_step
from archive.parsers.fields.setting import setting_of
from archive.parsers.fields.signature import PLAIN_NAME
from archive.parsers.fields.tags import find_tags
from archive.parsers.fields.times import MODIFIED, Dated, find_published
from archive.parsers.fields.trailing_links import (
    cards_behind,
    credit_behind,
    files_behind,
    pointers_behind,
)
from archive.parsers.site.families import is_article, parser_of
from archive.sources.families import Family

_SENTENCE: Final = 6  # words of a line of a notice that is none of the theme's
_LEAD_PICTURE: Final = 3  # items above the headline: a picture and its caption
_SECTION_NAME: Final = 5  # words of a link to a section at most
_PORTRAIT: Final = re.compile(r"author|tac-?gia|byline", re.IGNORECASE)
_FEATURED: Final = re.compile(r"featured|wp-post-image|post-thumbnail|lead-?image|hero", re.IGNORECASE)


def read_by_evidence(page: Page, family: Family) -> Article:
    """The article that the selectors of the source and of its likely `family` find, and the page's own evidence.

    Raises Unreadable(no_article) on listings, and on pages of which too little speaks for an article.
    """
    evidence = gather(page, family)
    items, stretch, meta, known = evidence.items, evidence.stretch, evidence.meta, evidence.known
    notice = evidence.headline.found.by.startswith(NOTICE)
    position = evidence.headline.position if evidence.headline.position < stretch.end else -1
    headline = evidence.headline.found
    start = max(stretch.start, position + 1)
    end = end_of(evidence.whole, items, stretch, start, chosen=bool(known.bodies))
    start = below_labels(items, start, end)
    first = position + 1 if position >= 0 else start
    for at in range(first, start):  # a theme that prints the headline in its bar, too, and then above the text
        if isinstance(item := items[at], Line) and same_words(item.text, headline.value):
            first = at + 1
    zones = Zones(page, meta, evidence.whole, items, headline.value, position, start, end)
    moment, dated = find_moment(zones)
    lead = -1 if known.lead else find_lead(page, items, first, start, end, meta, dated)
    behind = zones.trailing
    line = items[dated] if dated >= 0 else None
    stamp = line if isinstance(line, Line) else None
    # The day of capture above the headline may be the clock's: what header or footer tell comes first.
    clock = moment is not None and dated < position and is_today(page, moment)
    built = dated >= end and is_of_edit(stamp)  # the site's, mostly: the article's footer stands nearer
    for box in (zones.header, behind) if known.published is None and (moment is None or clock or built) else ():
        beside, its_line = moment_in(page, box)
        if beside is not None:
            moment, stamp, dated = beside, its_line, -1
            break
    around = Around(zones, first, dated, stamp, behind)
    apart = {dated, lead, *(one.place for one in BYLINE.all(around, *IN_LINES))}
    text = [
        item
        for at, item in enumerate(items[first:end], first)
        if at not in apart and (at >= start or _belongs(item, items[at - 1]))
    ]
    text = _above(page, items, position) + text
    by = f"{family.name} {'selector' if known.bodies else 'density'} {_path(stretch)}"
    body = sort_out(page, text, by, want_lead=known.lead is None and lead < 0)
    files = tuple(
        {file.url: file for file in (*known.attachments, *files_behind(page, behind), *body.attachments)}.values()
    )
    if not body.paragraphs and not files:
        raise Unreadable("no_article", "no paragraph")
    credit = known.credit or body.source_credit or credit_behind(behind)
    place = place_of(evidence.whole, items[start] if start < len(items) else None, 0)
    below = place_of(evidence.whole, items[position], place) + 1 if position >= 0 else place
    published = find_published(Dated(zones, known.published, moment, edited=is_of_edit(stamp)))
    article = Article(
        url=page.url,
        headline=headline,
        body=_of_notice(body.paragraphs, headline.value, files) if notice else body.paragraphs,
        body_by=body.by,
        parser=parser_of(family),
        slug=family.without_id(published_slug(page), canonical_of(page)),
        canonical=canonical_of(page),
        original=original_of(page),
        lead=known.lead or _set_apart(items, lead) or body.lead,
        captions=body.captions,
        byline=_byline(evidence, body, around, family),
        source_credit=credit,
        published=published,
        section=last_step(known.section, headline.value) or find_section(zones),
        tags=known.tags or find_tags(page, evidence.whole, below, len(evidence.whole) - len(behind)),
        images=_full_size(page, body.images),
        attachments=files,
        teasers=_once(
            evidence.teasers
            + body.teasers
            + pointers_above(page, items[first:start])
            + pointers_left_out(page, evidence.whole, items, stretch.element)
            + pointers_behind(page, behind)
            + cards_behind(page, behind)
        ),
        notes=page.notes,
    )
    modified = MODIFIED.best(
        Dated(zones, known.modified, moment if is_of_edit(stamp) else None, dated, published, is_of_edit(stamp))
    )
    article = replace(article, modified=modified, headline=restored(page, article, position) or headline)
    article = with_raws(page, without_repeats(article))
    article = replace(article, setting=setting_of(page, body, article.body))
    look = Look(
        page,
        article,
        meta,
        evidence.whole,
        items[:start],
        items[first:end],
        offered=notice,
        selected=known.headline is not None,
        told=is_article(page, family),
    )
    article = calibrated(Seen(article, zones, moment))
    likely = probability(look)
    notes = article.notes if likely >= LIKELY else (*article.notes, f"probably no article: {doubt(look)}")
    return replace(article, probability=likely, notes=notes)


def _of_notice(paragraphs: tuple[str, ...], headline: str, files: tuple[Attachment, ...]) -> tuple[str, ...]:
    """The text of a notice: sentences, without the headline again, names of documents, and what a theme prints."""
    names = {file.name for file in files}
    return tuple(
        text
        for text in paragraphs
        if text not in names and not same_words(text, headline) and not words.TEXT_END.match(text)
        if text.count(" ") >= _SENTENCE or text[-1] in ".:;"
    )


def _once(teasers: tuple[Teaser, ...]) -> tuple[Teaser, ...]:
    found: dict[tuple[str, str], Teaser] = {}
    for teaser in teasers:
        found.setdefault((teaser.url, teaser.headline), teaser)
    return tuple(found.values())


def _set_apart(items: Items, position: int) -> Found | None:
    line = items[position] if position >= 0 else None
    return Found(line.text, by="generic, set apart above the text") if isinstance(line, Line) else None


def _byline(evidence: Evidence, body: Body, around: Around, family: Family) -> Found | None:
    named = evidence.known.byline
    first = family.signature and "byline" not in evidence.known.own
    if named is not None and not first and not words.is_account(named.value):
        return named  # whoever else is named: .3 ms a page
    best = BYLINE.best(around)
    author = best.found if best is not None else None
    signed = body.byline
    if signed is not None and signed.by == PLAIN_NAME and author is not None and author.by == TOLD:
        signed = None  # any two words with capitals are shaped like a name
    found = (body.byline, named) if first else (named, signed)
    return next((one for one in found if one is not None and not words.is_account(one.value)), author)


def _path(stretch: Stretch) -> str:
    css = (stretch.element.get("class") or "").split()
    return f"{stretch.element.tag}{'.' + css[0] if css else ''}"


def _belongs(item: Item, before: Item) -> bool:
    """Whether an item between headline and text belongs to the article: a picture, its caption, a paragraph."""
    if isinstance(item, Picture):
        return not _is_portrait(item)
    if isinstance(before, Picture) and is_framed_with(before, item):
        return not _is_portrait(before)
    return item.caption or (is_running(item) and item.length >= 12) or item.italic


def _is_portrait(picture: Picture) -> bool:
    """Whether a picture shows the author, by the names of what holds it."""
    around = [picture.element, *islice(picture.element.iterancestors(), 2)]
    return any(_PORTRAIT.search(names_of(one)) for one in around)


def _above(page: Page, items: Items, headline: int) -> Items:
    """The lead picture, with its caption, where a theme prints it right above the headline."""
    found: Items = []
    name = page.meta("og:image").rpartition("/")[2]
    for item in reversed(items[max(0, headline - _LEAD_PICTURE) : max(0, headline)]):
        if isinstance(item, Line):
            if item.linked > 0.9 and item.length <= _SECTION_NAME:
                continue  # the section, printed over the cover too
            if date_of(page, item) is not None:
                continue
            if not item.caption:
                break
        elif item.href or not (
            item.figure or (name and item.src.endswith(name)) or _FEATURED.search(names_of(item.element))
        ):
            break
        found.insert(0, item)
    return found if any(isinstance(item, Picture) for item in found) else []


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

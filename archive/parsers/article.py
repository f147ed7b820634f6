"""Puts an article together from a family's selectors, strictly: the way of families whose pages are known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive.errors import SelectionError
from archive.model import Article, Attachment, Found, Image, Moment, Teaser
from archive.parsers.document.address import canonical_of
from archive.parsers.document.page import Page
from archive.parsers.document.tree import storable
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.body import Body
from archive.parsers.fields.headline import meta_headline, same_words, shown_headline
from archive.parsers.fields.selected import (
    body_of,
    both,
    files_of,
    labelled,
    lead_of,
    pictures_of,
    section_of,
    tags_of,
    take_related,
)
from archive.parsers.fields.times import modified_of, published_of
from archive.sources.model import Select
from archive.text.slug import slug_of


@dataclass(frozen=True, slots=True)
class Manner:
    """What a family does beside its selectors.

    `stamps` are selectors of times printed for machines, which tell of an edit only an hour and more after publication.
    `signature_first`: the signature in the text counts more than the author the page names, which is an account's name.
    """

    family: str
    version: int
    lead_in_body: bool = True
    stamps: tuple[str, ...] = ()
    signature_first: bool = False

    @property
    def parser(self) -> str:
        """Family and version, as an article names its parser."""
        return f"{self.family}/{self.version}"


def assemble(page: Page, rules: Select, manner: Manner, pictures: tuple[str, ...] = ()) -> Article:
    """The article that the selectors find; raises SelectionError where there is no body or no headline.

    The order matters: what is cut and the related boxes go first, then the lead, then the body, so that none is read
    twice.
    """
    site = page.site
    for css in both(site.cut, rules.cut):
        page.take(css)
    teasers = take_related(page, both(site.related, rules.related))
    for css in both(site.captions, rules.captions):
        for element in page.all(css):
            element.set("class", storable(f"{element.get('class') or ''} caption".strip()))
    headline = shown_headline(page, both(site.headline, rules.headline)) or meta_headline(page)
    images, captions = pictures_of(page, pictures)
    lead = lead_of(page, both(site.lead, rules.lead))
    body = body_of(page, both(site.body, rules.body), want_lead=lead is None and manner.lead_in_body)
    if body is None:
        raise SelectionError(f"{page.url}: no body at {' or '.join(both(site.body, rules.body)) or 'any selector'}")
    if headline is None:
        raise SelectionError(f"{page.url}: no headline")
    return finish(page, rules, manner, headline, lead, body, teasers, images=images, captions=captions)


def finish(
    page: Page,
    rules: Select,
    manner: Manner,
    headline: Found,
    lead: Found | None,
    body: Body,
    teasers: tuple[Teaser, ...],
    extra_published: tuple[Moment | None, ...] = (),
    images: tuple[Image, ...] = (),
    attachments: tuple[Attachment, ...] = (),
    captions: tuple[str, ...] = (),
) -> Article:
    """The article of the parts already read; the rest comes from selectors and metadata."""
    site = page.site
    published = published_of(page, both(site.published, rules.published), extra_published)
    article = Article(
        url=page.url,
        headline=headline,
        body=body.paragraphs,
        body_by=f"{manner.family} {body.by}",
        parser=manner.parser,
        slug=slug_of(canonical_of(page)) or slug_of(page.url),
        canonical=canonical_of(page),
        lead=lead or body.lead,
        captions=captions + body.captions,
        byline=_byline(page, rules, manner, body),
        source_credit=labelled(page, both(site.source_credit, rules.source_credit), words.CREDIT) or body.source_credit,
        published=published,
        modified=modified_of(page, both(site.modified, rules.modified), published, manner.stamps),
        section=section_of(page, both(site.section, rules.section), headline.value),
        tags=tags_of(page, both(site.tags, rules.tags)),
        images=_once(images + body.images),
        attachments=files_of(page, both(site.attachments, rules.attachments), attachments + body.attachments),
        teasers=teasers + body.teasers,
        notes=page.notes + body.notes,
    )
    return with_raws(page, without_repeats(article))


def _byline(page: Page, rules: Select, manner: Manner, body: Body) -> Found | None:
    if page.site.byline and (found := labelled(page, page.site.byline, words.AUTHOR)):
        return found
    if manner.signature_first and body.byline:
        return body.byline
    named = labelled(page, rules.byline, words.AUTHOR)
    return named if named is not None and not words.is_account(named.value) else body.byline


def _once(images: tuple[Image, ...]) -> tuple[Image, ...]:
    found: dict[str, Image] = {}
    for image in images:
        if image.url not in found or (image.caption and not found[image.url].caption):
            found[image.url] = image
    return tuple(found.values())


def without_repeats(article: Article) -> Article:
    """The article without a first paragraph that only repeats its lead or headline."""
    body = article.body
    if len(body) > 1 and same_words(body[0], article.headline.value):
        body = body[1:]
    if article.lead and len(body) > 1 and same_words(body[0], article.lead.value):
        return replace(article, body=body[1:], notes=(*article.notes, "the first paragraph repeated the lead"))
    return replace(article, body=body) if body is not article.body else article


def with_raws(page: Page, article: Article) -> Article:
    """The article with what the site served beside headline and lead, where those were mended."""
    if not page.raws:
        return article
    lead = article.lead
    return replace(article, headline=_with_raw(page, article.headline), lead=_with_raw(page, lead) if lead else None)


def _with_raw(page: Page, found: Found) -> Found:
    raw = page.raws.get(found.value)
    return replace(found, raw=raw, confidence=min(found.confidence, 0.9)) if raw and found.raw is None else found

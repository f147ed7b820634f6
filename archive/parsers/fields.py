"""Puts an article together from a family's selectors and the site's own, where the site's come first."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from archive.errors import SelectionError
from archive.model import Article, Attachment, Found, Image, Moment, Teaser
from archive.parsers import vocabulary as words
from archive.parsers.body import Body, read_body
from archive.parsers.headline import meta_headline, same_words, shown_headline
from archive.parsers.lines import Picture, read_lines
from archive.parsers.page import Page
from archive.parsers.related import box_named, read_box
from archive.parsers.tree import Element, drop, text_of
from archive.sources.model import Select
from archive.text.dates import choose, read_date
from archive.text.slug import slug_of

META_PUBLISHED: Final = (
    "article:published_time",
    "datepublished",
    "og:article:published_time",
    "pubdate",
    "article:published",
)
META_MODIFIED: Final = ("article:modified_time", "datemodified", "og:updated_time")
_LAST_TOUCH: Final = timedelta(hours=1)  # a stamp for machines that lies closer to publication is no edit anyone saw
_NO_LABELS: Final = frozenset(("ul", "ol", "table", "article", "form"))
_LABEL_ELEMENTS: Final = 6  # elements of a heading with its icons; what holds more is no label
_LONGEST_LABEL: Final = 80  # letters
_FILE_LABEL: Final = re.compile(
    r"^(?:tập\s+tin|file|tệp|tài\s+liệu|tải\s+về|download)(?:\s+đính\s+kèm)?\s*:\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Manner:
    """What a family does beside its selectors: where its lead may stand, and what the id of its articles is."""

    family: str
    version: int
    lead_in_body: bool = True
    signature_first: bool = (
        False  # the signature in the text counts more than the author the page names: an account's name
    )

    @property
    def parser(self) -> str:
        """Family and version, as an article names its parser."""
        return f"{self.family}/{self.version}"


def both(site: tuple[str, ...], family: tuple[str, ...]) -> tuple[str, ...]:
    """The site's alternatives, then the family's."""
    return site + family if site else family


def take_related(page: Page, alternatives: tuple[str, ...], kind: str = "related") -> tuple[Teaser, ...]:
    """The teasers of all related boxes; the boxes are removed, so that no later reader meets them."""
    found: list[Teaser] = []
    for css in alternatives:
        for box in page.all(css):
            found += read_box(page, box, box_named(label_of(box), kind))
            drop(box)
    return tuple(found)


def label_of(box: Element) -> str:
    """The heading in front of a box of links, or at its head: "Những tin mới hơn"."""
    step: Element | None = box
    for _ in range(3):
        before = step.getprevious() if step is not None else None
        if before is not None and before.tag not in _NO_LABELS and sum(1 for _ in before.iter()) <= _LABEL_ELEMENTS:
            text = text_of(before)
            if text:
                return text if len(text) < _LONGEST_LABEL else ""
        step = step.getparent() if step is not None else None
    return ""


def lead_of(page: Page, alternatives: tuple[str, ...]) -> Found | None:
    """The lead where a selector says, taken out of the page: it may stand inside the body's element."""
    for css in alternatives:
        found = [element for element in page.all(css) if text_of(element)]
        if len(found) == 1:
            text = text_of(found[0])
            drop(found[0])
            return Found(text, by=css)
    return None


def bodies_of(page: Page, alternatives: tuple[str, ...]) -> list[Element]:
    """The element of the body, or its elements where several stand side by side; [] where no selector fits.

    Where elements far apart fit, the one with the most text is the body: portlets of a page share their classes.
    """
    for css in alternatives:
        found = [element for element in _outermost(page.all(css)) if _has_text(element)]
        if len(found) > 1 and len({element.getparent() for element in found}) > 1:
            return [max(found, key=lambda element: sum(len(str(text)) for text in element.itertext()))]
        if found:
            return found
    return []


def _has_text(element: Element) -> bool:
    return any(not str(text).isspace() for text in element.itertext())


def body_of(page: Page, alternatives: tuple[str, ...], *, want_lead: bool) -> Body | None:
    """The body where the first fitting selector finds any text."""
    found = bodies_of(page, alternatives)
    if not found:
        return None
    body = read_body(page, found, alternatives[0], want_lead=want_lead)
    return body if body.paragraphs else None


def pictures_of(page: Page, alternatives: tuple[str, ...]) -> tuple[tuple[Image, ...], tuple[str, ...]]:
    """Pictures (and their captions) that a theme prints outside the body; those inside links belong to other articles."""
    images: list[Image] = []
    captions: list[str] = []
    for css in alternatives:
        for element in page.all(css):
            if (
                any(ancestor.tag in ("a", "li") for ancestor in element.iterancestors())
                or element.find(".//a") is not None
            ):
                continue
            holder = element if element.tag != "img" else element.getparent()
            for item in read_lines(holder if holder is not None else element):
                if isinstance(item, Picture):
                    images.append(Image(page.absolute(item.src), item.alt))
                elif item.caption:
                    captions.append(item.text)
        if images:
            break
    return tuple(images), tuple(captions)


def published_of(page: Page, alternatives: tuple[str, ...], more: tuple[Moment | None, ...] = ()) -> Moment | None:
    """The time of publication: what the page shows, with what its metadata says as a check."""
    moments = [*_shown_times(page, alternatives), *more]
    moments += [
        read_date(value, f"meta {name}", page.captured) for name in META_PUBLISHED for value in page.metas(name)[:1]
    ]
    known = [moment for moment in moments if moment is not None]
    return choose(known, page.captured) if known else None


def modified_of(page: Page, alternatives: tuple[str, ...], published: Moment | None) -> Moment | None:
    """The time of the last edit, where it lies after publication: many a CMS prints one for articles never edited."""
    for moment in _shown_times(page, alternatives):
        if moment is not None and later(moment, published):
            return moment
    stamps = [
        read_date(value, f"meta {name}", page.captured) for name in META_MODIFIED for value in page.metas(name)[:1]
    ]
    return next((moment for moment in stamps if moment is not None and is_edit(moment, published)), None)


def is_edit(stamp: Moment, published: Moment | None) -> bool:
    """Whether a time meant for machines tells of an edit: an hour and more after publication, for every CMS prints one."""
    if published is None:
        return False
    if min(len(stamp.value), len(published.value)) < len("2020-03-05T15:25"):
        return stamp.value[:10] > published.value[:10]
    return datetime.fromisoformat(stamp.value) - datetime.fromisoformat(published.value) >= _LAST_TOUCH


def later(moment: Moment, than: Moment | None) -> bool:
    """Whether `moment` lies after `than` by a minute and more, as far as both are exact."""
    if than is None:
        return True
    size = min(len(moment.value.split("+")[0]), len(than.value.split("+")[0]), 16)
    return moment.value[:size] > than.value[:size]


def tags_of(page: Page, alternatives: tuple[str, ...]) -> tuple[str, ...]:
    """The tags, as written, each once: the page's, else those in its metadata."""
    return selected_tags(page, alternatives) or tuple(dict.fromkeys(page.metas("article:tag")))


def selected_tags(page: Page, alternatives: tuple[str, ...]) -> tuple[str, ...]:
    """The tags that the first fitting selector finds."""
    for css in alternatives:
        found = dict.fromkeys(text for element in page.all(css) if (text := text_of(element).strip(" ,;#")))
        if found:
            return tuple(found)
    return ()


def section_of(page: Page, alternatives: tuple[str, ...], headline: str) -> Found | None:
    """The section: where a selector says, else article:section."""
    found = selected_section(page, alternatives, headline)
    if found is not None:
        return found
    text = page.meta("article:section")
    return Found(text, by="meta article:section", confidence=0.9) if text else None


def selected_section(page: Page, alternatives: tuple[str, ...], headline: str) -> Found | None:
    """The last text that the first fitting selector finds and that is not the headline: breadcrumbs end in it."""
    for css in alternatives:
        texts = [text for element in page.all(css) if (text := text_of(element)) and not same_words(text, headline)]
        if texts:
            return Found(texts[-1], by=css)
    return None


def labelled(page: Page, alternatives: tuple[str, ...], pattern: re.Pattern[str]) -> Found | None:
    """What stands behind a label ("Tác giả: ..."), or the whole text where there is no label."""
    for css in alternatives:
        for element in page.all(css):
            text = text_of(element)
            match = pattern.match(text)
            if match:
                return Found(match["name"].strip(), by=css, raw=text)
    return None


def canonical_of(page: Page) -> str:
    """The address that the page gives itself, where it lies on the page's own host; or the page's own."""
    known = page.remembered("canonical", _canonical)
    return str(known)


def _canonical(page: Page) -> str:
    own = _host(page.url)
    hrefs = [link.get("href") or "" for link in page.top.iter("link") if link.get("rel") == "canonical"]
    for href in [*hrefs, page.meta("og:url")]:
        url = page.absolute(href) if href else ""
        if url and _host(url) == own and not _is_home(url):
            return url
    return page.url


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0].removeprefix("www.").lower()


def _is_home(url: str) -> bool:
    return url.partition("://")[2].partition("/")[2].strip("/") == ""


def shown_time(page: Page, alternatives: tuple[str, ...]) -> Moment | None:
    """The time that the first fitting selector finds."""
    return next(iter(_shown_times(page, alternatives)), None)


def with_raws(page: Page, article: Article) -> Article:
    """The article with what the site served beside headline and lead, where those were mended."""
    if not page.raws:
        return article
    lead = article.lead
    return replace(article, headline=_with_raw(page, article.headline), lead=_with_raw(page, lead) if lead else None)


def _with_raw(page: Page, found: Found) -> Found:
    raw = page.raws.get(found.value)
    return replace(found, raw=raw, confidence=min(found.confidence, 0.9)) if raw and found.raw is None else found


def without_repeats(article: Article) -> Article:
    """The article without a first paragraph that only repeats its lead or headline."""
    body = article.body
    if len(body) > 1 and same_words(body[0], article.headline.value):
        body = body[1:]
    if article.lead and len(body) > 1 and same_words(body[0], article.lead.value):
        return replace(article, body=body[1:], notes=(*article.notes, "the first paragraph repeated the lead"))
    return replace(article, body=body) if body is not article.body else article


def _shown_times(page: Page, alternatives: tuple[str, ...]) -> list[Moment | None]:
    for css in alternatives:
        for element in page.all(css)[:3]:
            for raw in (element.get("datetime"), text_of(element), element.get("content"), element.get("title")):
                moment = read_date(raw, css, page.captured, page.month_first) if raw else None
                if moment is not None:
                    return [moment]
    return []


def _outermost(elements: list[Element]) -> list[Element]:
    if len(elements) < 2:
        return elements
    chosen = set(elements)
    return [element for element in elements if not any(ancestor in chosen for ancestor in element.iterancestors())]


def assemble(page: Page, rules: Select, manner: Manner, pictures: tuple[str, ...] = ()) -> Article:
    """The article that the selectors find; raises SelectionError where there is no body or no headline.

    The order matters: what is cut and the related boxes go first, then the lead, then the body, so that none is read twice.
    """
    site = page.site
    for css in both(site.cut, rules.cut):
        page.take(css)
    teasers = take_related(page, both(site.related, rules.related))
    for css in both(site.captions, rules.captions):
        for element in page.all(css):
            element.set("class", f"{element.get('class') or ''} caption".strip())
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
        modified=modified_of(page, both(site.modified, rules.modified), published),
        section=section_of(page, both(site.section, rules.section), headline.value),
        tags=tags_of(page, both(site.tags, rules.tags)),
        images=_once(images + body.images),
        attachments=_files(page, both(site.attachments, rules.attachments), attachments + body.attachments),
        teasers=teasers + body.teasers,
        notes=page.notes + body.notes,
    )
    return with_raws(page, without_repeats(article))


def _byline(page: Page, rules: Select, manner: Manner, body: Body) -> Found | None:
    if page.site.byline and (found := labelled(page, page.site.byline, words.AUTHOR)):
        return found
    if manner.signature_first and body.byline:
        return body.byline
    return labelled(page, rules.byline, words.AUTHOR) or body.byline


def _once(images: tuple[Image, ...]) -> tuple[Image, ...]:
    found: dict[str, Image] = {}
    for image in images:
        if image.url not in found or (image.caption and not found[image.url].caption):
            found[image.url] = image
    return tuple(found.values())


def file_name(text: str) -> str:
    """The name of a file offered, without the label in front of it: "Tập tin : ke-hoach.pdf"."""
    return _FILE_LABEL.sub("", text)


def _files(page: Page, alternatives: tuple[str, ...], found: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    files = {attachment.url: attachment for attachment in found}
    for css in alternatives:
        for element in page.all(css):
            url = page.absolute(element.get("href") or "")
            if url:
                files.setdefault(url, Attachment(url, file_name(text_of(element))))
    return tuple(files.values())

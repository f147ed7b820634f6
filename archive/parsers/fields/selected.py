"""Reads the fields that selectors name: a family's, and before them the site's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple, TypeVar

from archive.model import Attachment, Found, Moment, Teaser
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, raw_text, storable, text_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.headline import same_words
from archive.parsers.fields.related import box_named, read_box
from archive.sources.families import Family
from archive.text.dates import read_date

Value = TypeVar("Value")

_NO_LABELS: Final = frozenset(("ul", "ol", "table", "article", "form"))
_LABEL_ELEMENTS: Final = 6  # elements of a heading with its icons; what holds more is no label
_LONGEST_LABEL: Final = 80  # letters
_FILE_LABEL: Final = re.compile(
    r"^(?:tập\s+tin|file|tệp|tài\s+liệu|tải\s+về|download)(?:\s+đính\s+kèm)?\s*:\s*", re.IGNORECASE
)


class Known(NamedTuple):
    """What selectors found. `own` are the fields that the source's own selectors found: they are not doubted."""

    bodies: list[Element]
    teasers: tuple[Teaser, ...]
    headline: tuple[Element, str] | None
    lead: Found | None
    byline: Found | None
    credit: Found | None
    published: Moment | None
    modified: Moment | None
    section: tuple[str, ...]
    tags: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    own: frozenset[str]


def select(page: Page, family: Family) -> Known:
    """What the source's selectors find, and for what they do not find or name, those of the page's likely family.

    The order matters: what is cut, the related boxes and the lead are taken out of the page, so that none is read
    twice.
    """
    site, prior, own = page.site, family.select, set[str]()

    def found(name: str, read: Callable[[Page, tuple[str, ...]], Value]) -> Value:
        value = read(page, getattr(site, name))
        if value:
            own.add(name)
            return value
        return read(page, getattr(prior, name))

    published = found("published", shown_time)
    modified = found("modified", shown_time)
    section = found("section", _texts)
    tags = found("tags", _tags)
    byline = found("byline", partial(_labelled, pattern=words.AUTHOR))
    credit = found("source_credit", partial(_labelled, pattern=words.CREDIT))
    attachments = found("attachments", _files)
    for css in site.cut + prior.cut:
        page.take(css)
    for css in site.captions + prior.captions:
        for element in page.all(css):
            element.set("class", storable(f"{element.get('class') or ''} caption".strip()))
    teasers = _take_related(page, site.related + prior.related)
    headline = found("headline", Page.first_of)
    lead = found("lead", _lead)
    bodies = found("body", _bodies)
    return Known(
        bodies, teasers, headline, lead, byline, credit, published, modified, section, tags, attachments, frozenset(own)
    )


def _take_related(page: Page, alternatives: tuple[str, ...]) -> tuple[Teaser, ...]:
    """The teasers of all related boxes; the boxes are removed, so that no later reader meets them."""
    found: list[Teaser] = []
    for css in alternatives:
        for box in page.all(css):
            found += read_box(page, box, box_named(_label_of(box)))
            box.drop()
    return tuple(found)


def _label_of(box: Element) -> str:
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


def _lead(page: Page, alternatives: tuple[str, ...]) -> Found | None:
    """The lead where a selector says, taken out of the page: it may stand inside the body's element."""
    for css in alternatives:
        found = [element for element in page.all(css) if text_of(element)]
        if len(found) == 1:
            text = text_of(found[0])
            found[0].drop()
            return Found(text, by=css)
    return None


def _bodies(page: Page, alternatives: tuple[str, ...]) -> list[Element]:
    """The element of the body, or its elements where several stand side by side; [] where no selector fits.

    Where elements far apart fit, the one with the most text is the body: portlets of a page share their classes.
    """
    for css in alternatives:
        found = [element for element in _outermost(page.all(css)) if _has_text(element)]
        if len(found) > 1 and len({element.getparent() for element in found}) > 1:
            return [max(found, key=lambda element: len(raw_text(element)))]
        if found:
            return found
    return []


def _has_text(element: Element) -> bool:
    return bool(raw_text(element).strip())


def _tags(page: Page, alternatives: tuple[str, ...]) -> tuple[str, ...]:
    """The tags that the first fitting selector finds."""
    for css in alternatives:
        found = dict.fromkeys(text for element in page.all(css) if (text := text_of(element).strip(" ,;#")))
        if found:
            return tuple(found)
    return ()


def _texts(page: Page, alternatives: tuple[str, ...]) -> tuple[str, ...]:
    """The texts that the first fitting selector finds."""
    for css in alternatives:
        texts = tuple(text for element in page.all(css) if (text := text_of(element)))
        if texts:
            return texts
    return ()


def last_step(texts: tuple[str, ...], headline: str) -> Found | None:
    """The section among `texts`: the last that is not the headline, for breadcrumbs end in one of the two."""
    last = next((text for text in reversed(texts) if not same_words(text, headline)), None)
    return Found(last, by="selector") if last is not None else None


def _labelled(page: Page, alternatives: tuple[str, ...], pattern: re.Pattern[str]) -> Found | None:
    """What stands behind a label ("Tác giả: ..."), or the whole text where there is no label."""
    for css in alternatives:
        for element in page.all(css):
            text = text_of(element)
            match = pattern.match(text)
            if match:
                return Found(match["name"].strip(), by=css, raw=text)
    return None


def shown_time(page: Page, alternatives: tuple[str, ...]) -> Moment | None:
    """The time that the first fitting selector finds."""
    for css in alternatives:
        for element in page.all(css)[:3]:
            for raw in (element.get("datetime"), text_of(element), element.get("content"), element.get("title")):
                moment = read_date(raw, css, page.captured, page.month_first) if raw else None
                if moment is not None:
                    return moment
    return None


def _outermost(elements: list[Element]) -> list[Element]:
    if len(elements) < 2:
        return elements
    chosen = set(elements)
    return [element for element in elements if not any(ancestor in chosen for ancestor in element.iterancestors())]


def file_name(text: str) -> str:
    """The name of a file offered, without the label in front of it: "Tập tin : ke-hoach.pdf"."""
    return _FILE_LABEL.sub("", text)


def _files(page: Page, alternatives: tuple[str, ...]) -> tuple[Attachment, ...]:
    """The files that all selectors find, each once."""
    files: dict[str, Attachment] = {}
    for css in alternatives:
        for element in page.all(css):
            url = page.absolute(element.get("href") or "")
            if url:
                files.setdefault(url, Attachment(url, file_name(text_of(element))))
    return tuple(files.values())

"""Reads the fields that selectors name: a family's, and before them the site's own."""

from __future__ import annotations

import re
from typing import Final

from archive.model import Attachment, Found, Image, Moment, Teaser
from archive.parsers.blocks.lines import Picture
from archive.parsers.blocks.walk import read_lines
from archive.parsers.document.address import is_picture_file
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, drop, raw_text, text_of
from archive.parsers.fields.body import Body, read_body
from archive.parsers.fields.captions import full_size
from archive.parsers.fields.headline import same_words
from archive.parsers.fields.related import box_named, read_box
from archive.text.dates import read_date

_NO_LABELS: Final = frozenset(("ul", "ol", "table", "article", "form"))
_LABEL_ELEMENTS: Final = 6  # elements of a heading with its icons; what holds more is no label
_LONGEST_LABEL: Final = 80  # letters
_FILE_LABEL: Final = re.compile(
    r"^(?:tập\s+tin|file|tệp|tài\s+liệu|tải\s+về|download)(?:\s+đính\s+kèm)?\s*:\s*", re.IGNORECASE
)


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
            return [max(found, key=lambda element: len(raw_text(element)))]
        if found:
            return found
    return []


def _has_text(element: Element) -> bool:
    return bool(raw_text(element).strip())


def body_of(page: Page, alternatives: tuple[str, ...], *, want_lead: bool) -> Body | None:
    """The body where the first fitting selector finds any text."""
    found = bodies_of(page, alternatives)
    if not found:
        return None
    body = read_body(page, found, alternatives[0], want_lead=want_lead)
    return body if body.paragraphs else None


def pictures_of(page: Page, alternatives: tuple[str, ...]) -> tuple[tuple[Image, ...], tuple[str, ...]]:
    """Pictures (and their captions) that a theme prints outside the body; those inside links belong to other
    articles.
    """
    images: list[Image] = []
    captions: list[str] = []
    for css in alternatives:
        for element in page.all(css):
            if any(ancestor.tag == "li" for ancestor in element.iterancestors()) or _leads_away(page, element):
                continue
            holder = element if element.tag != "img" else _framed(element)
            for item in read_lines(holder):
                if isinstance(item, Picture):
                    images.append(Image(page.absolute(full_size(item)), item.alt))
                elif item.caption:
                    captions.append(item.text)
            drop(holder)  # some themes print it inside the body
        if images:
            break
    return tuple(images), tuple(captions)


def _leads_away(page: Page, element: Element) -> bool:
    """Whether a picture links to another page: then it is that article's. Many link to their own page, or the file."""
    links = [*element.iterancestors("a"), *element.iter("a")]
    return any(
        not is_picture_file(href) and page.absolute(href).split("#")[0].rstrip("/") != page.url.rstrip("/")
        for link in links
        if (href := link.get("href"))
    )


def _framed(image: Element) -> Element:
    """A picture's figure, where it stands in one, else what holds nothing but the picture."""
    figure = next(image.iterancestors("figure"), None)
    if figure is not None:
        return figure
    parent = image.getparent()
    return parent if parent is not None and len(parent) == 1 and not text_of(parent) else image


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
    found = last_step(texts_of(page, alternatives), headline)
    if found is not None:
        return found
    text = page.meta("article:section")
    return Found(text, by="meta article:section", confidence=0.9) if text else None


def texts_of(page: Page, alternatives: tuple[str, ...]) -> tuple[str, ...]:
    """The texts that the first fitting selector finds."""
    for css in alternatives:
        texts = tuple(text for element in page.all(css) if (text := text_of(element)))
        if texts:
            return texts
    return ()


def last_step(texts: tuple[str, ...], headline: str) -> Found | None:
    """The section among `texts`: the last that is not the headline, for breadcrumbs end in one of the two."""
    steps = [text for text in texts if not same_words(text, headline)]
    return Found(steps[-1], by="selector") if steps else None


def labelled(page: Page, alternatives: tuple[str, ...], pattern: re.Pattern[str]) -> Found | None:
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


def files_of(page: Page, alternatives: tuple[str, ...], found: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The files `found`, and those that selectors find besides."""
    files = {attachment.url: attachment for attachment in found}
    for css in alternatives:
        for element in page.all(css):
            url = page.absolute(element.get("href") or "")
            if url:
                files.setdefault(url, Attachment(url, file_name(text_of(element))))
    return tuple(files.values())

"""Tells paragraphs, captions, signature, credit, related links and attachments of an article's body apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.model import Attachment, Found, Image, Teaser
from archive.parsers import vocabulary as words
from archive.parsers.lines import Anchor, Line, Picture, read_lines
from archive.parsers.page import Page
from archive.parsers.tree import Element
from archive.text.fold import fold

FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rtf|odt|ods|zip|rar|7z|csv|mp3)$", re.IGNORECASE)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp)(?:$|\?)", re.IGNORECASE)
LONGEST_CAPTION = 70  # words
LONGEST_TITLE = 25  # words of a line that may be a caption without being set as one
SHORTEST_LEAD = 12  # words of a bold first line; shorter ones are subheadings
TAIL = 6  # lines at the end among which signature and credit are looked for


@dataclass(frozen=True, slots=True)
class Body:
    """What stood in the body, told apart. `lead` only where it is set as one and was asked for."""

    paragraphs: tuple[str, ...]
    by: str
    captions: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    teasers: tuple[Teaser, ...] = ()
    byline: Found | None = None
    source_credit: Found | None = None
    lead: Found | None = None
    notes: tuple[str, ...] = ()


def read_body(page: Page, elements: list[Element], by: str, *, want_lead: bool = False) -> Body:
    """The body that `elements` of `page` hold, one after the other; `by` names method and selector."""
    items: list[Line | Picture] = []
    for element in elements:
        items += read_lines(element)
    return sort_out(page, items, by, want_lead=want_lead)


def sort_out(page: Page, items: list[Line | Picture], by: str, *, want_lead: bool = False) -> Body:
    """The body made of lines and pictures in page order."""
    items = _join_soft_breaks(items)
    items, teasers = _without_related(page, items)
    attachments = _attachments(page, items)
    items = [item for item in items if isinstance(item, Picture) or not _is_furniture(item)]
    captions, images, lines = _without_captions(page, items)
    lines, byline, credit = _without_signature(lines)
    lead = None
    if want_lead and lines and _is_lead(lines):
        lead = Found(lines[0].text, by=f"{by}, first line set as lead")
        lines = lines[1:]
    return Body(
        paragraphs=tuple(line.text for line in lines),
        by=by,
        captions=captions,
        images=images,
        attachments=attachments,
        teasers=teasers,
        byline=byline,
        source_credit=credit,
        lead=lead,
    )


def _join_soft_breaks(items: list[Line | Picture]) -> list[Line | Picture]:
    """Joins a line to the one before where a br stands inside a sentence: no mark before it, a small letter after."""
    joined: list[Line | Picture] = []
    for item in items:
        last = joined[-1] if joined else None
        if (
            isinstance(item, Line)
            and isinstance(last, Line)
            and item.block == last.block
            and item.text[0].islower()
            and not words.SENTENCE_END.search(last.text)
            and item.bold == last.bold
            and not re.match(r"[a-zđ]{1,2}[).]\s", item.text)
        ):
            joined[-1] = last._replace(
                text=f"{last.text} {item.text}", links=last.links + item.links, linked=max(last.linked, item.linked)
            )
        else:
            joined.append(item)
    return joined


def _without_related(page: Page, items: list[Line | Picture]) -> tuple[list[Line | Picture], tuple[Teaser, ...]]:
    """Takes link lines to other articles out: labelled ones, lists of nothing but links, and the labels themselves."""
    kept: list[Line | Picture] = []
    teasers: list[Teaser] = []
    linked_lists = _linked_groups(items)
    labelled = False
    for position, item in enumerate(items):
        if isinstance(item, Picture):
            if not leads_elsewhere(page, item.href):
                labelled = False
                kept.append(item)
            continue
        label = words.RELATED_LABEL.match(item.text)
        targets = [link for link in item.links if _leads_to_article(page, link)]
        if label and label.end() == len(item.text) and not targets:
            labelled = _next_is_linked(page, items, position)
            continue
        if targets and item.linked > 0.5 and (label or labelled or item.group in linked_lists or _is_pointer(item)):
            teasers += [Teaser(page.absolute(link.href), link.text, box="body") for link in targets]
            continue
        labelled = False
        kept.append(item)
    return kept, tuple(teasers)


def leads_elsewhere(page: Page, href: str) -> bool:
    """Whether the link around a picture leads to another page: then the picture is that page's, not this article's."""
    if not href or href.startswith(("#", "javascript:", "data:")) or is_file(href) or _PICTURE_FILE.search(href):
        return False
    url = page.absolute(href).split("#")[0]
    return bool(url) and url != page.url.split("#")[0] and "attachment" not in href


def _linked_groups(items: list[Line | Picture]) -> set[int]:
    """The lists that hold nothing but links to pages."""
    share: dict[int, list[bool]] = {}
    for item in items:
        if isinstance(item, Line) and item.group and item.tag == "li":
            share.setdefault(item.group, []).append(
                item.linked > 0.9 and not any(is_file(link.href) for link in item.links)
            )
    return {group for group, linked in share.items() if all(linked)}


def _next_is_linked(page: Page, items: list[Line | Picture], position: int) -> bool:
    for item in items[position + 1 :]:
        if isinstance(item, Line):
            return item.linked > 0.5 and any(_leads_to_article(page, link) for link in item.links)
    return False


def _is_pointer(line: Line) -> bool:
    """Whether a line is nothing but one link to another article."""
    return line.linked > 0.95 and len(line.links) == 1 and len(line.text.split()) >= 5 and line.tag != "tr"


def _leads_to_article(page: Page, link: Anchor) -> bool:
    href = link.href
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")) or is_file(href) or link.download:
        return False
    if _PICTURE_FILE.search(href):
        return False
    return words.is_headline(link.text) and page.absolute(href).split("#")[0] != page.url.split("#")[0]


def is_file(href: str) -> bool:
    """Whether `href` names a document to download, by its ending."""
    try:
        return bool(FILE.search(urlsplit(href).path))
    except ValueError:
        return False


def _attachments(page: Page, items: list[Line | Picture]) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for item in items:
        if isinstance(item, Line):
            for link in item.links:
                if link.download or is_file(link.href):
                    url = page.absolute(link.href)
                    found.setdefault(url, Attachment(url, link.text))
    return tuple(found.values())


def _is_furniture(line: Line) -> bool:
    """Whether a line is no part of the text: a button, a counter, a file box's line, "xem tại đây"."""
    if "wp-block-file" in line.css or "news-download-file" in line.css:
        return True
    if words.BOILERPLATE.match(line.text):
        return True
    return bool(words.READ_MORE.match(line.text)) and (bool(line.links) or len(line.text.split()) <= 6)


def _without_captions(page: Page, items: list[Line | Picture]) -> tuple[tuple[str, ...], tuple[Image, ...], list[Line]]:
    captions: list[str] = []
    images: list[Image] = []
    lines: list[Line] = []
    last: Picture | None = None  # the picture directly before
    for position, item in enumerate(items):
        if isinstance(item, Picture):
            images.append(Image(page.absolute(item.src), item.alt))
            last = item
            continue
        if item.caption or _is_caption(item, last, items, position, first=not lines):
            captions.append(item.text)
            if images and not images[-1].caption and last is not None:
                images[-1] = Image(images[-1].url, images[-1].alt, item.text)
            if not item.caption:
                last = None
            continue
        last = None
        lines.append(item)
    seen: dict[str, Image] = {}
    for image in images:
        if image.url not in seen or (image.caption and not seen[image.url].caption):
            seen[image.url] = image
    return tuple(captions), tuple(seen.values()), lines


def _is_caption(
    line: Line, picture: Picture | None, items: list[Line | Picture], position: int, *, first: bool
) -> bool:
    """Whether a line that is not marked as a caption is one by its place and setting."""
    length = len(line.text.split())
    if length > LONGEST_CAPTION or line.quoted or line.tag in ("li", "tr") or line.tag.startswith("h"):
        return False
    if picture is None:
        return (
            first
            and length <= LONGEST_TITLE
            and bool(words.CAPTION_START.match(line.text))
            and not words.SENTENCE_END.search(line.text)
        )
    if line.bold and line.align != "center":
        return False  # a subheading below a picture
    if line.italic or words.CAPTION_START.match(line.text) or words.CAPTION_END.search(line.text):
        return True
    if line.align == "center" and not (line.bold and _is_shouted(line.text)):
        return True
    if picture.alt and fold(picture.alt) == fold(line.text):
        return True
    if line.block == picture.block and length <= LONGEST_TITLE * 2 and not _block_goes_on(items, position):
        return True
    return (
        length <= LONGEST_TITLE and not line.bold and not words.SENTENCE_END.search(line.text) and line.align != "right"
    )


def _block_goes_on(items: list[Line | Picture], position: int) -> bool:
    """Whether the block of a line holds more text after it: then it is the article's own block, not the picture's."""
    line = items[position]
    return any(isinstance(item, Line) and item.block == line.block for item in items[position + 1 :])


def _is_shouted(text: str) -> bool:
    return text.upper() == text


def _without_signature(lines: list[Line]) -> tuple[list[Line], Found | None, Found | None]:
    """Takes signature and source credit from the end of the text; beside them only lines with a file may stand there."""
    byline = credit = None
    rest = list(lines)
    position = len(rest) - 1
    while position > 0 and len(lines) - position <= TAIL:
        line = rest[position]
        before = rest[position - 1]
        if (credit is None and (credit := credit_in(line)) is not None) or (
            byline is None and (byline := signature_in(line, before)) is not None
        ):
            rest.pop(position)
        elif not (line.linked > 0.5 and any(is_file(link.href) for link in line.links)):
            break
        position -= 1
    return rest, byline, credit


def credit_in(line: Line) -> Found | None:
    """The source that a line credits: "Nguồn: ...", "Theo ..." where that is all it says."""
    text = line.text
    source = words.SOURCE_LABEL.match(text)
    if source is None or "," in text or len(text.split()) > (16 if ":" in text else 10):
        return None
    return Found(source["name"].strip(' .“”"'), by="last lines, label", raw=text)


def signature_in(line: Line, before: Line) -> Found | None:
    """The author that a line names: after a label, or as a name set apart from the text."""
    text = line.text
    label = words.BYLINE_LABEL.match(text)
    if label and len(label["name"].split()) <= 12:
        name = label["name"].strip(" .")
        return Found(text if ":" in name else name, by="last lines, label", raw=text)
    apart = line.align == "right" or line.bold or line.italic
    if apart and words.is_name(text):
        return Found(text.strip("()"), by="last lines, set apart", raw=text)
    name = words.name_before_office(text) if apart else ""
    if name:
        return Found(name, by="last lines, set apart, with the office", raw=text, confidence=0.8)
    if words.is_name(text) and 2 <= len(text.split()) <= 4 and words.SENTENCE_END.search(before.text):
        return Found(text.strip("()"), by="last line, a name", raw=text, confidence=0.8)
    return None


def _is_lead(lines: list[Line]) -> bool:
    """Whether the first line is set as a lead: bold or a heading, long, and the second is not set so too."""
    first = lines[0]
    if not first.bold or len(first.text.split()) < SHORTEST_LEAD or len(lines) < 2:
        return False
    return not (lines[1].bold and len(lines[1].text.split()) >= SHORTEST_LEAD)

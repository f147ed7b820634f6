"""Tells paragraphs, captions, signature, credit, related links and attachments of an article's body apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.model import Attachment, Found, Image, Teaser
from archive.parsers.blocks.lines import HEADINGS, Anchor, Item, Items, Line, Picture
from archive.parsers.document.address import is_file
from archive.parsers.document.page import Page
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.captions import without_captions
from archive.parsers.fields.dates import date_of, is_of_edit
from archive.parsers.fields.lead import is_called_lead
from archive.parsers.fields.pointers import without_pointers
from archive.parsers.fields.signature import without_signature

_NAMED_FILE = re.compile(r"(?:tải\s+(?:về|xuống)|download|\.(?:pdf|docx?|xlsx?|pptx?|zip|rar))$", re.IGNORECASE)
_ROWS = ("li", "tr", *HEADINGS)
_LABEL = re.compile(r"\W*(?:tập\s+tin|file|tệp|tài\s+liệu)\s+đính\s+kèm\W*", re.IGNORECASE)  # of a theme's
_SIZE = re.compile(r"[\W\d]*(?:[kmg]?b[\W\d]*)?", re.IGNORECASE)  # "(512 KB)"
_NOTICE = 60  # words; with fewer a text is what stands beside a document
_FEWEST_BEHIND = 2  # lines behind a lead that is not bold
_LONGEST_LEAD = 90  # words
SHORTEST_LEAD = 12  # words of a bold first line; shorter ones are subheadings


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
    items: tuple[Item, ...] = ()  # what it was told from


def sort_out(page: Page, items: Items, by: str, *, want_lead: bool = False) -> Body:
    """The body made of lines and pictures in page order."""
    items = _join_soft_breaks(items)
    items, teasers = without_pointers(page, items)
    attachments = _attachments(page, items)
    items = _without_furniture(items)
    captions, images, lines = without_captions(page, items)
    while len(lines) > 1 and _is_counted(page, lines[-1]):
        lines.pop()
    lines, byline, credit = without_signature(lines)
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
        items=tuple(items),
    )


def _is_counted(page: Page, line: Line) -> bool:
    """Whether a last line is a counter without a label, or dates an edit: "Cập nhật lần cuối: 01/02/2025"."""
    edited = is_of_edit(line) and date_of(page, line) is not None
    return edited or (not line.links and line.text.replace(".", "").isdecimal())


def _join_soft_breaks(items: Items) -> Items:
    """Joins a line to the one before where a br stands inside a sentence: no mark before it, a small letter after."""
    joined: Items = []
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


def _attachments(page: Page, items: Items) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for item in items:
        if isinstance(item, Picture):
            if is_file(item.href):
                found.setdefault(page.absolute(item.href), Attachment(page.absolute(item.href), item.alt))
            continue
        for link in item.links:
            if _is_offered(link):
                url = page.absolute(link.href)
                found.setdefault(url, Attachment(url, link.text))
    return tuple(found.values())


def _is_offered(link: Anchor) -> bool:
    """Whether a link offers a file."""
    return link.download or is_file(link.href)


def _without_furniture(items: Items) -> Items:
    """The items without those that are no part of the text: buttons, counters, what is printed with a file.

    A line that is a link to a file is a sentence of a text; beside few words it is the file of a notice.
    """
    few = sum(item.length for item in items if isinstance(item, Line)) < _NOTICE
    left: Items = []
    for at, item in enumerate(items):
        if isinstance(item, Picture):
            left += [] if is_file(item.href) else [item]
            continue
        below = items[at + 1] if at + 1 < len(items) else None
        heads = _LABEL.fullmatch(item.text) is not None and isinstance(below, Line) and _offers(below)
        if not heads and not _is_furniture(item) and not (few and _offers(item)):
            left.append(item)
    return left


def _offers(line: Line) -> bool:
    """Whether a line is links to files, and at most how large these are."""
    return bool(line.links) and all(map(_is_offered, line.links)) and _SIZE.fullmatch(_unlinked(line)) is not None


def _is_furniture(line: Line) -> bool:
    """Whether a line is no part of the text: a button, a counter, a file box's line, "xem tại đây"."""
    if "wp-block-file" in line.css or "news-download-file" in line.css:
        return True
    if line.links and all(map(_is_offered, line.links)) and _LABEL.fullmatch(_unlinked(line)):
        return True
    if line.linked > 0.9 and _NAMED_FILE.search(line.text) and all(map(_is_offered, line.links)):
        return True
    if line.length > 1 and len(line.links) > 1 and line.linked > 0.8 and all(map(_is_button, line.links)):
        return True
    if len(line.links) > 1 and line.tag not in _ROWS and not any(map(_is_offered, line.links)) and _is_linked(line):
        return True  # section and tags in one row, "Quay lại | Lên đầu trang"
    if words.is_boilerplate(line.text):
        return True
    return bool(words.READ_MORE.match(line.text)) and (bool(line.links) or line.length <= 6)


def _is_linked(line: Line) -> bool:
    """Whether no letter of a line stands outside its links."""
    return not any(map(str.isalnum, _unlinked(line)))


def _unlinked(line: Line) -> str:
    """What a line says outside its links."""
    text = line.text
    for link in line.links:
        text = text.replace(link.text, "", 1)
    return text


def _is_button(link: Anchor) -> bool:
    return not link.text or words.is_boilerplate(link.text)


def _is_lead(lines: list[Line]) -> bool:
    """Whether the first line is set as a lead: called so, bold, or by itself in italics, in a quotation's indent or in
    an element of the theme's; long, and the second is not set so too.
    """
    first, *rest = lines
    if not rest or first.length < SHORTEST_LEAD:
        return False
    if is_called_lead(first):
        return not is_called_lead(rest[0])
    if first.bold:
        return not (rest[0].bold and rest[0].length >= SHORTEST_LEAD)
    setting = _set_apart(first)
    if not setting or first.length > _LONGEST_LEAD or len(rest) < _FEWEST_BEHIND:
        return False
    return not any(_set_apart(line) == setting for line in rest)


def _set_apart(line: Line) -> str:
    """How a whole sentence is set apart from the paragraphs of an editor, "" where it is one of them."""
    if not words.SENTENCE_END.search(line.text) or line.links or line.text.startswith(("“", '"', "(")):
        return ""
    if line.quoted or line.italic:
        return "quoted" if line.quoted else "italic"
    return line.css if line.tag == "div" else ""

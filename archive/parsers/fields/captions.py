"""Tells captions from paragraphs: by their markup, by their setting below a picture, by their words."""

from __future__ import annotations

import re
from itertools import islice, pairwise, zip_longest
from typing import Final

from archive.model import Image
from archive.parsers.blocks.density import is_running
from archive.parsers.blocks.lines import HEADINGS, Items, Line, Picture
from archive.parsers.document.address import is_file, is_picture_file
from archive.parsers.document.page import Page
from archive.parsers.document.tree import text_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.headline import same_words

_SIZE: Final = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w+$)")
_NOTE_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:note|image|img|photo|pic|picture|anh|hinh|cap|desc|legend|chuthich)(?:$|[\s_-])", re.IGNORECASE
)
LONGEST_CAPTION = 70  # words
_NEAR_END: Final = 6  # items from a signature on, among which is no running text
_LONGEST_UNENDED: Final = 45  # words of a line below a picture that ends as no sentence does
_LONGEST_CREDIT = 100  # letters of "(Ảnh: ...)" behind a caption
_SEVERAL: Final = 2
_FEWEST_WORDS: Final = 3  # of a caption set as a paragraph
_TIMES_SHORTER: Final = 1.5  # than half the paragraphs are all captions that only their length tells
LONGEST_TITLE = 25  # words of a line that may be a caption without being set as one


def without_captions(page: Page, items: Items) -> tuple[tuple[str, ...], tuple[Image, ...], list[Line]]:
    """Captions, pictures (with their captions) and the lines that remain."""
    items = _as_if_flush(items)
    captions: list[str] = []
    images: list[Image] = []
    lines: list[Line] = []
    last: Picture | None = None  # the picture directly before
    plain, headed = _plain_captions(items), _headed(items)
    told = -1  # where the last caption stood
    for position, item in enumerate(items):
        if isinstance(item, Picture):
            images.append(Image(page.absolute(full_size(item)), item.alt))
            last = item
            continue
        if (
            item.caption
            or position in plain
            or _goes_on(items, position, told)
            or _is_caption(item, last, items, position, headed, first=not lines)
            or _is_above(items, position)
        ):
            captions.append(item.text)
            told = position
            if images and not images[-1].caption and last is not None:
                images[-1] = Image(images[-1].url, images[-1].alt, item.text)
            if not item.caption:
                last = None
            continue
        last = None
        lines.append(item)
    seen: dict[str, Image] = {}
    for image in images:
        if image.url == "data:":
            continue
        if image.url not in seen or (image.caption and not seen[image.url].caption):
            seen[image.url] = image
    return tuple(captions), tuple(seen.values()), lines


def _as_if_flush(items: Items) -> Items:
    """The items without their centring where most of the text is centred: there it tells nothing."""
    running = [item for item in items if isinstance(item, Line) and is_running(item)]
    if sum(line.align == "center" for line in running) * 2 <= len(running):
        return items
    return [item._replace(align="") if isinstance(item, Line) and item.align == "center" else item for item in items]


def _goes_on(items: Items, position: int, told: int) -> bool:
    """Whether a line goes on with the caption right above it, which an editor broke in two."""
    line, above = items[position], items[position - 1]
    if told < 0 or told != position - 1 or not isinstance(line, Line) or not isinstance(above, Line):
        return False
    return line.text[0].islower() and line.length <= LONGEST_TITLE and not words.SENTENCE_END.search(above.text)


def _plain_captions(items: Items) -> set[int]:
    """The places of captions set as paragraphs are: below each of several pictures a line, and all of them short."""
    below = [
        at + 1
        for at, (item, below) in enumerate(zip_longest(items, items[1:]))
        if isinstance(item, Picture) and not isinstance(below, Picture) and not _signs(items, at + 1)
    ]
    lines = [items[at] if at < len(items) else None for at in below]
    if len(below) < _SEVERAL or not all(isinstance(line, Line) and may_be_plain(line) for line in lines):
        return set()
    if len({(line.italic, line.align) for line in lines if isinstance(line, Line)}) > 1:
        return set()  # captions are set apart here, and one picture has none
    places = set(below)
    lengths = sorted(item.length for at, item in enumerate(items) if isinstance(item, Line) and at not in places)
    if any(isinstance(line, Line) and line.bold for line in lines):
        return set()  # a subheading
    longest = max(line.length for line in lines if isinstance(line, Line))
    return places if lengths and lengths[len(lengths) // 2] > longest * _TIMES_SHORTER else set()


def _signs(items: Items, position: int) -> bool:
    """Whether a line says who wrote the text, or where it comes from, behind all of it."""
    line = items[position] if position < len(items) else None
    if not isinstance(line, Line) or not (
        (words.is_full_name if line.align == "right" else words.is_person)(line.text.strip("()"))
        or words.SOURCE_LABEL.match(line.text)
    ):
        return False
    return _is_last(items, position)


def _is_last(items: Items, position: int) -> bool:
    """Whether no running text stands soon behind a line."""
    return not any(isinstance(item, Line) and is_running(item) for item in items[position + 1 : position + _NEAR_END])


def may_be_plain(line: Line) -> bool:
    """Whether a line can be a caption set as paragraphs are: a few words without a link, no quotation."""
    if line.links or line.quoted or line.tag not in ("p", "div"):
        return False
    longest = LONGEST_TITLE * 2 if line.bold else LONGEST_TITLE
    return _FEWEST_WORDS <= line.length <= longest and line.text.count(". ") < _SEVERAL


def is_framed_with(picture: Picture, line: Line) -> bool:
    """Whether the element around a picture holds a line and no other text."""
    return any(line.text == text_of(frame) for frame in islice(picture.element.iterancestors(), 2))


def _has_others(items: Items, line: Line) -> bool:
    """Whether a text holds more than one line: a picture with a few words may be all of it."""
    return any(isinstance(item, Line) and item is not line for item in items)


def full_size(picture: Picture) -> str:
    """The address of a picture itself, where what is shown is a smaller copy that links to it."""
    href = picture.href
    if href == picture.src or not is_picture_file(href):
        return picture.src
    return href if _file_name(href) == _file_name(picture.src) else picture.src


def _file_name(address: str) -> str:
    """The name of a file without the size that WordPress adds for a smaller copy: a-300x200.jpg is a.jpg."""
    return _SIZE.sub("", address.partition("?")[0].rpartition("/")[2])


def _is_caption(
    line: Line, picture: Picture | None, items: Items, position: int, headed: set[str], *, first: bool
) -> bool:
    """Whether a line that is not marked as a caption is one by its place and setting."""
    length = line.length
    if any(link.download or is_file(link.href) for link in line.links) or not any(map(str.isalpha, line.text)):
        return False
    if length > LONGEST_CAPTION or line.quoted or line.tag in ("li", "tr") or line.tag in HEADINGS:
        return False
    if _signs(items, position):
        return False
    signed = words.BYLINE_LABEL.match(line.text)
    if (
        signed
        and not words.CAPTION_START.match(line.text)
        and (not _is_set_for_player(line) or _is_last(items, position))
    ):
        return False  # "Tác giả: ...", below the last picture or player
    if first and _may_be_lead(line):
        return False  # below the picture or player that the theme prints first
    if picture is None and _is_set_for_player(line) and _follows_player(line):
        return True
    if picture is None:
        return (
            first
            and length <= LONGEST_TITLE
            and bool(words.CAPTION_START.match(line.text))
            and not words.SENTENCE_END.search(line.text)
        )
    below = line.italic and isinstance(items[position - 1], Picture) and line.align not in headed
    if line.bold and line.align != "center" and not below:
        return False  # a subheading below a picture
    if line.italic or words.CAPTION_START.match(line.text) or words.CAPTION_END.search(line.text[-_LONGEST_CREDIT:]):
        return True
    if line.align == "center":
        return True
    if picture.alt and same_words(picture.alt, line.text):
        return True
    if line.css and _NOTE_CLASS.search(line.css):
        return True
    if line.block == picture.block and length <= LONGEST_TITLE * 2 and not _block_goes_on(items, position):
        return True
    if length <= LONGEST_TITLE and is_framed_with(picture, line) and _has_others(items, line):
        return True
    above = items[position - 1]
    if isinstance(above, Line) and above.caption:
        return False  # the caption has been told
    if words.SENTENCE_END.search(line.text):
        return length <= LONGEST_TITLE and bool(words.CAPTION_SCENE.match(line.text)) and line.text.count(". ") < 1
    return length <= _LONGEST_UNENDED


def _headed(items: Items) -> set[str]:
    """How lines in bold italics are aligned that stand below other lines: they are subheadings, not captions."""
    lines = (below for above, below in pairwise(items) if isinstance(above, Line) and isinstance(below, Line))
    return {line.align for line in lines if line.bold and line.italic}


def _may_be_lead(line: Line) -> bool:
    """Whether a first line in italics, as captions are, is longer than they are, and a whole sentence."""
    long = line.italic and line.align != "center" and line.length > LONGEST_TITLE
    return long and bool(words.SENTENCE_END.search(line.text))


def _is_set_for_player(line: Line) -> bool:
    """Whether a line is set as the caption of a video or sound: in italics or centred."""
    return line.italic or line.align == "center"


def _follows_player(line: Line) -> bool:
    """Whether what stands right before a line holds a video or sound, which no item stands for."""
    before = line.element.getprevious()
    return before is not None and next(before.iter("iframe", "video", "audio", "embed", "object"), None) is not None


def _is_above(items: Items, position: int) -> bool:
    """Whether a line right above a picture is framed with it alone."""
    line, picture = items[position], items[position + 1] if position + 1 < len(items) else None
    if not (isinstance(picture, Picture) and isinstance(line, Line)):
        return False
    return may_be_plain(line) and is_framed_with(picture, line)


def _block_goes_on(items: Items, position: int) -> bool:
    """Whether the block of a line holds more text after it: then it is the article's own block, not the picture's."""
    line = items[position]
    return any(isinstance(item, Line) and item.block == line.block for item in items[position + 1 :])

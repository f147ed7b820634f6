"""Finds what a site builds into a text for the reader's use: players, letter sizes, contents, polls, newsletters.

None of it is called by names that all sites share. It is told by what it does: a field to fill in, a button, links that
lead nowhere, down the page or to a network where it is shared; or by its setting, a few words in an element of the
theme's amid an editor's paragraphs. Around a mark lies a box without a sentence of the text, and it is taken whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from archive.parsers.blocks.density import is_running
from archive.parsers.blocks.lines import HEADINGS, Items, Line, Picture
from archive.parsers.document.address import is_file, is_picture_file
from archive.parsers.document.tree import Element, longer_than
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.pointers import linked_lists

_FIELDS: Final = ("input", "textarea", "select", "audio", "button")
_UNSEEN: Final = frozenset(("hidden", "image"))  # inputs that ask nothing
_SHARED: Final = re.compile(
    r"(?:https?:)?//(?:[\w-]+\.)*(?:facebook\.com|fb\.com|twitter\.com|x\.com|zalo\.me|t\.me|pinterest\.com|linkedin\.com|youtube\.com/(?:@|c/|channel/)|tiktok\.com/@|"
    r"news\.google\.com|play\.google\.com|apps\.apple\.com|itunes\.apple\.com)|mailto:\?|fb-messenger:|whatsapp:",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"\d[-/.]\d{1,2}[-/.]\d{4}(?!\d)")
_LONGEST_MARK: Final = 200  # letters of a line that may be a part of an instrument
_LONGEST_LABEL: Final = 60  # letters
_STARS: Final = re.compile(r"[★☆⭐✩✰]")  # to be clicked
_FEWEST_STARS: Final = 3
_LONGEST_LINK: Final = 20  # words of a line that leads down the page: a heading of the text
_SENTENCE: Final = 12  # words of a line that is the text's, where a full stop ends it
_SENTENCES: Final = 3  # of an editor's, from which what is set otherwise is odd
_LONGEST_ODD: Final = 12  # words
_HEADLINE: Final = 3  # words of a link to another article at least
_FEW_WORDS: Final = 6
_LARGEST: Final = 60  # words of a box


def instruments(items: Items, text: Element) -> list[Element]:
    """The elements in `text` that are instruments of the page; `items` are those that stand in it."""
    lines = [item for item in items if isinstance(item, Line) and len(item.text) <= _LONGEST_MARK]
    lists = linked_lists(items) if any(line.group for line in lines) else frozenset()
    marks = {line.element for line in lines if _is_mark(line) or (line.group in lists and line.length < _HEADLINE)}
    marks.update(_odd(items, text))
    marks.update(item.element for item in items if isinstance(item, Picture) and _SHARED.match(item.href))
    fields = {field for field in text.iter(*_FIELDS) if field.get("type") not in _UNSEEN}
    if not (marks or fields):
        return []
    others = [item for item in items if item.element not in marks]
    around = {text, *text.iterancestors()}
    for_marks, for_boxes = (_holders(others, around, holds) for holds in (_is_no_label, _is_of_article))
    found = {_largest(mark, for_marks) for mark in marks} | {_largest(box, for_boxes) for box in fields}
    return [box for box in found if box is not None]


def _is_mark(line: Line) -> bool:
    """Whether a line is a part of an instrument by itself: a link for a script, contents, a known word."""
    if line.caption or line.tag in HEADINGS:
        return False
    if line.linked and line.length <= _LONGEST_LINK and all(is_shared(link.href) for link in line.links):
        return True
    if line.linked > 0.9 and line.length <= _LONGEST_LINK and all(_stays(link.href) for link in line.links):
        return True
    if len(_STARS.findall(line.text)) >= _FEWEST_STARS:
        return True
    return len(line.text) <= _LONGEST_LABEL and words.is_boilerplate(line.text)


def is_shared(href: str) -> bool:
    """Whether a link leads to a network where the page can be shared, or followed."""
    return bool(_SHARED.match(href))


def _stays(href: str) -> bool:
    """Whether a link leads to no other page."""
    return not href or href.startswith(("#", "javascript:"))


def _odd(items: Items, text: Element) -> Iterator[Element]:
    """The elements of the theme's that hold a few words amid paragraphs of an editor's, each by a name of its own."""
    named = [
        item
        for at, item in enumerate(items)
        if isinstance(item, Line) and item.tag == "div" and item.css and item.element is not text
        if not item.caption and not any(isinstance(one, Picture) for one in items[max(0, at - 1) : at + 2])
    ]  # beside a picture it is what the theme prints with it
    sentences = [item for item in items if isinstance(item, Line) and _is_sentence(item)] if named else []
    if len(sentences) < _SENTENCES or any(line.tag not in ("p", "li", "tr") for line in sentences):
        return
    times = Counter(line.css for line in named)
    for line in named:
        if times[line.css] == 1 and _is_bare(line):
            yield line.element


def _is_bare(line: Line) -> bool:
    """Whether a line is a few words that nothing sets apart: no subheading, quotation, caption, file, name or end."""
    if line.length > _LONGEST_ODD or line.bold or line.italic or line.align or line.quoted or _is_of_article(line):
        return False
    return not words.SENTENCE_END.search(line.text) and not any(is_file(link.href) for link in line.links)


def _is_sentence(line: Line) -> bool:
    return is_running(line) and line.length >= _SENTENCE and line.text.endswith((".", ":", ";", "…"))


def _is_of_article(line: Line) -> bool:
    """Whether a line is the article's: a sentence, its headline, or what is said of it beside its headline."""
    if line.tag == "h1" or words.is_full_name(line.text) or _DATE.search(line.text):
        return True
    if _is_sentence(line):
        return True
    return words.BYLINE_LABEL.match(line.text) is not None or words.SOURCE_LABEL.match(line.text) is not None


def _is_no_label(line: Line) -> bool:
    """Whether a line is more than the few words that go with an instrument: "Mục lục", "Giọng nữ miền Bắc"."""
    return line.length > _FEW_WORDS or _is_of_article(line)


def _holders(items: Items, around: set[Element], holds: Callable[[Line], bool]) -> set[Element]:
    """The elements that hold pictures of the text, or lines that are its own, and those around them all."""
    found = set(around)
    for item in items:
        if isinstance(item, Picture) and item.href and not is_picture_file(item.href):
            continue  # another article's
        if isinstance(item, Picture) or holds(item):
            step: Element | None = item.element
            while step is not None and step not in found:
                found.add(step)
                step = step.getparent()
    return found


def _largest(element: Element, holders: set[Element]) -> Element | None:
    """The largest element around a mark that is none of `holders`, or None where the mark itself is one."""
    if element in holders:
        return None
    while (outer := element.getparent()) is not None and outer not in holders:
        if longer_than(outer, _LARGEST):
            break
        element = outer
    return element

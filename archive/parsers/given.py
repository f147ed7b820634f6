"""Fields that a file gave are the reading: an article made of them as they stand, which nothing judges.

What is read here is the payload that `archive.importers` writes for a row of a file: for each field of an article the
key that gave it, and its value as it stood there. A pure function of these bytes, like every reading.
"""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from archive.errors import Unreadable
from archive.model import Article, Attachment, Found, Image, Moment
from archive.text.dates import read_date
from archive.text.normalise import normalise, repair

MIME: Final = "application/vnd.baotinh.given+json"
"""The media type of a payload that holds given fields."""

PARSER: Final = "given/1"
RENDERING: Final = "secondary"
"""The rendering of such an article: as soon as a page of its own is captured, that counts."""

MADE: Final = "first words of the text"
"""How the headline of a text without one is found."""

_LONGEST_HEADLINE: Final = 120
_LONGEST_LIST: Final = 20_000  # characters of a list written as text, as pandas writes one into a CSV cell
_MARKUP: Final = re.compile(
    r"</?(?:p|div|br|span|a|b|i|em|strong|h[1-6]|li|ul|ol|table|tr|td|figure|img|html|body)\b[^<>]*>", re.I
)
_UNSEEN: Final = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_BREAKS: Final = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|ul|ol|table|tr|blockquote|figure|section|article)\b[^<>]*>", re.I
)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_ENTITY: Final = re.compile(r"&(?:#\d{2,7}|#x[0-9a-fA-F]{2,6}|[a-zA-Z]{2,12}\d?);")
_LINES: Final = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_PARTED: Final = re.compile(r"\s*[,;|]\s*")
_FLOAT_EPOCH: Final = re.compile(r"(\d{10}|\d{13})\.\d+")
_STAMPED: Final = re.compile(
    r"[-/](20[0-4]\d[01]\d[0-3]\d[0-2]\d[0-5]\d)\d{2,5}(?:\.\w{3,5})?$"
)  # dantri.com.vn, vtv.vn
_OF_ADDRESS: Final = 0.8
_ENCODING: Final = re.compile(r"(\w+) read as latin-1")


def read_given(url: str, payload: bytes, captured: datetime) -> Article:
    """The article that the fields in `payload` are; raises Unreadable where they are no payload of ours."""
    try:
        told = json.loads(payload)
        keys, values = told["keys"], told["values"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise Unreadable("damaged", str(error)) from error
    return article_of(url, keys, values, captured)


def article_of(url: str, keys: dict[str, str], values: dict[str, Any], captured: datetime) -> Article:
    """The article that `values` are, by field; `keys` name where each was found."""
    reading = _Reading(keys, values, captured)
    body = reading.paragraphs("text")
    headline, lead = reading.found("headline"), reading.found("lead")
    if headline is None:
        first = next(iter((*([lead.value] if lead else []), *body)), "")
        headline = Found(_shortened(first), MADE, confidence=0.5)
    images = tuple(reading.images())
    captions = tuple(reading.texts("captions")) or tuple(dict.fromkeys(one.caption for one in images if one.caption))
    return Article(
        url=url,
        headline=headline,
        body=body,
        body_by=keys.get("text", "") or "none given",
        parser=PARSER,
        lead=lead,
        captions=captions,
        byline=reading.found("byline"),
        source_credit=reading.found("source_credit"),
        published=reading.moment("published") or _in_address(url),
        modified=reading.moment("modified"),
        section=reading.found("section"),
        tags=tuple(dict.fromkeys(reading.parted("tags"))),
        images=images,
        attachments=tuple(reading.attachments()),
        notes=tuple(reading.notes),
        rendering=RENDERING,
    )


class _Reading:
    def __init__(self, keys: dict[str, str], values: dict[str, Any], captured: datetime) -> None:
        self._keys = keys
        self._values = values
        self._captured = captured
        self.notes: list[str] = []
        plan = repair("\n".join(strings(values.get("text")))).plan
        known = _ENCODING.fullmatch(plan)
        self._hint = known[1] if known else ""
        self._plan = plan

    def paragraphs(self, name: str) -> tuple[str, ...]:
        return tuple(self._lines(self._values.get(name)))

    def found(self, name: str) -> Found | None:
        value = ", ".join(self.texts(name))
        if not value:
            return None
        given = self._values[name]
        raw = given if isinstance(given, str) and given != value else None
        return Found(value, self._keys.get(name, ""), raw)

    def texts(self, name: str) -> Iterator[str]:
        for one in listed(self._values.get(name)):
            if text := " ".join(self._lines(one)):
                yield text

    def parted(self, name: str) -> Iterator[str]:
        given = listed(self._values.get(name))
        for text in _PARTED.split(given[0]) if len(given) == 1 and isinstance(given[0], str) else given:
            if tag := " ".join(self._lines(text)):
                yield tag

    def moment(self, name: str) -> Moment | None:
        given = self._values.get(name)
        raw = next(iter(strings(given)), "").strip()
        if not raw:
            return None
        key = self._keys.get(name, "")
        plain = _FLOAT_EPOCH.sub(r"\1", raw)
        moment = read_date(plain, key, self._captured)
        if "kept" not in self._keys and read_date(plain, key) is None:
            moment = None  # "hôm qua": no day, where the row does not say when it was kept
        if moment is None:
            self.notes.append(f"{key}: {raw[:80]!r} is no date")
        return moment

    def images(self) -> Iterator[Image]:
        for one in listed(self._values.get("images")):
            if isinstance(one, dict):
                url = _first(one, "url", "src", "link", "href", "image")
                caption = " ".join(self._lines(_first(one, "caption", "title", "description", "chu_thich")))
                alt = " ".join(self._lines(_first(one, "alt")))
            else:
                url, alt, caption = str(one), "", ""
            if is_address(url.strip()):
                yield Image(url.strip(), alt, caption)

    def attachments(self) -> Iterator[Attachment]:
        for one in listed(self._values.get("attachments")):
            url = _first(one, "url", "src", "link", "href") if isinstance(one, dict) else str(one)
            name = " ".join(self._lines(_first(one, "name", "title"))) if isinstance(one, dict) else ""
            if is_address(url.strip()):
                yield Attachment(url.strip(), name)

    def _lines(self, value: object) -> Iterator[str]:
        for text in strings(value):
            plain = self._repaired(plain_text(text))
            for line in _LINES.split(plain):
                if said := normalise(line):
                    yield said

    def _repaired(self, text: str) -> str:
        if text.isascii():
            return text
        if not self._plan:
            return text  # the text is sound, and so is what stands beside it
        mended = repair(text, self._hint)
        if mended.changed and (note := f"repaired: {mended.plan}") not in self.notes:
            self.notes.append(note)
        return mended.text


def _in_address(url: str) -> Moment | None:
    """The time that an address ends with, as those of dantri.com.vn and vtv.vn do: "-20161128213751399.htm"."""
    match = _STAMPED.search(url)
    found = read_date(match[1], "end of the address") if match else None
    return replace(found, confidence=_OF_ADDRESS) if found else None


def plain_text(text: str) -> str:
    """`text` without its markup, a line for each block, where it has any; entities read.

    >>> plain_text("<p>Hội nghị <b>khai&nbsp;mạc</b></p><p>Sáng nay.</p>").split("\\n")
    ['', 'Hội nghị khai\\xa0mạc', '', 'Sáng nay.', '']
    >>> plain_text("a < b, b > c"), plain_text("QU&#7888;C NAM")
    ('a < b, b > c', 'QUỐC NAM')
    """
    if "<" in text and _MARKUP.search(text):
        text = _LINES.sub(" ", _UNSEEN.sub(" ", text))
        text = _TAG.sub("", _BREAKS.sub("\n", text))
    return html.unescape(text) if "&" in text and _ENTITY.search(text) else text


def strings(value: object) -> list[str]:
    """Every text in `value`, a text or number or lists of them, in order."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    if isinstance(value, dict):
        return strings(_first(value, "text", "name", "value", "title", "label"))
    return [] if value is None or isinstance(value, bool) else [str(value)]


def listed(value: object) -> list[Any]:
    """The parts of `value`: of a list, also one written as text ("['a', 'b']"); else the value alone."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("[") and text.endswith("]") and len(text) <= _LONGEST_LIST:
            return _written(text) or [value]
        return [value] if text else []
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def is_address(text: str) -> bool:
    """Whether `text` is an address on the web, whole and on one line."""
    return text.startswith(("http://", "https://")) and text.isprintable() and " " not in text


def _written(text: str) -> list[Any]:
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        if isinstance(found, list):
            return found
    return []


def _first(value: dict[str, Any], *names: str) -> str:
    return next((str(value[name]) for name in names if isinstance(value.get(name), str | int) and value[name]), "")


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_HEADLINE:
        return text
    return text[:_LONGEST_HEADLINE].rsplit(" ", 1)[0] + " …"

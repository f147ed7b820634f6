"""Reads what stands behind an article's text: related lists, files, a credit."""

from __future__ import annotations

import re
from typing import Final

from archive.model import Attachment, Found, Teaser
from archive.parsers import vocabulary as words
from archive.parsers.address import is_file
from archive.parsers.lines import Items, Line
from archive.parsers.page import Page
from archive.parsers.selected import file_name
from archive.parsers.tree import text_of

_CREDITED: Final = re.compile(r"^(?:nguồn\s+tin|nguồn|tác\s+giả)\s*:", re.IGNORECASE)
_NEIGHBOUR: Final = re.compile(
    r"\W*(?:tin|bài)(?:\s+viết)?\s+(?:(?P<prev>trước(?:\s+đó)?)|sau(?:\s+đó)?|tiếp(?:\s+theo)?|kế\s+tiếp)\W*",
    re.IGNORECASE,
)
_FILES_WITHIN: Final = 12  # items behind the text among which files and a credit are looked for


def items_behind(whole: Items, items: Items, end: int) -> Items:
    """All items of the page behind the text, furniture among them: related boxes are called by its names."""
    last = items[end - 1]
    for position in range(len(whole) - 1, -1, -1):
        if whole[position] is last:
            return whole[position + 1 :]
    return []


def pointers_behind(page: Page, behind: Items) -> tuple[Teaser, ...]:
    """Teasers of the previous and next article, where links behind the text are marked so."""
    found: dict[str, Teaser] = {}
    above = ""  # what the line before says of the link in this one
    for item in behind:
        if not isinstance(item, Line):
            continue
        for link in item.links:
            rel = link.rel or _named_rel(item.text.removesuffix(link.text)) or above
            if rel in ("prev", "next") and words.is_headline(link.text):
                url = page.absolute(link.href)
                found.setdefault(url, Teaser(url, link.text, "", "older" if rel == "prev" else "newer"))
        above = _named_rel(item.text) if not item.linked else ""
    for rel, box in (("prev", "older"), ("next", "newer")):  # links around blocks, which no line holds
        for element in page.all(f"a[rel={rel}]"):
            headline = max([text_of(child) for child in element] or [text_of(element)], key=len)
            url = page.absolute(element.get("href") or "")
            if url and words.is_headline(headline):
                found.setdefault(url, Teaser(url, headline, "", box))
    return tuple(found.values())


def _named_rel(text: str) -> str:
    """What the words before a link say of it: "Bài trước", with the link shown below them."""
    named = _NEIGHBOUR.fullmatch(text)
    return ("prev" if named["prev"] else "next") if named else ""


def files_behind(page: Page, behind: Items) -> tuple[Attachment, ...]:
    """Files offered right behind the text."""
    found: dict[str, Attachment] = {}
    for item in behind[:_FILES_WITHIN]:
        if not isinstance(item, Line):
            continue
        if words.RELATED_LABEL.match(item.text):
            break
        for link in item.links:
            if link.download or is_file(link.href):
                url = page.absolute(link.href)
                found.setdefault(url, Attachment(url, file_name(link.text)))
    return tuple(found.values())


def credit_behind(behind: Items) -> Found | None:
    """The source that a labelled line right behind the text credits: "Nguồn tin: ..."."""
    for item in behind[:_FILES_WITHIN]:
        if isinstance(item, Line) and _CREDITED.match(item.text):
            match = words.SOURCE_LABEL.match(item.text)
            if match:
                return Found(match["name"].strip(), by="generic label", raw=item.text)
    return None

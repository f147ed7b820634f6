"""Reads what stands behind an article's text: related lists, files, a credit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from archive.model import Attachment, Found, Teaser
from archive.parsers.blocks.lines import Items, Line, Picture, is_card
from archive.parsers.document.address import is_file
from archive.parsers.document.page import Page
from archive.parsers.document.tree import text_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.fields.pointers import leads_to_article, named_rel
from archive.parsers.fields.related import box_named
from archive.parsers.fields.selected import file_name

_CREDITED: Final = re.compile(r"^[(\[]?\s*(?:nguồn\s+tin|nguồn|tác\s+giả)\s*:", re.IGNORECASE)
_SAID_BEFORE: Final = re.compile(
    r"^(?:(?:tin|bài)(?:\s+viết)?\s+(?:trước|sau|tiếp(?:\s+theo)?|kế\s+tiếp)|previous\s+article|next\s+article)\s*:\s*",
    re.IGNORECASE,
)
_SOURCE_NAME: Final = re.compile(r"(?:^|[\s_-])(?:source|nguon(?:-?tin)?)$", re.IGNORECASE)
_LONGEST_SOURCE: Final = 6  # words of a publisher's name where no label tells it
_BESIDE: Final = {
    "prev": "older", "previous": "older", "previous-post": "older", "next": "newer", "next-post": "newer",
}  # fmt: skip
_LINKED: Final = 0.9  # share of a card's line in links
_NEAR: Final = 3  # items behind the text, a file or two among them
_FILES_WITHIN: Final = 12  # items behind the text among which files and a credit are looked for


def pointers_behind(page: Page, behind: Items) -> tuple[Teaser, ...]:
    """Teasers of the previous and next article, where links behind the text are marked so."""
    found: dict[str, Teaser] = {}
    above = about = ""  # the line before, and where it leads itself
    for item in behind:
        if not isinstance(item, Line):
            continue
        if item.links and words.RELATED_LABEL.match(item.text):
            for link in item.links:
                if leads_to_article(page, link):
                    url = page.absolute(link.href)
                    found.setdefault(url, Teaser(url, link.text, "", box_named(item.text)))
        for link in item.links:
            rel = (
                link.rel
                or named_rel(item.text.removesuffix(link.text))
                or (named_rel(above) if about in ("", link.href) else "")
            )
            if rel in ("prev", "next") and words.is_headline(link.text):
                url = page.absolute(link.href)
                found.setdefault(url, Teaser(url, link.text, "", "older" if rel == "prev" else "newer"))
        above, about = item.text, item.links[0].href if item.links else ""
    for teaser in neighbours(page):
        found.setdefault(teaser.url, teaser)
    return tuple(found.values())


def neighbours(page: Page) -> tuple[Teaser, ...]:
    """The previous and next article by relation or class of their links, which may lie around blocks, in no line."""
    found: list[Teaser] = []
    for element in page.top.iter("a"):
        named = f"{element.attributes.get('rel') or ''} {element.attributes.get('class') or ''}"
        if "prev" not in named and "next" not in named:
            continue
        box = next((box for name, box in _BESIDE.items() if name in named.split()), "")
        if not box:
            continue
        shown = max([text_of(child) for child in element] or [text_of(element)], key=len)
        names = [_SAID_BEFORE.sub("", text) for text in (shown, element.get("title") or "")]
        url = page.absolute(element.get("href") or "")
        headline = next((name for name in names if words.is_headline(name)), "")
        if url and headline:
            found.append(Teaser(url, headline, "", box))
    return tuple(sorted(found, key=lambda teaser: teaser.box, reverse=True))  # the older one first


def cards_behind(page: Page, behind: Items) -> tuple[Teaser, ...]:
    """Teasers of the cards right behind the text that have no label: picture, headline and cut text, all links."""
    found: dict[str, Teaser] = {}
    for position, item in enumerate(behind):
        href = item.href if isinstance(item, Picture) else item.links[0].href if item.links else ""
        url = page.absolute(href) if href else ""
        below = behind[position + 1] if position + 1 < len(behind) else None
        if isinstance(item, Picture):
            if not is_card(item, below):
                break
        elif url in found and item.linked > _LINKED:
            found[url] = replace(found[url], text=found[url].text or item.text)
        elif position and item.linked > _LINKED and isinstance(behind[position - 1], Picture):
            found[url] = Teaser(url, item.text, "")
        else:
            break
    return tuple(found.values()) if len(found) > 1 else ()


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
    """The source that a labelled line behind the text credits, "Nguồn tin: ...", or right behind it: "Theo ..."."""
    for at, item in enumerate(behind[:_FILES_WITHIN]):
        if not isinstance(item, Line):
            continue
        near = at < _NEAR and item.length <= _LONGEST_SOURCE
        labelled = bool(_CREDITED.match(item.text))
        match = words.SOURCE_LABEL.match(item.text) if near or labelled else None
        if match and (labelled or not words.is_full_name(match["name"].strip())):  # "Theo Hồ Hương" names the author
            return Found(match["name"].strip(), by="generic label", raw=item.text)
        if _SOURCE_NAME.search(item.css) and item.length <= _LONGEST_SOURCE and not item.links:
            named = words.CREDIT.match(item.text)
            return Found(named["name"].strip(), by="generic source class", raw=item.text) if named else None
    return None

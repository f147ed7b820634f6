"""Reads boxes of links to other articles: each link a teaser with its own headline, cut text and date."""

from __future__ import annotations

import re
from typing import Final

from lxml.html import HtmlElement

from archive.model import Teaser
from archive.parsers.body import is_file
from archive.parsers.page import Page, text_of
from archive.parsers.vocabulary import is_headline
from archive.text.dates import read_date
from archive.text.normalise import normalise

_DATE: Final = re.compile(r"\(?\b(\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?:\s+\d{1,2}:\d{2})?)\b\)?")
_KINDS: Final = (
    (re.compile(r"mới\s+hơn|bài\s+(?:tiếp|sau)", re.IGNORECASE), "newer"),
    (re.compile(r"cũ\s+hơn|bài\s+trước", re.IGNORECASE), "older"),
    (re.compile(r"dòng\s+sự\s+kiện|chủ\s+đề|sự\s+kiện", re.IGNORECASE), "topic"),
)
_TEXT_ATTRIBUTES: Final = ("data-content", "data-desc", "data-description", "data-sapo")
_SHORTEST_TEXT: Final = 8  # words


def box_named(label: str, default: str = "related") -> str:
    """The kind of box that its label names."""
    return next((kind for pattern, kind in _KINDS if pattern.search(label)), default)


def read_box(page: Page, box: HtmlElement, kind: str) -> list[Teaser]:
    """The teasers in `box`, one for each address, in page order."""
    found: dict[str, Teaser] = {}
    for link in box.iter("a"):
        teaser = read_link(page, link, kind)
        if teaser is None:
            continue
        known = found.get(teaser.url)
        if known is None or len(teaser.headline) > len(known.headline) or (teaser.text and not known.text):
            found[teaser.url] = _merged(known, teaser)
    return list(found.values())


def read_link(page: Page, link: HtmlElement, kind: str) -> Teaser | None:
    """The teaser that a link makes, or None where it leads to no article: a picture, a file, a menu."""
    href = link.get("href") or ""
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")) or is_file(href):
        return None
    shown = text_of(link)
    title = normalise(link.get("title") or "")
    headline = title if is_headline(title) and (shown.endswith(("...", "…")) or not is_headline(shown)) else shown
    if not is_headline(headline):
        return None
    url = page.absolute(href)
    if not url or url.split("#")[0] == page.url:
        return None
    text = next((normalise(value) for name in _TEXT_ATTRIBUTES if (value := link.get(name))), "")
    beside, published = _beside(page, link, shown)
    return Teaser(url, headline, text or beside, kind, published)


def _beside(page: Page, link: HtmlElement, shown: str) -> tuple[str, str]:
    """Text and date that stand with a link in its own list item or card, where that holds no other article."""
    item = link
    for _ in range(4):
        parent = item.getparent()
        if parent is None or parent.tag in ("ul", "ol", "body", "table", "tbody"):
            break
        targets = {a.get("href") for a in parent.iter("a")}
        if len(targets) > 1:
            break
        item = parent
        if item.tag == "li":
            break
    if item is link:
        return "", ""
    rest = text_of(item).replace(shown, " ", 1)
    match = _DATE.search(rest)
    published = ""
    if match:
        rest = rest.replace(match[0], " ")
        moment = read_date(match[1], "teaser", page.captured)
        published = moment.value if moment else ""
    rest = normalise(rest).strip("()|-– ")
    return (rest if len(rest.split()) >= _SHORTEST_TEXT else ""), published


def _merged(known: Teaser | None, teaser: Teaser) -> Teaser:
    if known is None:
        return teaser
    headline = teaser.headline if len(teaser.headline) > len(known.headline) else known.headline
    return Teaser(teaser.url, headline, teaser.text or known.text, teaser.box, teaser.published or known.published)

"""Reads boxes of links to other articles: each link a teaser with its own headline, cut text and date."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from archive.model import Teaser
from archive.parsers.document.address import is_file
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, clean, raw_text
from archive.parsers.fields.vocabulary import is_headline

# Both begin with a figure: what begins with an assertion is looked for at every letter, which takes ten times as long.
_DATE: Final = re.compile(r"[0-9](?<![0-9][0-9])[0-9]?[-/.][0-9]{1,2}[-/.][0-9]{4}(?: [0-9]{1,2}:[0-9]{2})?(?![0-9])")
_NUMBER: Final = re.compile(r"[0-9]+")
_YEAR: Final = re.compile(r"[0-9]{4}")  # stands in both forms of a date
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?")
_KINDS: Final = (
    (re.compile(r"mới\s+hơn|(?:tin|bài)(?:\s+viết)?\s+(?:tiếp|sau|kế)", re.IGNORECASE), "newer"),
    (re.compile(r"cũ\s+hơn|(?:tin|bài)(?:\s+viết)?\s+trước|đã\s+(?:đưa|đăng)", re.IGNORECASE), "older"),
    (re.compile(r"dòng\s+sự\s+kiện|chủ\s+đề|sự\s+kiện", re.IGNORECASE), "topic"),
)
_TEXT_ATTRIBUTES: Final = ("data-content", "data-desc", "data-description", "data-sapo")
_TEXT_NAMES: Final = frozenset(_TEXT_ATTRIBUTES)
_SHORTEST_TEXT: Final = 8  # words
_LONGEST_TEXT: Final = 120  # words; more is an article, not a pointer to one
_SHORT_REST: Final = 36  # letters in three words, four dates between them at most: less than the shortest text
_LISTS: Final = frozenset(("ul", "ol", "body", "table", "tbody", "html"))
_LONGEST_KEPT: Final = 500  # letters of a text that is remembered: 4,096 of them stay below 8 MB
_ARROWS: Final = "←→‹› "  # beside the headline of the previous and the next article
_NO_PAGE: Final = ("#", "javascript:", "mailto:", "tel:")


@lru_cache(maxsize=256)
def box_named(label: str, default: str = "related") -> str:
    """The kind of box that its label names.

    >>> box_named("Những tin cũ hơn"), box_named("Theo dòng sự kiện"), box_named("Tin liên quan")
    ('older', 'topic', 'related')
    """
    return next((kind for pattern, kind in _KINDS if pattern.search(label)), default)


def read_box(page: Page, box: Element, kind: str) -> list[Teaser]:
    """The teasers in `box`, one for each address, in page order."""
    found: dict[str, Teaser] = {}
    for link in box.iter("a"):
        teaser = read_link(page, link, kind, box)
        if teaser is not None:
            known = found.get(teaser.url)
            found[teaser.url] = teaser if known is None else merged(known, teaser)
    return list(found.values())


def read_link(page: Page, link: Element, kind: str, box: Element | None = None) -> Teaser | None:
    """The teaser that a link in `box` makes, or None where it leads to no article: a picture, a file, a menu."""
    href = link.get("href")
    if not href or href.startswith(_NO_PAGE) or is_file(href):
        return None
    shown = _clean(raw_text(link)).strip(_ARROWS).removeprefix("« ").removesuffix(" »")
    headline = shown
    if not is_headline(shown) or shown.endswith(("...", "…")):
        headline = _clean(link.get("title") or "") or shown
        if not is_headline(headline):
            return None
    url = page.absolute(href)
    if not url or url.partition("#")[0] == page.url:
        return None
    text = ""
    if not _TEXT_NAMES.isdisjoint(link.keys()):
        text = next((_clean(value) for name in _TEXT_ATTRIBUTES if (value := link.get(name))), "")
    beside, published = _beside(link, shown, box, want_text=not text)
    return Teaser(url, headline, text or beside, kind, published)


def _clean(text: str) -> str:
    return _cleaned(text) if len(text) <= _LONGEST_KEPT else clean(text)


_cleaned: Final = lru_cache(maxsize=4096)(clean)  # the same boxes stand on page after page


def _beside(link: Element, shown: str, box: Element | None, *, want_text: bool) -> tuple[str, str]:
    """Text and date that stand with a link in its own list item or card, where that holds no other article."""
    item = _own_item(link, box)
    if item is link:
        return "", ""
    rest = raw_text(item)
    match = _DATE.search(rest)
    published = _iso(match[0]) if match else ""
    if not want_text or _is_short(rest, shown):
        return "", published
    undated = _DATE.sub(" ", rest) if match else rest
    rest = clean(_ISO.sub(" ", undated)).replace(shown, " ", 1).lstrip("()|-–. ").rstrip("()|-– ")
    return (rest if _SHORTEST_TEXT <= len(rest.split()) <= _LONGEST_TEXT else ""), published


def _is_short(text: str, shown: str) -> bool:
    """Whether `text` holds next to nothing but the link's, as most boxes do; False may be either."""
    if shown not in text or _YEAR.search(shown):
        return False
    before, _, after = text.partition(shown) if shown else ("", "", text)
    rest = f"{before.strip()} {after.strip()}"
    return len(rest) < _SHORT_REST and len(rest.split()) <= 3


def _own_item(link: Element, box: Element | None) -> Element:
    """The largest element around a link that holds no link to another page: its list item or card, `box` at most."""
    item = link
    href = (link.get("href") or "").partition("#")[0]
    for _ in range(4):
        parent = item.getparent()
        if item is box or parent is None or parent.tag in _LISTS:
            break
        if len(parent) > 1:
            for other in parent.iter("a"):
                if (
                    other is not link
                    and (leads := other.get("href"))
                    and leads != href
                    and leads.partition("#")[0] not in (href, "")
                ):
                    return item
        item = parent
        if item.tag == "li":
            break
    return item


@lru_cache(maxsize=4096)
def _iso(text: str) -> str:
    """The ISO form of a date as boxes print it, day first: read_date knows more, and takes ten times as long."""
    numbers = [int(part) for part in _NUMBER.findall(text)]
    try:
        day = date(numbers[2], numbers[1], numbers[0]).isoformat()
    except ValueError:
        return ""
    if len(numbers) < 5 or numbers[3] > 23 or numbers[4] > 59:
        return day
    return f"{day}T{numbers[3]:02}:{numbers[4]:02}+07:00"


def merged(known: Teaser, teaser: Teaser) -> Teaser:
    """One teaser of two sightings of the same article in one box: picture, headline and text may be links of their
    own.
    """
    headline = teaser.headline if len(teaser.headline) > len(known.headline) else known.headline
    return Teaser(
        known.url, headline, known.text or teaser.text, known.box or teaser.box, known.published or teaser.published
    )

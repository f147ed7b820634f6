"""Finds the element that holds an article's text by where running text stands thick and links stand thin."""

from __future__ import annotations

import re
from typing import Final

from lxml.html import HtmlElement

from archive.parsers.lines import INLINE, SKIPPED

_FURNITURE: Final = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|menu|breadcrumbs?|footer|sidebar|side-bar|aside|comments?|binh-?luan|share|social|banner|ads?|advert|quang-?cao|"
    r"related|lien-?quan|relate|tin-?khac|other-?news|tags?|tu-?khoa|keywords?|rating|vote|popup|modal|login|search|weather|widget|hot-?news|"
    r"most-?read|xem-?nhieu|tin-?moi|pagination|paging|toolbar|print|copyright)(?:$|[-_\s])",
    re.IGNORECASE,
)
_CONTENT: Final = re.compile(
    r"articlebody|article[-_]?(?:body|content|detail)|entry-content|post-content|detail[-_]?content|content[-_]?detail|news[-_]?(?:body|content|detail)|"
    r"bodytext|noi-?dung|chi-?tiet|fck|cms-body|b-maincontent|journal-content|maincontent|main-detail|\bcontent\b|\bdetail\b|\bbody\b",
    re.IGNORECASE,
)
_CUT_TAGS: Final = frozenset(("nav", "footer", "aside", "form", "header"))
_SHORTEST: Final = 25  # letters of a block that counts as running text


def densest(root: HtmlElement) -> HtmlElement | None:
    """The element with the most running text for its links, or None on a page without any."""
    scores: dict[HtmlElement, float] = {}
    _gather(root, scores)
    best: HtmlElement | None = None
    highest = 0.0
    for element, score in scores.items():
        weighed = score * (1 - link_share(element)) * _hint(element)
        if weighed > highest:
            best, highest = element, weighed
    return best


def link_share(element: HtmlElement) -> float:
    """The share of an element's text that stands in links."""
    whole = sum(len(text.strip()) for text in element.itertext())
    linked = sum(len(text.strip()) for link in element.iter("a") for text in link.itertext())
    return linked / whole if whole else 1.0


def is_furniture(element: HtmlElement) -> bool:
    """Whether an element is by its tag, class or id a part of the page around the article."""
    if element.tag in _CUT_TAGS:
        return True
    name = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    return bool(name) and bool(_FURNITURE.search(name)) and not _CONTENT.search(name)


def _gather(element: HtmlElement, scores: dict[HtmlElement, float]) -> None:
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag in SKIPPED or is_furniture(child):
            continue
        if tag in INLINE:
            continue
        own = _own_text(child)
        if own >= _SHORTEST:
            value = own + 20
            scores[child] = scores.get(child, 0.0) + (value * 0.3 if tag == "p" else value)
            parent = child.getparent()
            for share in (1.0, 0.5, 0.25):
                if parent is None:
                    break
                if tag in ("p", "li", "blockquote", "h2", "h3", "h4", "div", "td") or share < 1:
                    scores[parent] = scores.get(parent, 0.0) + value * share
                parent = parent.getparent()
        _gather(child, scores)


def _own_text(element: HtmlElement) -> int:
    """Letters that stand in the element itself or in its inline elements, outside links."""
    size = len((element.text or "").strip())
    for child in element:
        if child.tag in INLINE and child.tag != "a":
            size += sum(len(text.strip()) for text in child.itertext())
        size += len((child.tail or "").strip())
    return size


def _hint(element: HtmlElement) -> float:
    if element.get("itemprop") == "articleBody":
        return 2.0
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return 1.3 if _CONTENT.search(name) else 1.0

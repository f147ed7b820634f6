"""Tells other renderings of an article (AMP, print) from its own page, and where that is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from archive.model import Article
from archive.parsers.document.address import canonical_of
from archive.parsers.document.page import Page
from archive.text.urls import url_key

_AMP: Final = re.compile(r"/amp(?:/|\.html?)?$|[?&](?:amp|outputType=amp)(?:[=&]|$)|^https?://amp\.", re.IGNORECASE)
_AMP_MARKS: Final = frozenset(("amp", "\u26a1"))
_PRINT: Final = re.compile(
    r"/(?:print|in-bai|in-bai-viet|ban-in|printpreview)(?:/|$)|[?&](?:print|in)=|[?&]op=print/", re.IGNORECASE
)


def rendering_of(page: Page, own: str = "") -> tuple[str, str]:
    """ "amp" or "print" and the address of the article's own page; two empty texts where the page is that itself.

    The page names that address as canonical, or its family knows how it follows (`own`).
    """
    address = own or canonical_of(page)
    if url_key(address) == url_key(page.url):
        return "", ""
    if _AMP.search(page.url) or not _AMP_MARKS.isdisjoint(map(str, page.top.keys())):
        return "amp", address
    return ("print", address) if _PRINT.search(page.url) else ("", "")


def rendered(article: Article, rendering: str, url: str, own: str) -> Article:
    """An article read as the page at `own`, marked as read from another rendering of it at `url`."""
    note = f"read from the {rendering} version: its own page counts as soon as it is captured"
    return replace(article, url=url, canonical=own, rendering=rendering, notes=(*article.notes, note))

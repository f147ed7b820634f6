"""Reads article pages of the newspaper CMS with addresses <slug>-a<id>.html and an FCK editor's body.

Evidence: public rules of 2019 to 2026 for some eight papers of the south (pubdate, detail-desc, #newscontents,
content-fck, captions in `p.note`). One of them sends `</html>` in front of its body: see `tree.parse`.
"""

from __future__ import annotations

import re
from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "fck"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1.title", "h1.detail-title"),
    lead=("div.detail-desc", "h4.sapo", "div.fontd.fw600.justify", "p.fontd.fw600.justify"),
    body=(
        "div#newscontents div.content-fck-font-size",
        "div#newscontents div.content-fck",
        "div.content-fck",
        "div#newscontents",
        "div#contentNews div.singular-content",
    ),
    published=("div.pubdate", "span.pubdate", "p.pubdate"),
    captions=("p.note", "td.note"),
)

_ADDRESS: Final = re.compile(r"-a\d+\.html$")


def recognises(page: Page) -> bool:
    """Whether the page has the body's class, or an address of this CMS with its body's id."""
    return page.has("div.content-fck") or (bool(_ADDRESS.search(page.url)) and page.has("div#newscontents"))


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

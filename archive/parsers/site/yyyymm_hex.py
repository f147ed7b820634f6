"""Reads article pages of the newspaper CMS with addresses /<section>/YYYYMM/<slug>-<7 hex>/.

Evidence: public rules of 2019 to 2026 for some fifteen provincial papers (date, #content, td.image_desc,
table.image.center); pictures under /file/<32 hex>/MMYYYY/ or /dataimages/YYYYMM/. The lead is the first bold
paragraph of #content in the older theme.
"""

from __future__ import annotations

import re
from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "yyyymm-hex"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1.media-heading", "h1.title", "h1.article-title"),
    lead=("div.desc", "div.Summary", "div.sapo"),
    body=("div#content", "div.news_detail", "div.td-post-content"),
    published=("div.date", "span.date_up", "span.date", "div#date"),
    captions=("td.image_desc", "div.image_desc", "p.image_desc"),
)

_ADDRESS: Final = re.compile(r"/(?:19|20)\d{4}/[^/]+-[0-9a-f]{7}/?$")
_FILES: Final = re.compile(rb"/file/[0-9a-f]{32}/\d{6}/|/dataimages/\d{6}/")


def recognises(page: Page) -> bool:
    """Whether the address has month and hexadecimal id, or pictures lie where this CMS puts them."""
    return bool(_ADDRESS.search(page.url)) or (bool(_FILES.search(page.markup)) and page.has("div#content"))


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

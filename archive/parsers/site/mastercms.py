"""Reads article pages of MasterCMS: picture tables MASTERCMS_TPL_TABLE, article-detail-* classes.

Evidence: facts of public rules (MASTERCMS_TPL_TABLE with the caption in its second row, `__MB_MASTERCMS_EL_n`,
article-detail-title).
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "mastercms"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1.article-detail-title", "h1.article-title"),
    lead=("div.article-detail-sapo", "p.article-detail-sapo", "h2.article-detail-sapo", "div.article-detail-desc"),
    body=("div.article-detail-content", "div.article-detail-body"),
    published=("span.article-detail-date", "div.article-detail-date", "span.article-detail-time"),
    byline=("div.article-detail-author", "span.article-detail-author"),
)


def recognises(page: Page) -> bool:
    """Whether the page bears the marks of its editor, or its headline's class."""
    return page.holds(b"MASTERCMS_") or page.has(".article-detail-title")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

"""Reads article pages of VNPT vnPortal and iGate: portals of provinces, departments and party committees.

Evidence: public rules of 2019 for three provinces that share one page (PostDate, ArticleSummary, ArticleContent);
storage hosts `storage-vnportal.` and `files-vnportal.`; the de-accented title in meta keywords. What a portal's theme
names otherwise is left to the evidence of the page.
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "vnpt-vnportal"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1.ArticleHeader", "h2.ArticleHeader", "div.ArticleHeader", "div.ArticleTitle", "h1.ArticleTitle"),
    lead=("div.ArticleSummary", "p.ArticleSummary"),
    body=("div.ArticleContent",),
    published=("div.PostDate", "span.PostDate", "p.PostDate"),
    byline=("div.ArticleAuthor", "p.ArticleAuthor", "span.ArticleAuthor"),
    source_credit=("div.ArticleSource", "p.ArticleSource"),
)


def recognises(page: Page) -> bool:
    """Whether the page has vnPortal's article classes, or pictures from its storage."""
    return (page.has("div.ArticleContent") and page.has(".PostDate", ".ArticleSummary")) or page.holds(b"-vnportal.")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

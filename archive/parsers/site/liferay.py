"""Reads article pages of Liferay portals, 6.x to 7.x: web content in an asset publisher.

Evidence: modules/apps/asset/asset-publisher-web of Liferay (asset-full-content, asset-metadata, metadata-publish-date,
taglib-asset-tags-summary); public rules of 2019 for provinces (article-summary, meta-data-date, date_post). Web content
portlets in columns share the body's class: the one with the most text is the article.
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "liferay"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=(
        "div.asset-full-content h1.header-title",
        "h1.header-title",
        "h3.header-title",
        "h1.asset-title",
        "h3.asset-title",
        "h2.component-title",
        "h1.article-title",
        "div.article-title",
    ),
    lead=("div.article-summary", "p.article-summary", "div.asset-summary"),
    body=(
        "div.asset-full-content div.journal-content-article",
        "div.journal-content-article",
        "div.asset-full-content div.asset-content",
    ),
    published=(
        "div.asset-full-content .meta-data-date",
        "div.asset-full-content .metadata-publish-date",
        "div.asset-full-content span.date-info",
        ".date_post",
        ".date-post",
        ".article-date",
        ".meta-data-date",
    ),
    section=("span.taglib-asset-categories-summary a",),
    tags=("span.taglib-asset-tags-summary a", "div.taglib-asset-tags-summary a"),
    related=("div.asset-links", "div.taglib-asset-links"),
    cut=("div.asset-actions", "div.taglib-ratings", "div.taglib-discussion", "div.asset-ratings"),
)


def recognises(page: Page) -> bool:
    """Whether the page shows web content, links to an asset publisher, or starts Liferay's script."""
    return page.has("div.journal-content-article", "div.asset-full-content") or page.holds(b"/-/asset_publisher/")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

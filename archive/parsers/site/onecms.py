"""Reads article pages of ONECMS, the CMS of many provincial papers since 2023: <slug>-<id>.html.

Evidence: class names in three public rule sets of 2024 to 2026 (sc-longform-header-*, b-maincontent, onecms__tags,
c-box). The lead stands inside the body's container on newer pages; related boxes (c-box) stand among the paragraphs.
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "onecms"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1.sc-longform-header-title", "h1.c-detail-head__title", "h1.block-sc-title"),
    lead=(
        "p.sc-longform-header-sapo",
        "div.sc-longform-header-sapo",
        "p.block-sc-sapo",
        "div.block-sc-sapo",
        "h2.block-sc-sapo",
    ),
    body=("div.b-maincontent div.entry", "div.b-maincontent"),
    published=(
        "span.sc-longform-header-date",
        "div.sc-longform-header-date",
        "span.block-sc-publish-time",
        "div.c-detail-head__time",
        "span.c-detail-head__time",
    ),
    byline=(
        "span.sc-longform-header-author",
        "div.sc-longform-header-author",
        "div.c-author-page",
        "span.block-sc-author",
    ),
    section=("a.sc-longform-header-cate", "div.c-detail-head__cate a", "span.block-sc-cate-name a"),
    tags=("div.onecms__tags a", "ul.onecms__tags a"),
    related=("div.c-box",),
    cut=("div.sc-empty-layer", "div.sc-hightlight-box"),
)


def recognises(page: Page) -> bool:
    """Whether the page bears class names that only this CMS has."""
    return page.has("div.b-maincontent", ".sc-longform-header-title", ".onecms__tags")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

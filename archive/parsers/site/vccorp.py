"""Reads article pages of VCCorp's IMS: ministries, national press and provincial portals on BizFly.

Evidence: pages of 2026 with data-role=title, sapo, publishdate, cate-name, content; detail-content afcbc-body; figures
VCSortableInPreviewMode with PhotoCMS_Caption; boxes of type RelatedNewsBox among the paragraphs.
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "vccorp-ims"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1[data-role=title]", "h1.detail-title"),
    lead=("h2[data-role=sapo]", "p[data-role=sapo]", "div[data-role=sapo]", "h2.detail-sapo"),
    body=("div.detail-content.afcbc-body", "div[data-role=content]"),
    published=("span[data-role=publishdate]", "div[data-role=publishdate]", "time[data-role=publishdate]"),
    byline=("div[data-role=author]", "span[data-role=author]", "p.author", "a.detail-author"),
    source_credit=("p[data-field=source]", "p.source"),
    section=("div.detail-breadcrumb a", "a[data-role=cate-name]"),
    tags=("div.detail-tab a", "ul.detail-tags a", "div.detail-tags a"),
    related=(
        "div.VCSortableInPreviewMode[type=RelatedNewsBox]",
        "div.VCSortableInPreviewMode[type=RelatedOneNews]",
        "div.VCSortableInPreviewMode[type=RelatedNews]",
    ),
)


def recognises(page: Page) -> bool:
    """Whether the page bears the body's class or the sapo's role."""
    return page.has("div.afcbc-body", "h2[data-role=sapo]")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

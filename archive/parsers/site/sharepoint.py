"""Reads article pages of SharePoint portals: publishing pages, and the news web parts that Vietnamese portals share.

Evidence: SharePoint 2010 wraps rich text in `div.ExternalClass<32 hex>`; the LacViet news web parts on the portals of
several provinces (FolderTitle, Time, Title, lv_description_mode1, OtherTitle). Its breadcrumb is the tree of folders,
no section.
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "sharepoint"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("p.Title.allowMenuPost", "p.Title", "h1.ms-rteElement-H1", "div.news-detail-title"),
    lead=(
        "b.lv_description_mode1",
        "span.lv_description_mode1",
        "div.lv_description_mode1",
        '[id*="_Comments__ControlWrapper_"]',
    ),
    published=("td.Time", "span.Time"),
    section=("td.FolderTitle",),
    cut=("span.css_readCounter", "span.css_printandback", "div.css_linkstoweb"),
)


def recognises(page: Page) -> bool:
    """Whether the page loads SharePoint's layouts or names it."""
    return page.holds(b"/_layouts/") or page.holds(b"MSOWebPartPage") or page.holds(b"Microsoft SharePoint")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

"""Reads article pages of the CMS of Bắc Giang's and Bắc Ninh's papers: <slug>-postid<id>.bbg.

Evidence: a public rule set of 2025 (news-detail__head, news_detail_sapo, news-details__content, news-related__list).
"""

from __future__ import annotations

import re
from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "bbg"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1.news-detail__head", "div.news-detail__head h1"),
    lead=("div.news_detail_sapo",),
    body=("div.news-details__content",),
    related=("div.news-related__list", "ul.news-related__list"),
)

_ADDRESS: Final = re.compile(r"-postid\d+\.bbg$")


def recognises(page: Page) -> bool:
    """Whether the address ends as this CMS's do, or the page bears its lead's class."""
    return bool(_ADDRESS.search(page.url)) or page.has("div.news_detail_sapo")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

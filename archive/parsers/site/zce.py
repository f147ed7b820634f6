"""Reads article pages of the newspaper CMS with addresses <slug>-post<id>.html and a cms-body.

Evidence: class names in two public rule sets of 2025 and 2026 (article__title cms-title, article__sapo cms-desc,
zce-content-body cms-body, article-relate, cms-relate, notebox); captions in `span.fig` on pages of 2020.
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "zce-cms-body"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1.article__title", "h1.cms-title"),
    lead=("div.article__sapo", "h2.article__sapo", "p.article__sapo", "div.cms-desc"),
    body=("div.zce-content-body", "div.article__body", "article.article__body"),
    published=("div.article__meta time", "time.time", "span.article__time"),
    byline=("div.article__author", "span.article__author", "div.article__meta a.author", "p.cms-author"),
    section=("div.article__meta a.cat", "ul.breadcrumb a", "div.breadcrumb a"),
    tags=("div.article__tag a", "ul.article__tag a"),
    captions=("span.fig", "p.cms-caption"),
    related=("div.article-relate", "a.cms-relate"),
    cut=("div.notebox.cms-note",),
)


def recognises(page: Page) -> bool:
    """Whether the page bears the body's class names."""
    return page.has(".zce-content-body", ".article__body.cms-body")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

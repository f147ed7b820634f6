"""Reads article pages of the newspaper CMS whose paragraphs are `p.pBody`, later in #dcontent.

Evidence: public rules of 2020 to 2026 for three papers (date_news, sapo_detail, #main-detail p.pBody, p.pAuthor,
p.pCaption, i.iCaption; article__sapo, #dcontent). Some of their articles come encrypted: `unreadable.check` names
them.
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "pbody-dcontent"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1.title_detail", "h1.article__title"),
    lead=("div.sapo_detail", "p.sapo_detail", "div.article__sapo", "h2.article__sapo"),
    body=("div#dcontent", "div#main-detail"),
    published=("span.date_news", "div.date_news", "p.date_news", "span.article__date", "div.article__date"),
    byline=("p.pAuthor",),
    captions=("p.pCaption", "i.iCaption"),
)


def recognises(page: Page) -> bool:
    """Whether the page bears the paragraphs' class or the newer body's id."""
    return page.has("p.pBody", "div#dcontent")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

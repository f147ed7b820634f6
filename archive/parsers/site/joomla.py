"""Reads articles of Joomla 3 to 5 portals: those of com_content, and of the K2 component.

Evidence: components/com_content/tmpl/article/default.php and layouts/joomla/content of Joomla 3, 4 and 5 (item-page,
article-info, published, category-name, createdby, tags, pagenavigation; com-content-article__body since 4);
components/com_k2/templates/default/item.php (itemView, itemDateCreated, itemRelated, itemNavigation).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.parsers.fields.trailing_links import neighbours
from archive.sources.model import Select

_ID: Final = re.compile(r"^\d+-(?=\D)")  # 412-slug
FAMILY: Final = "joomla"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION, signature_first=True)  # "createdby" is an account

RULES: Final = Select(
    headline=(
        "div.item-page h1",
        "div.item-page h2",
        "div.com-content-article h1",
        "div.com-content-article h2",
        "h1[itemprop=headline]",
        "h2[itemprop=headline]",
    ),
    lead=("div.article-intro", "div.introtext"),
    body=("div[itemprop=articleBody]", "div.com-content-article__body", "div.item-page"),
    published=("dd.published time", "dd.create time", "dd.published", "dd.create", "span.itemDateCreated"),
    modified=("dd.modified time", "dd.modified", "span.itemDateModified"),
    byline=("dd.createdby span[itemprop=name]", "dd.createdby"),
    section=("dd.category-name a", "dd.category-name", "div.itemCategory a"),
    tags=("ul.tags a", "div.tags a", "ul.itemTags a"),
    related=("div.itemAuthorLatest", "div.itemRelated", "div.itemNavigation"),
    cut=(
        "dl.article-info",
        "ul.pager",
        "nav.pagenavigation",
        "div.pagenavigation",
        "div.icons",
        "div.content_rating",
        "div.page-header ul",
        "ul.actions",
    ),
)


def recognises(page: Page) -> bool:
    """Whether the page names Joomla as its generator or links to its articles' component."""
    return page.meta("generator").startswith("Joomla") or page.holds(b"com_content")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    beside = neighbours(page)
    article = read_by_evidence(page, RULES, MANNER)
    known = {teaser.url for teaser in article.teasers}
    teasers = article.teasers + tuple(teaser for teaser in beside if teaser.url not in known)
    return replace(article, slug=_ID.sub("", article.slug), teasers=teasers)

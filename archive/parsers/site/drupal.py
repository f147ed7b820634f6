"""Reads article nodes of Drupal 7 to 10 portals.

Evidence: core templates of Drupal 7 (node, field, submitted) and 8 to 10 (node--type-article, field--name-body,
node__submitted).
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "drupal"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION, signature_first=True)  # "uid" is an account's name

RULES: Final = Select(
    headline=("h1.page-title", "h1.page-header", "h1#page-title", "h1.title"),
    lead=(
        "div.field--name-field-summary",
        "div.field-name-field-summary",
        "div.field--name-field-sapo",
        "div.field-name-field-lead",
        "div.field--name-field-lead",
    ),
    body=("div.field--name-body", "div.field-name-body"),
    published=(
        "div.node__submitted",
        "footer.node__meta",
        "div.submitted",
        "span.submitted",
        "div.field--name-field-date",
        "span.date-display-single",
    ),
    byline=("span.field--name-uid", "span.username", "a.username"),
    tags=("div.field--name-field-tags a", "div.field-name-field-tags a"),
    attachments=("span.file a", "div.field--name-field-file a"),
    cut=("ul.links", "div.comment-wrapper", "section.comments"),
)


def recognises(page: Page) -> bool:
    """Whether the page names Drupal and has its files or fields."""
    return b"Drupal" in page.markup[:20000] and (
        page.holds(b"/sites/default/files/") or page.holds(b"field-name-body") or page.holds(b"field--name-body")
    )


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)

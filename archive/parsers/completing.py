"""Fills what a family's selectors did not find, from the evidence of the page: themes rename classes, no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from archive.errors import Unreadable
from archive.model import Article
from archive.parsers.fields.headline import same_words


def is_complete(article: Article) -> bool:
    """Whether the selectors found what every theme shows somewhere: a date, a section, other articles."""
    return article.published is not None and article.section is not None and bool(article.teasers)


def completed(article: Article, by_evidence: Callable[[], Article]) -> Article:
    """The article with its empty fields from a second reading, where that read the same headline.

    Texts and pictures stay as the selectors found them. The second reading is made only for an article that is not
    complete: it takes as long as the first.
    """
    if is_complete(article):
        return article
    try:
        second = by_evidence()
    except Unreadable:
        return article
    if not same_words(article.headline.value, second.headline.value):
        return article
    known = {teaser.url for teaser in article.teasers}
    return replace(
        article,
        published=article.published or second.published,
        modified=article.modified or (second.modified if article.published is None else None),
        section=article.section or second.section,
        byline=article.byline or second.byline,
        source_credit=article.source_credit or second.source_credit,
        tags=article.tags or second.tags,
        teasers=article.teasers + tuple(teaser for teaser in second.teasers if teaser.url not in known),
        attachments=article.attachments or second.attachments,
    )

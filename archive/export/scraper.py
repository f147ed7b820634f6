"""Articles as the records that an earlier scraper printed: slug in words, captions, text, teasers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO

from archive.model import Article
from archive.store.reads import Stored
from archive.text.slug import to_words


def write_records(articles: Iterable[Stored], out: TextIO) -> int:
    """Writes each article with its teasers as the earlier scraper printed them; gives the number of articles.

    Per page: a record for each teaser (`<slug in words> <headline>`, its text), then the article's own (`<slug in
    words>`, captions line by line, then lead and paragraphs). A blank line parts records and paragraphs, and nothing
    follows the last.
    """
    count = 0
    for count, stored in enumerate(articles, 1):
        out.write(("\n\n" if count > 1 else "") + "\n\n".join(records(stored.article)))
    return count


def records(article: Article) -> Iterator[str]:
    """The records of one page: its teasers' and its own."""
    title = to_words(article.slug)
    for teaser in article.teasers:
        yield f"{title} {teaser.headline}"
        if teaser.text:
            yield teaser.text
    yield "\n".join((title, *article.captions))
    if article.lead is not None and article.lead.value != next(iter(article.body), None):
        yield article.lead.value
    yield from article.body

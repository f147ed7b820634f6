"""Notes which places articles name, with the batch in which they are written."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import date

import sqlite_utils

from archive.places import mentions
from archive.search.prepare import Forms
from archive.store import writing
from archive.store.lookups import Unnamed, unnamed
from archive.store.rows import ArticleRow, MentionRow
from archive.store.writes import put_mentions

_BATCH = 200
_FIELDS = ("headline", "lead", "body", "captions")


def put_places(
    db: sqlite_utils.Database, articles: Sequence[tuple[ArticleRow, Sequence[Forms]]], new: Container[int]
) -> None:
    """Writes the places that articles name, in the caller's transaction.

    With each comes what the search index has made of its headline, lead, body and captions; of the articles (by row
    id) that are `new` nothing is written yet.
    """
    put_mentions(db, {row.id: tuple(_named(row, forms)) for row, forms in articles}, new)


def name_places(db: sqlite_utils.Database) -> int:
    """Looks for the places of the articles that an earlier program left for later; gives their number.

    A transaction per 200 articles: stopped at any time, the next call goes on.
    """
    count = 0
    while articles := unnamed(db, _BATCH):
        found = {article.article: tuple(_named(article)) for article in articles}
        with writing(db):
            put_mentions(db, found)
        count += len(articles)
    return count


def _named(article: ArticleRow | Unnamed, forms: Sequence[Forms] = ()) -> Iterator[MentionRow]:
    day = date.fromisoformat(article.day)
    for at, field in enumerate(_FIELDS):
        if text := getattr(article, field):
            exact = forms[at].exact if forms and forms[at].plain else ""
            for one in mentions(text, article.province, day, exact):
                yield MentionRow(field, one.start, one.end - one.start, one.place.id, one.surface, one.ambiguous)

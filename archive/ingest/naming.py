"""Notes which places articles name: after a run, as it costs as much as all else that reading a page does.

Measured on articles of 1,500 characters: 455 us each, against 870 us for parsing, storing and indexing one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlite_utils

from archive.places import mentions
from archive.store import writing
from archive.store.lookups import Unnamed, unnamed
from archive.store.rows import MentionRow
from archive.store.writes import put_mentions

_BATCH = 200
_FIELDS = ("headline", "lead", "body", "captions")


def name_places(db: sqlite_utils.Database) -> int:
    """Looks for the places of every article that is new or changed since the last time; gives their number.

    A transaction per 200 articles: stopped at any time, the next call goes on.
    """
    count = 0
    while articles := unnamed(db, _BATCH):
        found = [(article.article, tuple(_named(article))) for article in articles]
        with writing(db):
            for row, places in found:
                put_mentions(db, row, places)
        count += len(articles)
    return count


def _named(article: Unnamed) -> Iterator[MentionRow]:
    day = date.fromisoformat(article.day)
    for field in _FIELDS:
        for one in mentions(getattr(article, field), article.province, day):
            yield MentionRow(field, one.start, one.end - one.start, one.place.id, one.surface, one.ambiguous)

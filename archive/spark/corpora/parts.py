"""A part of a corpus: some thousand articles as a database with its index, which answers as a small archive would.

The search engine of one machine so reads queries, counts and limits on a cluster too, and no rule is written twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import fields
from itertools import islice
from typing import Any, Final

import sqlite_utils

from archive.ingest.read import BATCH
from archive.search import index
from archive.spark.stores import open_store
from archive.spark.tables import Part, read_rows
from archive.store import schema, writes
from archive.store.rows import ArticleRow, MentionRow

MOST: Final = 5000
"""Articles in a part, but where a single file has more: 50 MB with the index, which a task holds twice."""

_OURS: Final = frozenset({"id", "capture", "search_rowid"})
_COLUMNS: Final = tuple(one.name for one in fields(ArticleRow) if one.name not in _OURS)
_SOURCE: Final = "INSERT INTO sources (id, name, kind, province, homepage) VALUES (?, ?, '', '', '')"


def grouped(parts: Iterable[Part], most: int) -> list[tuple[Part, ...]]:
    """The files of `parts` in groups of about `most` articles, month by month."""
    groups: list[list[Part]] = []
    rows = most
    for part in sorted(parts, key=lambda one: (one.month, one.source)):
        if rows + part.rows > most:
            groups.append([])
            rows = 0
        groups[-1].append(part)
        rows += part.rows
    return [tuple(group) for group in groups]


def database(address: str, sources: Mapping[str, str], parts: Sequence[Part]) -> bytes:
    """The articles of `parts`, files at `address`, as the bytes of a database; `sources` are names by id."""
    store = open_store(address)
    with closing(sqlite3.connect(":memory:")) as connection:
        db = sqlite_utils.Database(connection, execute_plugins=False)
        schema.migrate(db)
        held = {part.source for part in parts}
        connection.executemany(_SOURCE, [one for one in sources.items() if one[0] in held])
        rows = (row for part in parts for row in read_rows(store, part))
        number = 0
        while batch := list(islice(rows, BATCH)):
            _put(db, batch, number)
            connection.commit()
            number += len(batch)
        return connection.serialize()


def opened(data: bytes) -> sqlite_utils.Database:
    """The database that `database` gave, in memory."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    return sqlite_utils.Database(connection, execute_plugins=False)


def _put(db: sqlite_utils.Database, batch: Sequence[Mapping[str, Any]], before: int) -> None:
    parts: dict[int, writes.Parts] = {}
    places: dict[int, list[MentionRow]] = {}
    texts = []
    for number, row in enumerate(batch, before + 1):
        rowid = index.rowid_for(db, row["day"], row["published"] or "", bool(row["day_estimated"]))
        # Its capture stays in the tables: nothing is asked of it here.
        article = ArticleRow(id=number, capture=0, search_rowid=rowid, **{name: row[name] for name in _COLUMNS})
        writes.put_article(db, article, new=True)
        parts[number] = writes.Parts((), (), tuple(row["tags"]))
        # Where in its text an article names a place is not in the tables, and no limit asks for it.
        places[number] = [MentionRow("body", at, 0, place, "", False) for at, place in enumerate(row["places"])]
        texts.append(
            index.IndexRow(rowid, article.headline, article.lead, article.body, article.captions, article.byline)
        )
    writes.put_parts(db, parts, parts)
    writes.put_mentions(db, places, places)
    index.write(db, sorted(texts, key=lambda one: one.rowid))

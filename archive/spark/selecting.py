"""The rows of a database as the Parquet tables have them: captures named by record id, articles by public id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import sqlite_utils

from archive.spark.tables import COLUMNS, LISTS

_FROM: Final = {
    "captures": ("captures t LEFT JOIN articles a ON a.id = t.article", "t.captured_at"),
    "unread": ("captures t WHERE t.state = 'unread'", "t.captured_at"),
    "articles": ("articles t JOIN captures c ON c.id = t.capture", "t.day"),
    "revisions": ("revisions t JOIN articles a ON a.id = t.article JOIN captures c ON c.id = t.capture", "a.day"),
    "teasers": (
        "teasers t JOIN captures f ON f.id = t.first_capture JOIN captures l ON l.id = t.last_capture",
        "f.captured_at",
    ),
    "unlikely": ("unlikely t JOIN captures c ON c.id = t.capture", "t.day"),
}
"""Where the rows of each table are, and what their month is taken from."""

_ELSEWHERE: Final = {
    ("captures", "article"): "a.public_id",
    ("articles", "capture"): "c.record_id",
    ("articles", "tags"): "(SELECT json_group_array(tag) FROM "
    "(SELECT tag FROM tags WHERE article = t.id ORDER BY position))",
    ("articles", "places"): "(SELECT json_group_array(place) FROM "
    "(SELECT DISTINCT place FROM mentions WHERE article = t.id AND NOT ambiguous ORDER BY place))",
    ("unlikely", "capture"): "c.record_id",
    ("unlikely", "points_to"): "(SELECT json_group_array(CAST(key AS TEXT)) FROM "
    "(SELECT key FROM unlikely_pointed WHERE page = t.id ORDER BY key))",
    ("revisions", "source"): "a.source",
    ("revisions", "public_id"): "a.public_id",
    ("revisions", "capture"): "c.record_id",
    ("teasers", "first_captured_at"): "f.captured_at",
    ("teasers", "first_capture"): "f.record_id",
    ("teasers", "last_captured_at"): "l.captured_at",
    ("teasers", "last_capture"): "l.record_id",
}
_ORDER: Final = {
    "captures": "t.captured_at, t.record_id",
    "unread": "t.captured_at, t.record_id",
    "articles": "t.day, t.public_id",
    "revisions": "a.day, a.public_id, t.number",
    "teasers": "f.captured_at, f.record_id, t.url_key, t.headline, t.text, t.box",
    "unlikely": "t.day, t.url_key",
}


def rows(db: sqlite_utils.Database, table: str) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Source, month and columns of every row of `table`, source by source and month by month, in a fixed order."""
    names = COLUMNS[table]
    held, time = _FROM[table]
    lists = [at for at, name in enumerate(names) if name in LISTS]
    columns = ", ".join(_column(table, name) for name in names)
    source, month = _column(table, "source"), f"substr({time}, 1, 7)"
    statement = f"SELECT {source}, {month}, {columns} FROM {held} ORDER BY {source}, {_ORDER[table]}"  # noqa: S608 - our own names
    for row in db.execute(statement):
        values = list(row[2:])
        for at in lists:
            values[at] = tuple(json.loads(values[at]))
        yield row[0], row[1], tuple(values)


def _column(table: str, name: str) -> str:
    return _ELSEWHERE.get((table, name), f"t.{name}")

"""Articles that stand in the index under another day than their own, because it was full (archive.search.slots).

As good as every archive has none, and then the days of a query are a range of rowids.
"""

from __future__ import annotations

from datetime import date

import sqlite_utils

from archive.search.memory import memory

_STRAYS = """SELECT search_rowid, day FROM articles INDEXED BY articles_strays
    WHERE (search_rowid >> 16) <> CAST(julianday(day) - 1721424.5 AS INTEGER)"""


def strays(db: sqlite_utils.Database) -> dict[int, date]:
    """The own day of each article that stands under another, by its rowid; usually empty."""
    remembered = memory(db)
    if remembered.strays is None:
        remembered.strays = {rowid: date.fromisoformat(day) for rowid, day in db.conn.execute(_STRAYS)}
    found: dict[int, date] = remembered.strays
    return found

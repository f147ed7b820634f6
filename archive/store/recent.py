"""What came lately: new articles, changes, disappearances, pages unread, readings in doubt."""

from __future__ import annotations

from collections.abc import Iterator

import sqlite_utils

_EVERY = "source IN (SELECT DISTINCT source FROM captures)"  # so that the index of sources and times answers


def came_since(db: sqlite_utils.Database, moment: str) -> tuple[tuple[tuple[str, int], ...], int, int]:
    """Since `moment` (UTC): new articles by source, the most first; articles changed; articles first seen gone."""
    new = db.execute(
        "SELECT source, count(DISTINCT article) FROM captures "  # noqa: S608 - our own words
        f"WHERE {_EVERY} AND captured_at >= ? AND state = 'new' GROUP BY 1 ORDER BY 2 DESC, 1",
        (moment,),
    ).fetchall()
    (changed,) = db.execute(
        f"SELECT count(DISTINCT article) FROM captures WHERE {_EVERY} AND captured_at >= ? AND state = 'changed'",  # noqa: S608
        (moment,),
    ).fetchone()
    (gone,) = db.execute("SELECT count(*) FROM articles WHERE gone_at >= ?", (moment,)).fetchone()
    return tuple(new), changed, gone


def unread_since(db: sqlite_utils.Database, moment: str) -> list[tuple[str, int]]:
    """Sources with pages captured since `moment` (UTC) that could not be read, and their number, the most first."""
    return db.execute(
        f"SELECT source, count(*) FROM captures WHERE {_EVERY} AND captured_at >= ? AND state = 'unread' "  # noqa: S608
        "GROUP BY 1 ORDER BY 2 DESC, 1",
        (moment,),
    ).fetchall()


def doubtful(db: sqlite_utils.Database, since: str, below: float) -> Iterator[tuple[str, str, str, float, str]]:
    """Articles of the days from `since` on of which the reader is less sure than `below`, the most doubtful first.

    Each is id, source, headline, confidence and the record of the page it was read on.
    """
    yield from db.execute(
        "SELECT a.public_id, a.source, a.headline, a.confidence, c.record_id FROM articles a "
        "JOIN captures c ON c.id = a.capture WHERE a.day >= ? AND a.confidence < ? ORDER BY a.confidence, a.public_id",
        (since, below),
    )

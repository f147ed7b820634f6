"""The captures that could not be read, by reason: what an archivist looks through to mend a parser or a source."""

from __future__ import annotations

from dataclasses import dataclass

import sqlite_utils


@dataclass(frozen=True, slots=True)
class Unread:
    """A capture that could not be read as what it was asked for."""

    record_id: str
    source: str
    url: str
    captured_at: str
    status: int
    mime: str
    reason: str


def unread_reasons(db: sqlite_utils.Database, source: str = "") -> tuple[tuple[str, str, int], ...]:
    """Source, reason and number of unread captures, most first; of one source where given."""
    rows = db.execute(
        "SELECT source, reason, count(*) FROM captures WHERE state = 'unread' AND ? IN ('', source) "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        (source,),
    )
    return tuple((row[0], row[1], row[2]) for row in rows)


def unread(
    db: sqlite_utils.Database, source: str = "", reason: str = "", limit: int = 50, offset: int = 0
) -> tuple[Unread, ...]:
    """At most `limit` unread captures after the first `offset`, newest first; of one source, for one reason."""
    rows = db.execute(
        "SELECT record_id, source, url, captured_at, status, mime, reason FROM captures WHERE state = 'unread' "
        "AND ? IN ('', source) AND ? IN ('', reason) ORDER BY captured_at DESC, record_id LIMIT ? OFFSET ?",
        (source, reason, limit, offset),
    )
    return tuple(Unread(*row) for row in rows)

"""Articles in the order in which catalogues harvest them, with the time each was last changed."""

from __future__ import annotations

from dataclasses import dataclass

import sqlite_utils


@dataclass(frozen=True, slots=True)
class Harvested:
    """An article as a catalogue knows it: its row, its public id, its source, when its current text was captured."""

    row: int
    public_id: str
    source: str
    changed_at: str


def harvest(
    db: sqlite_utils.Database, after: int = 0, limit: int = 100, source: str = "", since: str = "", until: str = "9"
) -> tuple[Harvested, ...]:
    """At most `limit` articles with row ids above `after`, in order; of one source, changed since..until (UTC)."""
    rows = db.execute(
        "SELECT a.id, a.public_id, a.source, c.captured_at FROM articles a JOIN captures c ON c.id = a.capture "
        "WHERE a.id > ? AND ? IN ('', a.source) AND c.captured_at BETWEEN ? AND ? ORDER BY a.id LIMIT ?",
        (after, source, since, until, limit),
    )
    return tuple(Harvested(*row) for row in rows)


def count(db: sqlite_utils.Database, source: str = "", since: str = "", until: str = "9") -> int:
    """How many articles `harvest` gives in all."""
    found = db.execute(
        "SELECT count(*) FROM articles a JOIN captures c ON c.id = a.capture "
        "WHERE ? IN ('', a.source) AND c.captured_at BETWEEN ? AND ?",
        (source, since, until),
    )
    return int(found.fetchone()[0])


def changed_at(db: sqlite_utils.Database, public_id: str) -> str | None:
    """When the current text of an article was captured; None where the archive does not hold it."""
    row = db.execute(
        "SELECT c.captured_at FROM articles a JOIN captures c ON c.id = a.capture WHERE a.public_id = ?", (public_id,)
    ).fetchone()
    return row[0] if row else None


def earliest(db: sqlite_utils.Database) -> str:
    """The time of the first capture (UTC), "" in an empty archive."""
    return db.execute("SELECT coalesce(min(captured_at), '') FROM captures").fetchone()[0] or ""

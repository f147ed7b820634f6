"""The texts a restorer learns from: what newspapers wrote with accents, never what was made from a slug."""

from __future__ import annotations

from collections.abc import Iterator

import sqlite_utils

# In order of the public id, a digest of the address: the same archive gives the same order, and with it the same model,
# in whatever order its captures came in; and no year or source fills the model's memory before the others are heard.
_TEXTS = (
    "SELECT CASE WHEN headline_by LIKE 'restored%' THEN '' ELSE headline END, lead, body "
    "FROM articles ORDER BY public_id"
)


def texts(db: sqlite_utils.Database) -> Iterator[tuple[str, str, str]]:
    """Headline ("" where it was made from a slug), lead and body of every article; one at a time in memory."""
    yield from db.execute(_TEXTS)


def restored_count(db: sqlite_utils.Database) -> int:
    """Articles whose headline was made from a slug."""
    found = db.execute("SELECT count(*) FROM articles WHERE headline_by LIKE 'restored%'").fetchone()
    return int(found[0])

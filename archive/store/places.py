"""What the database says of the captures in each WARC file, for comparing with the file, and its own soundness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlite_utils

from archive.text.urls import url_key


@dataclass(frozen=True, slots=True)
class Extent:
    """The rows of one file: how many there are, and where the last record ends."""

    file: str
    captures: int
    end: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of `captures`, as far as its WARC records alone decide it."""

    record_id: str
    offset: int
    length: int
    url: str
    captured_at: str
    kind: str
    run: str
    status: int
    mime: str
    block_digest: str
    payload_digest: str
    truncated: str
    revisit_of: str
    via: str
    provenance: str


_COLUMNS = ", ".join(f'"{name}"' for name in Kept.__dataclass_fields__)


def extents(db: sqlite_utils.Database) -> tuple[Extent, ...]:
    """Every file that a capture row names, by name."""
    rows = db.execute('SELECT file, count(*), max("offset" + length) FROM captures GROUP BY file ORDER BY file')
    return tuple(Extent(*row) for row in rows)


def kept_in(db: sqlite_utils.Database, file: str) -> Iterator[Kept]:
    """The capture rows of one file in the order of its records."""
    query = f'SELECT {_COLUMNS} FROM captures WHERE file = ? ORDER BY "offset", record_id'  # noqa: S608 - our own words
    for row in db.execute(query, (file,)):
        yield Kept(*row)


def has_capture(db: sqlite_utils.Database, url: str, captured_at: str, payload_digest: str) -> bool:
    """Whether the same fetch (URL key, instant, payload) has a row, out of whatever file."""
    query = "SELECT 1 FROM captures WHERE url_key = ? AND captured_at = ? AND payload_digest = ? LIMIT 1"
    return db.execute(query, (url_key(url), captured_at, payload_digest)).fetchone() is not None


def place_of(db: sqlite_utils.Database, record_id: str) -> tuple[str, int] | None:
    """File and offset of the capture with this WARC record id; None where it has no row."""
    row = db.execute('SELECT file, "offset" FROM captures WHERE record_id = ?', (record_id,)).fetchone()
    return (str(row[0]), int(row[1])) if row else None


def original_of(db: sqlite_utils.Database, url: str) -> tuple[str, str, str, str] | None:
    """The last whole answer 200 held for `url`: record id, URL as fetched, WARC-Date, payload digest; None for none."""
    query = (
        "SELECT record_id, url, captured_at, payload_digest FROM captures WHERE url_key = ? AND url = ? "
        "AND status = 200 AND revisit_of = '' AND truncated = '' AND provenance = 'captured' "
        "ORDER BY captured_at DESC LIMIT 1"
    )
    row = db.execute(query, (url_key(url), url)).fetchone()
    return tuple(row) if row else None


def frugal(db: sqlite_utils.Database) -> None:
    """Keeps the memory of this connection small, for a walk through all rows that needs each page once."""
    db.execute("PRAGMA mmap_size = 0")
    db.execute("PRAGMA cache_size = -8192")
    db.execute("PRAGMA temp_store = MEMORY")  # the disk may be full


def unsound(db: sqlite_utils.Database) -> tuple[str, ...]:
    """What SQLite itself finds wrong: pages, indexes, full-text indexes (since SQLite 3.44), references."""
    found = [row[0] for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    found += [
        f"row {row[1]} of {row[0]} refers to no row of {row[2]}" for row in db.execute("PRAGMA foreign_key_check")
    ]
    return tuple(found[:20])

"""A connection that strangers may use: it reads this one database, in bounded text and time, and nothing else.

Opening read-only is not enough: ATTACH still reads other files and creates missing ones (measured with 3.46). So an
authorizer allows what reading needs and refuses the rest, and SQLite's own limits bound what one value may grow to:
without them one SELECT of two zeroblobs took 11 s and 4.3 GB; with them it ends in "too big" at 26 MB.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlite_utils

from archive.search.damage import damage_named
from archive.store import open_database

LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: 8_000_000,  # bytes of a text or a row
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 20,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
"""What SQLite holds a guarded connection to."""

_READING = """
    abs avg bm25 coalesce count date datetime group_concat highlight ifnull iif instr json_array json_each json_extract
    json_group_array json_group_object json_object julianday length lower ltrim match max min nullif rank replace round
    row_number rtrim snippet strftime substr sum time total trim typeof upper
"""
SPARED: Final = "spared"
"""The function of our own that leaves out of a text what is withheld (archive.shards.withheld)."""

FUNCTIONS: Final = frozenset((*_READING.split(), SPARED))
"""The functions that a guarded connection may call: no LIKE or GLOB, nothing that makes bytes out of nothing."""

_PRAGMAS: Final = frozenset({"data_version", "database_list"})  # FTS5 itself asks for the first; where the file lies
_ALLOWED: Final = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,  # sqlite_utils reads inside one
        sqlite3.SQLITE_RECURSIVE,
    }
)


def open_guarded(path: Path | str) -> sqlite_utils.Database:
    """The database at `path` for reading, guarded. Raises as `open_database`; DamageError for a damaged index."""
    db = open_database(path, readonly=True)
    try:
        guard(db)
    except BaseException:
        db.close()
        raise
    return db


def guard(db: sqlite_utils.Database) -> None:
    """Sets limits and authorizer on the connection of `db`, for good."""
    # FTS5 sets its tables up at their first use, with statements that the authorizer would refuse.
    with damage_named():
        for table in ("exact", "folded", "pairs", "exact_words", "folded_words", "exact_places", "folded_places"):
            db.conn.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 1)").fetchone()  # noqa: S608 - our names
    for limit, most in LIMITS.items():
        db.conn.setlimit(limit, most)
    db.conn.set_authorizer(_authorized)


@contextmanager
def unguarded(db: sqlite_utils.Database) -> Iterator[None]:
    """Lets our own statements make temporary tables and views on a guarded connection while the block runs."""
    db.conn.set_authorizer(None)
    db.conn.execute("PRAGMA query_only = 0")
    try:
        yield
    finally:
        db.conn.execute("PRAGMA query_only = 1")
        db.conn.set_authorizer(_authorized)


def _authorized(action: int, first: str | None, second: str | None, _database: str | None, _inner: str | None) -> int:
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS and second is None:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY

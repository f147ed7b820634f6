"""A connection that is asked questions: reading one database only, in bounded text and time, with what it remembers
while nobody writes, and damage told as such. Opening read-only is not enough: ATTACH still reads other files and
creates missing ones (measured with 3.46), so an authorizer allows what reading needs and refuses the rest.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

import sqlite_utils

from archive.errors import DamageError, QueryError
from archive.messages.message import Message
from archive.store import open_database

# Tells a damaged search index from other errors of SQLite, and says what repairs it.

# What SQLite 3.46 says of indexes with a part cut, emptied or overwritten; our own SQL is fixed, so it is never wrong.
_SIGNS = ("vtable constructor failed", "invalid fts5 file format", "SQL logic error", "fts5: ")


@contextmanager
def explain_damage() -> Iterator[None]:
    """Turns SQLite's errors about a damaged index into DamageError, which names the ways out."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_CORRUPT or any(sign in str(error) for sign in _SIGNS):
            raise DamageError(
                "the search index is damaged ({error}): 'baotinh rebuild index' makes it again from the articles; "
                "where that is refused, 'baotinh rebuild' does",
                error=error,
            ) from error
        raise


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
    json json_group_array json_group_object json_object json_quote json_replace json_valid julianday length lower ltrim
    match max min nullif rank replace round row_number rtrim snippet strftime substr sum time total trim typeof upper
"""
FUNCTIONS: Final = frozenset(_READING.split())
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


class Connections:
    """Hands each thread its own connection, and a new one after the database file was replaced by a rebuild.

    They can only read this one database, in bounded text.
    """

    def __init__(self, database: Path) -> None:
        self.database = database
        self._local = threading.local()

    def get(self) -> sqlite_utils.Database:
        """The calling thread's connection; raises NothingFound, SchemaError or DamageError as `open_database` does."""
        status = self.database.stat() if self.database.exists() else None
        identity = (status.st_dev, status.st_ino) if status else None
        held: tuple[object, sqlite_utils.Database] | None = getattr(self._local, "held", None)
        if held is not None and held[0] == identity:
            return held[1]
        self.close()
        db = open_guarded(self.database)
        self._local.held = (identity, db)
        return db

    def close(self) -> None:
        """Closes the calling thread's connection."""
        held: tuple[object, sqlite_utils.Database] | None = getattr(self._local, "held", None)
        if held is not None:
            held[1].close()
            self._local.held = None


def guard(db: sqlite_utils.Database) -> None:
    """Sets limits and authorizer on the connection of `db`, for good."""
    # FTS5 sets its tables up at their first use, with statements that the authorizer would refuse.
    with explain_damage():
        for table in ("exact", "folded", "exact_words", "folded_words", "exact_places", "folded_places"):
            db.conn.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 1)").fetchone()  # noqa: S608 - our names
    for limit, most in LIMITS.items():
        db.conn.setlimit(limit, most)
    db.conn.set_authorizer(_authorized)


@contextmanager
def lift_guard(db: sqlite_utils.Database) -> Iterator[None]:
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


# Stops a query that takes too long.

_STEPS = 2000  # of SQLite's machine between two looks at the clock: at 1,000 a query stopped within 8 ms (measured)


@contextmanager
def deadline(conn: sqlite3.Connection, query: str, seconds: float | None) -> Iterator[None]:
    """Runs the block under a time limit; raises QueryError when it is reached. None is no limit."""
    if seconds is None:
        yield
        return
    end = time.monotonic() + seconds
    conn.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise QueryError(
            Message(
                "the query took longer than {seconds:g} s: limit it by days (ngay:2020) or add a rarer word",
                seconds=seconds,
            ),
            query,
            0,
        ) from error
    finally:
        conn.set_progress_handler(None, 0)


# What one connection remembers between two searches, as long as the archive does not change.


@dataclass(slots=True)
class Cache:
    """Counts by MATCH, spellings by folded word, words by their beginning, articles that hold a number, facts of all
    articles, and what pairs, bits, days and trends need.
    """

    version: tuple[int, int]
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    begun: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    numbers: dict[Any, Any] = field(default_factory=dict)
    facts: Any = None
    frequent: Any = None
    bits: Any = None
    strays: Any = None
    compounds: Any = None
    frequencies: Any = None
    covered: dict[int, Any] = field(default_factory=dict)
    estimated: Any = None


_CACHES: WeakKeyDictionary[sqlite_utils.Database, Cache] = WeakKeyDictionary()


def cache_of(db: sqlite_utils.Database) -> Cache:
    """The memory of `db`, empty if anybody has written to the database since it was filled.

    Call it inside a `snapshot`: what is remembered is then true of what the snapshot sees.
    """
    version = (db.conn.execute("PRAGMA data_version").fetchone()[0], db.conn.total_changes)
    known = _CACHES.get(db)
    if known is None or known.version != version:
        known = _CACHES[db] = Cache(version)
    return known


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One state of the database for all reads of the block, whatever is written meanwhile.

    Within a transaction of the caller's it is that transaction's.
    """
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        conn.execute("SELECT count(*) FROM (SELECT 1 FROM articles LIMIT 1)").fetchone()  # BEGIN alone reads nothing
        yield
    finally:
        conn.execute("ROLLBACK")

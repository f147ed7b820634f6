"""Tells a damaged search index from other errors of SQLite, and says what repairs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from archive.errors import DamageError

# What SQLite 3.46 says of indexes with a part cut, emptied or overwritten; our own SQL is fixed, so it is never wrong.
_SIGNS = ("vtable constructor failed", "invalid fts5 file format", "SQL logic error", "fts5: ")


@contextmanager
def damage_named() -> Iterator[None]:
    """Turns SQLite's errors about a damaged index into DamageError, which names `baotinh reindex`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_CORRUPT or any(sign in str(error) for sign in _SIGNS):
            message = f"the search index is damaged ({error}): 'baotinh reindex' makes it again from the articles"
            raise DamageError(message) from error
        raise

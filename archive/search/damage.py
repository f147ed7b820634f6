"""Tells a damaged search index from other errors of SQLite, and says what repairs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from archive.errors import DamageError


@contextmanager
def damage_named() -> Iterator[None]:
    """Turns SQLite's errors about a damaged index into DamageError, which names `baotinh reindex`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_CORRUPT or "vtable constructor failed" in str(error):
            message = f"the search index is damaged ({error}): 'baotinh reindex' makes it again from the articles"
            raise DamageError(message) from error
        raise

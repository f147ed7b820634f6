"""Guarded connections to the archive's database for the threads that answer requests, one to a thread."""

from __future__ import annotations

import threading
from pathlib import Path

import sqlite_utils

from archive.search.guard import open_guarded


class Connections:
    """Hands each thread its own connection, and a new one after the database file was replaced by a rebuild.

    They can only read this one database, in bounded text (see `archive.search.guard`).
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

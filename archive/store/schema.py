"""The one schema of archive.sqlite, made by schema.sql: a database of another version is made anew by a rebuild."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

import sqlite_utils

from archive.errors import SchemaError

VERSION: Final = 8
"""Kept in the file as `user_version`; it rises with every change of schema.sql."""


def version_of(db: sqlite_utils.Database) -> int:
    """The version of the schema that `db` was made with, 0 for one that has none."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def create(db: sqlite_utils.Database) -> None:
    """Makes the tables in `db`, where it has none; raises SchemaError where those it has are not of this version."""
    if version_of(db) == 0 and db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
        script = files("archive.store").joinpath("schema.sql").read_text(encoding="utf-8")
        db.conn.executescript(f"BEGIN;\n{script}\nPRAGMA user_version = {VERSION};\nCOMMIT;")
    check(db)


def check(db: sqlite_utils.Database) -> None:
    """Raises SchemaError where `db` is not of this version."""
    if (found := version_of(db)) != VERSION:
        raise SchemaError(
            "the database has schema {found}, this program {known}; 'baotinh rebuild' makes it anew",
            found=found,
            known=VERSION,
        )


def merging(table: str) -> tuple[str, str]:
    """How the index `table` is to be written: settings that FTS5 keeps with it, lost where the table is made anew.

    A batch is one segment, and eight segments of a level are merged into one: 340 us an article of 8 KB in batches of
    400, against 430 with FTS5's own 1 MiB and four.
    """
    return (
        f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', 33554432)",  # noqa: S608 - our own name
        f"INSERT INTO {table}({table}, rank) VALUES ('automerge', 8)",  # noqa: S608
    )

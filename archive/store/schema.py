"""Makes the tables of archive.sqlite, as schema.sql beside this has them, and tells them from those of another program.

There are no migrations: all but a few rows can be made again from the WARC files, so a database with other tables is
made anew (`baotinh rebuild`).
"""

from __future__ import annotations

import sqlite3
import zlib
from importlib.resources import files
from typing import Final

import sqlite_utils

from archive.errors import SchemaError

_TABLES: Final = files("archive.store").joinpath("schema.sql").read_text(encoding="utf-8")
INDEXES: Final = ("exact", "folded")
"""The full-text indexes of articles, and behind `unlikely_` those of the pages that are probably none."""


def index_settings(table: str) -> tuple[str, ...]:
    """How a full-text index is to be written: settings that FTS5 keeps with it, lost where the table is made anew.

    A batch is one segment, and eight segments of a level are merged into one: 340 us an article of 8 KB in batches of
    400, against 430 with FTS5's own 1 MiB and four. What is deleted of an unlikely page leaves its index at once.
    """
    told = [("hashsize", 33554432), ("automerge", 8)] if table in INDEXES else [("secure-delete", 1)]
    return tuple(f"INSERT INTO {table}({table}, rank) VALUES ('{name}', {value})" for name, value in told)  # noqa: S608


_SETTINGS: Final = [each for kind in ("", "unlikely_") for name in INDEXES for each in index_settings(kind + name)]
VERSION: Final = zlib.crc32("".join((_TABLES, *_SETTINGS)).encode()) & 0x7FFFFFFF
"""Kept in the file as `user_version`: another text of schema.sql is another version."""


def create(db: sqlite_utils.Database) -> None:
    """Makes the tables in an empty `db`; raises SchemaError where it has those of another version."""
    if db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is None:
        statements = "".join(f"{statement};\n" for statement in _SETTINGS)
        db.conn.executescript(f"BEGIN;\n{_TABLES}{statements}PRAGMA user_version = {VERSION};\nCOMMIT;")
    check(db)


def check(db: sqlite_utils.Database) -> None:
    """Raises SchemaError where the tables of `db` are not those of this program."""
    if not is_ours(db.conn):
        raise SchemaError("its tables are those of another version of this program; 'baotinh rebuild' makes it anew")


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the tables in a file are those of this program."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0] == VERSION)

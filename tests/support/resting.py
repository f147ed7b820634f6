"""An archive at rest, changed by somebody else than a writer of the archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from archive.custody import seals
from archive.holdings import Holdings


def without_database(holdings: Holdings) -> None:
    """The archive as it is where the database is gone and somebody has said that this is all right."""
    holdings.database.unlink()
    seals.accept(holdings.root, holdings.database.name, "a test begins anew")


def flip(path: Path, at: int) -> None:
    """One bit of the file at `path` is another."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def falsify(path: Path, sql: str) -> None:
    """What a stranger changes with the program `sqlite3`, all of it in the file itself afterwards."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(sql)
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def as_another_day_left_it(path: Path) -> Iterator[sqlite3.Connection]:
    """The database at `path`, changed by the block as a writer of the archive might have; sealed then."""
    with closing(sqlite3.connect(path)) as db, db:
        yield db
    assert seals.seal(path.parent, path.name)

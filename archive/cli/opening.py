"""What commands open: the archive at its path, its register of sources, its database for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from archive.holdings import Holdings
from archive.sources import Register
from archive.store import open_database


def register_of(holdings: Holdings | None) -> Register:
    """The shipped register with the operator's own sources beside it."""
    folders = [holdings.sources] if holdings is not None and holdings.sources.is_dir() else []
    return Register.load(*folders)


@contextmanager
def reading(root: Path) -> Iterator[sqlite_utils.Database]:
    """The database of the archive at `root`, opened for reading while the block runs."""
    db = open_database(Holdings.open(root).database, readonly=True)
    try:
        yield db
    finally:
        db.close()

"""Makes archive.sqlite again from the WARC files alone, beside the old one, and puts it in its place when whole."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import sqlite_utils

from archive.corpus import clusters
from archive.custody import events, seals
from archive.disk import sync_folder
from archive.errors import ArchiveError, StorageError
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest, read_file
from archive.messages.message import Message, message_of, reason_of
from archive.model import State
from archive.search.index import writer
from archive.sources import Register
from archive.store import open_database, writes, writing
from archive.store.clusters import compared_any
from archive.store.comparison import Difference, differences
from archive.store.counts import count_articles
from archive.store.database import open_beside_writer
from archive.worker.pool import per_core

Filled = TypeVar("Filled")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild read, and the stretches of files it had to pass over ("file at offset: why").

    `differences`: what is not as in the database before; `uncompared`: why that could not be told, "" where it was.
    """

    files: int
    captures: int
    articles: int
    unread: int
    faults: tuple[str, ...]
    differences: tuple[Difference, ...] = ()
    uncompared: str = ""


def rebuild(
    holdings: Holdings, register: Register, tell: Callable[[str, int], None] = lambda _file, _captures: None
) -> Rebuilt:
    """Reads every WARC file of the archive into a new database and swaps it for the old one in one rename.

    `tell` hears each file and the number of captures read in it, in portions. Until the rename the old database
    stands and answers; readers that have it open keep it. What only runs know (the table `runs`) is carried over
    where the old database can still be read. Raises LockedError where a crawl or an import is at work, StorageError.
    """
    told = remake(holdings, lambda new: _read_all(holdings, register, new, tell))
    events.append(
        holdings.root,
        "migration",
        holdings.database.name,
        "rebuilt",
        {
            "files": told.files,
            "captures": told.captures,
            "articles": told.articles,
            "faults": len(told.faults),
            "differences": [f"{one.count} {one.what}: {one.why}" for one in told.differences],
        },
    )
    return told


def remake(holdings: Holdings, fill: Callable[[Path], Filled]) -> Filled:
    """What `fill` gives, after it has made a new database at the path it is given: that one takes the old one's place.

    Raises LockedError where a crawl or an import is at work, StorageError.
    """
    old = holdings.database.resolve()  # it may lie on another disk, behind a link
    new = _beside(old)
    with seals.alone(holdings.root, holdings.database.name):
        _remove(new)
        try:
            told = fill(new)
            if _carry_over(old, new):
                _find_clusters(new)
            with seals.replaced(holdings.root, holdings.database.name):
                _swap(new, old)
        finally:
            _remove(new)
    return told


def discard(holdings: Holdings) -> None:
    """Removes the new database that a rebuild has left whose process died; raises LockedError while one is at work."""
    with seals.alone(holdings.root, holdings.database.name):
        _remove(_beside(holdings.database.resolve()))


def _beside(database: Path) -> Path:
    return database.with_name("archive.sqlite.new")


def _read_all(holdings: Holdings, register: Register, new: Path, tell: Callable[[str, int], None]) -> Rebuilt:
    faults: list[str] = []
    states: Counter[State] = Counter()
    paths = holdings.warcs()
    with per_core(holdings.root, register) as readers, Ingest(holdings, register, database=new) as ingest:
        for path in paths:
            for outcomes in read_file(ingest, readers, holdings.root, path, faults.append):
                states.update(outcome.state for outcome in outcomes)
                tell(path.name, len(outcomes))
    with closing(open_database(new)) as db:
        with writing(db):
            writer.optimize(db)
        db.execute("ANALYZE")
        articles = count_articles(db)
    found, uncompared = _compared(holdings.database, new)
    return Rebuilt(len(paths), states.total(), articles, states["unread"], tuple(faults), found, uncompared)


def _compared(old: Path, new: Path) -> tuple[tuple[Difference, ...], str]:
    """What the new database has otherwise than the old one, and why that cannot be told, where it cannot."""
    if not old.exists():
        return (), Message("there was no database before")
    try:
        return differences(old, new), ""
    except ArchiveError as error:
        return (), message_of(error)


def _carry_over(old: Path, new: Path) -> bool:
    """Copies what no WARC file tells, as far as the old database can be read; says whether it had clusters."""
    if not old.exists():
        return False
    try:
        before = open_beside_writer(old)  # of whatever schema
    except sqlite3.DatabaseError:
        return False  # it is damaged: that is why it is made again
    known, db = sqlite_utils.Database(before, execute_plugins=False), open_database(new)
    try:
        with writing(db):
            writes.copy_runs(known, db)
        return compared_any(known)
    except (sqlite3.DatabaseError, ArchiveError):
        return False
    finally:
        known.close()
        db.close()


def _find_clusters(new: Path) -> None:
    # They follow from the articles alone: where `baotinh study clusters` has been run, they are found again.
    with closing(open_database(new)) as db:
        clusters.update(db)


def _swap(new: Path, old: Path) -> None:
    # The log of the old file must not be taken for the new one's: its pages go home first, or it goes.
    try:
        if old.exists():
            connection = sqlite3.connect(old, timeout=5)
            with contextlib.closing(connection), contextlib.suppress(sqlite3.DatabaseError):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for end in ("-wal", "-shm"):
            old.with_name(old.name + end).unlink(missing_ok=True)
        new.replace(old)
        sync_folder(old.parent)
    except OSError as error:
        raise StorageError(
            "{old}: {reason}; the new database could not take its place", old=old, reason=reason_of(error)
        ) from error


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)

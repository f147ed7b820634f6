"""Makes archive.sqlite by schema.sql, opens it for its one writer or any readers, and wraps writes in transactions."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import quote

import sqlite_utils

from archive.custody import seals
from archive.disk import in_turn
from archive.errors import (
    ArchiveError,
    DamageError,
    LingeringError,
    LockedError,
    NothingFound,
    SchemaError,
    StorageError,
)
from archive.messages.message import reason_of

VERSION: Final = 10
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
        message = "the database has schema {found}, this program {known}; 'baotinh rebuild' makes it anew"
        raise SchemaError(message, found=found, known=VERSION)


def merging(table: str) -> tuple[str, str]:
    """How the index `table` is to be written: settings that FTS5 keeps with it, lost where the table is made anew.

    A batch is one segment, and eight segments of a level are merged into one: 340 us an article of 8 KB in batches of
    400, against 430 with FTS5's own 1 MiB and four.
    """
    return (
        f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', 33554432)",  # noqa: S608 - our own name
        f"INSERT INTO {table}({table}, rank) VALUES ('automerge', 8)",  # noqa: S608
    )


# Four crawls may share an archive, each holding the database for one batch (2 s at most): a writer waits its turn.
_BUSY_SECONDS = 60.0
_UNWRITABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)
_MAPPED_BYTES = 1 << 28  # readers map the file: no copy of hot pages in each process; counts as theirs all the same
_CHECKPOINT_PAGES = 4000  # 16 MB; at 1,000, the default, filing a page costs 5 % more
_CACHE_KIBIBYTES = 4096  # of a writer; with 16 MB a page is filed into 100,000 articles as fast (1.21 and 1.22 ms)


def open_database(path: Path | str, readonly: bool = False) -> sqlite_utils.Database:
    """The database at `path`; created where it is missing and `readonly` is not asked.

    A writer gets WAL with synchronous=NORMAL: everything in it can be made again from the WARC files, which are synced
    first, so a power cut may cost the last batch and never consistency (sqlite.org/pragma.html#pragma_synchronous).
    A reader gets a connection that cannot write. Raises NothingFound where a reader finds no file, StorageError where
    it cannot be opened, SchemaError where its schema is another one, DamageError where it is not sound or, for a
    writer, not what was sealed. A writer that is to leave it sealed asks for `opened_to_write`.
    """
    path = Path(path)
    if readonly and not path.exists():
        raise NothingFound(
            "{path}: there is no database; 'baotinh init' makes an archive, 'baotinh rebuild' its database", path=path
        )
    with translate_errors(path), nullcontext() if readonly else opening_turn(path):
        if not readonly:
            seals.unseal(path.parent, path.name)
            if not path.exists():
                _make(path)
        db = sqlite_utils.Database(open_beside_writer(path) if readonly else _writer(path), execute_plugins=False)
        try:
            if readonly:
                check(db)
            else:
                create(db)
        except SchemaError as error:
            db.close()
            raise SchemaError("{path}: {error}", path=path, error=error) from error
        except BaseException:
            db.close()
            raise
    return db


@contextmanager
def opened_to_write(path: Path) -> Iterator[sqlite_utils.Database]:
    """The database at `path` for the block to write to: its seal is checked, then broken, and set again at the end.

    What SQLite refuses in the block is raised as the archive's own error; as `open_database` otherwise.
    """
    with closing(seals.Writing(path.parent, path.name)):
        db = open_database(path)
        try:
            yield db
        except sqlite3.DatabaseError as error:
            raise translated(error, path) from error
        finally:
            db.close()


@contextmanager
def opened_to_change(path: Path) -> Iterator[sqlite_utils.Database]:
    """As `opened_to_write`, for a change of few pages: it costs those pages, however large the database is.

    At the end nothing of what was there before stands in its log. Raises LingeringError where somebody still reads it.
    """
    hold = seals.Change(path.parent, path.name)
    settled = False
    try:
        db = open_database(path)
        try:
            if hold.alone:
                db.execute("PRAGMA wal_autocheckpoint = 0")
            yield db
        except sqlite3.DatabaseError as error:
            raise translated(error, path) from error
        finally:
            try:
                settled = (
                    hold.close()
                )  # before the connection: the last one to close moves the log into the file unseen
            finally:
                db.close()
    except BaseException:
        hold.close()
        raise
    if not settled:
        raise LingeringError(
            "{path}: what was taken out still stands in its log, for another process reads it; end "
            "that, then `baotinh recover`",
            path=path,
        )


@contextmanager
def writing(db: sqlite_utils.Database) -> Iterator[None]:
    """One transaction of the block's writes, taken at once (BEGIN IMMEDIATE) and undone if the block raises."""
    with translate_errors(database_path(db)):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            db.rollback()
            raise


@contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turns the errors of SQLite and of the file system into the archive's own, naming `path`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise translated(error, path) from error
    except UnicodeDecodeError as error:  # SQLite quotes the damage in its message, and Python cannot read that
        raise _unsound(path, error) from error
    except OSError as error:
        raise StorageError("{path}: {reason}", path=path, reason=reason_of(error)) from error


def translated(error: sqlite3.DatabaseError, path: Path) -> ArchiveError:
    """The archive's error for SQLite's `error` about the database at `path`."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _unsound(path, error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedError("{path}: another process is writing to it; try again when it has ended", path=path)
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path.parent)):
        return StorageError("{path}: the disk is full; make room and start again, nothing stored is lost", path=path)
    if code == sqlite3.SQLITE_IOERR:
        return StorageError(
            "{path}: the file system refused to read or write it ({error}); see to quotas, `ulimit -f` and the disk's "
            "health, then start again, nothing stored is lost",
            path=path,
            error=error,
        )
    return StorageError("{path}: {error}", path=path, error=error)


def _is_full(folder: Path) -> bool:
    """Whether there is no room for the index of a write-ahead log, which SQLite calls an error of the disk."""
    return folder.is_dir() and shutil.disk_usage(folder).free < 1 << 16


def _unsound(path: Path, error: Exception) -> DamageError:
    message = "{path}: not a sound database ({error}); 'baotinh rebuild' makes it again from the WARC files"
    return DamageError(message, path=path, error=error)


def copy_database(path: Path, target: Path) -> None:
    """Writes what the database at `path` holds to the new file `target`, as SQLite itself does: it may be in use."""
    with translate_errors(path), closing(open_beside_writer(path)) as connection:
        connection.execute("PRAGMA query_only = 0")  # which forbids it, although it changes nothing here
        connection.execute("VACUUM INTO ?", (str(target),))


def has_programs(path: Path) -> bool:
    """Whether the database at `path` would run what its maker wrote (triggers, views) when somebody uses it."""
    with translate_errors(path), closing(open_beside_writer(path)) as connection:
        query = "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')"
        return bool(connection.execute(query).fetchone()[0])


def shorten_log(path: Path) -> bool:
    """Empties the write-ahead log of the database at `path`, if nobody needs it now; whether that could be done.

    It waits for nobody. A log that grew while somebody read keeps its length otherwise.
    """
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.DatabaseError:
        return False


def database_path(db: sqlite_utils.Database) -> Path:
    """Where the file of `db` lies; empty for a database in memory."""
    return Path(next(file for _, name, file in db.conn.execute("PRAGMA database_list") if name == "main"))


def opening_turn(path: Path) -> AbstractContextManager[None]:
    """One writer at a time opens the database at `path`: where it is new, each would make the same tables, and SQLite
    does not wait for who turns to WAL.
    """
    return in_turn(path.parent / ".lock" / f"{path.name}.opening")


def _make(path: Path) -> None:
    """Makes an empty database beside `path` and moves it there: what a full disk stops half-way would be none."""
    made = path.with_name(f"{path.name}.new")
    try:
        made.unlink(missing_ok=True)
        with closing(_writer(made)) as connection:
            create(sqlite_utils.Database(connection, execute_plugins=False))
        made.replace(path)
    finally:
        for file in (made, *made.parent.glob(f"{made.name}-*")):
            file.unlink(missing_ok=True)


def _writer(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    connection.execute("PRAGMA secure_delete = ON")  # Debian's default: nothing deleted stays in a free page
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    return connection


def open_beside_writer(path: Path) -> sqlite3.Connection:
    """A connection to the database file at `path`, for reading beside a writer, or where nothing can be written."""
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        # A WAL database on a medium that cannot be written (a deposit copy) or is full: SQLite cannot make its -shm
        # there. Such a file cannot change under us either, which is what immutable=1 promises
        # (sqlite.org/wal.html#readonly), if nothing waits in its write-ahead log.
        connection.close()
        log = path.with_name(path.name + "-wal")
        if error.sqlite_errorcode & 0xFF not in _UNWRITABLE or (log.exists() and log.stat().st_size):
            raise
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True)
    connection.execute("PRAGMA query_only = 1")
    connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
    return connection

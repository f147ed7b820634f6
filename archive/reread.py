"""Reads stored captures again with today's parsers, in as many processes as there are cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from archive import events, restorer, seals
from archive.barred import Barred
from archive.errors import DamageError, UsageError
from archive.holdings import Holdings
from archive.ingest.naming import name_places
from archive.ingest.page import identity, open_page
from archive.ingest.refiling import Again, Refiling, Tally
from archive.ingest.shelf import Shelf
from archive.ingest.withheld import withheld
from archive.model import Place
from archive.sources import Register
from archive.store import open_database, reads, writes, writing
from archive.store.rows import CaptureRow
from archive.warc.read import read

_CHUNK = 20  # captures handed to a process at once
_CRASHED = "parser_crash"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which captures are read again: of a source, since a day, by an older parser, with a restored headline."""

    source: str = ""
    since: str = ""
    older_than: str = ""  # "family/version"
    restored: bool = False  # only articles whose headline was made from a slug


def reread(
    holdings: Holdings,
    register: Register,
    selection: Selection = Selection(),
    dry_run: bool = False,
    workers: int = 0,
    tell: Callable[[int], None] = lambda _captures: None,
) -> Tally:
    """What changes, field by field, when the selected captures are read again; written unless `dry_run`.

    With a capture of an article all its captures are read again, so that one history is never read by two parsers. A
    transaction per portion of some hundred captures: stopped at any time, what is done is done. `workers` 0 takes a
    process per core. `tell` hears how many captures each portion had. Raises UsageError for a parser that is not
    "family/version", StorageError.
    """
    older_than = _parser(selection.older_than)
    hold = seals.Writing(holdings.root, holdings.database.name)
    db = open_database(holdings.database)
    try:
        with _Readers(holdings.root, register, workers or os.cpu_count() or 1) as readers:
            shelf = Shelf(db, register, lambda capture: readers.read([reads.capture(db, capture)])[0].article)
            refiling = Refiling(db, shelf)
            for rows in reads.to_reread(db, selection.source, selection.since, older_than, selection.restored):
                again = readers.read(rows)
                db.execute("BEGIN IMMEDIATE")
                try:
                    refiling.file(list(zip(rows, again, strict=True)))
                    shelf.finish()
                except BaseException:
                    db.rollback()
                    raise
                db.execute("ROLLBACK" if dry_run else "COMMIT")
                tell(len(rows))
        if not dry_run:
            name_places(db)
            _note(holdings, refiling.tally)
            with writing(db):
                writes.add_events(db, events.scan(holdings.root)[0])
        return refiling.tally
    finally:
        db.close()
        hold.close()


class _Readers:
    """Processes that read captures; this one alone where one is asked for."""

    def __init__(self, root: Path, register: Register, count: int) -> None:
        self._arguments = (root, register)
        self._restorer = restorer.loader(root)
        self._count = count
        self._pool = self._new_pool() if count > 1 else None

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def read(self, rows: Sequence[CaptureRow]) -> list[Again]:
        """Each of `rows` as today's parsers read it, in order."""
        if self._pool is None:
            return [_read(*self._arguments, self._restorer, row) for row in rows]
        try:
            return list(self._pool.map(_read_here, rows, chunksize=_CHUNK))
        except BrokenProcessPool:
            self._pool = self._new_pool()
            return [self._alone(row) for row in rows]

    def _alone(self, row: CaptureRow) -> Again:
        """One capture by itself, to find the one that costs a reader its life: it is unread from now on."""
        assert self._pool is not None  # noqa: S101 - only a pool breaks
        try:
            return self._pool.submit(_read_here, row).result()
        except BrokenProcessPool:
            self._pool = self._new_pool()
            return Again(row.id, "unread", _CRASHED, "", None)

    def _new_pool(self) -> ProcessPoolExecutor:
        # Not forked: a child would hold our connection to the database, and SQLite forbids that.
        return ProcessPoolExecutor(self._count, multiprocessing.get_context("spawn"), _begin, self._arguments)


_here: list[tuple[Path, Register, restorer.Loader]] = []


def _begin(root: Path, register: Register) -> None:
    _here.append((root, register, restorer.loader(root)))


def _read_here(row: CaptureRow) -> Again:
    return _read(*_here[0], row)


def _read(root: Path, register: Register, learnt: restorer.Loader, row: CaptureRow) -> Again:
    try:
        held = read(root, Place(row.file, row.offset, row.length, row.record_id))
    except DamageError:
        return Again(row.id, "unread", "damaged", "", None)
    page = withheld(open_page(held, register, learnt), Barred.load(root))
    if page.article is not None:
        return Again(row.id, "changed", "", identity(page.article, page), page.article)
    teasers = page.reading.teasers if page.reading else ()
    return Again(row.id, "unread" if page.reason else "kept", page.reason, "", None, teasers)


def _parser(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    family, slash, version = text.partition("/")
    if not family or not slash or not version.isdigit():
        raise UsageError(f'"{text}" is no parser: write family and version, like "nukeviet/3"')
    return family, int(version)


def _note(holdings: Holdings, tally: Tally) -> None:
    detail = {"captures": tally.captures, "articles": tally.articles, "found": tally.found, "lost": tally.lost}
    events.append(holdings.root, "migration", holdings.database.name, "read again", detail)

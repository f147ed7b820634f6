"""Reads stored captures again with today's parsers, in as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from archive import events
from archive.barred import Barred
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.ingest.again import read_again
from archive.ingest.naming import name_places
from archive.ingest.refiling import Again, Refiling, Tally
from archive.ingest.shelf import Shelf
from archive.opening import readers as opening
from archive.opening.readers import Readers
from archive.search import index
from archive.sources import Register
from archive.store import opened_to_write, reads, writes, writing
from archive.store.rows import CaptureRow


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
    process per core, each with limits; 1 is this process alone, which has none. `tell` hears how many captures each
    portion had. Raises UsageError for a parser that is not "family/version", StorageError.
    """
    older_than = _parser(selection.older_than)
    root, processes = holdings.root, 0 if workers == 1 else workers or opening.cores()
    with opened_to_write(holdings.database) as db, Readers(root, register, processes) as readers:
        shelf = Shelf(db, register, lambda capture: read_again(readers, root, [reads.capture(db, capture)])[0].article)
        refiling = Refiling(db, shelf)
        for rows in reads.to_reread(db, selection.source, selection.since, older_than, selection.restored):
            pairs = _read(db, readers, root, rows)
            try:
                refiling.file(pairs)
                shelf.finish()
            except BaseException:
                db.rollback()
                raise
            db.execute("ROLLBACK" if dry_run else "COMMIT")
            tell(len(rows))
        if not dry_run:
            name_places(db)
            index.settle(db, written=shelf.written)
            _note(holdings, refiling.tally)
            with writing(db):
                writes.add_events(db, events.scan(root)[0])
        return refiling.tally


def _read(
    db: sqlite_utils.Database, readers: Readers, root: Path, rows: Sequence[CaptureRow]
) -> list[tuple[CaptureRow, Again]]:
    """Those of `rows` that no takedown bars, with what is on them, in a transaction that is open now."""
    while True:
        barred = Barred.load(root)
        rows = [row for row in rows if not barred.bars(row.url_key)]
        again = read_again(readers, root, rows, barred)
        db.execute("BEGIN IMMEDIATE")
        if Barred.load(root) == barred:
            return list(zip(rows, again, strict=True))
        db.rollback()  # a takedown came between, and has taken rows out


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

"""The two halves of the one way in: a capture becomes a durable record, and that becomes rows, batch by batch."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from archive import restorer
from archive.custody import events, seals
from archive.custody.withheld import REASON, Withheld
from archive.errors import StorageError
from archive.holdings import Holdings
from archive.ingest.articles import ArticleWriter, find_names
from archive.ingest.filing import DUPLICATE, Filed, Filing
from archive.ingest.reread import read_again, without_withheld
from archive.model import Article, Link, Outcome, Place, Reading, StoredCapture
from archive.search.index import writer
from archive.sources import Register
from archive.store import open_database, queries, writes, writing
from archive.store.database import translated
from archive.store.lookups import is_stored
from archive.text.clock import utc_milliseconds
from archive.text.urls import url_key
from archive.warc import reader as warc
from archive.warc.members import OPEN, Fault
from archive.warc.reader import scan
from archive.worker import pool as reading_pool
from archive.worker.page import Page, refused_page
from archive.worker.pool import WorkerPool

BATCH = 50
"""Captures in a transaction; what is read meanwhile waits in a pipe. With 200 a page costs 5 % less to file, and who
reads stands still for a quarter of the time."""

BATCH_SECONDS = 2.0
"""How long a transaction may stay open: what a crash costs is read again, and other writers wait no longer."""


class Ingest:
    """Reads captures into the database of an archive; the one writer of that file while a batch is open.

    `read`, `take`, `file` and `refuse` queue a capture and give what became of it; nothing is durable, and nothing may
    be called done, before `commit` has given the outcome back. Call `commit` when `due`, and at the end. A capture that
    has been read before changes nothing, so after a crash everything in doubt may be read again.
    """

    def __init__(
        self,
        holdings: Holdings,
        register: Register,
        database: Path | None = None,
        *,
        brief: bool = False,
        batch: int = BATCH,
    ) -> None:
        self._root = holdings.root
        self._register = register
        self._restorer = restorer.loader(self._root)
        self._path = database or holdings.database
        self._brief = brief
        self._batch = batch
        self._hold: seals.Writing | seals.Change | None = None  # of another database there is none: it is a new one
        if database is None:
            self._hold = (seals.Change if brief else seals.Writing)(self._root, self._path.name)
        try:
            self._db = open_database(self._path)
            if brief:
                self._db.execute("PRAGMA wal_autocheckpoint = 0")  # for the hold to see what has changed
        except BaseException:
            self._release_hold()  # or this process would stand in the way of the rebuild that the error asks for
            raise
        self._again = WorkerPool(self._root, register, min(reading_pool.cores(), 1))  # begun when a parser was renewed
        self._shelf = ArticleWriter(self._db, register, self._reread)
        self._filing = Filing(self._db, self._shelf)
        self._records = warc.Reader(self._root)
        self.known = 0  # captures met that had been read before
        self._outcomes: list[Outcome] = []
        self._began = 0.0

    def read(self, place: Place) -> Outcome:
        """What became of the capture at `place`; raises StorageError, DamageError where it cannot be read back."""
        return self.take(self._records.read(place))

    def take(self, stored: StoredCapture) -> Outcome:
        """What became of a capture read back already, as from a scan of a WARC file."""
        return self.file(stored, self._open(stored))

    def file(self, stored: StoredCapture, page: Page) -> Outcome:
        """What became of a capture that another process has opened."""
        try:
            if not self._db.conn.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
                self._began = time.monotonic()
            page = without_withheld(page, Withheld.load(self._root))  # now: a takedown may be what was waited for
            filed = Filed("kept", REASON) if page.reason == REASON else self._filing.known(stored, page)
            if filed is None:
                filed = self._filing.file(stored, page)
            elif page.reason != REASON and filed.reason != DUPLICATE:
                self.known += 1
        except sqlite3.DatabaseError as error:
            self.rollback()
            raise translated(error, self._path) from error
        except BaseException:
            self.rollback()  # half a page must never be committed with its batch
            raise
        outcome = _outcome(stored, page, filed)
        self._outcomes.append(outcome)
        return outcome

    def has(self, stored: StoredCapture) -> bool:
        """Whether this capture has a row already, out of this file or another."""
        capture = stored.capture
        at = utc_milliseconds(capture.began)
        return is_stored(self._db, stored.place.record_id, url_key(capture.url), at, stored.payload_digest)

    def refuse(self, place: Place, reason: str) -> Outcome:
        """Counts the capture at `place` as unread for `reason`, unopened: it has cost a reader its life or its time."""
        return self.refuse_stored(warc.read(self._root, place), reason)

    def refuse_stored(self, stored: StoredCapture, reason: str) -> Outcome:
        """Counts a capture read back already as unread for `reason`."""
        return self.file(stored, refused_page(stored, self._register, reason))

    @property
    def due(self) -> bool:
        """Whether the open batch is full or old enough to be committed."""
        full = len(self._outcomes) >= self._batch
        return full or (self._db.conn.in_transaction and time.monotonic() - self._began >= BATCH_SECONDS)

    def commit(self) -> tuple[Outcome, ...]:
        """The outcomes since the last commit, now durable; raises StorageError, and then nothing of them is kept."""
        try:
            if self._db.conn.in_transaction:
                self._shelf.finish()
                self._db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            self.rollback()
            raise translated(error, self._path) from error
        self._records.close()  # a takedown may write the file anew before the next batch
        outcomes, self._outcomes = tuple(self._outcomes), []
        return outcomes

    def rollback(self) -> None:
        """Undoes the open batch: its captures are as if never read."""
        self._db.rollback()
        self._shelf.forget()
        self._filing.forget()
        self._outcomes = []

    def close(self) -> None:
        """Commits the open batch, settles the search index, copies the log of events, closes the database."""
        try:
            self.commit()
            if self._brief:
                return
            find_names(self._db)
            if self._shelf.written:
                writer.settle(self._db, written=self._shelf.written)
            with writing(self._db):
                writes.add_events(self._db, events.scan(self._root)[0])  # a broken log is for `baotinh verify` to say
        finally:
            self._release()

    def _release(self) -> None:
        self._again.close()
        self._records.close()
        try:
            if self._brief:
                self._release_hold()  # before the connection, which would move its log into the file unseen
        finally:
            self._db.close()
        self._release_hold()

    def _release_hold(self) -> None:
        if self._hold is not None:
            self._hold.close()

    def __enter__(self) -> Ingest:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.rollback()
        if isinstance(error, StorageError):  # nothing more can be written: the next one settles what this one has left
            self._release()
        else:
            self.close()

    def _open(self, stored: StoredCapture) -> Page:
        from archive.worker.page import parse_capture  # a process that only files needs no parser: 14 MB

        return parse_capture(stored, self._register, self._restorer, requisites=True)

    def _reread(self, capture: int) -> Article | None:
        # Where the record is damaged, `baotinh verify` names it, and the text it showed when it was read stands.
        (again,) = read_again(self._again, self._root, [queries.capture(self._db, capture)])
        return again.article


def _outcome(stored: StoredCapture, page: Page, filed: Filed) -> Outcome:
    links = (_named(page.reading) if page.reading else ()) + page.requisites
    published = page.article.published if page.article else None
    said = published.value if published else ""
    return Outcome(stored.place.record_id, filed.state, filed.reason, links, filed.article, said, _listed(page))


def _named(reading: Reading) -> tuple[Link, ...]:
    """The links of a page, those of a listing or feed with the headlines that it gives them."""
    if reading.kind not in ("listing", "feed"):
        return reading.links
    headlines = {teaser.url: teaser.headline for teaser in reversed(reading.teasers)}
    return tuple(replace(link, headline=said) if (said := headlines.get(link.url)) else link for link in reading.links)


def _listed(page: Page) -> int:
    if page.reading is None:
        return -1
    links = page.reading.links
    return len(links) if page.reading.kind in ("feed", "sitemap") else sum(link.kind == "article" for link in links)


# Reads all captures of a WARC file that lies in the archive, batch by batch.


def read_file(
    ingest: Ingest, readers: WorkerPool, root: Path, path: Path, skip: Callable[[str], None], only_new: bool = False
) -> Iterator[tuple[Outcome, ...]]:
    """The outcomes of every capture in the file at `path` (below the archive's `root`), a committed batch at a time.

    `readers` open the pages (`archive.worker.pool.per_core`). `skip` hears of each stretch that is passed over:
    "warc/x/y.warc.gz at 1234: why". With `only_new`, captures that have a row already are counted and not opened.
    """
    file = str(path.relative_to(root)).removesuffix(OPEN)

    def passed_over(fault: Fault) -> None:
        skip(f"{file} at {fault.offset}: {fault.reason}")

    def wanted() -> Iterator[StoredCapture]:
        for stored in scan(path, file, passed_over):
            if only_new and ingest.has(stored):
                ingest.known += 1
            else:
                yield stored

    yield from read_stored(ingest, readers, wanted())


def read_stored(ingest: Ingest, readers: WorkerPool, stored: Iterable[StoredCapture]) -> Iterator[tuple[Outcome, ...]]:
    """The outcomes of captures read back already, a committed batch at a time."""
    for answer in readers.read(stored):
        if answer.page is not None:
            ingest.file(answer.item, answer.page)
        else:
            ingest.refuse_stored(answer.item, answer.reason)
        if ingest.due:
            yield ingest.commit()
    yield ingest.commit()

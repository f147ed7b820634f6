"""The crawler's half: every capture becomes WARC records, durable before anything else knows of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace

import sqlite_utils

from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.model import Capture, PageKind, Place
from archive.store import open_database
from archive.store.captures import original_of
from archive.warc.captures import Original, Saved
from archive.warc.writer import Writer

# Finds the capture that a new one repeats, so that the new one becomes a revisit record.

KINDS: frozenset[PageKind] = frozenset({"article", "image", "attachment"})


class Originals:
    """The earlier captures of an archive, asked in its database; `find` is what a Writer takes as `known`.

    The database may lag behind the crawl, be missing or damaged: then nothing is found, and the answer is kept in full.
    Its rows hold the WARC-Date as written, for the crawl cuts its times to milliseconds.
    """

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings
        self._db: sqlite_utils.Database | None = None

    def find(self, capture: Capture, digest: str) -> Original | None:
        """The last answer at the address of `capture`: with the payload `digest`, or any where it is "" (a 304)."""
        if capture.kind not in KINDS and digest:
            return None
        try:
            if self._db is None:
                self._db = open_database(self._holdings.database, readonly=True)
            found = original_of(self._db, capture.url)
        except (ArchiveError, sqlite3.DatabaseError):
            return None
        if found is None or (digest and found[3] != digest):
            return None
        return Original(*found)

    def close(self) -> None:
        """Closes the database."""
        if self._db is not None:
            self._db.close()
            self._db = None


class Keeper:
    """Keeps the captures of one source and run; one process and one thread at a time.

    `about` are further fields of each file's warcinfo record: robots policy, user agent. Nothing is durable before
    `sync`, and only what is durable may be told to the reading half, or be called done. An answer 304, and a payload
    equal to the one that the address gave before, become revisit records that name the earlier one (WARC 1.1, 6.7).
    """

    def __init__(self, holdings: Holdings, source: str, run: str, about: tuple[tuple[str, str], ...] = ()) -> None:
        holdings.record_settings()
        self._originals = Originals(holdings)
        self._writer = Writer(holdings.root, source, run, about, known=self._originals.find)

    def keep(self, capture: Capture) -> Place:
        """Where `capture` now lies. Its time is cut to milliseconds, as the database has it.

        Raises StorageError where the disk refuses; the file is then whole, without the capture.
        """
        began = capture.began
        if began.microsecond % 1000:
            capture = replace(capture, began=began.replace(microsecond=began.microsecond // 1000 * 1000))
        return self._writer.append(capture)

    def keep_saved(self, saved: Saved) -> Place:
        """Where a page now lies that was made of something else; errors as of `keep`."""
        return self._writer.append_saved(saved)

    def sync(self) -> None:
        """Returns when everything kept so far is on the disk; raises StorageError."""
        self._writer.sync()

    def describe(self, report: Mapping[str, object]) -> None:
        """Adds what the run has done to the file being written, as a record of its own; nothing where none was kept."""
        self._writer.describe(json.dumps(report, ensure_ascii=False, indent=1).encode())

    def close(self) -> None:
        """Closes and seals the file being written."""
        self._originals.close()
        self._writer.close()

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

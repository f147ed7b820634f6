"""Finds the capture that a new one repeats, so that the new one becomes a revisit record.

Only the last whole answer at the same address is asked for: a page that has not changed. Listings, feeds, sitemaps and
robots.txt are kept in full each time, for what they list is evidence of what was known that day.
"""

from __future__ import annotations

import sqlite3

import sqlite_utils

from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.model import Capture, PageKind
from archive.store import open_database
from archive.store.places import original_of
from archive.warc.records import Original

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

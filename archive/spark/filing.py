"""The second half of the job: captures of a group of sources, in order of time, become the rows that a rebuild gives.

They are filed into a database of their own by the code that files a crawl (`archive.ingest.filing`), and its tables are
written as Parquet.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path

import sqlite_utils

from archive.barred import REASON
from archive.errors import SourceError
from archive.ingest.filing import Filing
from archive.ingest.read import BATCH
from archive.ingest.shelf import Shelf
from archive.sources import Register
from archive.spark.reading import unpack
from archive.spark.selecting import rows
from archive.spark.stores import open_store
from archive.spark.tables import COLUMNS, Part, write_part
from archive.store import open_database, writing


def file_groups(register: Register, out: str, pages: Iterable[tuple[tuple[str, str, str], bytes]]) -> Iterator[Part]:
    """The tables of every group of sources among `pages`, sorted by group, time and record, written to `out`."""
    for _, of_group in groupby(pages, key=lambda one: one[0][0]):
        with tempfile.TemporaryDirectory() as folder, closing(open_database(Path(folder) / "archive.sqlite")) as db:
            _file(db, register, (packed for _, packed in of_group))
            yield from write_tables(db, out)


def _file(db: sqlite_utils.Database, register: Register, pages: Iterable[bytes]) -> None:
    # In order of time no capture comes late, so none is read again to give a text its first place.
    shelf = Shelf(db, register, lambda _capture: None)
    filing = Filing(db, shelf)
    waiting = iter(pages)
    while batch := list(islice(waiting, BATCH)):
        with writing(db):
            for packed in batch:
                held, page = unpack(packed)
                with suppress(SourceError):  # a WARC of a site that the register does not know
                    page = replace(page, source=register.get(page.source_id))
                if page.reason != REASON and filing.known(held, page) is None:
                    filing.file(held, page)
            shelf.finish()


def write_tables(db: sqlite_utils.Database, out: str) -> Iterator[Part]:
    """Writes the tables of the database to `out`, file by file."""
    store = open_store(out)
    for table in COLUMNS:
        for (source, month), found in groupby(rows(db, table), key=lambda row: row[:2]):
            yield write_part(store, table, source, month, (row[2] for row in found))

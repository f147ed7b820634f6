"""The second half of the job: the captures of a source, in order of time, become the rows that a rebuild gives.

They are filed into a database of their own by the code that files a crawl (`archive.ingest.filing`), and its tables are
written as Parquet.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import sqlite_utils

from archive.barred import REASON
from archive.errors import SourceError
from archive.ingest.filing import Filing
from archive.ingest.read import BATCH
from archive.ingest.shelf import Shelf
from archive.sources import Register
from archive.spark.reading import unpack
from archive.spark.stores import open_store
from archive.spark.tables import COLUMNS, Part, write_part
from archive.store import open_database, writing

_NAMED: Final = {
    "captures": "SELECT {columns}, substr(t.captured_at, 1, 7) FROM captures t "
    "LEFT JOIN articles a ON a.id = t.article",
    "unread": "SELECT {columns}, substr(t.captured_at, 1, 7) FROM captures t WHERE t.state = 'unread'",
    "articles": "SELECT {columns}, substr(t.day, 1, 7) FROM articles t JOIN captures c ON c.id = t.capture",
    "revisions": "SELECT {columns}, substr(a.day, 1, 7) FROM revisions t JOIN articles a ON a.id = t.article "
    "JOIN captures c ON c.id = t.capture",
    "teasers": "SELECT {columns}, substr(f.captured_at, 1, 7) FROM teasers t JOIN captures f ON f.id = t.first_capture "
    "JOIN captures l ON l.id = t.last_capture",
}
_ELSEWHERE: Final = {
    ("captures", "article"): "a.public_id",
    ("articles", "capture"): "c.record_id",
    ("revisions", "public_id"): "a.public_id",
    ("revisions", "capture"): "c.record_id",
    ("teasers", "first_captured_at"): "f.captured_at",
    ("teasers", "first_capture"): "f.record_id",
    ("teasers", "last_captured_at"): "l.captured_at",
    ("teasers", "last_capture"): "l.record_id",
}
_ORDER: Final = {
    "captures": "t.captured_at, t.record_id",
    "unread": "t.captured_at, t.record_id",
    "articles": "t.day, t.public_id",
    "revisions": "substr(a.day, 1, 7), a.public_id, t.number",
    "teasers": "f.captured_at, f.record_id, t.url_key, t.headline, t.text, t.box",
}


def file_sources(register: Register, out: str, pages: Iterable[tuple[tuple[str, str, str], bytes]]) -> Iterator[Part]:
    """The tables of every source among `pages`, which come sorted by source, time and record, written to `out`."""
    for source, of_source in groupby(pages, key=lambda one: one[0][0]):
        with tempfile.TemporaryDirectory() as folder, closing(open_database(Path(folder) / "archive.sqlite")) as db:
            _file(db, register, (packed for _, packed in of_source))
            yield from _tables(db, source, out)


def _file(db: sqlite_utils.Database, register: Register, pages: Iterable[bytes]) -> None:
    # In order of time no capture comes late, so none is read again to give a text its first place.
    shelf = Shelf(db, register, lambda _capture: None)
    filing = Filing(db, shelf)
    waiting = iter(pages)
    while batch := [page for page, _ in zip(waiting, range(BATCH), strict=False)]:
        with writing(db):
            for packed in batch:
                held, page = unpack(packed)
                with suppress(SourceError):  # a WARC of a site that the register does not know
                    page = replace(page, source=register.get(page.source_id))
                if page.reason != REASON and filing.known(held, page) is None:
                    filing.file(held, page)
            shelf.finish()


def _tables(db: sqlite_utils.Database, source: str, out: str) -> Iterator[Part]:
    store = open_store(out)
    for table, statement in _NAMED.items():
        columns = ", ".join(_ELSEWHERE.get((table, name), f"t.{name}") for name in COLUMNS[table])
        rows = db.execute(f"{statement.format(columns=columns)} ORDER BY {_ORDER[table]}")
        for month, of_month in groupby(rows, key=lambda row: str(row[-1])):
            found: list[tuple[Any, ...]] = [row[:-1] for row in of_month]
            yield write_part(store, table, source, month, found)

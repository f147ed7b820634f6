"""The tables of a re-reading, made without Spark by what its tasks run."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from archive import restorer
from archive.cluster.spark.tables import open_store, read_manifest, read_rows, rows, write_manifest
from archive.cluster.spark.tasks import Spot, file_groups, pack, ranges, read_spot
from archive.holdings import Holdings
from archive.sources import Register
from archive.store import open_database
from archive.warc.members import locate


def made(holdings: Holdings, register: Register, out: Path) -> str:
    """The folder `out` with the tables of the archive, as tasks make them, but read by this process without limits."""
    learnt = restorer.loader(holdings.root)
    pages = []
    for one in ranges(holdings, 3):
        path = locate(holdings.root, one.file)
        for at, offset in enumerate(one.offsets):
            held, page = read_spot(holdings.root, register, learnt, Spot(at, path, one.file, offset))
            pages.append(((page.source_id, page.captured_at, held.place.record_id), pack(held, page)))
    parts = list(file_groups(register, str(out), sorted(pages, key=lambda one: one[0])))
    write_manifest(open_store(str(out)), parts, {"sources": {one.id: one.name for one in register.sources}})
    return str(out)


def database_rows(path: Path, table: str) -> set[tuple[Any, ...]]:
    """The rows of a table of the database, as Parquet has them, each with its source."""
    with closing(open_database(path, readonly=True)) as db:
        found = [(source, *values) for source, _, values in rows(db, table)]
    assert len(set(found)) == len(found)
    return set(found)


def parquet_rows(folder: str, table: str) -> set[tuple[Any, ...]]:
    """The rows of a Parquet table, each with its source."""
    store = open_store(folder)
    every = (row for part in read_manifest(store).of(table) for row in read_rows(store, part))
    found = [tuple(tuple(value) if isinstance(value, list) else value for value in row.values()) for row in every]
    assert len(set(found)) == len(found)
    return set(found)

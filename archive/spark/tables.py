"""The Parquet tables of a re-reading: their columns, where their files lie, and the manifest of digests.

    <table>/source=<id>/month=<YYYY-MM>/part.parquet     captures, unread, articles, revisions, teasers,
                                                          unlikely
    manifest.json                                         every file with its rows and its digest

A file's bytes follow from its rows alone: the same captures give the same files, however many tasks read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any, Final

from archive.errors import DamageError, UsageError
from archive.events import SOFTWARE
from archive.manifest import digest_of
from archive.spark.stores import Store
from archive.store.rows import ArticleRow, CaptureRow
from archive.store.unlikely import UnlikelyRow

MANIFEST: Final = "manifest.json"
INTEGERS: Final = frozenset({"status", "offset", "length", "day_estimated", "words", "revision", "number", "sightings"})
FLOATS: Final = frozenset({"confidence", "probability"})
LISTS: Final = frozenset({"tags", "places", "points_to"})
"""Columns whose values are lists of texts."""

_ROWS: Final = 2000  # of a row group: what is held at once of a part, 10 MB of articles

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "captures": tuple(one.name for one in fields(CaptureRow) if one.name not in ("id", "source")),
    "unread": ("record_id", "url", "captured_at", "status", "reason", "file", "offset", "length", "notes_json"),
    "articles": (
        *(one.name for one in fields(ArticleRow) if one.name not in ("id", "source", "search_rowid")),
        *("tags", "places"),
    ),
    "revisions": ("public_id", "number", "capture", "digest", "parser", "article_json"),
    "teasers": (
        *("url", "url_key", "headline", "text", "box", "first_captured_at", "first_capture"),
        *("last_captured_at", "last_capture", "sightings"),
    ),
    "unlikely": (*(one.name for one in fields(UnlikelyRow) if one.name not in ("id", "source")), "points_to"),
}
"""The columns of each table, beside `source` and `month`, which are in the paths. A capture is named by its record id,
an article by its public id; `unread` repeats the captures that could not be read. `places` are the ids of those that an
article surely names."""

_PATH: Final = re.compile(rf"(?:{'|'.join(COLUMNS)})/source=[^/]+/month=[^/]*/part\.parquet")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table, with its rows and its digest."""

    path: str
    rows: int
    digest: str

    @property
    def table(self) -> str:
        """The table that it is of."""
        return self.path.partition("/")[0]

    @property
    def source(self) -> str:
        """The source that its rows are of."""
        return self.path.split("/")[1].removeprefix("source=")

    @property
    def month(self) -> str:
        """The month that its rows are of."""
        return self.path.split("/")[2].removeprefix("month=")


@dataclass(frozen=True, slots=True)
class Manifest:
    """All parts of the tables, and the names of their sources by id, as the register had them."""

    parts: tuple[Part, ...]
    sources: Mapping[str, str]

    def of(self, table: str) -> list[Part]:
        """The parts of `table`, in order of source and month."""
        return [part for part in self.parts if part.table == table]


def write_part(store: Store, table: str, source: str, month: str, rows: Iterable[tuple[Any, ...]]) -> Part:
    """Writes `rows`, in their order, as the part of `table` for a source and a month; 2,000 are held at once."""
    pyarrow = parquet()
    schema = pyarrow.schema([(name, _kind(pyarrow, name)) for name in COLUMNS[table]])
    path, count, waiting = f"{table}/source={source}/month={month}/part.parquet", 0, iter(rows)
    with store.filling(path) as file:
        with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            while some := list(islice(waiting, _ROWS)):
                columns = zip(zip(*some, strict=True), schema.types, strict=True)
                writer.write_table(pyarrow.table([pyarrow.array(c, type=kind) for c, kind in columns], schema=schema))
                count += len(some)
        return Part(path, count, digest_of(file))


def write_manifest(store: Store, parts: Iterable[Part], detail: Mapping[str, Any]) -> None:
    """Writes the manifest of all `parts`, in order of their paths."""
    files = {part.path: {"rows": part.rows, "digest": part.digest} for part in sorted(parts, key=lambda one: one.path)}
    text = json.dumps({"software": SOFTWARE, **detail, "files": files}, ensure_ascii=False, indent=1) + "\n"
    store.write(MANIFEST, text.encode())


def read_manifest(store: Store) -> Manifest:
    """The manifest of the tables at `store`; raises UsageError where there is none, DamageError for a bad one."""
    if not store.has(MANIFEST):
        raise UsageError(f"{store.base}: no {MANIFEST}, so no tables of a re-reading that has come to its end")
    try:
        told = json.loads(store.read(MANIFEST))
        parts = tuple(Part(path, one["rows"], one["digest"]) for path, one in told["files"].items())
        manifest = Manifest(parts, dict(told.get("sources", {})))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamageError(f"{store.base}/{MANIFEST}: not the manifest of tables ({error})") from error
    wrong = next((part.path for part in parts if not _PATH.fullmatch(part.path)), None)
    if wrong is not None:
        raise DamageError(f"{store.base}/{MANIFEST}: {wrong!r} is no part of a table")
    return manifest


@contextmanager
def opened(store: Store, part: Part) -> Iterator[Any]:
    """The Parquet file of `part` (pyarrow's); raises DamageError where it is not what the manifest says."""
    pyarrow = parquet()
    with store.fetched(part.path) as path:
        if digest_of(path) != part.digest:
            raise DamageError(f"{store.base}/{part.path}: not what the manifest says; the file was changed")
        try:
            with pyarrow.parquet.ParquetFile(path) as file:
                if tuple(file.schema_arrow.names) != COLUMNS[part.table] or file.metadata.num_rows != part.rows:
                    raise DamageError(f"{store.base}/{part.path}: not the columns and rows of {part.table}")
                yield file
        except (pyarrow.ArrowException, OSError) as error:
            raise DamageError(f"{store.base}/{part.path}: no Parquet file ({error})") from error


def read_rows(store: Store, part: Part) -> Iterator[dict[str, Any]]:
    """The rows of `part` with its source, a row group at a time; raises DamageError where it is not as it was."""
    with opened(store, part) as file:
        for batch in file.iter_batches(batch_size=_ROWS):
            for row in batch.to_pylist():
                yield {"source": part.source, **row}


def _kind(pyarrow: Any, name: str) -> Any:
    if name in LISTS:
        return pyarrow.list_(pyarrow.string())
    return pyarrow.int64() if name in INTEGERS else pyarrow.float64() if name in FLOATS else pyarrow.string()


def parquet() -> Any:
    """The module pyarrow with its Parquet; raises UsageError where it is not installed."""
    try:
        import pyarrow  # type: ignore[import-untyped, import-not-found, unused-ignore]
        import pyarrow.parquet  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: 'pip install baotinh[spark]'") from error
    return pyarrow

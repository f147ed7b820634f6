"""The Parquet tables of a re-reading: their columns, where their files lie, and the manifest of digests.

    <table>/source=<id>/month=<YYYY-MM>/part.parquet     captures, unread, articles, revisions, teasers
    manifest.json                                         every file with its rows and its digest

A file's bytes follow from its rows alone: the same captures give the same files, however many tasks read them.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from archive.errors import DamageError, UsageError
from archive.events import SOFTWARE
from archive.spark.stores import Store
from archive.store.rows import ArticleRow, CaptureRow

MANIFEST: Final = "manifest.json"
_INTEGERS: Final = frozenset(
    {"status", "offset", "length", "day_estimated", "words", "revision", "number", "sightings"}
)
_FLOATS: Final = frozenset({"confidence"})

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "captures": tuple(one.name for one in fields(CaptureRow) if one.name not in ("id", "source")),
    "unread": ("record_id", "url", "captured_at", "status", "reason", "file", "offset", "length", "notes_json"),
    "articles": (*(one.name for one in fields(ArticleRow) if one.name not in ("id", "source", "search_rowid")),),
    "revisions": ("public_id", "number", "capture", "digest", "parser", "article_json"),
    "teasers": (
        *("url", "url_key", "headline", "text", "box", "first_captured_at", "first_capture"),
        *("last_captured_at", "last_capture", "sightings"),
    ),
}
"""The columns of each table, beside `source` and `month`, which are in the paths. A capture is named by its record id,
an article by its public id; `unread` repeats the captures that could not be read."""

_PATH: Final = re.compile(rf"(?:{'|'.join(COLUMNS)})/source=[^/]+/month=[^/]*/part\.parquet")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table, with its rows and its digest."""

    path: str
    rows: int
    digest: str


def write_part(store: Store, table: str, source: str, month: str, rows: Sequence[tuple[Any, ...]]) -> Part:
    """Writes `rows`, in their order, as the part of `table` for a source and a month."""
    pyarrow = _pyarrow()
    names = COLUMNS[table]
    columns = zip(*rows, strict=True) if rows else [() for _ in names]
    kinds = {name: pyarrow.int64() if name in _INTEGERS else pyarrow.float64() for name in _INTEGERS | _FLOATS}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in names])
    content = pyarrow.table(
        [pyarrow.array(list(column), type=kind) for column, kind in zip(columns, schema.types, strict=True)],
        schema=schema,
    )
    packed = io.BytesIO()
    pyarrow.parquet.write_table(content, packed, compression="zstd")
    path = f"{table}/source={source}/month={month}/part.parquet"
    return Part(path, len(rows), store.write(path, packed.getvalue()))


def write_manifest(store: Store, parts: Iterable[Part], detail: dict[str, Any]) -> None:
    """Writes the manifest of all `parts`, in order of their paths."""
    files = {part.path: {"rows": part.rows, "digest": part.digest} for part in sorted(parts, key=lambda one: one.path)}
    text = json.dumps({"software": SOFTWARE, **detail, "files": files}, ensure_ascii=False, indent=1) + "\n"
    store.write(MANIFEST, text.encode())


def read_manifest(store: Store) -> list[Part]:
    """The parts of the tables at `store`; raises UsageError where there is no manifest, DamageError for a bad one."""
    if not store.has(MANIFEST):
        raise UsageError(f"{store.base}: no {MANIFEST}, so no tables of a re-reading that has come to its end")
    try:
        files = json.loads(store.read(MANIFEST))["files"]
        parts = [Part(path, one["rows"], one["digest"]) for path, one in files.items()]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamageError(f"{store.base}/{MANIFEST}: not the manifest of tables ({error})") from error
    wrong = next((part.path for part in parts if not _PATH.fullmatch(part.path)), None)
    if wrong is not None:
        raise DamageError(f"{store.base}/{MANIFEST}: {wrong!r} is no part of a table")
    return parts


def read_rows(store: Store, part: Part) -> Iterator[dict[str, Any]]:
    """The rows of `part` with its source; raises DamageError where its bytes are not those of the manifest."""
    import hashlib

    pyarrow = _pyarrow()
    data = store.read(part.path)
    if f"sha256:{hashlib.sha256(data).hexdigest()}" != part.digest:
        raise DamageError(f"{store.base}/{part.path}: not what the manifest says; the file was changed")
    source = part.path.split("source=")[1].split("/")[0]
    table = part.path.partition("/")[0]
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(data))
        if tuple(file.schema_arrow.names) != COLUMNS[table] or file.metadata.num_rows != part.rows:
            raise DamageError(f"{store.base}/{part.path}: not the columns and rows of {table}")
        for batch in file.iter_batches():
            for row in batch.to_pylist():
                yield {"source": source, **row}
    except (pyarrow.ArrowException, OSError) as error:
        raise DamageError(f"{store.base}/{part.path}: no Parquet file ({error})") from error


def _pyarrow() -> Any:
    try:
        import pyarrow  # type: ignore[import-untyped, import-not-found, unused-ignore]
        import pyarrow.parquet  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: 'pip install baotinh[spark]'") from error
    return pyarrow

"""Articles as Parquet, for pandas, Polars, DuckDB and R: typed columns, a bounded portion in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from archive.errors import UsageError
from archive.export.selection import About
from archive.store.queries import StoredArticle
from archive.store.secondary import secondary

MOST_ROWS: Final = 2_000
MOST_TEXT: Final = 8_000_000
"""A row group ends after so many articles, or so many characters of their texts."""

COLUMNS: Final[dict[str, tuple[str, str]]] = {
    "id": ("string", "public id of the article"),
    "url": ("string", "its address"),
    "headline": ("string", "as published, NFC"),
    "lead": ("string", "sapo; empty where there is none"),
    "paragraphs": ("list<string>", "the text, without lead and captions"),
    "captions": ("list<string>", "captions of pictures"),
    "byline": ("string", "author as the page names him"),
    "source_credit": ("string", "the source that the page names"),
    "section": ("string", "section of the site"),
    "tags": ("list<string>", "tags of the page"),
    "published": ("string", "ISO 8601, +07:00, as exact as the page is; null where unknown"),
    "published_precision": ("string", "second, minute, hour, day, month or year; null where unknown"),
    "modified": ("string", "as published"),
    "day": ("date32", "the day it is filed under, in Vietnam"),
    "day_estimated": ("bool", "the day is that of the first capture, or the first of its month or year"),
    "source": ("string", "id in the register"),
    "source_name": ("string", "name of the source"),
    "province": ("string", "one of the 63, when it was published"),
    "province_now": ("string", "one of the 34, today"),
    "words": ("int32", "syllables and numbers of lead and text, as the index cuts them"),
    "confidence": ("float64", "of the reading, 0 to 1"),
    "probability": ("float64", "that the page is an article or a notice, 0 to 1"),
    "revision": ("int32", "number of the revision that this text is"),
    "captured": ("timestamp", "UTC, milliseconds: the capture that shows it"),
    "first_captured": ("timestamp", "UTC: first seen"),
    "last_captured": ("timestamp", "UTC: last seen"),
    "gone_at": ("timestamp", "UTC: found gone from its site; null where it is there"),
    "warc_file": ("string", "file of the capture's record"),
    "warc_offset": ("int64", "where in it"),
    "record_id": ("string", "its WARC-Record-ID"),
    "payload_digest": ("string", "sha256 of what the site sent"),
    "origin": ("string", "captured, imported, browser-saved, reconstructed or secondary"),
    "made_from": ("string", "row, file and digest of a secondary record; empty for a page that was captured"),
}
"""Every column in order: its type, and what it holds."""

_OWN: Final[dict[str, Any]] = {
    "id": lambda stored: stored.row.public_id,
    "paragraphs": lambda stored: list(stored.article.body),
    "captions": lambda stored: list(stored.article.captions),
    "tags": lambda stored: list(stored.article.tags),
    "source_name": lambda stored: stored.source_name,
    "probability": lambda stored: stored.article.probability,
    "captured": lambda stored: stored.capture.captured_at,
    "warc_file": lambda stored: stored.capture.file,
    "warc_offset": lambda stored: stored.capture.offset,
    "record_id": lambda stored: stored.capture.record_id,
    "payload_digest": lambda stored: stored.capture.payload_digest,
    "origin": lambda stored: stored.capture.provenance,
    "made_from": lambda stored: str(secondary(stored.capture) or ""),
}


def write_parquet(articles: Iterable[StoredArticle], path: Path, about: About) -> int:
    """Writes `articles` to the Parquet file `path` with COLUMNS; gives their number.

    The file's metadata hold the description of each column, and under "baotinh" what the export is, as JSON. Raises
    UsageError where pyarrow is not installed.
    """
    try:
        import pyarrow  # type: ignore[import-untyped, import-not-found, unused-ignore]
        import pyarrow.parquet  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: 'pip install baotinh[parquet]', or take csv or jsonl") from error
    schema = _schema(pyarrow, about)
    count = size = 0
    rows: list[dict[str, Any]] = []
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
            rows.append({name: _value(stored, name, kind) for name, (kind, _) in COLUMNS.items()})
            size += len(stored.row.lead) + len(stored.row.body) + len(stored.row.captions)
            if len(rows) >= MOST_ROWS or size >= MOST_TEXT:
                writer.write_table(pyarrow.Table.from_pylist(rows, schema))
                rows, size = [], 0
        if rows:
            writer.write_table(pyarrow.Table.from_pylist(rows, schema))
    return count


def _schema(pyarrow: Any, about: About) -> Any:
    types = {
        "string": pyarrow.string(),
        "list<string>": pyarrow.list_(pyarrow.string()),
        "date32": pyarrow.date32(),
        "bool": pyarrow.bool_(),
        "int32": pyarrow.int32(),
        "int64": pyarrow.int64(),
        "float64": pyarrow.float64(),
        "timestamp": pyarrow.timestamp("ms", tz="UTC"),
    }
    fields = [
        pyarrow.field(name, types[kind], metadata={"description": told}) for name, (kind, told) in COLUMNS.items()
    ]
    return pyarrow.schema(fields, metadata={"baotinh": json.dumps(asdict(about), ensure_ascii=False)})


def _value(stored: StoredArticle, name: str, kind: str) -> Any:
    value = _OWN[name](stored) if name in _OWN else getattr(stored.row, name)
    if value is None:
        return None
    match kind:
        case "date32":
            return date.fromisoformat(value)
        case "timestamp":
            return datetime.fromisoformat(value)
        case "bool":
            return bool(value)
    return value

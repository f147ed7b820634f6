"""Articles taken out of the archive, in forms that spreadsheets, programs and other archives can read.

Exports stream: one article in memory at a time, for Parquet a bounded portion. A file is
written beside its name and renamed when whole.
`archive.export.selection` says which articles, `archive.export.files` writes them.
"""

from __future__ import annotations

from archive.export.formats import CSV_COLUMNS, FORMATS, records, write_csv, write_jsonl, write_records
from archive.store.queries import as_object

__all__ = ["CSV_COLUMNS", "FORMATS", "as_object", "records", "write_csv", "write_jsonl", "write_records"]

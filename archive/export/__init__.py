"""Articles taken out of the archive, in forms that spreadsheets, programs and other archives can read.

Exports stream: one article in memory at a time, for Parquet and out of several archives a bounded portion. A file is
written beside its name and renamed when whole.
`archive.export.chosen` says which articles, `archive.export.taking` writes them.
"""

from __future__ import annotations

from archive.export.formats import FORMATS
from archive.export.jsonl import write_jsonl
from archive.export.scraper import records, write_records
from archive.export.spreadsheet import CSV_COLUMNS, write_csv
from archive.store.article_object import as_object

__all__ = ["CSV_COLUMNS", "FORMATS", "as_object", "records", "write_csv", "write_jsonl", "write_records"]

"""Articles as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Final, TextIO

from archive.store.reads import Stored

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
CSV_COLUMNS: Final = (
    "id",
    "url",
    "headline",
    "lead",
    "text",
    "captions",
    "byline",
    "source_credit",
    "section",
    "tags",
    "published",
    "published_precision",
    "modified",
    "day",
    "day_estimated",
    "source",
    "source_name",
    "province",
    "province_now",
    "words",
    "confidence",
    "probability",
    "revision",
    "first_captured",
    "last_captured",
    "gone_at",
    "warc_file",
    "warc_offset",
    "record_id",
    "payload_digest",
)
"""The columns, in order."""

BOM: Final = "\ufeff"
"""What Excel wants in front: without it a double click takes UTF-8 for the code page of the reader's country."""


def write_csv(articles: Iterable[Stored], out: TextIO) -> int:
    """Writes a line per article below a line of CSV_COLUMNS, safe to open in a spreadsheet; gives their number.

    RFC 4180. See `safe_cell` for what keeps formulas out.
    """
    table = csv.writer(out)
    table.writerow(CSV_COLUMNS)
    count = 0
    for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
        table.writerow([safe_cell(value) for value in csv_row(stored)])
    return count


def write_csv_with_bom(articles: Iterable[Stored], out: TextIO) -> int:
    """The same, for a spreadsheet that takes UTF-8 for something else."""
    out.write(BOM)
    return write_csv(articles, out)


def csv_row(stored: Stored) -> Iterator[object]:
    """The values of CSV_COLUMNS of an article."""
    row, article, capture = stored.row, stored.article, stored.capture
    own: dict[str, object] = {
        "id": row.public_id,
        "text": row.body,
        "tags": "; ".join(article.tags),
        "source_name": stored.source_name,
        "probability": article.probability,
        "warc_file": capture.file,
        "warc_offset": capture.offset,
        "record_id": capture.record_id,
        "payload_digest": capture.payload_digest,
    }
    for column in CSV_COLUMNS:
        yield own[column] if column in own else getattr(row, column)


def safe_cell(value: object) -> object:
    """`value` with an apostrophe in front where a spreadsheet would take it for a formula.

    CWE-1236, OWASP ASVS 1.2.10: quoting does not stop formulas. Numbers stay numbers.

    >>> safe_cell("=1+1"), safe_cell(-1), safe_cell("chè")
    ("'=1+1", -1, 'chè')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

"""Tables for spreadsheets on standard output."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from archive.cli.terminal import put
from archive.export.spreadsheet import safe_cell


def print_csv(rows: Iterable[Sequence[object]], head: Sequence[str]) -> None:
    """Prints `rows` below their `head` as CSV (RFC 4180), safe to open in a spreadsheet.

    A text that a spreadsheet would take for a formula gets an apostrophe in front (`safe_cell`).
    """
    line = io.StringIO()
    writer = csv.writer(line)
    for row in (head, *rows):
        writer.writerow([safe_cell(value) for value in row])
        put(line.getvalue())
        line.seek(0)
        line.truncate()

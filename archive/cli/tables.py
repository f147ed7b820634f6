"""Tables for spreadsheets on standard output."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import click

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def print_csv(rows: Iterable[Sequence[object]], head: Sequence[str]) -> None:
    """Prints `rows` below their `head` as CSV (RFC 4180), safe to open in a spreadsheet.

    A text that a spreadsheet would take for a formula gets an apostrophe in front (CWE-1236): quoting does not stop it.
    """
    line = io.StringIO()
    writer = csv.writer(line)
    for row in (head, *rows):
        writer.writerow([_cell(value) for value in row])
        click.echo(line.getvalue(), nl=False)
        line.seek(0)
        line.truncate()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

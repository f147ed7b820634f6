"""What a search says of itself (how it understood, what it notes), in the language of the interface."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from archive.messages.language import language
from archive.search import spoken
from archive.search.answer import Understood
from archive.search.planner.accents import Accents
from archive.terminal import put

Found = TypeVar("Found", bound=Any)


def echo(understood: Understood) -> str:
    """The query in words, with the counts of its terms; "" where nothing of it was left."""
    return spoken.echo(understood, language())


def in_language(found: Found) -> Found:
    """`found` with its echo and its notes in the language of the interface: for JSON, which holds them too."""
    return spoken.in_language(found, language())


def counted(accents: Accents) -> str:
    """The rule by which accents were taken, with both counts."""
    return spoken.counted(accents, language())


# Tables for spreadsheets on standard output.


def print_csv(rows: Iterable[Sequence[object]], head: Sequence[str]) -> None:
    """Prints `rows` below their `head` as CSV (RFC 4180), safe to open in a spreadsheet.

    A text that a spreadsheet would take for a formula gets an apostrophe in front (`safe_cell`).
    """
    from archive.export.formats import safe_cell  # with what cites: 0.05 s of every command that prints no table

    line = io.StringIO()
    writer = csv.writer(line)
    for row in (head, *rows):
        writer.writerow([safe_cell(value) for value in row])
        put(line.getvalue())
        line.seek(0)
        line.truncate()

"""What a search says of itself (how it understood, what it notes), in the language of the interface."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import click

from archive.cli.output import print_json, say
from archive.messages.language import language
from archive.messages.language import spoken as said
from archive.search import query_echo
from archive.search.answer import Understood
from archive.search.planner.accents import Accents
from archive.terminal import put

Found = TypeVar("Found", bound=Any)


def echo(understood: Understood) -> str:
    """The query in words, with the counts of its terms; "" where nothing of it was left."""
    return query_echo.echo(understood, language())


def in_language(found: Found) -> Found:
    """`found` with its echo and its notes in the language of the interface: for JSON, which holds them too."""
    return query_echo.in_language(found, language())


def counted(accents: Accents) -> str:
    """The rule by which accents were taken, with both counts."""
    return query_echo.counted(accents, language())


def tell(found: Any) -> None:
    """Says how the question of `found` was understood, by which accents, and its notes."""
    understood: Understood | None = getattr(found, "understood", None)
    if understood is not None and understood.query:
        say("understood: {echo}", echo=echo(understood))
    if understood is not None and understood.accents:
        click.echo(counted(understood.accents), err=True)
    for note in found.notes:
        click.echo(said(note), err=True)


def is_printed(
    found: Any, as_json: bool, as_csv: bool, rows: Iterable[Sequence[object]] = (), head: Sequence[str] = ()
) -> bool:
    """Prints `found` as JSON, or its `rows` below their `head` as CSV, where that was asked for; whether it was."""
    if as_json:
        print_json(in_language(found))
    elif as_csv:
        print_csv(rows, head)
    return as_json or as_csv


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

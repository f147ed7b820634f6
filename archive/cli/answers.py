"""What a search says of itself (how it understood, what it notes), in the language of the interface."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from archive.export.formats import safe_cell
from archive.messages.language import language, number, spoken, tr
from archive.search.answer import Understood
from archive.search.grammar.parser import parse
from archive.search.planner.accents import Accents
from archive.search.query_echo import ENGLISH, in_words, query_pieces
from archive.terminal import put

if TYPE_CHECKING:
    from archive.corpus.collocates import Collocates
    from archive.corpus.concordance import Concordance
    from archive.corpus.keywords import Keywords
    from archive.corpus.people import People
    from archive.search.answer import Answer

if TYPE_CHECKING:
    Found = TypeVar("Found", Answer, Collocates, Concordance, Keywords, People)


def echo(understood: Understood) -> str:
    """The query in words, with the counts of its terms; "" where nothing of it was left."""
    if language() == "vi" or not understood.query:
        return understood.echo
    return in_words(query_pieces(parse(understood.query).root, understood.terms), ENGLISH)


def in_language(found: Found) -> Found:
    """`found` with its echo and its notes in the language of the interface: for JSON, which holds them too."""
    said = replace(found.understood, echo=echo(found.understood))
    return replace(found, understood=said, notes=tuple(map(spoken, found.notes)))


def counted(accents: Accents) -> str:
    """The rule by which accents were taken, with both counts."""
    articles = "?" if accents.articles is None else number(accents.articles)
    if accents.rule == "any":
        return tr("in any accents: {articles} articles", articles=articles)
    every = "?" if accents.any_accents is None else number(accents.any_accents)
    return tr("accents as typed: {articles} articles; in any accents: {every}", articles=articles, every=every)


# Tables for spreadsheets on standard output.


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

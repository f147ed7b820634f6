"""How a query was understood, in the language of the interface."""

from __future__ import annotations

from archive.cli.words import language
from archive.search.answer import Understood
from archive.search.grammar import parse
from archive.search.pieces import ENGLISH, in_words, pieces


def echo(understood: Understood) -> str:
    """The query in words, with the counts of its terms; "" where nothing of it was left."""
    if language() == "vi" or not understood.query:
        return understood.echo
    return in_words(pieces(parse(understood.query).root, understood.terms), ENGLISH)

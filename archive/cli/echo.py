"""What a search says of itself (how it understood, what it notes), in the language of the interface."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from archive.cli.words import language, spoken
from archive.search.answer import Understood
from archive.search.grammar import parse
from archive.search.pieces import ENGLISH, in_words, pieces

if TYPE_CHECKING:
    from archive.search.answer import Answer
    from archive.search.collocates import Collocates
    from archive.search.concordance import Concordance
    from archive.search.keywords import Keywords

    Found = TypeVar("Found", Answer, Collocates, Concordance, Keywords)


def echo(understood: Understood) -> str:
    """The query in words, with the counts of its terms; "" where nothing of it was left."""
    if language() == "vi" or not understood.query:
        return understood.echo
    return in_words(pieces(parse(understood.query).root, understood.terms), ENGLISH)


def in_language(found: Found) -> Found:
    """`found` with its echo and its notes in the language of the interface: for JSON, which holds them too."""
    said = replace(found.understood, echo=echo(found.understood))
    return replace(found, understood=said, notes=tuple(map(spoken, found.notes)))

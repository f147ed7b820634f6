"""What an answer says of itself (how it understood, what it notes), in a language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from archive.messages.message import message_of
from archive.search.answer import Understood
from archive.search.grammar.parser import parse
from archive.search.planner.accents import Accents
from archive.search.query_echo import ENGLISH, in_words, query_pieces

Found = TypeVar("Found", bound=Any)


def echo(understood: Understood, language: str) -> str:
    """The query in words, with the counts of its terms; "" where nothing of it was left."""
    if language == "vi" or not understood.query:
        return understood.echo
    return in_words(query_pieces(parse(understood.query).root, understood.terms), ENGLISH)


def in_language(found: Found, language: str) -> Found:
    """`found` with its notes, and where it has one its echo, in `language`."""
    notes = tuple(message_of(note).in_language(language) for note in found.notes)
    if getattr(found, "understood", None) is None:
        return replace(found, notes=notes)
    return replace(found, notes=notes, understood=replace(found.understood, echo=echo(found.understood, language)))


def counted(accents: Accents, language: str) -> str:
    """The rule by which accents were taken, with both counts."""
    return accents.sentence().in_language(language)

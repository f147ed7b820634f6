"""How a query was understood, piece by piece, for a page to set in the reader's language with the counts beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from archive.search.answer import TermCount, Understood
from archive.search.query import And, Filter, Near, Node, Not, Or, Term, written


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a query: a term with its counts, a limit, an operator ("and", "or", "not", "near"), or a bracket."""

    kind: Literal["term", "limit", "operator", "bracket"]
    text: str
    count: TermCount | None = None


def pieces(root: Node, understood: Understood) -> tuple[Piece, ...]:
    """The pieces of the query with tree `root`, from left to right."""
    return tuple(_pieces(root, {count.text: count for count in understood.terms}))


def _pieces(node: Node, counts: Mapping[str, TermCount]) -> Iterator[Piece]:
    match node:
        case Term():
            yield Piece("term", written(node), counts.get(written(node)))
        case Filter():
            yield Piece("limit", written(node))
        case Not():
            yield Piece("operator", "not")
            yield from _grouped(node.part, counts)
        case Near():
            yield from _joined(node.terms, "near", counts)
        case And():
            yield from _joined(node.parts, "and", counts)
        case Or():
            yield from _joined(node.parts, "or", counts)


def _joined(parts: tuple[Node, ...], operator: str, counts: Mapping[str, TermCount]) -> Iterator[Piece]:
    for number, part in enumerate(parts):
        if number and not (operator == "and" and isinstance(part, Not)):
            yield Piece("operator", operator)
        yield from _grouped(part, counts)


def _grouped(node: Node, counts: Mapping[str, TermCount]) -> Iterator[Piece]:
    if isinstance(node, And | Or | Near):
        yield Piece("bracket", "(")
        yield from _pieces(node, counts)
        yield Piece("bracket", ")")
    else:
        yield from _pieces(node, counts)

"""A query as it was understood, piece by piece, and as a line of words in either language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from archive.search.answer import TermCount
from archive.search.query import And, Filter, Near, Node, Not, Or, Term, written
from archive.text import numerals


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a query: a term with its counts, a limit, an operator ("and", "or", "not", "near"), or a bracket."""

    kind: Literal["term", "limit", "operator", "bracket"]
    text: str
    count: TermCount | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language for the operators and counts of a query."""

    language: str
    operators: Mapping[str, str]
    exact: str
    any_accents: str


VIETNAMESE = Words("vi", {"and": "VÀ", "or": "HOẶC", "not": "KHÔNG", "near": "GẦN"}, "đúng dấu", "mọi dấu")
ENGLISH = Words("en", {"and": "AND", "or": "OR", "not": "NOT", "near": "NEAR"}, "exact", "any accents")


def pieces(root: Node, terms: Iterable[TermCount]) -> tuple[Piece, ...]:
    """The pieces of the query with tree `root`, from left to right, with the counts of its `terms`."""
    return tuple(_pieces(root, {count.text: count for count in terms}))


def in_words(found: Iterable[Piece], words: Words) -> str:
    """The pieces as one line: `tỉnh [đúng dấu: 12.403, mọi dấu: 15.020] VÀ uy [mọi dấu: 88.120]`."""
    line = ""
    for piece in found:
        text = _spelled(piece, words)
        glued = not line or line.endswith("(") or text == ")"
        line += text if glued else f" {text}"
    return line


def _spelled(piece: Piece, words: Words) -> str:
    if piece.kind == "operator":
        name, slash, distance = piece.text.partition("/")
        return words.operators[name] + slash + distance
    return piece.text + (_bracket(piece.count, words) if piece.count else "")


def _bracket(count: TermCount, words: Words) -> str:
    said = []
    if count.exact is not None:
        said.append(f"{words.exact}: {numerals.written(count.exact, words.language)}")
    if count.exact is None or not count.text.startswith("="):
        said.append(f"{words.any_accents}: {numerals.written(count.folded, words.language)}")
    return f" [{', '.join(said)}]"


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
            yield from _joined(node.terms, f"near/{node.distance}", counts)
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

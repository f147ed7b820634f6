"""Says how a query was understood: its terms, each with its own counts, and the whole in standard form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import sqlite_utils

from archive.messages.message import format_number, message_of
from archive.search.answer import TermCount, Understood
from archive.search.grammar.matcher import Table
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import And, Filter, Near, Node, Not, Or, Term, written
from archive.search.index.docid_sets import DocidSet
from archive.search.planner import executor
from archive.search.planner.accents import Accents
from archive.search.planner.plan import Match, plan
from archive.search.planner.tiers import count_match

Found = TypeVar("Found", bound=Any)


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


def query_pieces(root: Node, terms: Iterable[TermCount]) -> tuple[Piece, ...]:
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
        said.append(f"{words.exact}: {format_number(count.exact, words.language)}")
    if count.exact is None or not count.text.startswith("="):
        said.append(f"{words.any_accents}: {format_number(count.folded, words.language)}")
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


def understood(db: sqlite_utils.Database, root: Node, counts: bool = True) -> Understood:
    """How `root` was understood, with the number of articles for each of its terms; without, if not `counts`."""
    return describe(root, count_terms(db, None, root) if counts else {})


def count_terms(db: sqlite_utils.Database, without: DocidSet | None, root: Node) -> dict[Term, TermCount]:
    """Each term of `root` with its own counts, less the articles `without`."""
    found: dict[Term, TermCount] = {}
    for term, excluded in _terms(root, False):
        form = _asked(term)
        exact = _count(db, term, "exact", without) if form == "exact" else None
        found[term] = TermCount(written(term), form, exact, _count(db, term, "folded", without), excluded)
    return found


def describe(root: Node, found: dict[Term, TermCount]) -> Understood:
    """How `root` was understood, given the counts of its terms.

    `echo` is the query in words for a reader: `tỉnh [đúng dấu: 12.403, mọi dấu: 15.020] VÀ uy [mọi dấu: 88.120]`.
    """
    terms = tuple(dict.fromkeys(found.values()))
    return Understood(written(root), terms, in_words(query_pieces(root, terms), VIETNAMESE))


def _count(db: sqlite_utils.Database, term: Term, table: Table, without: DocidSet | None) -> int:
    wanted = plan(replace(term, form=table), table)
    number = count_match(db, wanted) if isinstance(wanted, Match) else executor.count(db, wanted)
    return number if without is None else number - len(executor.find(db, wanted) & without)


def _terms(node: Node, excluded: bool) -> Iterator[tuple[Term, bool]]:
    match node:
        case Term():
            yield node, excluded
        case Near():
            for term in node.terms:
                yield term, excluded
        case Not():
            yield from _terms(node.part, True)
        case And() | Or():
            for part in node.parts:
                yield from _terms(part, excluded)
        case Filter():
            return


def _asked(term: Term) -> Literal["exact", "folded"]:
    if term.form != "typed":
        return term.form
    return "exact" if term.accented else "folded"


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

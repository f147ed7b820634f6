"""Says how a query was understood: its terms, each with its own counts, and the whole in standard form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import sqlite_utils

from archive.search.answer import TermCount, Understood
from archive.search.plan import match_of
from archive.search.query import And, Filter, Near, Node, Not, Or, Term, written
from archive.search.tiers import count_match


def understood(db: sqlite_utils.Database, root: Node, counts: bool = True) -> Understood:
    """How `root` was understood, with the number of articles for each of its terms; without, if not `counts`."""
    return told(root, counted(db, root) if counts else {})


def counted(db: sqlite_utils.Database, root: Node) -> dict[Term, TermCount]:
    """Each term of `root` with its own counts."""
    found: dict[Term, TermCount] = {}
    for term, excluded in _terms(root, False):
        form = _asked(term)
        exact = count_match(db, match_of(term, "exact")) if form == "exact" else None
        found[term] = TermCount(written(term), form, exact, count_match(db, match_of(term, "folded")), excluded)
    return found


def told(root: Node, found: dict[Term, TermCount]) -> Understood:
    """How `root` was understood, given the counts of its terms.

    `echo` is the query in words for a reader: `tỉnh [đúng dấu: 12.403, mọi dấu: 15.020] VÀ uy [mọi dấu: 88.120]`.
    """
    return Understood(written(root), tuple(dict.fromkeys(found.values())), _echo(root, found))


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
    return "exact" if any(word.accented for word in term.words) else "folded"


def _echo(node: Node, counts: dict[Term, TermCount]) -> str:
    match node:
        case Term():
            return f"{written(node)}{_bracket(node, counts.get(node))}"
        case Near():
            return f" GẦN/{node.distance} ".join(_echo(term, counts) for term in node.terms)
        case Filter():
            return written(node)
        case Not():
            return f"KHÔNG {_grouped(node.part, counts)}"
        case And():
            return " VÀ ".join(_grouped(part, counts) for part in node.parts).replace(" VÀ KHÔNG ", " KHÔNG ")
        case Or():
            return " HOẶC ".join(_grouped(part, counts) for part in node.parts)


def _grouped(node: Node, counts: dict[Term, TermCount]) -> str:
    return f"({_echo(node, counts)})" if isinstance(node, And | Or | Near) else _echo(node, counts)


def _bracket(term: Term, count: TermCount | None) -> str:
    if count is None:
        return ""
    any_accents = f"mọi dấu: {_number(count.folded)}"
    if count.exact is None:
        return f" [{any_accents}]"
    exact = f"đúng dấu: {_number(count.exact or 0)}"
    return f" [{exact}]" if term.form == "exact" else f" [{exact}, {any_accents}]"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")

"""Says how a query was understood: its terms, each with its own counts, and the whole in standard form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import sqlite_utils

from archive.search.answer import TermCount, Understood
from archive.search.pieces import VIETNAMESE, in_words, pieces
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
    terms = tuple(dict.fromkeys(found.values()))
    return Understood(written(root), terms, in_words(pieces(root, terms), VIETNAMESE))


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

"""Says how a query was understood: its terms, each with its own counts, and the whole in standard form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

import sqlite_utils

from archive.search.answer import TermCount, Understood
from archive.search.evaluate import find
from archive.search.match import Table
from archive.search.pieces import VIETNAMESE, in_words, pieces
from archive.search.plan import match_of
from archive.search.query import And, Filter, Near, Node, Not, Or, Term, written
from archive.search.rowids import Rowids
from archive.search.tiers import count_match


def understood(db: sqlite_utils.Database, root: Node, counts: bool = True) -> Understood:
    """How `root` was understood, with the number of articles for each of its terms; without, if not `counts`."""
    return told(root, counted(db, None, root) if counts else {})


def counted(db: sqlite_utils.Database, without: Rowids | None, root: Node) -> dict[Term, TermCount]:
    """Each term of `root` with its own counts, less the articles `without`."""
    found: dict[Term, TermCount] = {}
    for term, excluded in _terms(root, False):
        form = _asked(term)
        exact = _count(db, term, "exact", without) if form == "exact" else None
        found[term] = TermCount(written(term), form, exact, _count(db, term, "folded", without), excluded)
    return found


def added(parts: Iterable[dict[Term, TermCount]]) -> dict[Term, TermCount]:
    """The counts of each term in all parts."""
    found: dict[Term, TermCount] = {}
    for one in parts:
        for term, count in one.items():
            before = found.get(term)
            if before is None:
                found[term] = count
                continue
            exact = None if count.exact is None else count.exact + (before.exact or 0)
            found[term] = replace(count, exact=exact, folded=count.folded + before.folded)
    return found


def told(root: Node, found: dict[Term, TermCount]) -> Understood:
    """How `root` was understood, given the counts of its terms.

    `echo` is the query in words for a reader: `tỉnh [đúng dấu: 12.403, mọi dấu: 15.020] VÀ uy [mọi dấu: 88.120]`.
    """
    terms = tuple(dict.fromkeys(found.values()))
    return Understood(written(root), terms, in_words(pieces(root, terms), VIETNAMESE))


def _count(db: sqlite_utils.Database, term: Term, table: Table, without: Rowids | None) -> int:
    number = count_match(db, match_of(term, table))
    return number if without is None else number - len(find(db, match_of(term, table)) & without)


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

"""The order by relevance: step by step, within a step by bm25.

Words are meant, not syllables. Two syllables of a query are one word where most articles that hold both hold them side
by side; `bầu cử tổng thống Mỹ` is of three words. So hits come in these steps: of a query of three syllables at most
first those that hold it whole as a phrase, in the headline before elsewhere; then those that hold all of its words in
the headline, all of its words, all of its syllables. Within a step bm25 weighs the words of the step and of the query.
Measured on judged queries (`make bench-relevance`): words that merely stand near each other gain nothing over that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeAlias

import sqlite_utils

from archive.search.grammar.matcher import Table, Tier
from archive.search.grammar.tree import And, Filter, Near, Node, Not, Or, Term, terms
from archive.search.planner.plan import expression

SHORT: Final = 3
"""Syllables of a query that is a word or a name: as a phrase it comes first."""

TOGETHER: Final = 0.3
"""Of the articles that hold two syllables, the share that holds them side by side where the two are a word."""

Pair: TypeAlias = tuple[Term, Term]
"""Two neighbouring words of a query."""

_NEWEST = 5000  # articles that tell what a word is; the whole archive where few of these hold both syllables
_ENOUGH = 20
_SINCE = "SELECT search_rowid FROM articles INDEXED BY articles_facts ORDER BY 1 DESC LIMIT 1 OFFSET ?"
_COUNT: dict[Table, str] = {
    "exact": "SELECT count(*) FROM exact WHERE exact MATCH ? AND rowid >= ?",
    "folded": "SELECT count(*) FROM folded WHERE folded MATCH ? AND rowid >= ?",
}


def table_of(root: Node, tier: Tier) -> Table:
    """The table in which the hits of `tier` are weighed, where they are not all of one MATCH."""
    exact = tier == "exact" and all(term.form != "folded" for term in terms(root, wanted_only=True))
    return "exact" if exact else "folded"


def words(root: Node) -> tuple[Term, ...]:
    """The words and phrases of a query that asks for nothing else, in order; none where it asks for more."""
    parts = root.parts if isinstance(root, And) else (root,)
    wanted = [part for part in parts if not isinstance(part, Filter | Not)]
    plain = [part for part in wanted if isinstance(part, Term) and not part.prefix and part.column is None]
    return tuple(plain) if len(plain) == len(wanted) else ()


def pairs(root: Node) -> tuple[Pair, ...]:
    """The neighbours in `root` that may be one word."""
    return tuple((one, two) for one, two in pairwise(words(root)) if len(one.words) == len(two.words) == 1)


def counted(db: sqlite_utils.Database, table: Table, asked: Sequence[Pair]) -> list[tuple[int, int]]:
    """Of each pair how many articles hold both words, and how many hold them side by side."""
    newest = db.conn.execute(_SINCE, (_NEWEST - 1,)).fetchone() if asked else None

    def count(match: str, since: int) -> int:
        return int(db.conn.execute(_COUNT[table], (match, since)).fetchone()[0])

    found = []
    for one, two in asked:
        both, beside = (
            f"({expression(one, table)}) AND ({expression(two, table)})",
            expression(_phrase(one, two), table),
        )
        since = newest[0] if newest else 0
        articles = count(both, since)
        if since and articles < _ENOUGH:
            since = 0
            articles = count(both, since)
        found.append((articles, count(beside, since)))
    return found


def steps(root: Node, of_pairs: Sequence[tuple[int, int]]) -> tuple[Node, ...]:
    """What the hits of each step must hold beside the query, the last step's being nothing but the query.

    `of_pairs` are the counts of `pairs(root)`.
    """
    typed, units = words(root), words_meant(root, of_pairs)
    if not typed:
        return (root,)
    every = sum(len(term.words) for term in typed)
    whole = (_phrase(*typed),)
    words_of_it = [_in_headline(units), units]
    phrases = [_in_headline(whole), whole] if every <= SHORT else []
    # A phrase is weighed by itself: for each word beside it bm25 would read all articles with that word once more.
    limited = not isinstance(root, And) or all(isinstance(part, Term | Filter) for part in root.parts)
    held = {one: And(one) if limited else And((*one, root)) for one in phrases}
    held |= {one: And((*one, root)) for one in words_of_it if one not in held}
    return (*(step for one, step in held.items() if one != typed), root)


def is_headline(step: Node) -> bool:
    """Whether `step` is of the headlines that hold one phrase, which are alike: bm25 would tell but their lengths, and
    read all articles of the phrase a second time.
    """
    phrase = [part for part in step.parts if not isinstance(part, Filter)] if isinstance(step, And) else []
    return len(phrase) == 1 and isinstance(phrase[0], Term) and phrase[0].column == "headline"


def words_meant(root: Node, of_pairs: Sequence[tuple[int, int]]) -> tuple[Term, ...]:
    """The words of a query: neighbours that stand side by side are joined, those first that do so most often.

    None where `words` are none.
    """
    typed = words(root)
    shares = {pair: beside / both if both else 0.0 for pair, (both, beside) in zip(pairs(root), of_pairs, strict=True)}
    best: list[tuple[float, tuple[Term, ...]]] = [(0.0, ())]
    for at, term in enumerate(typed):
        score, before = best[at]
        chosen = score, (*before, term)
        if at:
            share = shares.get((typed[at - 1], term), 0.0)
            score, before = best[at - 1]
            if share >= TOGETHER and score + share > chosen[0]:
                chosen = score + share, (*before, _phrase(typed[at - 1], term))
        best.append(chosen)
    return best[-1][1]


def _phrase(*typed: Term) -> Term:
    return replace(typed[0], words=tuple(word for term in typed for word in term.words))


def _in_headline(typed: Sequence[Term]) -> tuple[Term, ...]:
    return tuple(replace(term, column="headline") for term in typed)


def projected(node: Node, table: Table) -> str | None:
    """One MATCH that finds all that `node` can find, by its words alone; None where no words are asked for.

    bm25 needs a MATCH, and the score of a hit depends on the words of it only.
    """
    match node:
        case Term() | Near():
            return expression(node, table)
        case And():
            parts = [projected(part, table) for part in node.parts]
            return " AND ".join(f"({part})" for part in parts if part) or None
        case Or():
            parts = [projected(part, table) for part in node.parts]
            return " OR ".join(f"({part})" for part in parts if part) if all(parts) else None
        case Not() | Filter():
            return None

"""Where few articles hold all words of a query: those that hold one of them at least, said to be so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from archive.search.answer import Answer, Beside
from archive.search.backend import Backend, Questions, ask, found
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import And, Filter, Node, Not, Or, Term, written
from archive.search.planner.accents import widened
from archive.search.planner.plan import tiers
from archive.search.ranking import relevance
from archive.search.request import SearchRequest

FEW: Final = 10
"""Hits below which others are shown beside them."""

_TELLING = 100  # times as many articles as the rarest word has: a word with more tells nothing beside it


def beside(
    held: Backend, find: Callable[[SearchRequest], Answer], asked: SearchRequest, answer: Answer
) -> Beside | None:
    """The best articles that hold one of the words of `asked` at least, where `answer` to it has few hits.

    Words in no article are left out, and those that tell least. Where nothing holds a word as typed, any accents count.
    None for a query that is but one word, or more than words and limits.
    """
    whole = asked.counts and asked.order == "best" and not (asked.unlikely or asked.cursor or answer.cursor)
    missing = min(FEW, asked.limit) - len(answer.hits)
    if not whole or missing < 1:
        return None
    query, shown = asked.read(), {hit.public_id for hit in answer.hits}
    other = answer.hits and answer.total_exact == 0
    for root in dict.fromkeys((widened(query.root) if other else query.root, widened(query.root))):
        relaxed, dropped = _relaxed(held, asked, root)
        if relaxed is None:
            continue
        text = written(relaxed)
        more = find(replace(asked, query=parse(text), limit=FEW, facets=()))
        hits = tuple(hit for hit in more.hits if hit.public_id not in shown)[:missing]
        if hits:
            return Beside(text, more.total or 0, dropped, hits)
    return None


def _relaxed(held: Backend, asked: SearchRequest, root: Node) -> tuple[Node | None, tuple[str, ...]]:
    """What asks for one at least of the telling words of `root`, and the words left out."""

    def questions(asking: Questions) -> list[tuple[Term, int]]:
        table = relevance.table_of(root, tiers(root)[0])
        of_pairs = relevance.added(asking.each(relevance.counted, table, relevance.pairs(root)))
        units = relevance.words_meant(root, of_pairs)
        return [(unit, sum(map(len, found(asking, unit)))) for unit in units] if len(units) > 1 else []

    numbers = ask(held, asked.read().text, asked.seconds, questions)
    rarest = min((number for _, number in numbers if number), default=0)
    kept = [unit for unit, number in numbers if 0 < number <= _TELLING * rarest]
    if not kept:
        return None, ()
    words = kept[0] if len(kept) == 1 else Or(tuple(kept))
    limits = [part for part in root.parts if isinstance(part, Filter | Not)] if isinstance(root, And) else []
    return And((words, *limits)) if limits else words, tuple(written(unit) for unit, _ in numbers if unit not in kept)

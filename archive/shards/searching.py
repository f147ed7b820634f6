"""The answer of several shards to a search, as `archive.search.engine` gives it of one archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from archive.search import unlikely
from archive.search.answer import Answer, Hit
from archive.search.asked import Asked
from archive.search.echo import added, told
from archive.search.plan import tiers
from archive.search.query import Query, filters
from archive.shards import asked as shard
from archive.shards.adding import added_facets, begun_words, explained, not_yet
from archive.shards.asked import Ask, Counts, Page
from archive.shards.order import Placed, edge_in, sort_key, write_cursor
from archive.shards.questions import ShardQuestions
from archive.shards.ranking import best


def answer(questions: ShardQuestions, asked: Asked, query: Query, last: Placed | None, names: Sequence[str]) -> Answer:
    """The answer to what is `asked`, read as `query`, from after the hit `last`; the shards have these `names`."""
    resolved = replace(query, root=questions.resolved(query.root))
    asks = {
        number: Ask(resolved, without, asked.within, asked.as_of, asked.earlier)
        for number, without in zip(questions.parts, questions.without, strict=True)
    }
    notes = [*query.notes, *not_yet(questions, asked.as_of)]
    counted, page = _found(questions, asks, asked, last, notes)
    shown = page[: asked.limit]
    suggestions: tuple[str, ...] = ()
    if not page and last is None:
        reasons, suggestions = explained(questions, query, asks)
        notes.extend(reasons)
    notes.extend(f"the archive has no {one.kind} '{one.label}'" for one in filters(resolved.root) if one.meant == ())
    notes.extend(begun_words(counted))
    by_tier = tiers(query.root)
    sums = [sum(one.tiers[at] for one in counted.values()) for at in (0, 1)]
    more = len(page) > asked.limit
    return Answer(
        understood=told(query.root, added(one.terms for one in counted.values())),
        total_exact=sums[0] if asked.counts and by_tier[0] == "exact" else None,
        total_folded=sums[1] if asked.counts else None,
        hits=_hits(questions, asks, shown, [by_tier[one.edge.position] for one in shown]),
        cursor=write_cursor(query.text, asked.order, shown[-1], names[shown[-1].shard]) if more else None,
        notes=tuple(dict.fromkeys((*notes, *questions.notes))),
        order=asked.order,
        facets=added_facets(questions, asked.facets, counted, sums[1]),
        suggestions=suggestions,
        unlikely=_unlikely(questions, asked, resolved),
    )


def _unlikely(questions: ShardQuestions, asked: Asked, query: Query) -> int | None:
    # a page that two archives hold is counted twice
    if not asked.counts or asked.within or asked.as_of or asked.earlier:
        return None
    return sum(questions.each(unlikely.count, query.root))


def _found(
    questions: ShardQuestions, asks: Mapping[int, Ask], asked: Asked, last: Placed | None, notes: list[str]
) -> tuple[dict[int, Counts], list[Placed]]:
    """What each shard counts, and the hits of the next page of all with one more."""
    order, most = asked.order, asked.limit + 1
    pages = {
        number: None if order == "best" else Page(order, most, edge_in(number, last, order) if last else None)
        for number in asks
    }
    wanted = tuple(asked.facets), asked.counts
    counted = questions.by_shard(shard.counts, {number: (ask, *wanted, pages[number]) for number, ask in asks.items()})
    if order == "best":
        return counted, best(questions, asks, most, last, notes)
    every = [Placed(edge, number) for number, found in counted.items() for edge in found.page]
    return counted, sorted(every, key=lambda one: sort_key(one, order))[:most]


def _hits(
    questions: ShardQuestions, asks: Mapping[int, Ask], shown: Sequence[Placed], names: Sequence[Any]
) -> tuple[Hit, ...]:
    wanted: dict[int, list[tuple[int, Any]]] = {}
    for one, tier in zip(shown, names, strict=True):
        wanted.setdefault(one.shard, []).append((one.edge.rowid, tier))
    answers = questions.by_shard(shard.shown, {number: (asks[number], found) for number, found in wanted.items()})
    by_place = {(number, hit.rowid, hit.tier): hit for number, found in answers.items() for hit in found}
    places = [(one.shard, one.edge.rowid, tier) for one, tier in zip(shown, names, strict=True)]
    return tuple(by_place[place] for place in places if place in by_place)

"""The answer of several shards to a search, as `archive.search.engine` gives it of one archive: counts added up, hits
ranked and in one order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import sqlite_utils

from archive.cluster import shard_answers
from archive.cluster import shard_answers as shard
from archive.cluster.bm25 import Statistics, Weighing, scores, statistics, total, weighing
from archive.cluster.pool import ShardQuestions
from archive.cluster.shard_answers import BEGUN, Counts, Page, ShardQuery, sources_of, tiers_of
from archive.errors import UsageError
from archive.messages.message import Message
from archive.search import facets as faceting
from archive.search import unlikely
from archive.search.answer import Answer, Facet, Hit, Order
from archive.search.grammar.matcher import Table, Tier
from archive.search.grammar.tree import Node, Query, filters, written
from archive.search.index.docids import day_of, minute_of, sort_key
from archive.search.planner.accents import added
from archive.search.planner.executor import alone
from archive.search.planner.offers import offers
from archive.search.planner.past import before_first
from archive.search.planner.plan import plan, tiers
from archive.search.query_echo import add_counts, describe
from archive.search.ranking import cursor as cursors
from archive.search.ranking import relevance
from archive.search.ranking.cursor import Edge
from archive.search.ranking.sort import MOST_RANKED
from archive.search.request import SearchRequest
from archive.search.suggest import lacking


@dataclass(frozen=True, slots=True)
class Placed:
    """A hit, as the edge it would be in its shard, and the number of that shard."""

    edge: Edge
    shard: int


def placed_key(one: Placed, order: Order) -> tuple[object, ...]:
    """What sorts hits in `order`, within which each shard's own order stands."""
    first, _ = minute_of(one.edge.rowid)
    if order == "oldest":
        return one.edge.position, first, one.shard, one.edge.rowid
    newest = -first, -one.shard, -one.edge.rowid
    return (one.edge.position, one.edge.key, *newest) if order == "source" else (one.edge.position, *newest)


def edge_in(shard: int, last: Placed, order: Order) -> Edge:
    """Where the page after `last` begins in `shard`: what comes behind this edge there comes behind `last`."""
    edge = last.edge
    if shard == last.shard:
        return edge
    first, end = minute_of(edge.rowid)
    # A shard of a lower number comes after `last` in its minute when the newest come first, before it when the oldest.
    whole_minute_left = shard > last.shard if order == "oldest" else shard < last.shard
    if order == "oldest":
        return Edge(edge.position, edge.key, first - 1 if whole_minute_left else end)
    return Edge(edge.position, edge.key, end + 1 if whole_minute_left else first)


def write_cursor(query: str, order: Order, last: Placed, name: str) -> str:
    """The cursor for the page after `last`, of the shard called `name`."""
    return cursors.packed([cursors.write(query, order, last.edge), name])


def read_cursor(cursor: str, query: str, order: Order, names: list[str]) -> Placed:
    """The last hit of the page before; raises UsageError where `cursor` is none, or of other shards or queries."""
    try:
        inner, name = cursors.unpacked(cursor)
        shard = names.index(name)
    except (ValueError, TypeError) as error:
        raise UsageError(
            "'{cursor}' is no cursor of these shards: begin with the first page", cursor=cursor[:40]
        ) from error
    return Placed(cursors.read(str(inner), query, order), shard)


_MOST_SUGGESTED: Final = 3
_EVERYWHERE: Final = "is found in other accents only"


def begun_words(counted: Mapping[int, Counts]) -> list[str]:
    """What the begun words of the query stand for in any shard, a few of each."""
    notes: list[str] = []
    for term in dict.fromkeys(term for one in counted.values() for term in one.begun):
        found = sorted({word for one in counted.values() for word in one.begun.get(term, ())})[:BEGUN]
        more = ", …" if len(found) == BEGUN else ""
        message = "{written} stands for: {found}{more}"
        notes.append(Message(message, written=written(term), found=", ".join(found[: BEGUN - 1]), more=more))
    return notes


def added_facets(
    questions: ShardQuestions, asked: SearchRequest, counted: Mapping[int, Counts], hits: int
) -> tuple[Facet, ...]:
    """The facets of all shards, cut to their most frequent values after adding."""
    labels = dict(sources_of(questions.facts.values()))
    summed = {name: Counter[str]() for name in asked.facets}
    over: dict[str, faceting.Over] = {}
    for one in counted.values():
        for name, numbers in one.facets.items():
            summed[name].update(numbers)
        for name, values in one.over.items():
            for value, months in values.items():
                over.setdefault(name, {}).setdefault(value, Counter()).update(months)
    for name in ("month", "year"):
        if name in summed:
            summed[name] = Counter(dict(sorted(summed[name].items())))
    if "person" in summed:
        for printed in questions.each(faceting.printed_names, faceting.most(summed["person"], faceting.MOST_VALUES)):
            labels = printed | labels
    return tuple(
        faceting.with_times(faceting.facet(name, summed[name], hits, labels), over.get(name), asked.parts)
        for name in asked.facets
    )


def not_yet(questions: ShardQuestions, day: date | None) -> tuple[str, ...]:
    """Says that no shard held anything yet at the end of `day`, where that is so."""
    stamps = [facts.first_captured for facts in questions.facts.values() if facts.first_captured]
    return before_first(min(stamps, default=""), day) if day else ()


def explained(
    questions: ShardQuestions, query: Query, asks: Mapping[int, ShardQuery]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why there is nothing: what every shard says, which days all of them cover, and what some would find."""
    answers = questions.by_shard(shard_answers.explained, {shard: (ask,) for shard, ask in asks.items()}).values()
    reasons = [reason for said, _ in answers for reason in said]
    notes = [
        reason for reason, times in Counter(reasons).items() if times == len(answers) or reason.endswith(_EVERYWHERE)
    ]
    days = [day for facts in questions.facts.values() for day in facts.days if day]
    if days and any(limit.kind == "day" for limit in filters(query.root)):
        notes = [note for note in notes if not note.startswith("the archive covers ")]
        first, last = (day_of(day << 16).isoformat() for day in (min(days), max(days)))
        notes.append(Message("the archive covers {first} to {last}", first=first, last=last))
    suggested = Counter(other for _, suggestions in answers for other in suggestions)
    return tuple(notes), tuple(other for other, _ in suggested.most_common(_MOST_SUGGESTED))


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many hits each tier adds here, and the table whose one MATCH is all of the first tier, if one is."""

    fresh: tuple[int, ...]
    alone: Table | None


def best(
    questions: ShardQuestions, asks: Mapping[int, ShardQuery], most: int, last: Placed | None, notes: list[str]
) -> list[Placed]:
    """The next `most` of the best hits after `last`, tier by tier; adds to `notes` what was cut."""
    sized = questions.by_shard(sizes, {shard: (ask,) for shard, ask in asks.items()})
    root = next(iter(asks.values())).query.root
    names = tiers(root)
    tables = {one.alone for one in sized.values()}
    alone = tables.pop() if len(tables) == 1 else None
    found: list[Placed] = []
    left = MOST_RANKED
    for position in range(len(names)):
        number = sum(one.fresh[position] for one in sized.values())
        if position >= (last.edge.position if last else 0) and len(found) < most:
            first = position == 0 and alone is not None
            table = alone if alone is not None and first else relevance.table_of(root, names[position])
            weighed = _weighings(questions, root, table, names[0] if first else None)
            ranked = _ranked(questions, asks, position, weighed, left)
            skipped = int(last.edge.key) if last and position == last.edge.position else 0
            wanted = ranked[skipped : skipped + most - len(found)]
            found.extend(
                Placed(Edge(position, str(skipped + at), rowid), shard)
                for at, (rowid, shard) in enumerate(wanted, start=1)
            )
        if number > left:
            every = sum(sum(one.fresh) for one in sized.values())
            message = "ranked are {most_ranked:,} of {every:,} hits: the exact ones first, of each kind the newest"
            notes.append(Message(message, most_ranked=MOST_RANKED, every=every))
            break
        left -= number
    return found


def sizes(db: sqlite_utils.Database, ask: ShardQuery) -> Sizes:
    """How many hits each tier adds here."""
    found, then = tiers_of(db, ask)
    whole = ask.within is not None or then is not None  # `without` is no limit that anybody asked for
    single = None if whole else alone(db, plan(ask.query.root, found.names[0]))
    fresh = tuple(len(found.fresh(position)) for position in range(len(found.names)))
    return Sizes(fresh, single[0].table if single else None)


def scored(
    db: sqlite_utils.Database,
    ask: ShardQuery,
    position: int,
    weighed: Sequence[tuple[Weighing, Statistics]],
    among: int,
) -> list[tuple[int, int, float]]:
    """The newest `among` hits that the tier at `position` adds, each with its step and its score in that."""
    rows = tiers_of(db, ask)[0].fresh(position).newest(among)
    by: dict[int, tuple[int, float]] = {}
    for step, (one, whole) in enumerate(weighed):
        for rowid, score in scores(db, one, rows, whole).items():
            by.setdefault(rowid, (step, score))
    return [(rowid, *by.get(rowid, (len(weighed), 0.0))) for rowid in rows]


def _weighings(
    questions: ShardQuestions, root: Node, table: Table, tier: Tier | None
) -> list[tuple[Weighing, Statistics]]:
    """How the hits of each step are weighed, with what all shards know of the words; none where none are asked for."""
    asked = relevance.pairs(root)
    of_pairs = relevance.added(questions.each(relevance.counted, table, asked))
    found = []
    for step in relevance.steps(root, of_pairs):
        weighed = weighing(step, table, tier)
        if weighed is not None:
            found.append((weighed, total([part for part in questions.each(statistics, weighed) if part.rows])))
    return found


def _ranked(
    questions: ShardQuestions,
    asks: Mapping[int, ShardQuery],
    position: int,
    weighed: Sequence[tuple[Weighing, Statistics]],
    among: int,
) -> list[tuple[int, int]]:
    """Rowid and shard of the newest `among` hits of a tier, the best first."""
    answers = questions.by_shard(scored, {shard: (ask, position, weighed, among) for shard, ask in asks.items()})
    hits = [
        (sort_key(shard, rowid), (step, score), rowid, shard)
        for shard, answer in answers.items()
        for rowid, step, score in answer
    ]
    hits.sort(key=lambda one: one[0], reverse=True)
    return [(rowid, shard) for _, _, rowid, shard in sorted(hits[:among], key=lambda one: one[1])]


def answer(
    questions: ShardQuestions, asked: SearchRequest, query: Query, last: Placed | None, names: Sequence[str]
) -> Answer:
    """The answer to what is `asked`, read as `query`, from after the hit `last`; the shards have these `names`."""
    resolved = replace(query, root=questions.resolved(query.root))
    asks = {
        number: ShardQuery(resolved, without, asked.within, asked.as_of, asked.earlier)
        for number, without in zip(questions.parts, questions.without, strict=True)
    }
    notes = [*query.notes, *not_yet(questions, asked.as_of)]
    counted, page = _found(questions, asks, asked, last, notes)
    shown = page[: asked.limit]
    suggestions: tuple[str, ...] = ()
    if not page and last is None:
        reasons, suggestions = explained(questions, query, asks)
        notes.extend(reasons)
    notes.extend(lacking(one) for one in filters(resolved.root) if one.meant == ())
    notes.extend(begun_words(counted))
    by_tier = tiers(query.root)
    accents = added([one.accents for one in counted.values() if one.accents]) if asked.counts or asked.facets else None
    told = accents if asked.counts else None
    more = len(page) > asked.limit
    return Answer(
        understood=replace(describe(query.root, add_counts(one.terms for one in counted.values())), accents=told),
        total_exact=told.articles if told and told.rule == "typed" else None,
        total_folded=told.any_accents if told else None,
        hits=_hits(questions, asks, shown, [by_tier[one.edge.position] for one in shown]),
        cursor=write_cursor(query.text, asked.order, shown[-1], names[shown[-1].shard]) if more else None,
        notes=tuple(dict.fromkeys((*notes, *questions.notes))),
        order=asked.order,
        facets=added_facets(questions, asked, counted, (accents.articles if accents else None) or 0),
        suggestions=suggestions,
        offers=offers(resolved, [sum(of) for of in zip(*(one.offers for one in counted.values()), strict=True)])
        if asked.counts and counted
        else (),
        unlikely=_unlikely(questions, asked, resolved),
    )


def _unlikely(questions: ShardQuestions, asked: SearchRequest, query: Query) -> int | None:
    # a page that two archives hold is counted twice
    if not asked.counts or asked.within or asked.as_of or asked.earlier:
        return None
    return sum(questions.each(unlikely.count, query.root))


def _found(
    questions: ShardQuestions,
    asks: Mapping[int, ShardQuery],
    asked: SearchRequest,
    last: Placed | None,
    notes: list[str],
) -> tuple[dict[int, Counts], list[Placed]]:
    """What each shard counts, and the hits of the next page of all with one more."""
    order, most = asked.order, asked.limit + 1
    pages = {
        number: None if order == "best" else Page(order, most, edge_in(number, last, order) if last else None)
        for number in asks
    }
    wanted = tuple(asked.facets), asked.counts, asked.parts > 0
    counted = questions.by_shard(shard.counts, {number: (ask, *wanted, pages[number]) for number, ask in asks.items()})
    if order == "best":
        return counted, best(questions, asks, most, last, notes)
    every = [Placed(edge, number) for number, found in counted.items() for edge in found.page]
    return counted, sorted(every, key=lambda one: placed_key(one, order))[:most]


def _hits(
    questions: ShardQuestions, asks: Mapping[int, ShardQuery], shown: Sequence[Placed], names: Sequence[Any]
) -> tuple[Hit, ...]:
    wanted: dict[int, list[tuple[int, Any]]] = {}
    for one, tier in zip(shown, names, strict=True):
        wanted.setdefault(one.shard, []).append((one.edge.rowid, tier))
    answers = questions.by_shard(shard.shown, {number: (asks[number], found) for number, found in wanted.items()})
    by_place = {(number, hit.rowid, hit.tier): hit for number, found in answers.items() for hit in found}
    places = [(one.shard, one.edge.rowid, tier) for one, tier in zip(shown, names, strict=True)]
    return tuple(by_place[place] for place in places if place in by_place)

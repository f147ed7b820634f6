"""The best hits of several shards, as one archive of all their articles would rank them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlite_utils

from archive.search.cursor import Edge
from archive.search.evaluate import alone
from archive.search.match import Table
from archive.search.plan import plan, tiers
from archive.search.ranking import MOST_RANKED
from archive.search.slots import place_of
from archive.shards.asked import Ask, tiers_of
from archive.shards.order import Placed
from archive.shards.questions import ShardQuestions
from archive.shards.weighing import Statistics, Weighing, scores, statistics, total, weighing


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many hits each tier adds here, and the table whose one MATCH is all of the first tier, if one is."""

    fresh: tuple[int, ...]
    alone: Table | None


def best(
    questions: ShardQuestions, asks: Mapping[int, Ask], most: int, last: Placed | None, notes: list[str]
) -> list[Placed]:
    """The next `most` of the best hits after `last`, tier by tier; adds to `notes` what was cut."""
    sized = questions.by_shard(sizes, {shard: (ask,) for shard, ask in asks.items()})
    root = next(iter(asks.values())).query.root
    names = tiers(root)
    tables = {one.alone for one in sized.values()}
    table = tables.pop() if len(tables) == 1 else None
    found: list[Placed] = []
    left = MOST_RANKED
    for position in range(len(names)):
        number = sum(one.fresh[position] for one in sized.values())
        if position >= (last.edge.position if last else 0) and len(found) < most:
            weighed = (
                weighing(root, table, names[0])
                if position == 0 and table is not None
                else weighing(root, "folded", None)
            )
            ranked = _ranked(questions, asks, position, weighed, left)
            skipped = int(last.edge.key) if last and position == last.edge.position else 0
            wanted = ranked[skipped : skipped + most - len(found)]
            found.extend(
                Placed(Edge(position, str(skipped + at), rowid), shard)
                for at, (rowid, shard) in enumerate(wanted, start=1)
            )
        if number > left:
            every = sum(sum(one.fresh) for one in sized.values())
            notes.append(f"ranked are {MOST_RANKED:,} of {every:,} hits: the exact ones first, of each kind the newest")
            break
        left -= number
    return found


def sizes(db: sqlite_utils.Database, ask: Ask) -> Sizes:
    """How many hits each tier adds here."""
    found, then = tiers_of(db, ask)
    whole = ask.within is not None or then is not None  # `without` is no limit that anybody asked for
    single = None if whole else alone(db, plan(ask.query.root, found.names[0]))
    fresh = tuple(len(found.fresh(position)) for position in range(len(found.names)))
    return Sizes(fresh, single[0].table if single else None)


def scored(
    db: sqlite_utils.Database, ask: Ask, position: int, weighed: Weighing | None, whole: Statistics | None, among: int
) -> list[tuple[int, float]]:
    """The newest `among` hits that the tier at `position` adds, with their scores by the `whole`; 0 without words."""
    rows = tiers_of(db, ask)[0].fresh(position).newest(among)
    by = scores(db, weighed, rows, whole) if weighed and whole else {}
    return [(rowid, by.get(rowid, 0.0)) for rowid in rows]


def _ranked(
    questions: ShardQuestions, asks: Mapping[int, Ask], position: int, weighed: Weighing | None, among: int
) -> list[tuple[int, int]]:
    """Rowid and shard of the newest `among` hits of a tier, the best first."""
    whole = None
    if weighed is not None:
        whole = total([part for part in questions.each(statistics, weighed) if part.rows])
    answers = questions.by_shard(scored, {shard: (ask, position, weighed, whole, among) for shard, ask in asks.items()})
    hits = [
        (place_of(shard, rowid), score, rowid, shard) for shard, answer in answers.items() for rowid, score in answer
    ]
    hits.sort(key=lambda one: one[0], reverse=True)
    return [(rowid, shard) for _, _, rowid, shard in sorted(hits[:among], key=lambda one: one[1])]

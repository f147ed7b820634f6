"""The best hits of several shards, as one archive of all their articles would rank them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlite_utils

from archive.search.cursor import Edge
from archive.search.damage import damage_named
from archive.search.deadline import deadline
from archive.search.evaluate import alone
from archive.search.match import Table
from archive.search.memory import snapshot
from archive.search.plan import plan, tiers
from archive.search.ranking import MOST_RANKED
from archive.search.slots import minute_of
from archive.shards.asked import Ask, tiers_of
from archive.shards.order import Placed
from archive.shards.weighing import Statistics, Weighing, scores, statistics, total, weighing
from archive.shards.workers import Workers


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many hits each tier adds here, and the table whose one MATCH is all of the first tier, if one is."""

    fresh: tuple[int, ...]
    alone: Table | None


def best(
    workers: Workers, asks: Mapping[int, Ask], most: int, last: Placed | None, notes: list[str]
) -> list[Placed] | dict[int, Exception]:
    """The next `most` of the best hits after `last`, tier by tier; adds to `notes` what was cut.

    Where a shard fails, the failures by shard instead.
    """
    sized = workers.ask(sizes, {shard: (ask,) for shard, ask in asks.items()})
    if failed := failures(sized):
        return failed
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
            ranked = _ranked(workers, asks, position, weighed, left)
            if isinstance(ranked, dict):
                return ranked
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


def failures(answers: Mapping[int, Any]) -> dict[int, Exception]:
    """The shards that gave an exception, with it."""
    return {shard: answer for shard, answer in answers.items() if isinstance(answer, Exception)}


def sizes(db: sqlite_utils.Database, ask: Ask) -> Sizes:
    """How many hits each tier adds here."""
    with damage_named(), deadline(db.conn, ask.query.text, ask.seconds), snapshot(db.conn):
        found, then = tiers_of(db, ask)
        whole = ask.within is not None or then is not None  # `without` is no limit that anybody asked for
        single = None if whole else alone(db, plan(ask.query.root, found.names[0]))
        fresh = tuple(len(found.fresh(position)) for position in range(len(found.names)))
        return Sizes(fresh, single[0].table if single else None)


def measured(db: sqlite_utils.Database, ask: Ask, weighed: Weighing) -> Statistics:
    """This shard's part of the statistics."""
    with damage_named(), deadline(db.conn, ask.query.text, ask.seconds), snapshot(db.conn):
        return statistics(db, weighed)


def scored(
    db: sqlite_utils.Database, ask: Ask, position: int, weighed: Weighing | None, whole: Statistics | None, among: int
) -> list[tuple[int, float]]:
    """The newest `among` hits that the tier at `position` adds, with their scores by the `whole`; 0 without words."""
    with damage_named(), deadline(db.conn, ask.query.text, ask.seconds), snapshot(db.conn):
        rows = tiers_of(db, ask)[0].fresh(position).newest(among)
        by = scores(db, weighed, rows, whole) if weighed and whole else {}
        return [(rowid, by.get(rowid, 0.0)) for rowid in rows]


def _ranked(
    workers: Workers, asks: Mapping[int, Ask], position: int, weighed: Weighing | None, among: int
) -> list[tuple[int, int]] | dict[int, Exception]:
    """Rowid and shard of the newest `among` hits of a tier, the best first."""
    whole = None
    if weighed is not None:
        parts = workers.ask(measured, {shard: (ask, weighed) for shard, ask in asks.items()})
        if failed := failures(parts):
            return failed
        whole = total([part for part in parts.values() if part.rows])
    answers = workers.ask(scored, {shard: (ask, position, weighed, whole, among) for shard, ask in asks.items()})
    if failed := failures(answers):
        return failed
    hits = [
        ((-minute_of(rowid)[0], -shard, -rowid), score, rowid, shard)
        for shard, answer in answers.items()
        for rowid, score in answer
    ]
    hits.sort(key=lambda one: one[0])
    return [(rowid, shard) for _, _, rowid, shard in sorted(hits[:among], key=lambda one: (one[1], one[0]))]

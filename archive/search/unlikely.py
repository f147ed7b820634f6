"""Searches the pages that are probably no articles, and keeps their index.

They stand in tables of their own, so whatever counts or lists articles leaves them out by construction.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

import sqlite_utils

from archive.errors import UsageError
from archive.search.answer import Answer, Hit, Order
from archive.search.grammar.matcher import Tier, holds
from archive.search.grammar.tree import COLUMNS, Filter, Node, Query
from archive.search.index.writer import UNLIKELY_INDEX
from archive.search.planner import filters, offers
from archive.search.planner.accents import Accents, rule_of
from archive.search.planner.plan import All, Any, Check, Match, Plan, plan, tiers
from archive.search.query_echo import understood
from archive.search.ranking import sort
from archive.search.ranking.hits import marked, snippet
from archive.search.ranking.sort import Edge
from archive.search.request import SearchRequest
from archive.store import unlikely
from archive.store.rows import columns
from archive.store.unlikely import UnlikelyRow
from archive.text.analyzer import prepare
from archive.text.folding import fold

_NAMES = ", ".join(COLUMNS)
_ONE_OF = "IN (SELECT value FROM json_each(?))"


def count(db: sqlite_utils.Database, root: Node) -> int:
    """How many of these pages `root` means."""
    return len(_find(db, plan(root, tiers(root)[-1])))


def answer(db: sqlite_utils.Database, asked: SearchRequest, query: Query) -> Answer:
    """The answer to what is `asked` of these pages alone, tier by tier; the best are the most probable ones.

    Raises UsageError for a cursor whose page is gone.
    """
    root, names = query.root, tiers(query.root)
    found: dict[int, int] = {}
    totals = []
    for position, tier in enumerate(names):
        held = _find(db, plan(root, tier))
        totals.append(len(held))
        for page in held:
            found.setdefault(page, position)
    ordered = _ordered(db, found, asked.order)
    start = _behind(ordered, sort.read(asked.cursor, query.text, asked.order)) if asked.cursor else 0
    shown = ordered[start : start + asked.limit]
    rows = {row.id: row for row in unlikely.of_ids(db, shown)}
    names_of = dict(db.execute("SELECT id, name FROM sources").fetchall())
    more = len(ordered) > start + asked.limit
    accents = Accents(rule_of(root), totals[-1], len(_find(db, plan(root, "folded")))) if asked.counts else None
    return Answer(
        understood=replace(understood(db, root, counts=False), accents=accents),
        total_exact=accents.articles if accents and accents.rule == "typed" else None,
        total_folded=accents.any_accents if accents else None,
        hits=tuple(_hit(rows[page], root, names[found[page]], names_of) for page in shown),
        cursor=sort.write(query.text, asked.order, Edge(found[shown[-1]], "", shown[-1])) if more else None,
        notes=query.notes,
        order=asked.order,
        offers=tuple(offers.proposed(query, (count(db, one.root) for one in offers.proposals(query))))
        if asked.counts
        else (),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    id: int
    day: str
    source: str
    probability: float
    public_id: str


def _ordered(db: sqlite_utils.Database, found: dict[int, int], order: Order) -> list[int]:
    wanted = f"SELECT id, day, source, probability, public_id FROM unlikely WHERE id {_ONE_OF}"  # noqa: S608
    facts = [_Facts(*row) for row in db.execute(wanted, (json.dumps(list(found)),))]
    facts.sort(key=attrgetter("public_id"))
    facts.sort(key=attrgetter("day"), reverse=order != "oldest")
    if order == "source":
        facts.sort(key=attrgetter("source"))
    elif order == "best":
        facts.sort(key=attrgetter("probability"), reverse=True)
    facts.sort(key=lambda one: found[one.id])
    return [one.id for one in facts]


def _behind(ordered: Sequence[int], edge: Edge) -> int:
    if edge.rowid not in ordered:
        raise UsageError("the page on which the one before ended is gone: begin with the first page")
    return ordered.index(edge.rowid) + 1


def _hit(row: UnlikelyRow, node: Node, tier: Tier, names: dict[str, str]) -> Hit:
    texts = dict(zip(COLUMNS, columns(row.article), strict=True))
    return Hit(
        public_id=row.public_id,
        headline=row.headline,
        source=row.source,
        source_name=names.get(row.source, row.source),
        day=date.fromisoformat(row.day),
        published=row.published,
        province=row.province,
        province_now=row.province_now,
        snippet=snippet(texts, node, tier),
        tier=tier,
        url=row.url,
        title=marked(row.headline, node, tier, "headline"),
        day_estimated=bool(row.day_estimated),
        probability=row.probability,
        doubt=row.doubt,
    )


def _find(db: sqlite_utils.Database, wanted: Plan) -> set[int]:
    match wanted:
        case Match():
            table = UNLIKELY_INDEX[wanted.table]
            found = f"SELECT rowid FROM {table} WHERE {table} MATCH ?"  # noqa: S608 - our own names
            return {row[0] for row in db.execute(found, (wanted.expression,))}
        case Filter():
            return _limited(db, wanted)
        case Any():
            return set().union(*(_find(db, part) for part in wanted.parts))
        case All():
            held = set.intersection(*(_find(db, part) for part in wanted.parts))
            return held.difference(*(_find(db, part) for part in wanted.without))
        case Check():
            sure = _find(db, wanted.sure) if wanted.sure else set()
            for row in unlikely.of_ids(db, list(_find(db, wanted.candidates) - sure)):
                texts = zip(COLUMNS, columns(row.article), strict=True)
                ready = [prepare(text) for name, text in texts if wanted.column in (None, name)]
                if holds(ready, wanted.node, wanted.tier):
                    sure.add(row.id)
            return sure


def _limited(db: sqlite_utils.Database, limit: Filter) -> set[int]:
    """The pages that `limit` allows. No place and no person is looked for in them, and they have no history."""
    match limit.kind:
        case "day":
            first = limit.first.isoformat() if limit.first else ""
            last = limit.last.isoformat() if limit.last else "9999-12-31"
            return _ids(db, "day BETWEEN ? AND ?", first, last)
        case "province" | "province_now" | "source":
            return _ids(db, f"{limit.kind} {_ONE_OF}", json.dumps(filters.values_meant(db.conn, limit)))
        case "section":
            held = [row[0] for row in db.execute("SELECT DISTINCT section FROM unlikely")]
            return _ids(db, f"section {_ONE_OF}", json.dumps(filters.sections_named(limit.value, held)))
        case "tag":
            tagged = "SELECT u.id, t.value FROM unlikely u, json_each(u.article_json, '$.tags') t"
            wanted = filters.values_meant(db.conn, limit)
            return {page for page, tag in db.execute(tagged) if fold(tag) in wanted}
        case "state":
            return _ids(db, "1") if limit.value == "there" else set()
        case "place" | "person":
            return set()


def _ids(db: sqlite_utils.Database, where: str, *values: str) -> set[int]:
    return {row[0] for row in db.execute(f"SELECT id FROM unlikely WHERE {where}", values)}  # noqa: S608

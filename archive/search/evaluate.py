"""Carries out a plan on the index: all rowids that it finds between two rowids."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from archive.search import limits
from archive.search.index import rowids_of
from archive.search.match import Table, holds
from archive.search.plan import All, Any, Check, Match, Plan
from archive.search.prepare import prepare
from archive.search.query import COLUMNS, Column, Filter, Near
from archive.search.rowids import Rowids, fetch, rowids

# Literal statements, for a table's name cannot be a parameter. Read as one text: three times as fast as rows.
_FOUND: dict[Table, str] = {
    "exact": "SELECT group_concat(rowid) FROM exact WHERE exact MATCH :match AND rowid BETWEEN :low AND :high",
    "folded": "SELECT group_concat(rowid) FROM folded WHERE folded MATCH :match AND rowid BETWEEN :low AND :high",
}
_COUNTED: dict[Table, str] = {
    "exact": "SELECT count(*) FROM exact WHERE exact MATCH ? AND rowid BETWEEN ? AND ?",
    "folded": "SELECT count(*) FROM folded WHERE folded MATCH ? AND rowid BETWEEN ? AND ?",
}
_NEWEST: dict[Table, str] = {
    "exact": "SELECT rowid FROM exact WHERE exact MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?",
    "folded": "SELECT rowid FROM folded WHERE folded MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?",
}
_TEXTS = """SELECT search_rowid, headline, lead, body, captions, byline FROM articles
    WHERE search_rowid IN (SELECT value FROM json_each(?)) ORDER BY search_rowid"""
_BATCH = 500
EVERYTHING = rowids_of(None, None)
"""The lowest and the highest rowid there can be."""


def find(conn: sqlite3.Connection, plan: Plan, low: int = EVERYTHING[0], high: int = EVERYTHING[1]) -> Rowids:
    """Every rowid in low..high that `plan` finds."""
    match plan:
        case Match():
            return fetch(conn, _FOUND[plan.table], {"match": plan.expression}, low, high)
        case Filter():
            return limits.find(conn, plan, low, high)
        case Any():
            return _union(find(conn, part, low, high) for part in plan.parts)
        case All():
            return _all(conn, plan, low, high)
        case Check():
            return _checked(conn, plan, low, high)


def counted_alone(plan: Plan) -> bool:
    """Whether SQLite can count what `plan` finds without handing it over."""
    return isinstance(_span(plan)[2], Match)


def count(conn: sqlite3.Connection, plan: Plan) -> int:
    """How many articles `plan` finds."""
    low, high, rest = _span(plan)
    if isinstance(rest, Match):
        number: int = conn.execute(_COUNTED[rest.table], (rest.expression, low, high)).fetchone()[0]
        return number
    return len(find(conn, plan))


def newest(conn: sqlite3.Connection, plan: Plan, most: int, below: int | None = None) -> list[int] | None:
    """The `most` newest rowids that `plan` finds, under `below`; None where the index cannot give them in order."""
    low, high, rest = _span(plan)
    if not isinstance(rest, Match):
        return None
    high = high if below is None else min(high, below - 1)
    return [row[0] for row in conn.execute(_NEWEST[rest.table], (rest.expression, low, high, most))]


def _span(plan: Plan) -> tuple[int, int, Plan]:
    """The rowids that the days of a plan allow, and the rest of it."""
    if not isinstance(plan, All):
        return *EVERYTHING, plan
    low, high = EVERYTHING
    rest: list[Plan] = []
    for part in plan.parts:
        if isinstance(part, Filter) and part.kind == "day":
            first, last = rowids_of(part.first, part.last)
            low, high = max(low, first), min(high, last)
        else:
            rest.append(part)
    if not rest:
        return *EVERYTHING, plan
    return low, high, rest[0] if len(rest) == 1 and not plan.without else All(tuple(rest), plan.without)


def _union(parts: Iterable[Rowids]) -> Rowids:
    result = rowids(())
    for part in parts:
        result = result | part
    return result


def _all(conn: sqlite3.Connection, plan: All, low: int, high: int) -> Rowids:
    first, last, rest = _span(plan)
    low, high = max(low, first), min(high, last)
    if low > high:
        return rowids(())
    if not isinstance(rest, All):
        return find(conn, rest, low, high)
    result: Rowids | None = None
    for part in sorted(rest.parts, key=_cost):
        if result is None:
            result = find(conn, part, low, high)
        elif isinstance(part, Filter):
            result = limits.keep(conn, part, result, low, high)
        else:
            result = result & find(conn, part, low, high)
        if not len(result):
            return result
        # Later parts need to look only where something is left.
        low, high = result.oldest(1)[0], result.newest(1)[0]
    if result is None:
        return rowids(())
    for part in rest.without:
        if len(result):
            result = result - find(conn, part, low, high)
    return result


def _cost(part: Plan) -> int:
    return {Match: 0, Any: 1, All: 1, Filter: 2, Check: 3}[type(part)]


def _checked(conn: sqlite3.Connection, plan: Check, low: int, high: int) -> Rowids:
    sure = find(conn, plan.sure, low, high)
    doubtful = list(find(conn, plan.candidates, low, high) - sure)
    column = plan.node.terms[0].column if isinstance(plan.node, Near) else plan.node.column
    held = [
        rowid
        for rowid, texts in texts_of(conn, doubtful)
        if holds([prepare(text) for name, text in texts.items() if column in (None, name)], plan.node, plan.tier)
    ]
    return sure | rowids(held)


def texts_of(conn: sqlite3.Connection, wanted: Sequence[int]) -> Iterator[tuple[int, dict[Column, str]]]:
    """The texts of articles, by the name of their column, in the order of their rowids."""
    for start in range(0, len(wanted), _BATCH):
        for rowid, *texts in conn.execute(_TEXTS, (json.dumps(wanted[start : start + _BATCH]),)):
            yield rowid, dict(zip(COLUMNS, texts, strict=True))

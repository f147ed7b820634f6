"""All that a query finds, in order, as rowids: for whoever takes the whole of it away. No snippets, no pages."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import sqlite_utils

from archive.errors import UsageError
from archive.search import limits, past, ranking
from archive.search.answer import ORDERS, Order
from archive.search.damage import damage_named
from archive.search.deadline import deadline
from archive.search.evaluate import EVERYTHING
from archive.search.memory import snapshot
from archive.search.query import EVERY_ARTICLE, And, Filter, Node, written
from archive.search.rowids import Rowids, rowids
from archive.search.tiers import Tiers

SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Whole:
    """All that was found. `query` is in standard form, "" where nothing was asked for but everything.

    `rowids` are in order, 8 bytes each; `revisions` names, of an article found by an earlier text of its, which one.
    """

    query: str
    rowids: array[int]
    revisions: dict[int, int]
    notes: tuple[str, ...] = ()


def whole(
    db: sqlite_utils.Database,
    root: Node | None,
    order: Order = "oldest",
    *,
    exact: bool = False,
    source: str = "",
    since: date | None = None,
    until: date | None = None,
    within: Rowids | None = None,
    as_of: date | None = None,
    seconds: float | None = SECONDS,
) -> Whole:
    """All that `root` finds (None: every article), of one `source` (id) and of the days `since`..`until` where given.

    In the order of `archive.search.search`: tier by tier, within a tier by `order`; `exact` takes the first tier alone.
    Of a ranked order the hits that are not ranked any more follow, newest first. Raises UsageError for another order,
    QueryError for a query that takes longer than `seconds`, DamageError.
    """
    if order not in ORDERS:
        raise UsageError(f"there is no order '{order}': {', '.join(ORDERS)}")
    asked, query = limited(root, source, since, until)
    with damage_named(), deadline(db.conn, query, seconds), snapshot(db.conn):
        then = past.as_of(db.conn, as_of) if as_of else None
        tiers = Tiers(db, asked, within, then)
        last = 0 if exact else len(tiers.names) - 1
        notes = list(then.notes) if then else []
        found = array("q", _ordered(db, asked, tiers, last, order, notes))
        old = {rowid: text.revision for (rowid, _), text in then.shown.items()} if then else {}
    return Whole(query, found, {rowid: old[rowid] for rowid in found if rowid in old} if old else {}, tuple(notes))


def limited(root: Node | None, source: str, since: date | None, until: date | None) -> tuple[Node, str]:
    """`root` (None: every article) under the limits given, and that written as a query; "" where nothing is asked."""
    parts: list[Node] = list(root.parts) if isinstance(root, And) else [root] if root is not None else []
    if source:
        parts.append(Filter("source", source, source, 0, 0, meant=(source,)))
    if since or until:
        parts.append(Filter("day", "", "", 0, 0, since, until))
    if not parts:
        return EVERY_ARTICLE, ""
    asked = parts[0] if len(parts) == 1 else And(tuple(parts))
    return asked, written(asked)


def _ordered(
    db: sqlite_utils.Database, root: Node, tiers: Tiers, last: int, order: Order, notes: list[str]
) -> Iterator[int]:
    if order == "best":
        yield from _best_first(db, root, tiers, last, notes)
        return
    for position in range(last + 1):
        fresh = tiers.fresh(position)
        if order == "source":
            for of_source in _by_source(db, fresh):
                yield from of_source.newest(len(of_source))
        else:
            yield from fresh.newest(len(fresh)) if order == "newest" else fresh


def _by_source(db: sqlite_utils.Database, found: Rowids) -> Iterable[Rowids]:
    for (source,) in db.conn.execute("SELECT id FROM sources ORDER BY id").fetchall():
        yield limits.keep(db, Filter("source", source, source, 0, 0, meant=(source,)), found, *EVERYTHING)


def _best_first(db: sqlite_utils.Database, root: Node, tiers: Tiers, last: int, notes: list[str]) -> Iterator[int]:
    most = min(ranking.MOST_RANKED, tiers.count(last))
    ranked = [edge.rowid for edge in ranking.page(db, root, tiers, "best", most, None, notes) if edge.position <= last]
    yield from ranked
    rest = tiers.rows(last) - rowids(ranked)
    yield from rest.newest(len(rest))

"""One page of a query's hits in the order asked for."""

from __future__ import annotations

import sqlite_utils

from archive.search import limits
from archive.search.answer import Order
from archive.search.cursor import Edge
from archive.search.evaluate import EVERYTHING
from archive.search.match import Table
from archive.search.plan import expression
from archive.search.query import And, Filter, Near, Node, Not, Or, Term
from archive.search.tiers import Tiers

MOST_RANKED = 20_000
"""Hits that are ranked, the newest: bm25 costs 1.1-1.7 us a hit (measured), 35 ms for these."""

# The weights are of headline, lead, body, captions and byline.
_SCORES = """SELECT rowid, bm25(folded, 8.0, 3.0, 1.0, 1.0, 1.0) FROM folded
    WHERE folded MATCH ? AND rowid BETWEEN ? AND ?"""


def page(
    db: sqlite_utils.Database,
    root: Node,
    tiers: Tiers,
    order: Order,
    most: int,
    edge: Edge | None,
    notes: list[str],
) -> list[Edge]:
    """The next `most` hits after `edge`, each as the edge it would be; adds to `notes` what was cut."""
    start = (edge.position, edge.rowid) if edge else (0, None)
    match order:
        case "newest":
            return [Edge(position, "", rowid) for position, rowid in tiers.newest(most, start)]
        case "oldest":
            return [Edge(position, "", rowid) for position, rowid in tiers.oldest(most, start)]
        case "source":
            return _by_source(db, tiers, most, edge)
        case "best":
            return _best(db, root, tiers, most, edge, notes)


def _by_source(db: sqlite_utils.Database, tiers: Tiers, most: int, edge: Edge | None) -> list[Edge]:
    found: list[Edge] = []
    sources = [row[0] for row in db.conn.execute("SELECT id FROM sources ORDER BY id")]
    for position in range(edge.position if edge else 0, len(tiers.names)):
        fresh = tiers.fresh(position)
        for source in sources:
            here = edge is not None and position == edge.position
            if len(found) >= most or (here and edge is not None and source < edge.key):
                continue
            below = edge.rowid if here and edge is not None and source == edge.key else None
            of_source = limits.keep(db.conn, Filter("source", source, source, 0, 0), fresh, *EVERYTHING)
            found.extend(Edge(position, source, rowid) for rowid in of_source.newest(most - len(found), below))
    return found


def _best(
    db: sqlite_utils.Database, root: Node, tiers: Tiers, most: int, edge: Edge | None, notes: list[str]
) -> list[Edge]:
    ranked: list[list[int]] = []
    for position in range(len(tiers.names)):
        ranked.append(tiers.fresh(position).newest(MOST_RANKED - sum(map(len, ranked))))
    total, number = len(tiers.rows(len(tiers.names) - 1)), sum(map(len, ranked))
    if number < total:
        notes.append(f"ranked are {number:,} of {total:,} hits: the exact ones first, of each kind the newest")
    scores: dict[int, float] = {}
    projected = _projected(root, "folded")
    if projected is not None and number:
        low, high = min(rows[-1] for rows in ranked if rows), max(rows[0] for rows in ranked if rows)
        scores = dict(db.conn.execute(_SCORES, (projected, low, high)).fetchall())
    found: list[Edge] = []
    for position in range(edge.position if edge else 0, len(tiers.names)):
        # Without a score (a query of limits only) the newest come first.
        keyed = [(scores.get(rowid, 0.0), -rowid) for rowid in ranked[position]]
        if edge is not None and position == edge.position:
            after = (float(edge.key), -edge.rowid)
            keyed = [key for key in keyed if key > after]
        for score, rowid in sorted(keyed)[: most - len(found)]:
            found.append(Edge(position, repr(score), -rowid))
        if len(found) >= most:
            break
    return found


def _projected(node: Node, table: Table) -> str | None:
    """One MATCH that finds all that `node` can find, by its words alone; None where no words are asked for.

    bm25 needs a MATCH, and the score of a hit depends on the words of it only.
    """
    match node:
        case Term() | Near():
            return expression(node, table)
        case And():
            parts = [_projected(part, table) for part in node.parts]
            return " AND ".join(f"({part})" for part in parts if part) or None
        case Or():
            parts = [_projected(part, table) for part in node.parts]
            return " OR ".join(f"({part})" for part in parts if part) if all(parts) else None
        case Not() | Filter():
            return None

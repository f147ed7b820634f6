"""A query's hits in the order asked for: one page of them, or all, as docids."""

from __future__ import annotations

import base64
import hashlib
import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlite_utils

from archive.errors import UsageError
from archive.messages.message import Message
from archive.search.answer import ORDERS, Order
from archive.search.connection import deadline, explain_damage, snapshot
from archive.search.grammar.matcher import Table
from archive.search.grammar.tree import EVERY_ARTICLE, And, Filter, Node, written
from archive.search.index.docid_sets import DocidSet, docid_set
from archive.search.planner import filters, past
from archive.search.planner.accents import Accents
from archive.search.planner.executor import EVERYTHING
from archive.search.planner.plan import Match
from archive.search.planner.tiers import Tiers
from archive.search.ranking import relevance


@dataclass(frozen=True, slots=True)
class Edge:
    """The last hit of a page: the position of its tier, its sort key (empty where the rowid is the key), its rowid."""

    position: int
    key: str
    rowid: int


def write(query: str, order: Order, edge: Edge) -> str:
    """The cursor for the page after `edge`."""
    return packed([_digest(query, order), edge.position, edge.key, edge.rowid])


def read(cursor: str, query: str, order: Order) -> Edge:
    """The edge in `cursor`; raises UsageError where it is none, or belongs to another query or order."""
    try:
        digest, position, key, rowid = unpacked(cursor)
        edge = Edge(int(position), str(key), int(rowid))
    except (ValueError, TypeError, OverflowError) as error:
        raise UsageError(
            "'{cursor}' is no cursor: take the one that the page before gave", cursor=cursor[:40]
        ) from error
    if digest != _digest(query, order):
        raise UsageError("the cursor belongs to another query or order: begin with the first page")
    return edge


def packed(fields: Sequence[object]) -> str:
    """`fields` as a text that goes into an address."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpacked(cursor: str) -> list[Any]:
    """The fields in `cursor`, which anybody may have written; raises ValueError or TypeError where it is none."""
    text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    try:
        return list(json.loads(text))
    except RecursionError as error:
        raise ValueError("brackets in brackets") from error


def _digest(query: str, order: Order) -> str:
    return hashlib.blake2b(f"{order}\n{query}".encode(), digest_size=6).hexdigest()


MOST_RANKED = 20_000
"""Hits that are ranked, the newest: bm25 costs 1.1-1.7 us a hit (measured), 35 ms for these."""

_MOST_BEFORE = 2000
"""Hits of a step before the last that are ranked, the newest: a hundred pages. For more FTS5 reads a phrase of common
words by position in nearly all articles that hold it.
"""

# The weights are of body, lead, headline, captions and byline. The newest are read once: to look for the last of them
# first, as a bound, read all of a phrase's articles twice.
_BEST: dict[Table, str] = {
    "exact": """SELECT rowid FROM (SELECT rowid, bm25(exact, 1.0, 3.0, 8.0, 1.0, 1.0) AS score FROM exact
        WHERE exact MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?)
        ORDER BY score, rowid DESC LIMIT ?""",
    "folded": """SELECT rowid FROM (SELECT rowid, bm25(folded, 1.0, 3.0, 8.0, 1.0, 1.0) AS score FROM folded
        WHERE folded MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?)
        ORDER BY score, rowid DESC LIMIT ?""",
}
_NEWEST: dict[Table, str] = {
    "exact": """SELECT rowid FROM exact WHERE exact MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?""",
    "folded": """SELECT rowid FROM folded WHERE folded MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?""",
}
_SCORES: dict[Table, str] = {
    "exact": """SELECT rowid, bm25(exact, 1.0, 3.0, 8.0, 1.0, 1.0) FROM exact
        WHERE exact MATCH ? AND rowid BETWEEN ? AND ?""",
    "folded": """SELECT rowid, bm25(folded, 1.0, 3.0, 8.0, 1.0, 1.0) FROM folded
        WHERE folded MATCH ? AND rowid BETWEEN ? AND ?""",
}


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
            of_source = filters.keep_filtered(db, Filter("source", source, source, 0, 0), fresh, *EVERYTHING)
            found.extend(Edge(position, source, rowid) for rowid in of_source.newest(most - len(found), below))
    return found


def _best(
    db: sqlite_utils.Database, root: Node, tiers: Tiers, most: int, edge: Edge | None, notes: list[str]
) -> list[Edge]:
    found: list[Edge] = []
    left = MOST_RANKED
    first = edge.position if edge else 0
    for position in range(len(tiers.names)):
        number = tiers.count(0) if tiers.alone(position) else len(tiers.fresh(position))
        if position >= first and len(found) < most:
            skipped = int(edge.key) if edge and position == edge.position else 0
            rows = _ranked(db, root, tiers, position, left, skipped, most - len(found))
            found.extend(Edge(position, str(skipped + at), rowid) for at, rowid in enumerate(rows, start=1))
        if number > left:
            total = tiers.count(len(tiers.names) - 1)
            notes.append(
                Message(
                    "ranked are {most_ranked:,} of {total:,} hits: the exact ones first, of each kind the newest",
                    most_ranked=MOST_RANKED,
                    total=total,
                )
            )
            break
        left -= number
        if len(found) >= most:
            break
    return found


def _ranked(
    db: sqlite_utils.Database, root: Node, tiers: Tiers, position: int, among: int, skipped: int, most: int
) -> list[int]:
    """The `most` best of the newest `among` hits of a tier, after the first `skipped`."""
    alone, wanted = tiers.alone(position), min(skipped + most, among)
    if alone is None:
        rows = tiers.fresh(position).newest(among)
        return _best_of_rows(db, root, relevance.table_of(root, tiers.names[position]), rows, wanted)[skipped:]
    return _best_of_match(db, root, *alone, among, wanted)[skipped:]


def _best_of_match(
    db: sqlite_utils.Database, root: Node, match: Match, low: int, high: int, among: int, wanted: int
) -> list[int]:
    """The best `wanted` of what one MATCH finds; of each step among the newest."""
    listed: dict[int, None] = {}
    for step in relevance.steps(root, relevance.counted(db, match.table, relevance.pairs(root))):
        found = match.expression
        if isinstance(step, And) and step is not root:
            whole = step.parts[-1] is root
            words = relevance.projected(And(step.parts[:-1]) if whole else step, match.table)
            found = f"{words} AND ({found})" if whole else str(words)
        most = wanted + len(listed)
        if relevance.is_headline(step):
            rows = db.conn.execute(_NEWEST[match.table], (found, low, high, min(among, most)))
        else:
            newest = among if step is root else min(among, _MOST_BEFORE)
            rows = db.conn.execute(_BEST[match.table], (found, low, high, newest, most))
        listed.update(dict.fromkeys(row[0] for row in rows))
        if len(listed) >= wanted:
            break
    return list(listed)[:wanted]


def _best_of_rows(db: sqlite_utils.Database, root: Node, table: Table, rows: Sequence[int], wanted: int) -> list[int]:
    """The best `wanted` of `rows`, the newest first; without words to weigh (limits only) these are the newest."""
    listed: list[int] = []
    left = dict.fromkeys(rows)
    for step in relevance.steps(root, relevance.counted(db, table, relevance.pairs(root))) if rows else ():
        words = relevance.projected(step, table)
        if words is None or len(listed) >= wanted:
            break
        scores = db.conn.execute(_SCORES[table], (words, rows[-1], rows[0]))
        alike = relevance.is_headline(step)
        for _, rowid in sorted((0.0 if alike else score, -rowid) for rowid, score in scores if rowid in left):
            del left[-rowid]
            listed.append(-rowid)
    return [*listed, *left][:wanted]


# All that a query finds, in order, as rowids: for whoever takes the whole of it away. No snippets, no pages.

ALL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class AllHits:
    """All that was found: `rowids` in order, 8 bytes each; `revisions` names, of an article found by an earlier text of
    its, which one.
    """

    rowids: array[int]
    revisions: dict[int, int]
    accents: Accents
    notes: tuple[str, ...] = ()


def all_hits(
    db: sqlite_utils.Database,
    root: Node | None,
    order: Order = "oldest",
    *,
    within: DocidSet | None = None,
    as_of: date | None = None,
    seconds: float | None = ALL_SECONDS,
) -> AllHits:
    """All that `root` finds (None: every article), in the order of `archive.search.search`: tier by tier, within a tier
    by `order`.

    Of a ranked order the hits that are not ranked any more follow, newest first. Raises UsageError for another order,
    QueryError for a query that takes longer than `seconds`, DamageError.
    """
    if order not in ORDERS:
        raise UsageError("there is no order '{order}': {orders}", order=order, orders=", ".join(ORDERS))
    asked = EVERY_ARTICLE if root is None else root
    with explain_damage(), deadline(db.conn, written(asked), seconds), snapshot(db.conn):
        then = past.as_of(db.conn, as_of) if as_of else None
        tiers = Tiers(db, asked, within, then)
        last = len(tiers.names) - 1
        notes = list(then.notes) if then else []
        found = array("q", _all_in_order(db, asked, tiers, last, order, notes))
        old = {rowid: text.revision for (rowid, _), text in then.shown.items()} if then else {}
        both = tiers.accents()
    return AllHits(found, {rowid: old[rowid] for rowid in found if rowid in old} if old else {}, both, tuple(notes))


def _all_in_order(
    db: sqlite_utils.Database, root: Node, tiers: Tiers, last: int, order: Order, notes: list[str]
) -> Iterator[int]:
    if order == "best":
        yield from _all_best_first(db, root, tiers, last, notes)
        return
    for position in range(last + 1):
        fresh = tiers.fresh(position)
        if order == "source":
            for of_source in _all_by_source(db, fresh):
                yield from of_source.newest(len(of_source))
        else:
            yield from fresh.newest(len(fresh)) if order == "newest" else fresh


def _all_by_source(db: sqlite_utils.Database, found: DocidSet) -> Iterable[DocidSet]:
    for (source,) in db.conn.execute("SELECT id FROM sources ORDER BY id").fetchall():
        yield filters.keep_filtered(db, Filter("source", source, source, 0, 0, meant=(source,)), found, *EVERYTHING)


def _all_best_first(db: sqlite_utils.Database, root: Node, tiers: Tiers, last: int, notes: list[str]) -> Iterator[int]:
    most = min(MOST_RANKED, tiers.count(last))
    ranked = [edge.rowid for edge in page(db, root, tiers, "best", most, None, notes) if edge.position <= last]
    yield from ranked
    rest = tiers.rows(last) - docid_set(ranked)
    yield from rest.newest(len(rest))

"""Answers a query: understood, counted, sorted, a page at a time, all from one state of the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

import sqlite_utils

from archive.errors import UsageError
from archive.search import cursor as cursors
from archive.search import facets as faceting
from archive.search import past, ranking
from archive.search.answer import ORDERS, Answer, Facet, Hit, Order
from archive.search.cursor import Edge
from archive.search.damage import damage_named
from archive.search.deadline import deadline
from archive.search.echo import understood
from archive.search.grammar import parse
from archive.search.hits import hits
from archive.search.memory import snapshot
from archive.search.query import Query, terms, written
from archive.search.rowids import Rowids
from archive.search.suggest import explain, unknown_limits
from archive.search.tiers import Tiers
from archive.search.vocabulary import begun

MOST_HITS = 500  # on a page
SECONDS = 10.0

_EXPANSION = 8  # words named for a begun one


def search(
    db: sqlite_utils.Database,
    query: str | Query,
    limit: int = 20,
    cursor: str | None = None,
    order: Order = "newest",
    *,
    facets: Sequence[str] = (),
    counts: bool = True,
    within: Rowids | None = None,
    as_of: date | None = None,
    earlier: bool = False,
    once: bool = False,
    seconds: float | None = SECONDS,
) -> Answer:
    """The answer to `query` in the archive's database `db`: at most `limit` hits, from after `cursor`.

    Hits come tier by tier: those that hold every word exactly as typed, those that hold the accented words exactly,
    those that match without regard to accents; within a tier by `order`. All counts are exact. `facets` names what
    the hits are to be counted by (`facets.NAMES`). With `counts=False` only the page is looked for: the fastest way
    to the first hits of a large archive. `within` limits the search to some rowids (a frozen corpus). `as_of` searches
    the archive as it stood at the end of that day in Vietnam; `earlier` the texts that articles no longer have. `once`
    shows each text once, by its first publisher where that is found: near-identical texts as `baotinh clusters` last
    found them; the counts stay those of articles, and `Answer.texts` counts the texts.

    Raises QueryError for a query that cannot be understood or takes longer than `seconds`, UsageError for a bad limit,
    order, facet or cursor, DamageError where the index is damaged.
    """
    if not 1 <= limit <= MOST_HITS:
        raise UsageError(f"a page holds 1 to {MOST_HITS} hits, not {limit}")
    if order not in ORDERS:
        raise UsageError(f"there is no order '{order}': {', '.join(ORDERS)}")
    faceting.check(facets)
    asked = parse(query) if isinstance(query, str) else query
    edge = cursors.read(cursor, asked.text, order) if cursor else None
    with damage_named(), deadline(db.conn, asked.text, seconds), snapshot(db.conn):
        then = past.as_of(db.conn, as_of) if as_of else past.earlier(db.conn) if earlier else None
        return _answer(db, asked, limit, edge, order, facets, counts, Tiers(db, asked.root, within, then, once), then)


def _answer(
    db: sqlite_utils.Database,
    query: Query,
    limit: int,
    edge: Edge | None,
    order: Order,
    facets: Sequence[str],
    counts: bool,
    tiers: Tiers,
    then: past.Past | None,
) -> Answer:
    notes = list(query.notes)
    counted: tuple[Facet, ...] = ()
    if facets:
        counted = faceting.facets(db, tiers, facets)
    page = ranking.page(db, query.root, tiers, order, limit + 1, edge, notes)
    shown = page[:limit]
    last = len(tiers.names) - 1
    total = tiers.count(last) if counts else None
    found = [(one.rowid, tiers.names[one.position]) for one in shown]
    suggestions: tuple[str, ...] = ()
    if not page and edge is None:
        reasons, suggestions = explain(db, query)
        notes.extend(reasons)
    else:
        notes.extend(unknown_limits(db, query.root))
    notes.extend(_begun(db, query))
    return Answer(
        understood=understood(db, query.root, counts),
        total_exact=tiers.count(0) if counts and tiers.names[0] == "exact" else None,
        total_folded=total,
        hits=_with_copies(hits(db.conn, query.root, found, then.shown if then else {}), tiers.copies),
        cursor=cursors.write(query.text, order, shown[-1]) if len(page) > limit else None,
        notes=tuple(notes),
        order=order,
        facets=counted,
        suggestions=suggestions,
        texts=tiers.texts() if tiers.once else None,
    )


def _with_copies(found: tuple[Hit, ...], copies: dict[int, int]) -> tuple[Hit, ...]:
    return tuple(replace(hit, copies=copies[hit.rowid]) if hit.rowid in copies else hit for hit in found)


def _begun(db: sqlite_utils.Database, query: Query) -> list[str]:
    """What the begun words of the query stand for, a few of each."""
    notes = []
    for term in terms(query.root):
        if term.prefix:
            found = list(islice(begun(db, "folded", term.words[-1].folded), _EXPANSION + 1))
            more = ", …" if len(found) > _EXPANSION else ""
            notes.append(f"{written(term)} stands for: {', '.join(found[:_EXPANSION])}{more}")
    return notes

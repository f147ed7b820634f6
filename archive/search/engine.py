"""Answers a query: understood, counted, sorted, a page at a time, all from one state of the archive."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import sqlite_utils

from archive.search import facets as faceting
from archive.search import unlikely
from archive.search.answer import Answer, Hit
from archive.search.backend import Backend
from archive.search.connection import deadline, explain_damage, snapshot
from archive.search.corpora import rows_of
from archive.search.grammar.tree import Query, terms, written
from archive.search.index.vocabulary import words_with_prefix
from archive.search.planner import past
from archive.search.planner.tiers import Tiers
from archive.search.query_echo import understood
from archive.search.ranking import cursor as cursors
from archive.search.ranking import sort
from archive.search.ranking.cursor import Edge
from archive.search.ranking.hits import hits
from archive.search.request import SearchRequest, with_parameters
from archive.search.suggest import explain, unknown_limits

_EXPANSION = 8  # words named for a begun one


def answer(held: Backend, asked: SearchRequest) -> Answer:
    """The answer to what is `asked` of all that is `held`, an archive's database or several archives.

    Hits come tier by tier: those that hold every word exactly as typed, those that hold the accented words exactly,
    those that match without regard to accents; within a tier by the order asked for. All counts are exact.

    Raises QueryError for a query that cannot be understood or takes longer than `asked.seconds`, UsageError for a bad
    cursor, DamageError where the index is damaged.
    """
    if not isinstance(held, sqlite_utils.Database):
        return held.answer(asked)
    db, query = held, asked.read()
    edge = cursors.read(asked.cursor, query.text, asked.order) if asked.cursor else None
    with explain_damage(), deadline(db.conn, query.text, asked.seconds), snapshot(db.conn):
        if asked.unlikely:
            return unlikely.answer(db, asked, query)
        then = (
            past.as_of(db.conn, asked.as_of) if asked.as_of else past.earlier_texts(db.conn) if asked.earlier else None
        )
        within = rows_of(db, asked.within) if asked.within else None
        return _answer(db, asked, query, edge, Tiers(db, query.root, within, then, asked.once), then)


search = with_parameters(answer, SearchRequest)
"""`answer`, with the fields of `Asked` as its parameters."""


def _answer(
    db: sqlite_utils.Database,
    asked: SearchRequest,
    query: Query,
    edge: Edge | None,
    tiers: Tiers,
    then: past.PastTexts | None,
) -> Answer:
    notes = [*query.notes, *(then.notes if then else ())]
    counted = faceting.facets(db, tiers, asked.facets) if asked.facets else ()
    page = sort.page(db, query.root, tiers, asked.order, asked.limit + 1, edge, notes)
    shown = page[: asked.limit]
    last = len(tiers.names) - 1
    total = tiers.count(last) if asked.counts else None
    found = [(one.rowid, tiers.names[one.position]) for one in shown]
    suggestions: tuple[str, ...] = ()
    if not page and edge is None:
        reasons, suggestions = explain(db, query, tiers.count_other)
        notes.extend(reasons)
    else:
        notes.extend(unknown_limits(db, query.root))
    notes.extend(_begun(db, query))
    return Answer(
        understood=understood(db, query.root, asked.counts),
        total_exact=tiers.count(0) if asked.counts and tiers.names[0] == "exact" else None,
        total_folded=total,
        hits=_with_copies(hits(db.conn, query.root, found, then.shown if then else {}), tiers.copies),
        cursor=cursors.write(query.text, asked.order, shown[-1]) if len(page) > asked.limit else None,
        notes=tuple(notes),
        order=asked.order,
        facets=counted,
        suggestions=suggestions,
        texts=tiers.texts() if tiers.once else None,
        unlikely=unlikely.count(db, query.root) if asked.counts and then is None and not asked.within else None,
    )


def _with_copies(found: tuple[Hit, ...], copies: dict[int, int]) -> tuple[Hit, ...]:
    return tuple(replace(hit, copies=copies[hit.rowid]) if hit.rowid in copies else hit for hit in found)


def _begun(db: sqlite_utils.Database, query: Query) -> list[str]:
    """What the begun words of the query stand for, a few of each."""
    notes = []
    for term in terms(query.root):
        if term.prefix:
            found = list(islice(words_with_prefix(db, "folded", term.words[-1].folded), _EXPANSION + 1))
            more = ", …" if len(found) > _EXPANSION else ""
            notes.append(f"{written(term)} stands for: {', '.join(found[:_EXPANSION])}{more}")
    return notes

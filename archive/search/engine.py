"""Answers a query: understood, counted, sorted, a page at a time, all from one state of the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice

import sqlite_utils

from archive.messages.message import Message
from archive.search import facets as faceting
from archive.search import relaxed, unlikely
from archive.search.answer import Answer, Hit
from archive.search.backend import Backend
from archive.search.connection import deadline, explain_damage, snapshot
from archive.search.corpora import rows_of
from archive.search.grammar.tree import Query, terms, written
from archive.search.index.vocabulary import words_with_prefix
from archive.search.planner import offers, past
from archive.search.planner.accents import widened
from archive.search.planner.tiers import Tiers
from archive.search.query_echo import understood
from archive.search.question import with_parameters
from archive.search.ranking import cursor as cursors
from archive.search.ranking import sort
from archive.search.ranking.cursor import Edge
from archive.search.ranking.hits import hits
from archive.search.request import SearchRequest
from archive.search.suggest import explain, unknown_limits

_EXPANSION = 8  # words named for a begun one
OTHER_ACCENTS = Message("nothing is found with the accents typed: these match in other accents")


def answer(held: Backend, asked: SearchRequest) -> Answer:
    """The answer to what is `asked` of all that is `held`, an archive's database or several archives.

    Hits are what is meant (`planner.accents`) and come tier by tier: those that hold every word exactly as typed, then
    those that hold the accented words so; within a tier by the order asked for. Where there are none, those in other
    accents are given, and a note says so. All counts are exact. Beside few hits stand articles that lack a word.

    Raises QueryError for a query that cannot be understood or takes longer than `asked.seconds`, UsageError for a bad
    cursor, DamageError where the index is damaged.
    """
    asked = replace(asked, query=asked.read())
    if isinstance(held, sqlite_utils.Database):
        with _reading(held, asked):
            found = _or_others(partial(_meant, held), asked)
    else:
        found = _or_others(held.answer, asked)
    return replace(found, beside=relaxed.beside(held, partial(meant, held), asked, found))


def meant(held: Backend, asked: SearchRequest) -> Answer:
    """The answer to what is `asked` with nothing but what is meant, for who takes hits away: errors as `answer`."""
    if not isinstance(held, sqlite_utils.Database):
        return held.answer(asked)
    with _reading(held, asked):
        return _meant(held, asked)


def _or_others(find: Callable[[SearchRequest], Answer], asked: SearchRequest) -> Answer:
    query = asked.read()
    found, wider = find(asked), widened(query.root)
    if found.hits or wider == query.root or (asked.cursor and find(replace(asked, cursor=None)).hits):
        return found
    others = find(replace(asked, query=replace(query, root=wider)))
    if not others.hits:
        return found
    return replace(
        others,
        understood=found.understood,
        total_exact=found.total_exact,
        notes=(*others.notes, OTHER_ACCENTS),
        suggestions=found.suggestions,
    )


@contextmanager
def _reading(db: sqlite_utils.Database, asked: SearchRequest) -> Iterator[None]:
    with explain_damage(), deadline(db.conn, asked.read().text, asked.seconds), snapshot(db.conn):
        yield


def _meant(db: sqlite_utils.Database, asked: SearchRequest) -> Answer:
    query = asked.read()
    edge = cursors.read(asked.cursor, query.text, asked.order) if asked.cursor else None
    if asked.unlikely:
        return unlikely.answer(db, asked, query)
    then = past.as_of(db.conn, asked.as_of) if asked.as_of else past.earlier_texts(db.conn) if asked.earlier else None
    within = rows_of(db, asked.within) if asked.within else None
    return _answer(db, asked, query, edge, Tiers(db, query.root, within, then, asked.once), then)


search = with_parameters("search", answer, SearchRequest)
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
    counted = faceting.facets(db, tiers, asked.facets, asked.parts) if asked.facets else ()
    page = sort.page(db, query.root, tiers, asked.order, asked.limit + 1, edge, notes)
    shown = page[: asked.limit]
    accents = tiers.accents() if asked.counts else None
    found = [(one.rowid, tiers.names[one.position]) for one in shown]
    suggestions: tuple[str, ...] = ()
    if not page and edge is None:
        reasons, suggestions = explain(db, query, tiers.count_other)
        notes.extend(reasons)
    else:
        notes.extend(unknown_limits(db, query.root))
    notes.extend(_begun(db, query))
    return Answer(
        understood=replace(understood(db, query.root, asked.counts), accents=accents),
        total_exact=accents.articles if accents and accents.rule == "typed" else None,
        total_folded=accents.any_accents if accents else None,
        hits=_with_copies(hits(db.conn, query.root, found, then.shown if then else {}), tiers.copies),
        cursor=cursors.write(query.text, asked.order, shown[-1]) if len(page) > asked.limit else None,
        notes=tuple(dict.fromkeys(notes)),  # a word begun twice is explained once
        order=asked.order,
        facets=counted,
        suggestions=suggestions,
        texts=tiers.texts() if tiers.once else None,
        offers=offers.offers(query, offers.counts(query, tiers)) if asked.counts else (),
        unlikely=unlikely.count(db, query.root) if asked.counts and then is None and not asked.within else None,
    )


def _with_copies(found: tuple[Hit, ...], copies: dict[int, int]) -> tuple[Hit, ...]:
    return tuple(replace(hit, copies=copies[hit.rowid]) if hit.rowid in copies else hit for hit in found)


def _begun(db: sqlite_utils.Database, query: Query) -> list[str]:
    """What the begun words of the query stand for, a few of each."""
    notes: list[str] = []
    for term in terms(query.root):
        if term.prefix:
            found = list(islice(words_with_prefix(db, "folded", term.words[-1].folded), _EXPANSION + 1))
            more = ", …" if len(found) > _EXPANSION else ""
            notes.append(
                Message(
                    "{written} stands for: {found}{more}",
                    written=written(term),
                    found=", ".join(found[:_EXPANSION]),
                    more=more,
                )
            )
    return notes

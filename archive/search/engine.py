"""Answers a query: understood, counted, sorted, a page at a time, all from one state of the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final

import sqlite_utils

from archive.messages.message import Message
from archive.search import facets as faceting
from archive.search import unlikely
from archive.search.answer import Answer, Beside, Hit
from archive.search.backend import Backend, Scope, asking, found
from archive.search.connection import deadline, explain_damage, snapshot
from archive.search.corpora import rows_of
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import And, Filter, Node, Not, Or, Query, terms, written
from archive.search.index.vocabulary import words_with_prefix
from archive.search.planner import offers, past
from archive.search.planner.accents import widened
from archive.search.planner.plan import tiers as tiers_of
from archive.search.planner.tiers import Tiers
from archive.search.query_echo import understood
from archive.search.question import with_parameters
from archive.search.ranking import relevance, sort
from archive.search.ranking.hits import hits
from archive.search.ranking.sort import Edge
from archive.search.request import SearchRequest
from archive.search.suggest import explain, unknown_limits

_FEW: Final = 10  # hits below which others are shown beside them
_TELLING: Final = 100  # times as many articles as the rarest word has: a word with more tells nothing beside it
_EXPANSION = 8  # words named for a begun one
OTHER_ACCENTS = Message("nothing is found with the accents typed: these match in other accents")


def answer(held: Backend, asked: SearchRequest) -> Answer:
    """The answer to what is `asked` of all that is `held`.

    Hits are what is meant (`planner.accents`) and come tier by tier: those that hold every word exactly as typed, then
    those that hold the accented words so; within a tier by the order asked for. Where there are none, those in other
    accents are given, and a note says so. All counts are exact. Beside few hits stand articles that lack a word.

    Raises QueryError for a query that cannot be understood or takes longer than `asked.seconds`, UsageError for a bad
    cursor, DamageError where the index is damaged.
    """
    asked = replace(asked, query=asked.read())
    if isinstance(held, Scope):
        asked, held = replace(asked, within=held.corpus, as_of=held.as_of), held.db
    with _reading(held, asked):
        found = _or_others(partial(_meant, held), asked)
    return replace(found, beside=_beside(held, asked, found))


def meant(db: sqlite_utils.Database, asked: SearchRequest) -> Answer:
    """The answer to what is `asked` with nothing but what is meant, for who takes hits away: errors as `answer`."""
    with _reading(db, asked):
        return _meant(db, asked)


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
    edge = sort.read(asked.cursor, query.text, asked.order) if asked.cursor else None
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
        cursor=sort.write(query.text, asked.order, shown[-1]) if len(page) > asked.limit else None,
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


def _beside(db: sqlite_utils.Database, asked: SearchRequest, answer: Answer) -> Beside | None:
    """The best articles that hold one of the words of `asked` at least, where `answer` to it has few hits.

    Words in no article are left out, and those that tell least. Where nothing holds a word as typed, any accents count.
    None for a query that is but one word, or more than words and limits.
    """
    first = not (asked.unlikely or asked.cursor or answer.cursor)
    whole = asked.counts and first and (asked.order == "best" or not answer.hits)
    query, shown = asked.read(), {hit.public_id for hit in answer.hits}
    other = bool(answer.hits) and answer.total_exact == 0
    # Of a long query, hits in other accents hold its syllables scattered: what lacks a word as typed is nearer.
    scattered = other and sum(len(term.words) for term in relevance.words(query.root)) > relevance.SHORT
    missing = min(_FEW, asked.limit) - (0 if scattered else len(answer.hits))
    if not whole or missing < 1:
        return None
    for root in dict.fromkeys((widened(query.root) if other and not scattered else query.root, widened(query.root))):
        relaxed, dropped = _relaxed(db, asked, root)
        if relaxed is None:
            continue
        text = written(relaxed)
        more = meant(db, replace(asked, query=parse(text), limit=_FEW, facets=()))
        hits = tuple(hit for hit in more.hits if hit.public_id not in shown)[:missing]
        if hits:
            return Beside(text, more.total or 0, dropped, hits)
    return None


def _relaxed(db: sqlite_utils.Database, asked: SearchRequest, root: Node) -> tuple[Node | None, tuple[str, ...]]:
    """What asks for one at least of the telling words of `root`, and the words left out."""
    with asking(db, asked.read().text, asked.seconds) as scope:
        of_pairs = relevance.counted(db, relevance.table_of(root, tiers_of(root)[0]), relevance.pairs(root))
        units = relevance.words_meant(root, of_pairs)
        numbers = [(unit, len(found(scope, unit))) for unit in units] if len(units) > 1 else []
    rarest = min((number for _, number in numbers if number), default=0)
    kept = [unit for unit, number in numbers if 0 < number <= _TELLING * rarest]
    if not kept:
        return None, ()
    words = kept[0] if len(kept) == 1 else Or(tuple(kept))
    limits = [part for part in root.parts if isinstance(part, Filter | Not)] if isinstance(root, And) else []
    return And((words, *limits)) if limits else words, tuple(written(unit) for unit, _ in numbers if unit not in kept)

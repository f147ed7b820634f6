"""What one shard is asked, by its own process: everything here is a function of that shard's database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final
from uuid import uuid4

import sqlite_utils

from archive.errors import NothingFound
from archive.search import facets as faceting
from archive.search import past, ranking
from archive.search.answer import Hit, Order, TermCount
from archive.search.corpora import Corpus, rows_of
from archive.search.cursor import Edge
from archive.search.damage import damage_named
from archive.search.echo import counted
from archive.search.evaluate import find
from archive.search.hits import hits
from archive.search.limits import sections
from archive.search.match import Tier
from archive.search.memory import memory, snapshot
from archive.search.query import EVERY_ARTICLE, Query, Term, terms
from archive.search.rowids import Rowids, occupied
from archive.search.suggest import explain
from archive.search.tiers import Tiers
from archive.search.vocabulary import begun
from archive.shards.withheld import rowids_of
from archive.store.reads import Stored, find_article

BEGUN: Final = 9  # words of a begun one, one more than an answer names


@dataclass(frozen=True, slots=True)
class Ask:
    """A query as the shards are asked it. `without` are articles here that another shard counts."""

    query: Query
    without: Rowids | None = None
    within: Corpus | None = None
    as_of: date | None = None
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What limits are read by, and what tells whether it is still so: sources with their names, sections, days.

    `stamp` names this answer: who asks again with it hears nothing while all of it still holds.
    """

    generation: int
    sources: tuple[tuple[str, str], ...]
    sections: tuple[str, ...]
    days: tuple[int, int]  # numbers of the first and the last day, 0 where there is no article
    first_captured: str  # UTC
    withheld: tuple[int, ...] = ()  # search rowids of what another of the archives has taken down
    stamp: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Counts:
    """What one shard holds of a query; `tiers` are the hits of the first and of the last tier, `page` its next hits."""

    terms: dict[Term, TermCount]
    tiers: tuple[int, int]
    facets: dict[str, Counter[str]] = field(default_factory=dict)
    begun: dict[Term, tuple[str, ...]] = field(default_factory=dict)
    page: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the hits in some order but by rank: at most `most`, from after `edge`."""

    order: Order
    most: int
    edge: Edge | None


def facts_but(db: sqlite_utils.Database, stamp: str) -> Facts | None:
    """The facts of the shard; None where they are still those with this `stamp`."""
    now = facts(db)
    return None if now.stamp == stamp else now


def facts(db: sqlite_utils.Database) -> Facts:
    """The facts of the shard, read once while nobody writes."""
    with damage_named(), snapshot(db.conn):
        remembered = memory(db)
        if remembered.shard is None or remembered.shard.withheld != rowids_of(db):
            remembered.shard = _read(db)
        known: Facts = remembered.shard
        return known


def _read(db: sqlite_utils.Database) -> Facts:
    generation = db.conn.execute("SELECT generation FROM index_state").fetchone()[0]
    sources = tuple(db.conn.execute("SELECT id, name FROM sources ORDER BY id").fetchall())
    low, high = occupied(db.conn)
    return Facts(
        *(generation, sources, tuple(sections(db.conn)), (low >> 16, high >> 16)),
        *(past.first_captured(db.conn), rowids_of(db), uuid4().hex),
    )


def counts(db: sqlite_utils.Database, ask: Ask, facets: tuple[str, ...], tallied: bool, page: Page | None) -> Counts:
    """How many articles match, by facet, tier and term (these only if `tallied`), and the hits of `page`."""
    tiers, _ = tiers_of(db, ask)
    numbers = faceting.numbers(db, tiers, facets) if facets else {}
    edges = ranking.page(db, ask.query.root, tiers, page.order, page.most, page.edge, []) if page else []
    ends = (tiers.count(0), tiers.count(len(tiers.names) - 1)) if tallied or facets else (0, 0)
    prefixes = {
        term: tuple(islice(begun(db, "folded", term.words[-1].folded), BEGUN))
        for term in terms(ask.query.root)
        if term.prefix
    }
    return Counts(counted(db, ask.without, ask.query.root) if tallied else {}, ends, numbers, prefixes, tuple(edges))


def shown(db: sqlite_utils.Database, ask: Ask, found: list[tuple[int, Tier]]) -> tuple[Hit, ...]:
    """The hits with these rowids, found at these tiers."""
    old = {}
    if ask.as_of or ask.earlier:
        tiers, then = tiers_of(db, ask)
        for position in range(len(tiers.names)):
            tiers.rows(position)
        old = then.shown if then else {}
    return hits(db.conn, ask.query.root, found, old)


def explained(db: sqlite_utils.Database, ask: Ask) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why the shard holds nothing, and queries near it that it does hold something of."""
    return explain(db, ask.query, tiers_of(db, ask)[0].count_other)


def article(db: sqlite_utils.Database, reference: str) -> Stored:
    """The article with this public id or address; raises NothingFound."""
    found = find_article(db, reference)
    if found.row.search_rowid in rowids_of(db):
        raise NothingFound(f"{reference}: taken down in another of these archives")
    return found


def tiers_of(db: sqlite_utils.Database, ask: Ask) -> tuple[Tiers, past.Past | None]:
    """The tiers of `ask` here, and the old texts that count where it asks for these."""
    then = past.as_of(db.conn, ask.as_of) if ask.as_of else past.earlier(db.conn) if ask.earlier else None
    within: Rowids | None = rows_of(db, ask.within) if ask.within else None
    if ask.without is not None:
        within = (find(db, EVERY_ARTICLE) if within is None else within) - ask.without
    return Tiers(db, ask.query.root, within, then), then

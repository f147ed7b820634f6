"""What one shard is asked, by its own process, less what any of the archives has taken down; every function here is
one of that shard's database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import uuid4
from weakref import WeakKeyDictionary

import sqlite_utils

from archive.custody.withheld import NOTHING, Withheld
from archive.errors import NothingFound
from archive.search import facets as faceting
from archive.search.answer import Hit, Order, TermCount
from archive.search.connection import SPARED, cache_of, explain_damage, lift_guard, snapshot
from archive.search.corpora import Corpus, rows_of
from archive.search.grammar.matcher import Tier
from archive.search.grammar.tree import EVERY_ARTICLE, And, Filter, Node, Not, Or, Query, Term, terms
from archive.search.index.docid_sets import DocidSet, docid_range
from archive.search.index.vocabulary import words_with_prefix
from archive.search.planner import offers, past
from archive.search.planner.accents import Accents
from archive.search.planner.executor import find
from archive.search.planner.filters import places_named, sections, sections_named, sources_named
from archive.search.planner.tiers import Tiers
from archive.search.query_echo import count_terms
from archive.search.ranking import sort
from archive.search.ranking.cursor import Edge
from archive.search.ranking.hits import hits
from archive.search.suggest import explain
from archive.store.queries import StoredArticle, find_article
from archive.store.rows import decode_article, encode_article
from archive.text.urls import url_key

_TABLES: Final = """
CREATE TEMP TABLE withheld_keys (url_key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE withheld_digests (digest TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE withheld_captures (capture INTEGER PRIMARY KEY);
CREATE TEMP TABLE withheld_articles (article INTEGER PRIMARY KEY);
"""
_VIEWS: Final = {
    "captures": "* FROM main.captures WHERE url_key NOT IN temp.withheld_keys "
    "AND payload_digest NOT IN temp.withheld_digests AND ifnull(article NOT IN temp.withheld_articles, 1)",
    "teasers": "* FROM main.teasers WHERE url_key NOT IN temp.withheld_keys",
    "pointers": "* FROM main.pointers WHERE url_key NOT IN temp.withheld_keys",
    "same_text": "* FROM main.same_text WHERE article NOT IN temp.withheld_articles",
    "revisions": f"id, article, number, capture, digest, parser, {SPARED}(article_json) AS article_json "
    "FROM main.revisions",
}
# Words of what is withheld are in what was counted; a takedown here has it counted anew.
_COUNTED: Final = ("ngrams", "ngram_months", "ngram_state")
_ARTICLES: Final = """INSERT INTO withheld_articles SELECT id FROM main.articles WHERE url_key IN temp.withheld_keys
    UNION SELECT article FROM main.captures WHERE article IS NOT NULL AND text_digest <> ''
        AND url_key IN temp.withheld_keys
    UNION SELECT article FROM temp.withheld_captures CROSS JOIN main.captures ON id = capture
        WHERE article IS NOT NULL AND text_digest <> ''"""
# What was served is not indexed, and never changes: only what was captured since the last look is looked through.
_CAPTURES: Final = """INSERT OR IGNORE INTO withheld_captures SELECT id FROM main.captures
    WHERE id > ? AND payload_digest IN temp.withheld_digests"""
_LATEST: Final = "SELECT id, record_id FROM main.captures ORDER BY id DESC LIMIT 1"
_THEIR_KEYS: Final = """INSERT OR IGNORE INTO withheld_keys
    SELECT url_key FROM main.articles WHERE id IN temp.withheld_articles
    UNION SELECT url_key FROM main.captures WHERE article IN temp.withheld_articles AND text_digest <> ''"""
_ROWIDS: Final = "SELECT search_rowid FROM main.articles WHERE id IN temp.withheld_articles ORDER BY search_rowid"


@dataclass(slots=True)
class _Cover:
    """What is withheld on one connection, and what that was found of: the logs, and a state of the database.

    `latest` is the last capture looked at, by number and record id: a number may be given again after a takedown.
    """

    of: tuple[Withheld, int] = (NOTHING, -1)
    rowids: tuple[int, ...] = ()
    latest: tuple[int, str] = (0, "")


_COVERS: WeakKeyDictionary[sqlite_utils.Database, _Cover] = WeakKeyDictionary()


def rowids_of(db: sqlite_utils.Database) -> tuple[int, ...]:
    """The search rowids of the articles that are withheld on the connection of `db`, ascending."""
    known = _COVERS.get(db)
    return known.rowids if known else ()


def withhold(db: sqlite_utils.Database, roots: Sequence[Path]) -> None:
    """Withholds on the connection of `db` what the logs of the archives at `roots` bar now.

    Costs a stat for each log while nothing is withheld, or nothing has changed.
    """
    withheld, known = Withheld.of(roots), _COVERS.get(db)
    if known is None and not withheld.keys:
        return
    state = withheld, int(db.conn.execute("PRAGMA data_version").fetchone()[0])
    if known is None or known.of != state:
        with lift_guard(db):
            if known is None:
                known = _COVERS[db] = _Cover()
                _cover(db)
            known.latest = _find(db, withheld, known.latest if known.of[0] == withheld else (0, ""))
            known.rowids = tuple(rowid for (rowid,) in db.conn.execute(_ROWIDS))
            known.of = state


def _cover(db: sqlite_utils.Database) -> None:
    def spared(text: str) -> str:
        article = decode_article(text)
        withheld = _COVERS[db].of[0]
        kept = tuple(teaser for teaser in article.teasers if not withheld.covers(url_key(teaser.url)))
        return text if kept == article.teasers else encode_article(replace(article, teasers=kept))

    db.conn.create_function(SPARED, 1, spared, deterministic=True)
    some = "* FROM main.{} WHERE NOT EXISTS (SELECT 1 FROM temp.withheld_articles)"
    views = _VIEWS | {name: some.format(name) for name in _COUNTED}
    made = "".join(f"CREATE TEMP VIEW {name} AS SELECT {rows};\n" for name, rows in views.items())
    db.conn.executescript(_TABLES + made)


def _find(db: sqlite_utils.Database, withheld: Withheld, latest: tuple[int, str]) -> tuple[int, str]:
    """Fills the tables with what is `withheld`; gives the last capture there is, where `latest` was it before."""
    conn = db.conn
    last = conn.execute(_LATEST).fetchone() or (0, "")  # first: what comes meanwhile is looked at again
    conn.executescript("DELETE FROM withheld_keys; DELETE FROM withheld_digests; DELETE FROM withheld_articles")
    if conn.execute("SELECT 1 FROM main.captures WHERE (id, record_id) = (?, ?)", latest).fetchone() is None:
        conn.execute("DELETE FROM withheld_captures")
        latest = 0, ""
    keys = (form for key in withheld.keys for form in (key, key.replace("//", "//www.", 1)))
    conn.executemany("INSERT OR IGNORE INTO withheld_keys VALUES (?)", [(key,) for key in keys])
    conn.executemany("INSERT INTO withheld_digests VALUES (?)", [(digest,) for digest in withheld.digests])
    if withheld.digests:
        conn.execute(_CAPTURES, latest[:1])
    conn.execute(_ARTICLES)
    conn.execute(_THEIR_KEYS)
    conn.commit()
    return last


BEGUN: Final = 9  # words of a begun one, one more than an answer names


@dataclass(frozen=True, slots=True)
class ShardQuery:
    """A query as the shards are asked it. `without` are articles here that another shard counts."""

    query: Query
    without: DocidSet | None = None
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
    """What one shard holds of a query: `accents` counts its hits as typed and in any accents, `offers` those of the
    queries offered beside it, `page` are the next hits.
    """

    terms: dict[Term, TermCount]
    accents: Accents | None
    facets: dict[str, Counter[str]] = field(default_factory=dict)
    over: dict[str, faceting.Over] = field(default_factory=dict)
    begun: dict[Term, tuple[str, ...]] = field(default_factory=dict)
    page: tuple[Edge, ...] = ()
    offers: tuple[int, ...] = ()


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
    with explain_damage(), snapshot(db.conn):
        remembered = cache_of(db)
        if remembered.shard is None or remembered.shard.withheld != rowids_of(db):
            remembered.shard = _read(db)
        known: Facts = remembered.shard
        return known


def _read(db: sqlite_utils.Database) -> Facts:
    generation = db.conn.execute("SELECT generation FROM index_state").fetchone()[0]
    sources = tuple(db.conn.execute("SELECT id, name FROM sources ORDER BY id").fetchall())
    low, high = docid_range(db.conn)
    return Facts(
        *(generation, sources, tuple(sections(db.conn)), (low >> 16, high >> 16)),
        *(past.first_captured(db.conn), rowids_of(db), uuid4().hex),
    )


def counts(
    db: sqlite_utils.Database, ask: ShardQuery, facets: tuple[str, ...], tallied: bool, timed: bool, page: Page | None
) -> Counts:
    """How many articles match, by facet (over time too if `timed`), tier and term (only if `tallied`), and the hits
    of `page`.
    """
    tiers, _ = tiers_of(db, ask)
    numbers = faceting.numbers(db, tiers, facets) if facets else {}
    edges = sort.page(db, ask.query.root, tiers, page.order, page.most, page.edge, []) if page else []
    prefixes = {
        term: tuple(islice(words_with_prefix(db, "folded", term.words[-1].folded), BEGUN))
        for term in terms(ask.query.root)
        if term.prefix
    }
    return Counts(
        count_terms(db, ask.without, ask.query.root) if tallied else {},
        tiers.accents() if tallied or facets else None,
        numbers,
        faceting.times(db, tiers, facets) if timed else {},
        prefixes,
        tuple(edges),
        offers.counts(ask.query, tiers) if tallied else (),
    )


def shown(db: sqlite_utils.Database, ask: ShardQuery, found: list[tuple[int, Tier]]) -> tuple[Hit, ...]:
    """The hits with these rowids, found at these tiers."""
    old = {}
    if ask.as_of or ask.earlier:
        tiers, then = tiers_of(db, ask)
        for position in range(len(tiers.names)):
            tiers.rows(position)
        old = then.shown if then else {}
    return hits(db.conn, ask.query.root, found, old)


def explained(db: sqlite_utils.Database, ask: ShardQuery) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why the shard holds nothing, and queries near it that it does hold something of."""
    return explain(db, ask.query, tiers_of(db, ask)[0].count_other)


def article(db: sqlite_utils.Database, reference: str) -> StoredArticle:
    """The article with this public id or address; raises NothingFound."""
    found = find_article(db, reference)
    if found.row.search_rowid in rowids_of(db):
        raise NothingFound("{reference}: taken down in another of these archives", reference=reference)
    return found


def tiers_of(db: sqlite_utils.Database, ask: ShardQuery) -> tuple[Tiers, past.PastTexts | None]:
    """The tiers of `ask` here, and the old texts that count where it asks for these."""
    then = past.as_of(db.conn, ask.as_of) if ask.as_of else past.earlier_texts(db.conn) if ask.earlier else None
    within: DocidSet | None = rows_of(db, ask.within) if ask.within else None
    if ask.without is not None:
        within = (find(db, EVERY_ARTICLE) if within is None else within) - ask.without
    return Tiers(db, ask.query.root, within, then), then


def sources_of(facts: Iterable[Facts]) -> list[tuple[str, str]]:
    """Id and name of every source of the shards."""
    return sorted({source for one in facts for source in one.sources})


def resolved(node: Node, facts: Iterable[Facts]) -> Node:
    """`node` with what its sources, sections and places stand for."""
    match node:
        case Filter(kind="source"):
            return replace(node, meant=tuple(sources_named(node.value, sources_of(facts))))
        case Filter(kind="section"):
            every = sorted({name for one in facts for name in one.sections})
            return replace(node, meant=tuple(sections_named(node.value, every)))
        case Filter(kind="place"):
            return replace(node, meant=tuple(places_named(node.value)))
        case Not():
            return Not(resolved(node.part, facts))
        case And():
            return And(tuple(resolved(part, facts) for part in node.parts))
        case Or():
            return Or(tuple(resolved(part, facts) for part in node.parts))
        case _:
            return node

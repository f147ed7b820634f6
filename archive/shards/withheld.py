"""What one of several archives has taken down, withheld from every question to the others while they are asked as one.

The logs of all of them say what that is: pages by their keys, and records by the digest of what was served, for the
same bytes may have been captured at another address. An article of another archive that shows either is left out of
what is searched (`rowids_of`), and the tables that tell of single pages are covered by views without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import sqlite_utils

from archive.barred import NOTHING, Barred
from archive.search.guard import SPARED, unguarded
from archive.store.article_json import decode, encode
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

    of: tuple[Barred, int] = (NOTHING, -1)
    rowids: tuple[int, ...] = ()
    latest: tuple[int, str] = (0, "")


_COVERS: WeakKeyDictionary[sqlite_utils.Database, _Cover] = WeakKeyDictionary()


def rowids_of(db: sqlite_utils.Database) -> tuple[int, ...]:
    """The search rowids of the articles that are withheld on the connection of `db`, ascending."""
    known = _COVERS.get(db)
    return known.rowids if known else ()


def withhold(db: sqlite_utils.Database, roots: Sequence[Path]) -> None:
    """Withholds on the connection of `db` what the logs of the archives at `roots` bar now.

    Costs a stat for each log while nothing is barred, or nothing has changed.
    """
    barred, known = Barred.of(roots), _COVERS.get(db)
    if known is None and not barred.keys:
        return
    state = barred, int(db.conn.execute("PRAGMA data_version").fetchone()[0])
    if known is None or known.of != state:
        with unguarded(db):
            if known is None:
                known = _COVERS[db] = _Cover()
                _cover(db)
            known.latest = _find(db, barred, known.latest if known.of[0] == barred else (0, ""))
            known.rowids = tuple(rowid for (rowid,) in db.conn.execute(_ROWIDS))
            known.of = state


def _cover(db: sqlite_utils.Database) -> None:
    def spared(text: str) -> str:
        article = decode(text)
        barred = _COVERS[db].of[0]
        kept = tuple(teaser for teaser in article.teasers if not barred.bars(url_key(teaser.url)))
        return text if kept == article.teasers else encode(replace(article, teasers=kept))

    db.conn.create_function(SPARED, 1, spared, deterministic=True)
    some = "* FROM main.{} WHERE NOT EXISTS (SELECT 1 FROM temp.withheld_articles)"
    views = _VIEWS | {name: some.format(name) for name in _COUNTED}
    made = "".join(f"CREATE TEMP VIEW {name} AS SELECT {rows};\n" for name, rows in views.items())
    db.conn.executescript(_TABLES + made)


def _find(db: sqlite_utils.Database, barred: Barred, latest: tuple[int, str]) -> tuple[int, str]:
    """Fills the tables with what is `barred`; gives the last capture there is, where `latest` was it the last time."""
    conn = db.conn
    last = conn.execute(_LATEST).fetchone() or (0, "")  # first: what comes meanwhile is looked at again
    conn.executescript("DELETE FROM withheld_keys; DELETE FROM withheld_digests; DELETE FROM withheld_articles")
    if conn.execute("SELECT 1 FROM main.captures WHERE (id, record_id) = (?, ?)", latest).fetchone() is None:
        conn.execute("DELETE FROM withheld_captures")
        latest = 0, ""
    keys = (form for key in barred.keys for form in (key, key.replace("//", "//www.", 1)))
    conn.executemany("INSERT OR IGNORE INTO withheld_keys VALUES (?)", [(key,) for key in keys])
    conn.executemany("INSERT INTO withheld_digests VALUES (?)", [(digest,) for digest in barred.digests])
    if barred.digests:
        conn.execute(_CAPTURES, latest[:1])
    conn.execute(_ARTICLES)
    conn.execute(_THEIR_KEYS)
    conn.commit()
    return last

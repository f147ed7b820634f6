"""Notes in which articles the commonest words and pairs stand, a bit an article: what makes them quick to count.

FTS5 gives the list of a word number by number: 7 ms for 100,000 articles (measured); as bits it is 12 KB and 0.3 ms.
The bits are made after a run, together with the counts of words. What has been written since is noted in `bits_todo`,
and asked of the index itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

import sqlite_utils

Form: TypeAlias = Literal["exact", "folded", "pairs"]
"""A table of the index: of words in either form, or of pairs of frequent syllables."""

SHARE = 10
"""A word or pair has bits where it stands in a tenth of the articles or more: 0.07 of the text (measured)."""

_PART = 500_000  # rowids in one row: a reading connection takes 8 MB at most
_EVERY = """SELECT group_concat(search_rowid) FROM articles INDEXED BY articles_facts
    WHERE search_rowid BETWEEN :low AND :high"""
LISTED: dict[Form, str] = {
    "exact": "SELECT group_concat(rowid) FROM exact WHERE exact MATCH :match AND rowid BETWEEN :low AND :high",
    "folded": "SELECT group_concat(rowid) FROM folded WHERE folded MATCH :match AND rowid BETWEEN :low AND :high",
    "pairs": "SELECT group_concat(rowid) FROM pairs WHERE pairs MATCH :match AND rowid BETWEEN :low AND :high",
}
"""What each table finds between two rowids, as one text: three times as fast as rows."""
_TABLES = ("word_bits", "bits_articles", "bits_todo")


def note(conn: sqlite3.Connection, changed: Iterable[int]) -> None:
    """Notes that the texts of these rowids have changed, or are gone, in the caller's transaction."""
    if made(conn):
        conn.executemany("INSERT OR IGNORE INTO bits_todo VALUES (?)", [(rowid,) for rowid in changed])


def made(conn: sqlite3.Connection) -> bool:
    """Whether there are bits."""
    return conn.execute("SELECT 1 FROM bits_articles LIMIT 1").fetchone() is not None


def begin_anew(db: sqlite_utils.Database) -> None:
    """Drops all bits, in the caller's transaction."""
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def make(db: sqlite_utils.Database, common: Iterable[tuple[Form, str]]) -> None:
    """Makes the bits of `common` words, and of the pairs that are as common, in temporary tables, for `keep`.

    2 ms a word at 100,000 articles. Without numpy there are none.
    """
    from archive.search.rowids import fetch, numpy  # who only writes the index does not load it: 20 MB

    db.execute("DROP TABLE IF EXISTS temp.made_bits")
    db.execute("DROP TABLE IF EXISTS temp.made_articles")
    db.execute("CREATE TEMP TABLE made_bits (form TEXT, word TEXT, bits BLOB)")
    db.execute("CREATE TEMP TABLE made_articles (part INTEGER PRIMARY KEY, rowids BLOB)")
    if numpy is None:
        return
    everywhere = (0, 1 << 62)
    every = fetch(db.conn, _EVERY, {}, *everywhere)
    articles = numpy.array(list(every), dtype="<i8")
    parts = [(at, articles[at : at + _PART].tobytes()) for at in range(0, len(articles), _PART)]
    db.conn.executemany("INSERT INTO made_articles VALUES (?, ?)", parts)
    for form, word in (*common, *_common_pairs(db, len(articles))):
        bits = numpy.zeros(len(articles), dtype=bool)
        found = fetch(db.conn, LISTED[form], {"match": f'"{word}"'}, *everywhere) & every
        bits[numpy.searchsorted(articles, numpy.array(list(found), dtype="<i8"))] = True
        db.conn.execute("INSERT INTO made_bits VALUES (?, ?, ?)", (form, word, numpy.packbits(bits).tobytes()))
    db.conn.commit()


def keep(db: sqlite_utils.Database) -> None:
    """Puts what `make` has made in the place of what there was, in the caller's transaction."""
    begin_anew(db)
    db.execute("INSERT INTO word_bits SELECT form, word, bits FROM made_bits")
    db.execute("INSERT INTO bits_articles SELECT part, rowids FROM made_articles")
    db.execute("DROP TABLE made_bits")
    db.execute("DROP TABLE made_articles")


def _common_pairs(db: sqlite_utils.Database, articles: int) -> Iterator[tuple[Form, str]]:
    """The commonest pairs; none before those of all articles are noted."""
    if db.execute("SELECT 1 FROM pairs_todo LIMIT 1").fetchone() is not None:
        return
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.pair_words USING fts5vocab(main, pairs, row)")
    least = articles // SHARE + 1
    for (pair,) in db.execute("SELECT term FROM pair_words WHERE doc >= ?", (least,)).fetchall():
        yield "pairs", pair

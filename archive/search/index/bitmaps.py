"""Notes in which articles the commonest words and pairs stand, a bit an article: what makes them quick to count.

FTS5 gives the list of a word number by number: 7 ms for 100,000 articles (measured); as bits it is 12 KB and 0.1 ms.
Bits are kept part by part of the archive's time and brought up to date after a run, only those parts in which articles
have been written or taken away. Until then these are noted in `bits_todo`, and asked of the index itself.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

import sqlite_utils

from archive.search.grammar.matcher import Table
from archive.store.database import writing

if TYPE_CHECKING:
    from archive.search.index.docid_sets import DocidSet, Numbers

Form: TypeAlias = Literal["exact", "folded", "pairs"]
"""A table of the index: of words in either form, or of pairs of frequent syllables."""

SHARE = 10
"""A word or pair has bits where it stands in a tenth of the articles or more: 0.07 of the text (measured)."""

PART = 1 << 16
"""Articles in a part at most."""

SPARE = 64
"""Each part has as many bits as make whole numbers of 64: the last are of no article."""

_EVERYWHERE = (0, 1 << 62)
_ARTICLES = """SELECT group_concat(search_rowid) FROM articles INDEXED BY articles_facts
    WHERE search_rowid BETWEEN :low AND :high"""
LISTED: dict[Form, str] = {
    "exact": "SELECT group_concat(rowid) FROM exact WHERE exact MATCH :match AND rowid BETWEEN :low AND :high",
    "folded": "SELECT group_concat(rowid) FROM folded WHERE folded MATCH :match AND rowid BETWEEN :low AND :high",
    "pairs": "SELECT group_concat(rowid) FROM pairs WHERE pairs MATCH :match AND rowid BETWEEN :low AND :high",
}
"""What each table finds between two rowids, as one text: three times as fast as rows."""
_TABLES = ("word_bits", "bit_parts", "bits_todo")
# Articles whose pairs are yet to be noted wait until they are.
_TODO = """SELECT search_rowid FROM bits_todo
    WHERE search_rowid BETWEEN ? AND ? AND search_rowid NOT IN (SELECT search_rowid FROM pairs_todo) ORDER BY 1"""
_GENERATION = "SELECT generation FROM index_state"
_KEPT = "SELECT form, word, bits FROM word_bits WHERE part = ?"


def note(conn: sqlite3.Connection, changed: Iterable[int]) -> None:
    """Notes that the texts of these rowids have changed, or are gone, in the caller's transaction."""
    if made(conn):
        conn.executemany("INSERT OR IGNORE INTO bits_todo VALUES (?)", [(rowid,) for rowid in changed])


def made(conn: sqlite3.Connection) -> bool:
    """Whether there are bits."""
    return conn.execute("SELECT 1 FROM bit_parts LIMIT 1").fetchone() is not None


def begin_anew(db: sqlite_utils.Database) -> None:
    """Drops all bits, in the caller's transaction."""
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def make(db: sqlite_utils.Database, common: Iterable[tuple[Form, str]]) -> None:
    """Makes the bits of `common` words, and of the pairs that are as common, in temporary tables, for `keep`.

    2 ms a word at 100,000 articles. Without numpy there are none.
    """
    from archive.search.index.docid_sets import fetch_docids, numpy  # who only writes the index does not load it: 20 MB

    db.execute("DROP TABLE IF EXISTS temp.made_bits")
    db.execute("DROP TABLE IF EXISTS temp.made_parts")
    db.execute("CREATE TEMP TABLE made_bits (part INTEGER, form TEXT, word TEXT, bits BLOB)")
    db.execute("CREATE TEMP TABLE made_parts (first INTEGER PRIMARY KEY, rowids BLOB)")
    if numpy is None:
        return
    articles = _array(fetch_docids(db.conn, _ARTICLES, {}, *_EVERYWHERE))
    db.conn.executemany("INSERT INTO made_parts VALUES (?, ?)", _parts(articles))
    for form, word in (*common, *_common_pairs(db, len(articles))):
        held = numpy.zeros(len(articles), dtype=bool)
        _mark(held, articles, fetch_docids(db.conn, LISTED[form], {"match": f'"{word}"'}, *_EVERYWHERE))
        rows = [(part, form, word, bits) for part, bits in _packed(articles, held)]
        db.conn.executemany("INSERT INTO made_bits VALUES (?, ?, ?, ?)", rows)
    db.conn.commit()


def keep(db: sqlite_utils.Database) -> None:
    """Puts what `make` has made in the place of what there was, in the caller's transaction."""
    begin_anew(db)
    db.execute("INSERT INTO word_bits SELECT part, form, word, bits FROM made_bits ORDER BY 1, 2, 3")
    db.execute("INSERT INTO bit_parts SELECT first, rowids FROM made_parts")
    db.execute("DROP TABLE made_bits")
    db.execute("DROP TABLE made_parts")


def catch_up(db: sqlite_utils.Database, seconds: float | None = None) -> int:
    """Brings the parts up to date in which articles have been written or taken away; gives how many these were.

    1 s a part, a transaction each; stops after `seconds`, if given, and where others write meanwhile.
    """
    from archive.search.index.docid_sets import numpy

    end = None if seconds is None else time.monotonic() + seconds
    generation = db.execute(_GENERATION).fetchone()[0]
    firsts = [row[0] for row in db.execute("SELECT first FROM bit_parts ORDER BY 1")]
    done = 0
    for at, first in enumerate(firsts):
        # Articles older than all parts come into the first one, newer ones into the last.
        low, high = first if at else _EVERYWHERE[0], firsts[at + 1] - 1 if at + 1 < len(firsts) else _EVERYWHERE[1]
        todo = [row[0] for row in db.execute(_TODO, (low, high))] if numpy is not None else []
        if not todo:
            continue
        late = end is not None and time.monotonic() > end
        if late or not _catch_up(db, first, (low, high), todo, generation):
            break
        done += 1
    return done


def _catch_up(db: sqlite_utils.Database, part: int, span: tuple[int, int], todo: list[int], generation: int) -> bool:
    """Brings one part up to date; whether nobody has written since the index was of this `generation`."""
    from archive.search.index.docid_sets import docid_set, fetch_docids, numpy

    stored = db.execute("SELECT rowids FROM bit_parts WHERE first = ?", (part,)).fetchone()[0]
    before, changed = numpy.frombuffer(stored, dtype="<i8"), docid_set(todo)
    articles = _array(fetch_docids(db.conn, _ARTICLES, {}, *span))
    stays = numpy.isin(before, articles) & ~numpy.isin(before, todo)
    places = numpy.searchsorted(articles, before[stays])
    parts, rows = _parts(articles), []
    for form, word, bits in db.execute(_KEPT, (part,)).fetchall():
        held = numpy.zeros(len(articles), dtype=bool)
        held[places] = numpy.unpackbits(numpy.frombuffer(bits, dtype=numpy.uint8), count=len(before))[stays]
        found = fetch_docids(db.conn, LISTED[form], {"match": f'"{word}"'}, todo[0], todo[-1])
        _mark(held, articles, found & changed)
        rows += [(first, form, word, packed) for first, packed in _packed(articles, held)]
    with writing(db):
        if db.execute(_GENERATION).fetchone()[0] != generation:
            return False
        db.execute("DELETE FROM word_bits WHERE part = ?", (part,))
        db.execute("DELETE FROM bit_parts WHERE first = ?", (part,))
        db.conn.executemany("INSERT INTO word_bits VALUES (?, ?, ?, ?)", rows)
        db.conn.executemany("INSERT INTO bit_parts VALUES (?, ?)", parts)
        db.conn.executemany("DELETE FROM bits_todo WHERE search_rowid = ?", [(rowid,) for rowid in todo])
    return True


def _parts(articles: Numbers) -> list[tuple[int, bytes]]:
    """The first rowid and all rowids of each part that `articles` make."""
    return [(int(articles[at]), articles[at : at + PART].tobytes()) for at in range(0, len(articles), PART)]


def _packed(articles: Numbers, held: Numbers) -> Iterator[tuple[int, bytes]]:
    """The bits of each of these parts: an article is in it where it is `held`; filled up as the articles are."""
    from archive.search.index.docid_sets import numpy

    for at in range(0, len(articles), PART):
        some = held[at : at + PART]
        yield int(articles[at]), numpy.packbits(numpy.pad(some, (0, -len(some) % SPARE))).tobytes()


def _mark(held: Numbers, articles: Numbers, found: DocidSet) -> None:
    """Notes in `held` which of `articles` were found; what was found and is none of them is passed over."""
    from archive.search.index.docid_sets import numpy

    values = _array(found)
    places = numpy.searchsorted(articles, values)
    inside = places < len(articles)
    places, values = places[inside], values[inside]
    held[places[articles[places] == values]] = True


def _array(rows: DocidSet) -> Numbers:
    from archive.search.index.docid_sets import array

    return array(rows).astype("<i8")


def _common_pairs(db: sqlite_utils.Database, articles: int) -> Iterator[tuple[Form, str]]:
    """The commonest pairs; none before those of all articles are noted."""
    if db.execute("SELECT 1 FROM pairs_todo LIMIT 1").fetchone() is not None:
        return
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.pair_words USING fts5vocab(main, pairs, row)")
    least = articles // SHARE + 1
    for (pair,) in db.execute("SELECT term FROM pair_words WHERE doc >= ?", (least,)).fetchall():
        yield "pairs", pair


# In how many articles common words stand: counted after a run, good for as long as nothing is written.

_LEAST_SHARE = 200  # words in less than a 200th of the articles are counted when asked for
_LEAST = 10_000  # articles from which counting pays; below, a query counts its words in 0.4 ms each
_GROWTH = 5  # the index is read whole when it has grown by a fifth: 0.2 ms an article written
_COMMON: dict[Table, str] = {
    "exact": "SELECT term, doc FROM exact_words WHERE doc >= ?",
    "folded": "SELECT term, doc FROM folded_words WHERE doc >= ?",
}
_COUNTED_GENERATION = "SELECT generation FROM index_state"


def forget_counts(db: sqlite_utils.Database) -> None:
    """Notes that the index is another one now, in the caller's transaction."""
    db.conn.execute("UPDATE index_state SET generation = generation + 1")


def counts_are_stale(db: sqlite_utils.Database) -> bool:
    """Whether the words are worth counting: never yet, or a fifth of the articles has been written since.

    So many may be one large run's, or those of all the small ones since.
    """
    articles = _articles(db)
    if articles < _LEAST:
        return False
    counted = db.execute("SELECT articles FROM word_state").fetchone()
    if counted is None or (articles - counted[0]) * _GROWTH >= articles:
        return True
    todo = db.execute("SELECT count(*) FROM bits_todo").fetchone()[0]
    return bool(todo * _GROWTH >= articles)


def count_words(db: sqlite_utils.Database) -> bool:
    """Counts the common words anew where the index has changed; whether it did.

    Reads the whole vocabulary and the lists of the commonest words, of which it makes bits: 13 s at 100,000 articles.
    Others may write meanwhile; then it is for nothing.
    """
    generation = db.execute(_COUNTED_GENERATION).fetchone()[0]
    if db.execute("SELECT generation FROM word_state").fetchone() == (generation,):
        return False
    articles = _articles(db)
    least = articles // _LEAST_SHARE + 1
    counted = [(form, word, count) for form, by in _COMMON.items() for word, count in db.execute(by, (least,))]
    make(db, [(form, word) for form, word, count in counted if count * SHARE >= articles])
    with writing(db):
        if db.execute(_COUNTED_GENERATION).fetchone()[0] != generation:
            return False
        db.execute("DELETE FROM word_counts")
        db.conn.executemany("INSERT INTO word_counts VALUES (?, ?, ?)", counted)
        db.execute("INSERT OR REPLACE INTO word_state VALUES (1, ?, ?)", (generation, articles))
        keep(db)
    return True


def _articles(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT count(*) FROM articles INDEXED BY articles_facts").fetchone()[0])


def common_word_counts(db: sqlite_utils.Database) -> dict[tuple[str, str], int]:
    """The counts by form and word, as far as they hold of the index as it is; else none."""
    rows = db.conn.execute(
        "SELECT form, word, articles FROM word_counts "
        "WHERE EXISTS (SELECT 1 FROM word_state w JOIN index_state i ON w.generation = i.generation)"
    )
    return {(form, word): articles for form, word, articles in rows}

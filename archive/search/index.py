"""Writes the search index: the tables `exact` and `folded`, always both, in the caller's transaction.

Nothing here commits. Rows are written by executemany and without a savepoint, because FTS5 flushes its pending terms
at every savepoint: one per article doubles the cost (measured 714 against 301 us an article).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlite_utils

from archive.search import bits, pairs, wordcounts
from archive.search.expunge import expunge
from archive.search.prepare import Forms, forms
from archive.search.slots import SLOTS_OF_A_DAY
from archive.search.slots import day_of as day_of  # the index's own, whoever asks for it
from archive.search.slots import rowid_for as rowid_for
from archive.store.database import writing
from archive.store.search_tables import merging

_BATCH = 500  # articles; 20 a batch cost 586 us each, 500 301, 2,000 298

_COLUMNS = "(rowid, headline, lead, body, captions, byline) VALUES (?,?,?,?,?,?)"
_WRITE = ("INSERT OR REPLACE INTO exact" + _COLUMNS, "INSERT OR REPLACE INTO folded" + _COLUMNS)
_DELETE = ("DELETE FROM exact WHERE rowid = ?", "DELETE FROM folded WHERE rowid = ?")
_OPTIMIZE = ("INSERT INTO exact(exact) VALUES ('optimize')", "INSERT INTO folded(folded) VALUES ('optimize')")
_TABLES = ("exact", "folded", "pairs")
_PARTS = ("data", "idx", "content", "docsize", "config")  # the tables in which FTS5 keeps an index
# A step of the merging that `optimize` does in one go: so many pages at most.
_MERGE = (
    "INSERT INTO exact(exact, rank) VALUES ('merge', ?)",
    "INSERT INTO folded(folded, rank) VALUES ('merge', ?)",
)
_MERGED = 500  # pages: 0.1 s
_ARTICLES = "SELECT search_rowid, headline, lead, body, captions, byline FROM articles"


@dataclass(frozen=True, slots=True)
class IndexRow:
    """The texts of one article as they are stored; `rowid` is its `articles.search_rowid`."""

    rowid: int
    headline: str
    lead: str
    body: str
    captions: str = ""
    byline: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """The texts of one article in the forms that are indexed: headline, lead, body, captions, byline."""

    rowid: int
    forms: tuple[Forms, ...]


def ready(row: IndexRow) -> Ready:
    """`row` in the forms that are indexed: for who wants them as well, so that they are made once."""
    return Ready(
        row.rowid, tuple([forms(text) for text in (row.headline, row.lead, row.body, row.captions, row.byline)])
    )


def write(db: sqlite_utils.Database, rows: Iterable[IndexRow | Ready]) -> None:
    """Puts `rows` into the index; a row already there is replaced.

    Call it inside an open transaction, after the article rows of the batch are written: it opens none itself.
    A plain INSERT of a rowid that is there would leave both texts findable, the older one for ever; no check of
    SQLite's sees that (measured with 3.46). So it is INSERT OR REPLACE, and a rowid given twice counts once, the last.
    """
    distinct = {row.rowid: row for row in rows}
    put(db, [row if isinstance(row, Ready) else ready(row) for row in distinct.values()])
    note(db, distinct)


def put(db: sqlite_utils.Database, rows: Sequence[Ready]) -> None:
    """The first half of `write`, for some of a batch; `note` is to follow, once, for all of it."""
    exact = [(row.rowid, *[text.exact for text in row.forms]) for row in rows]
    folded = [(row.rowid, *[text.folded for text in row.forms]) for row in rows]
    for statement, values in zip(_WRITE, (exact, folded), strict=True):
        db.conn.executemany(statement, values)


def note(db: sqlite_utils.Database, rowids: Iterable[int]) -> None:
    """Notes that the texts of `rowids` have changed, and with them what was counted."""
    # Not before all of a batch is put: this update opens a savepoint, at which FTS5 flushes its pending terms.
    changed = list(rowids)
    pairs.note(db.conn, changed)
    bits.note(db.conn, changed)
    wordcounts.changed(db)


def delete(db: sqlite_utils.Database, rowids: Iterable[int]) -> None:
    """Takes `rowids` out of the index; one that is not there is no error. Opens no transaction."""
    keys = [(rowid,) for rowid in rowids]
    for statement in _DELETE:
        db.conn.executemany(statement, keys)
    pairs.forget(db.conn, [rowid for (rowid,) in keys])
    bits.note(db.conn, [rowid for (rowid,) in keys])
    wordcounts.changed(db)


def forget(db: sqlite_utils.Database, gone: Mapping[int, Sequence[IndexRow]], *, all_known: bool) -> None:
    """Takes articles out of the index with all their words: by rowid every text that was ever indexed of one.

    What is deleted is only marked so until it is merged, as always in FTS5's contentless tables; so the words are taken
    out one by one. Where not `all_known` of the texts, the whole index is merged instead: 80 us an article in it. Opens
    no transaction.
    """
    delete(db, gone)
    if not all_known:
        optimize(db)
        db.execute("INSERT INTO pairs(pairs) VALUES ('optimize')")
        return
    made = {rowid: [ready(row).forms for row in rows] for rowid, rows in gone.items()}
    conn = db.conn
    expunge(conn, "exact", {rowid: [tuple(form.exact for form in one) for one in of] for rowid, of in made.items()})
    expunge(conn, "folded", {rowid: [tuple(form.folded for form in one) for one in of] for rowid, of in made.items()})
    expunge(conn, "pairs", {rowid: [(pairs.of(conn, one),) for one in of] for rowid, of in made.items()})


def rowids_of(first: date | None, last: date | None) -> tuple[int, int]:
    """The lowest and the highest rowid that articles of the days first..last can have; None leaves an end open."""
    low = 0 if first is None else first.toordinal() << 16
    high = (1 << 62) if last is None else (last.toordinal() << 16) + SLOTS_OF_A_DAY - 1
    return low, high


def rebuild(db: sqlite_utils.Database) -> int:
    """Makes the index again from the article rows, in one transaction; gives the number of articles.

    The tables are dropped and created anew, so this also repairs an index whose own tables are damaged.
    """
    with db.atomic():
        for table in _TABLES:
            recreate(db, table)
        for table in ("exact", "folded"):
            for statement in merging(table):
                db.execute(statement)
        pairs.begin_anew(db)
        bits.begin_anew(db)
        count = 0
        for batch in _batches(db):
            write(db, batch)
            count += len(batch)
    return count


def optimize(db: sqlite_utils.Database) -> None:
    """Merges the index into one segment: 30-50 us an article, worth it at the end of a long run."""
    for statement in _OPTIMIZE:
        db.execute(statement)


def settle(db: sqlite_utils.Database, seconds: float = 20.0, written: int | None = None) -> None:
    """Does what is better done after a run than in it, for `seconds` or so: pairs noted, words counted, merging.

    In small transactions of its own, so that others write in between; what is left is done the next time. `written`
    is how many articles the run has written: what reads the whole index is left until it has grown by a fifth.
    """
    pairs.catch_up(db, seconds)
    if written is None or wordcounts.worth(db):
        wordcounts.count_words(db)
    else:
        bits.catch_up(db, seconds)
    with writing(db):
        for statement in _MERGE:
            db.execute(statement, (_MERGED if written is None else min(_MERGED, written // 4 + 1),))


def recreate(db: sqlite_utils.Database, table: str) -> None:
    """Makes the FTS5 table `table` anew and empty, however damaged it is."""
    created = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    try:
        db.execute(f"DROP TABLE {table}")
    except sqlite3.DatabaseError:
        # FTS5 will not even be constructed on such damage, and DROP constructs it: its tables go one by one.
        db.execute("PRAGMA writable_schema = ON")
        db.execute("DELETE FROM sqlite_master WHERE name = ?", (table,))
        db.execute("PRAGMA writable_schema = RESET")
        for part in _PARTS:
            db.execute(f"DROP TABLE IF EXISTS {table}_{part}")
    db.execute(created)


def _batches(db: sqlite_utils.Database) -> Iterator[list[IndexRow]]:
    cursor = db.execute(f"{_ARTICLES} ORDER BY search_rowid")
    while rows := cursor.fetchmany(_BATCH):
        yield [IndexRow(*row) for row in rows]

"""Writes the search index: the tables `exact` and `folded`, always both, in the caller's transaction.

Nothing here commits. Rows are written by executemany and without a savepoint, because FTS5 flushes its pending terms
at every savepoint: one per article doubles the cost (measured 714 against 301 us an article).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

import sqlite_utils

from archive.search.grammar.matcher import Table
from archive.search.grammar.tree import COLUMNS
from archive.search.index import bitmaps, numbered
from archive.search.index.docids import day_of as day_of
from archive.store import unlikely
from archive.store.database import merging, writing
from archive.store.rows import columns
from archive.store.unlikely import UnlikelyRow
from archive.text.analyzer import Forms, forms
from archive.text.analyzer import words as words_of

# Takes texts out of the index word by word, at the cost of those words: what FTS5 deletes it only marks.

IndexedText: TypeAlias = tuple[str, ...]
"""A text in the columns of the table, as it was indexed."""

_AVERAGES: Final = 1  # the row of the index's own table that counts rows and words
_STRUCTURE: Final = 10  # the row that lists its segments
_VERSION_TWO: Final = b"\xff\x00\x00\x01"  # behind the cookie of a structure that counts what is marked as gone
_PLENTY: Final = 1 << 40  # rows and words, so that FTS5 never counts below none
_WORDS: Final = 8  # by which an older place of a text is looked for
_SETTINGS: Final = (("secure-delete", 1), ("automerge", 0), ("crisismerge", 1999))
_SEGMENT: Final = 8  # numbers of a segment: id, first and last page, first and last origin, pages of marks, marks, rows


def expunge(conn: sqlite3.Connection, table: Table, texts: Mapping[int, Sequence[IndexedText]]) -> None:
    """Takes `texts` out of `table`: by rowid all that was ever indexed under it; in the caller's transaction.

    The rows must be deleted before. Where a text stands under a rowid that was deleted earlier, it goes from there too.
    """
    if not any(texts.values()):
        return
    columns = ", ".join(COLUMNS)
    with _in_sight(conn, table) as marked:
        for rowid, known in texts.items():
            for text in dict.fromkeys(known):
                words = sorted({word for part in text for word in words_of(part)})
                if not words:
                    continue
                for place in sorted({rowid, *(_elsewhere(conn, table, words) if marked else ())}):
                    _take_out(conn, table, columns, place, text, words)


def _take_out(
    conn: sqlite3.Connection, table: Table, columns: str, rowid: int, text: IndexedText, words: Sequence[str]
) -> None:
    # A word may stand in several segments, where the row was written again: each command takes it out of the newest.
    found = f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = ? LIMIT 1"  # noqa: S608 - our own names
    marks = ", ".join("?" * (len(text) + 1))
    command = f"INSERT INTO {table}({table}, rowid, {columns}) VALUES ('delete', {marks})"  # noqa: S608
    query = " OR ".join(f'"{word}"' for word in words)
    while conn.execute(found, (query, rowid)).fetchone():
        conn.execute(command, (rowid, *text))
        _flush(conn)


def _elsewhere(conn: sqlite3.Connection, table: Table, words: Sequence[str]) -> list[int]:
    """The rowids deleted earlier under which a text of `words` still stands."""
    longest = sorted(words, key=len, reverse=True)[:_WORDS]
    found = (
        f"SELECT rowid FROM {table} WHERE {table} MATCH ? "  # noqa: S608 - our own names
        f"AND NOT EXISTS (SELECT 1 FROM {table}_docsize d WHERE d.id = {table}.rowid)"
    )
    return [row[0] for row in conn.execute(found, (" AND ".join(f'"{word}"' for word in longest),))]


@contextmanager
def _in_sight(conn: sqlite3.Connection, table: Table) -> Iterator[bool]:
    """Opens `table` so that words are taken out at once; whether anything in it is only marked as gone."""
    data = f"SELECT block FROM {table}_data WHERE id = ?"  # noqa: S608 - our own names
    put = f"UPDATE {table}_data SET block = ? WHERE id = ?"  # noqa: S608
    _flush(conn)
    sql = str(conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0])
    averages = conn.execute(data, (_AVERAGES,)).fetchone()
    structure = _Structure.read(conn.execute(data, (_STRUCTURE,)).fetchone()[0])
    settings = conn.execute(f"SELECT k, v FROM {table}_config WHERE k <> 'version'").fetchall()  # noqa: S608
    columns = conn.execute("SELECT count(*) FROM pragma_table_info(?)", (table,)).fetchone()[0]
    conn.execute(put, (b"".join([_varint(_PLENTY)] * (columns + 1)), _AVERAGES))
    conn.execute(put, (structure.with_marks({}).written(), _STRUCTURE))
    conn.executemany(f"INSERT OR REPLACE INTO {table}_config (k, v) VALUES (?, ?)", _SETTINGS)  # noqa: S608
    _redefine(conn, table, sql.replace(", contentless_delete=1", ""))
    yield any(structure.marks().values())
    _flush(conn)
    left = _Structure.read(conn.execute(data, (_STRUCTURE,)).fetchone()[0])
    conn.execute(put, (left.with_marks(structure.marks()).written(), _STRUCTURE))
    if averages is not None:
        conn.execute(put, (averages[0], _AVERAGES))
    conn.execute(f"DELETE FROM {table}_config WHERE k <> 'version'")  # noqa: S608
    conn.executemany(f"INSERT INTO {table}_config (k, v) VALUES (?, ?)", settings)  # noqa: S608
    _redefine(conn, table, sql)


def _flush(conn: sqlite3.Connection) -> None:
    # FTS5 writes what it has in memory at each savepoint.
    conn.execute("SAVEPOINT flushed")
    conn.execute("RELEASE flushed")


def _redefine(conn: sqlite3.Connection, table: Table, sql: str) -> None:
    conn.execute("PRAGMA writable_schema = ON")
    conn.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, table))
    conn.execute("PRAGMA writable_schema = RESET")  # every table is opened anew, under its definition as it is now


@dataclass(frozen=True, slots=True)
class _Structure:
    """The list of segments as FTS5 keeps it (fts5_index.c, fts5StructureDecode): by level the numbers of each."""

    head: bytes
    writes: int
    levels: tuple[tuple[int, tuple[tuple[int, ...], ...]], ...]

    @classmethod
    def read(cls, block: bytes) -> _Structure:
        if block[4:8] != _VERSION_TWO:  # no segment yet, or a table that was never one of ours
            return cls(block, 0, ())
        numbers = _numbers(block[8:])
        levels = []
        number_of_levels, _, writes = next(numbers), next(numbers), next(numbers)
        for _ in range(number_of_levels):
            merging, segments = next(numbers), next(numbers)
            of_level = tuple(tuple(next(numbers) for _ in range(_SEGMENT)) for _ in range(segments))
            levels.append((merging, of_level))
        return cls(block[:8], writes, tuple(levels))

    def written(self) -> bytes:
        if self.head[4:8] != _VERSION_TWO:
            return self.head
        numbers = [len(self.levels), sum(len(segments) for _, segments in self.levels), self.writes]
        for merges, segments in self.levels:
            numbers += [merges, len(segments), *(number for segment in segments for number in segment)]
        return self.head + b"".join(map(_varint, numbers))

    def marks(self) -> dict[int, int]:
        """Of each segment, by its id, the pages of marks."""
        return {segment[0]: segment[5] for _, segments in self.levels for segment in segments}

    def with_marks(self, marks: Mapping[int, int]) -> _Structure:
        """The same segments, each with its number of pages out of `marks`."""
        levels = tuple(
            (merging, tuple((*one[:5], marks.get(one[0], 0), *one[6:]) for one in segments))
            for merging, segments in self.levels
        )
        return _Structure(self.head, self.writes, levels)


def _numbers(data: bytes) -> Iterator[int]:
    """The numbers of SQLite's varints: seven bits a byte, the high ones first, all eight of a ninth byte."""
    value = length = 0
    for byte in data:
        length += 1
        value = value << 8 | byte if length == 9 else value << 7 | byte & 0x7F
        if byte < 0x80 or length == 9:
            yield value
            value = length = 0


def _varint(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))


_BATCH = 500  # articles; 20 a batch cost 586 us each, 500 301, 2,000 298

_COLUMNS = "(rowid, headline, lead, body, captions, byline) VALUES (?,?,?,?,?,?)"
_WRITE = ("INSERT OR REPLACE INTO exact" + _COLUMNS, "INSERT OR REPLACE INTO folded" + _COLUMNS)
_DELETE = ("DELETE FROM exact WHERE rowid = ?", "DELETE FROM folded WHERE rowid = ?")
_OPTIMIZE = ("INSERT INTO exact(exact) VALUES ('optimize')", "INSERT INTO folded(folded) VALUES ('optimize')")
_TABLES = ("exact", "folded")
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
    exact = [(row.rowid, *[text.spaced for text in row.forms]) for row in rows]
    folded = [(row.rowid, *[text.folded for text in row.forms]) for row in rows]
    for statement, values in zip(_WRITE, (exact, folded), strict=True):
        db.conn.executemany(statement, values)


def note(db: sqlite_utils.Database, rowids: Iterable[int]) -> None:
    """Notes that the texts of `rowids` have changed, and with them what was counted."""
    # Not before all of a batch is put: this update opens a savepoint, at which FTS5 flushes its pending terms.
    changed = list(rowids)
    numbered.note(db.conn, changed)
    bitmaps.note(db.conn, changed)
    bitmaps.forget_counts(db)


def delete(db: sqlite_utils.Database, rowids: Iterable[int]) -> None:
    """Takes `rowids` out of the index; one that is not there is no error. Opens no transaction."""
    keys = [(rowid,) for rowid in rowids]
    for statement in _DELETE:
        db.conn.executemany(statement, keys)
    numbered.forget(db.conn, [rowid for (rowid,) in keys])
    bitmaps.note(db.conn, [rowid for (rowid,) in keys])
    bitmaps.forget_counts(db)


def forget(db: sqlite_utils.Database, gone: Mapping[int, Sequence[IndexRow]], *, all_known: bool) -> None:
    """Takes articles out of the index with all their words: by rowid every text that was ever indexed of one.

    What is deleted is only marked so until it is merged, as always in FTS5's contentless tables; so the words are taken
    out one by one. Where not `all_known` of the texts, the whole index is merged instead: 80 us an article in it. Opens
    no transaction.
    """
    delete(db, gone)
    if not all_known:
        optimize(db)
        numbered.begin_anew(db.conn)
        return
    made = {rowid: [ready(row).forms for row in rows] for rowid, rows in gone.items()}
    conn = db.conn
    expunge(conn, "exact", {rowid: [tuple(form.spaced for form in one) for one in of] for rowid, of in made.items()})
    expunge(conn, "folded", {rowid: [tuple(form.folded for form in one) for one in of] for rowid, of in made.items()})
    numbered.forget_words(
        conn, {word for of in made.values() for one in of for form in one for word in words_of(form.exact)}
    )


def rebuild(db: sqlite_utils.Database) -> int:
    """Makes the index again from the article rows, in one transaction; gives the number of articles.

    The tables are dropped and created anew, so this also repairs an index whose own tables are damaged.
    """
    with db.atomic():
        for table in _TABLES:
            recreate(db, table)
            for statement in merging(table):
                db.execute(statement)
        numbered.begin_anew(db.conn)
        bitmaps.begin_anew(db)
        bitmaps.forget_counts(db)  # not after each batch: FTS5 would write what it has in memory, a segment of 500
        count = 0
        for batch in _batches(db):
            put(db, [ready(row) for row in batch])
            count += len(batch)
    return count


def optimize(db: sqlite_utils.Database) -> None:
    """Merges the index into one segment: 30-50 us an article, worth it at the end of a long run."""
    for statement in _OPTIMIZE:
        db.execute(statement)


def settle(db: sqlite_utils.Database, seconds: float = 20.0, written: int | None = None) -> None:
    """Does what is better done after a run than in it, for `seconds` or so: words numbered, bits made, merging.

    In small transactions of its own, so that others write in between; what is left is done the next time. `written`
    is how many articles the run has written.
    """
    numbered.catch_up(db, seconds)
    bitmaps.catch_up(db, seconds)
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


# The index of pages that are probably no articles: written and taken away as they come and go.

UNLIKELY_INDEX: dict[Table, str] = {"exact": "unlikely_exact", "folded": "unlikely_folded"}
_UNLIKELY_COLUMNS = ", ".join(COLUMNS)


def put_unlikely(db: sqlite_utils.Database, row: UnlikelyRow, points_to: Iterable[int]) -> None:
    """Writes a page with its index entries; opens no transaction."""
    unlikely.write(db, row, points_to)
    _index(db, row)


def reindex_unlikely(db: sqlite_utils.Database) -> int:
    """Makes their index again from their rows, in one transaction; gives their number."""
    pages = 0
    with db.atomic():
        for name in UNLIKELY_INDEX.values():
            recreate(db, name)
        for statement in unlikely.SECURE:
            db.execute(statement)
        for row in unlikely.every(db):
            _index(db, row)
            pages += 1
    return pages


def _index(db: sqlite_utils.Database, row: UnlikelyRow) -> None:
    for table, name in UNLIKELY_INDEX.items():
        texts = f"INSERT INTO {name} (rowid, {_UNLIKELY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own names
        db.execute(texts, (row.id, *unlikely_forms(row, table)))


def remove_unlikely(db: sqlite_utils.Database, row: UnlikelyRow) -> None:
    """Takes a page away with its words; opens no transaction."""
    for table, name in UNLIKELY_INDEX.items():
        gone = f"INSERT INTO {name} ({name}, rowid, {_UNLIKELY_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?, ?)"  # noqa: S608
        db.execute(gone, (row.id, *unlikely_forms(row, table)))
    unlikely.delete(db, row.id)


def withhold_unlikely(db: sqlite_utils.Database, url_keys: Sequence[str]) -> None:
    """Takes away every page that shows something of `url_keys`; opens no transaction."""
    for row in unlikely.shown_by(db, url_keys):
        remove_unlikely(db, row)


def unlikely_forms(row: UnlikelyRow, table: Table) -> list[str]:
    """The texts of a page as an index keeps them."""
    made = [forms(text) for text in columns(row.article)]
    return [form.spaced if table == "exact" else form.folded for form in made]

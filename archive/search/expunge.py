"""Takes texts out of the index word by word, at the cost of those words: what FTS5 deletes it only marks.

In a contentless table FTS5 notes which rows are gone and keeps their words until it merges, and merging reads the whole
index. Under a definition without `contentless_delete` it edits the pages concerned at once (its setting
`secure-delete`), so for the length of one transaction the table is opened under such a definition, and with what it has
marked as gone in sight again. Whoever else reads meanwhile sees the index as it was; a crash leaves it as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from archive.search.prepare import words as words_of

Table: TypeAlias = Literal["exact", "folded", "pairs"]
Text: TypeAlias = tuple[str, ...]
"""A text in the columns of the table, as it was indexed."""

_AVERAGES: Final = 1  # the row of the index's own table that counts rows and words
_STRUCTURE: Final = 10  # the row that lists its segments
_VERSION_TWO: Final = b"\xff\x00\x00\x01"  # behind the cookie of a structure that counts what is marked as gone
_PLENTY: Final = 1 << 40  # rows and words, so that FTS5 never counts below none
_WORDS: Final = 8  # by which an older place of a text is looked for
_SETTINGS: Final = (("secure-delete", 1), ("automerge", 0), ("crisismerge", 1999))
_SEGMENT: Final = 8  # numbers of a segment: id, first and last page, first and last origin, pages of marks, marks, rows


def expunge(conn: sqlite3.Connection, table: Table, texts: Mapping[int, Sequence[Text]]) -> None:
    """Takes `texts` out of `table`: by rowid all that was ever indexed under it; in the caller's transaction.

    The rows must be deleted before. Where a text stands under a rowid that was deleted earlier, it goes from there too.
    """
    if not any(texts.values()):
        return
    columns = ", ".join(name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?)", (table,)))
    with _in_sight(conn, table) as marked:
        for rowid, known in texts.items():
            for text in dict.fromkeys(known):
                cut = str.split if table == "pairs" else words_of
                words = sorted({word for part in text for word in cut(part)})
                if not words:
                    continue
                for place in sorted({rowid, *(_elsewhere(conn, table, words) if marked else ())}):
                    _take_out(conn, table, columns, place, text, words)


def _take_out(
    conn: sqlite3.Connection, table: Table, columns: str, rowid: int, text: Text, words: Sequence[str]
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
        for merging, segments in self.levels:
            numbers += [merging, len(segments), *(number for segment in segments for number in segment)]
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

"""Keeps the words of each article's lead and body as numbers, so that nobody cuts texts when words are counted.

Cutting a text takes 250 us, reading its numbers 10 (measured). Like pairs they are made after the run, in small
transactions; what has been written since is noted in `numbered_todo`, and cut when it is asked for.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Final

import sqlite_utils
from isal import isal_zlib

from archive.store.database import writing
from archive.text import folding
from archive.text.analyzer import prepare
from archive.text.sentences import ends

TEXT, SENTENCE, BREAK = 0, 1, 2
"""What stands between words where that is more than space: the end of a text, of a sentence, another sign."""

FIRST: Final = 3
"""The lowest number of a word."""

_LEAST = 1000  # articles from which numbers are kept; fewer are cut in less than 0.3 s
_BATCH = 1000
_SIGNS: Final = re.compile(r"[^\w\s]+|[_\n]+")
_MARKS: Final = ("\0", "\1", "\2")

# In the one-byte code, every sign between words becomes a mark: 70 us an article less than by the expression.
_SIGNED: Final = bytes(
    BREAK
    if code >= len(folding.LOWER_ALPHABET) or _SIGNS.match(folding.LOWER_ALPHABET[code])
    else 0x20
    if folding.LOWER_ALPHABET[code].isspace()
    else code
    for code in range(256)
)
_TEXTS = "SELECT search_rowid, lead, body FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?))"
_KEPT = "SELECT search_rowid, width, numbers FROM numbered WHERE search_rowid IN (SELECT value FROM json_each(?))"
_TODO = "SELECT search_rowid FROM numbered_todo LIMIT ?"
_KNOWN = "SELECT word, number FROM numbered_words WHERE word IN (SELECT value FROM json_each(?))"
_NAMES = "SELECT number, word FROM numbered_words WHERE number IN (SELECT value FROM json_each(?))"
_DELETE = "DELETE FROM numbered WHERE search_rowid = ?"
_HELD = "SELECT 1 FROM exact WHERE exact MATCH ? LIMIT 1"


def cut(texts: Iterable[str]) -> list[str]:
    """The words of `texts` in their exact form, and marks for what stands between them.

    >>> cut(["Hòa bình, ở TP. Huế."])
    ['hoà', 'bình', '\\x02', 'ở', 'tp', '\\x02', 'huế', '\\x02', '\\x01', '\\x00']
    """
    cut: list[str] = []
    for text in texts:
        exact = prepare(text).exact
        borders = [0, *ends(exact)]
        try:
            signed = folding.encode_lower(exact).translate(_SIGNED)
        except UnicodeEncodeError:
            parts = [_SIGNS.sub(" \2 ", exact[start:end]) for start, end in pairwise(borders)]
        else:
            coded = b" \1 ".join([signed[start:end] for start, end in pairwise(borders)]).replace(b"\2", b" \2 ")
            parts = folding.decode_lower(coded, folding.LOWER_ALPHABET).split(_MARKS[SENTENCE])
        for part in parts:
            cut += part.split()
            cut.append(_MARKS[SENTENCE])
        cut.append(_MARKS[TEXT])
    return cut


class Names:
    """The numbers of words, and the words of numbers; words that have none yet get one for the time being."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._db = db
        self._next = max(FIRST, 1 + (db.conn.execute("SELECT max(number) FROM numbered_words").fetchone()[0] or 0))
        self._marks = {mark: number for number, mark in enumerate(_MARKS)}
        self.new: dict[str, int] = {}

    @property
    def highest(self) -> int:
        """The highest number of a word."""
        return self._next - 1

    def number(self, articles: Sequence[Sequence[str]]) -> list[array[int]]:
        """The words of each of `articles` as numbers; new words get one as they come, so the commonest low ones."""
        distinct = dict.fromkeys(chain.from_iterable(articles))
        known = {**self._marks, **self.known(distinct)}
        for word in distinct:
            if word not in known:
                known[word] = self.new[word] = self._next
                self._next += 1
        return [array("I", map(known.__getitem__, words)) for words in articles]

    def known(self, words: Iterable[str]) -> dict[str, int]:
        """The numbers of those of `words` that have one."""
        asked = list(words)
        stored = dict(self._db.conn.execute(_KNOWN, (json.dumps(asked),)).fetchall())
        return stored | {word: self.new[word] for word in asked if word in self.new}

    def words(self, numbers: Iterable[int]) -> dict[int, str]:
        """The words of `numbers`."""
        stored = self._db.conn.execute(_NAMES, (json.dumps(list(numbers)),)).fetchall()
        return dict(stored) | {number: word for word, number in self.new.items()}


def read(db: sqlite_utils.Database, rowids: Sequence[int], names: Names) -> Iterator[tuple[int, array[int]]]:
    """The numbers of each of `rowids` in turn, of those that are not kept cut now."""
    for start in range(0, len(rowids), _BATCH):
        batch = list(rowids[start : start + _BATCH])
        found = {row: _unpacked(width, kept) for row, width, kept in db.conn.execute(_KEPT, (json.dumps(batch),))}
        missing = [rowid for rowid in batch if rowid not in found]
        rows = db.conn.execute(_TEXTS, (json.dumps(missing),)).fetchall() if missing else []
        found |= zip([row[0] for row in rows], names.number([cut(texts) for _, *texts in rows]), strict=True)
        yield from ((rowid, found[rowid]) for rowid in batch if rowid in found)


def note(conn: sqlite3.Connection, changed: Iterable[int]) -> None:
    """Notes that the texts of these rowids have changed, in the caller's transaction."""
    keys = [(rowid,) for rowid in changed]
    conn.executemany(_DELETE, keys)
    conn.executemany("INSERT OR IGNORE INTO numbered_todo VALUES (?)", keys)


def forget(conn: sqlite3.Connection, gone: Iterable[int]) -> None:
    """Takes the numbers of these rowids out, in the caller's transaction."""
    keys = [(rowid,) for rowid in gone]
    conn.executemany(_DELETE, keys)
    conn.executemany("DELETE FROM numbered_todo WHERE search_rowid = ?", keys)


def forget_words(conn: sqlite3.Connection, words: Iterable[str]) -> None:
    """Takes out those of `words` that no article holds any more, in the caller's transaction."""
    gone = [(word,) for word in set(words) if conn.execute(_HELD, (f'"{word}"',)).fetchone() is None]
    conn.executemany("DELETE FROM numbered_words WHERE word = ?", gone)


def begin_anew(conn: sqlite3.Connection) -> None:
    """Drops all numbers and words, in the caller's transaction: `catch_up` makes them again."""
    for table in ("numbered", "numbered_words", "numbered_todo"):
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    conn.execute("INSERT INTO numbered_todo SELECT search_rowid FROM articles")


def catch_up(db: sqlite_utils.Database, seconds: float | None = None) -> int:
    """Keeps the numbers of articles written since, once there are 1,000; gives how many articles that were.

    Stops after `seconds`, if given, and goes on from there the next time. A transaction every 1,000.
    """
    end = None if seconds is None else time.monotonic() + seconds
    done = 0
    if db.execute("SELECT count(*) FROM (SELECT 1 FROM articles LIMIT ?)", (_LEAST,)).fetchone()[0] < _LEAST:
        return 0
    while end is None or time.monotonic() < end:
        with writing(db):
            batch = [row[0] for row in db.conn.execute(_TODO, (_BATCH,))]
            names, conn = Names(db), db.conn
            kept = [(rowid, *_packed(numbers)) for rowid, numbers in read(db, batch, names)]
            conn.executemany("INSERT INTO numbered_words (word, number) VALUES (?, ?)", names.new.items())
            conn.executemany("INSERT OR REPLACE INTO numbered VALUES (?, ?, ?)", kept)
            conn.executemany("DELETE FROM numbered_todo WHERE search_rowid = ?", [(rowid,) for rowid in batch])
        if not batch:
            break
        done += len(batch)
    return done


_TYPES: Final = {2: "H", 4: "I"}


def _packed(numbers: array[int]) -> tuple[int, bytes]:
    width = 2 if max(numbers, default=0) < 1 << 16 else 4
    return width, isal_zlib.compress(array(_TYPES[width], numbers).tobytes(), 2)


def _unpacked(width: int, kept: bytes) -> array[int]:
    return array(_TYPES[width], isal_zlib.decompress(kept))

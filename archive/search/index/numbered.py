"""Keeps the words of each article's texts as numbers, so that nobody cuts texts when words are counted.

Cutting the texts takes 90 us, reading their numbers 10 (measured). They are made after the run, in small transactions;
what has been written since is noted in `numbered_todo`, and cut when it is asked for.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import sqlite_utils
from isal import isal_zlib

from archive.store.database import writing
from archive.text import folding
from archive.text.analyzer import SHORT, SIGNS, ends, prepare

TEXT, SENTENCE, BREAK = 0, 1, 2
"""What stands between words where that is more than space: the end of a text, of a sentence, another sign."""

FIRST: Final = 3
"""The lowest number of a word."""

Piece: TypeAlias = bytes | str
"""A word in the one-byte code, or with other letters as it is; or a mark."""

_LEAST = 1000  # articles from which numbers are kept; fewer are cut in less than 0.3 s
_BATCH = 1000
_COUNTED: Final = 2  # texts that words are counted in: lead and body, the first ones
_REMEMBERED: Final = 1 << 16  # words: of Vietnamese there are 7,000 syllables
_NARROW: Final = 1 << 16  # numbers below it take two bytes
_OTHER: Final = re.compile(r"[^\w\s]+|[_\n]+")
_MARKS: Final = (b"\0", b"\1", b"\2")


# In the one-byte code a line end becomes \1, what ends sentences \3, what closes quotations \4, another sign \2.
def _kind(letter: str) -> int:
    if letter in SIGNS:
        return 3
    if letter in '”"':
        return 4
    if letter == "\n":
        return SENTENCE
    if _OTHER.match(letter):
        return BREAK
    return 0x20 if letter.isspace() else folding.encode_lower(letter)[0]


_KINDS: Final = bytes(_kind(letter) for letter in folding.LOWER_ALPHABET.ljust(256, "_"))
_BREAKS: Final = bytes(BREAK if code in (3, 4) else code for code in range(256))
_BEFORE: Final = b"[\1-\4 ]"
# The same rule as of `text.sentences`: 9 us instead of 50, for a search begins with one letter.
_END: Final = re.compile(
    b"\3(?<!"
    + _BEFORE
    + b"[^\1-\4 ]\3)"
    + b"".join(b"(?<!" + _BEFORE + folding.encode_lower(short) + b"\3)" for short in SHORT)
    + b"\3{0,19}(?=[\1\4 ])"
)

_TEXTS = """SELECT search_rowid, lead, body, headline, captions, byline FROM articles
    WHERE search_rowid IN (SELECT value FROM json_each(?))"""
_KEPT = """SELECT search_rowid, width, counted, numbers FROM numbered
    WHERE search_rowid IN (SELECT value FROM json_each(?))"""
_TODO = "SELECT search_rowid FROM numbered_todo LIMIT ?"
_NUMBER = "SELECT number FROM numbered_words WHERE word = ?"
_KNOWN = "SELECT word, number FROM numbered_words WHERE word IN (SELECT value FROM json_each(?))"
_NAMES = "SELECT number, word FROM numbered_words WHERE number IN (SELECT value FROM json_each(?))"
_DELETE = "DELETE FROM numbered WHERE search_rowid = ?"
_HELD = "SELECT 1 FROM exact WHERE exact MATCH ? LIMIT 1"


def cut(texts: Iterable[str]) -> list[Piece]:
    """The words of `texts` in their exact form, and marks for what stands between them.

    >>> [folding.decode_lower(piece, folding.LOWER_ALPHABET) for piece in cut(["Hòa bình, ở TP. Huế. Ở đó"])]
    ['hoà', 'bình', '\\x02', 'ở', 'tp', '\\x02', 'huế', '\\x01', 'ở', 'đó', '\\x00']
    """
    pieces: list[Piece] = []
    for text in texts:
        try:
            coded = folding.exact_code(folding.encode_cased(text)) if text else b""
        except UnicodeEncodeError:
            coded = b"_"
        if b"_" in coded:  # which is no word, yet makes a longer one of what ends a sentence or not
            pieces += _cut_odd(text)
        else:
            signed = _END.sub(b"\1", b" " + coded.translate(_KINDS)).translate(_BREAKS)
            pieces += signed.replace(b"\2", b" \2 ").replace(b"\1", b" \1 ").split()
        pieces.append(_MARKS[TEXT])
    return pieces


def _cut_odd(text: str) -> Iterator[Piece]:
    exact = prepare(text).exact
    for start, end in pairwise([0, *ends(exact)]):
        yield from (_MARKS[BREAK] if piece == "\2" else piece for piece in _OTHER.sub(" \2 ", exact[start:end]).split())
        yield _MARKS[SENTENCE]


class Names(dict[Piece, int]):
    """The number of each piece of a text; a word that has none gets the next, for the time being."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        super().__init__(zip(_MARKS, range(FIRST), strict=True))
        self._db = db
        self._next = max(FIRST, 1 + (db.conn.execute("SELECT max(number) FROM numbered_words").fetchone()[0] or 0))
        self.new: dict[str, int] = {}

    def __missing__(self, piece: Piece) -> int:
        if len(self) > _REMEMBERED:
            self.clear()
            self.update(zip(_MARKS, range(FIRST), strict=True))
        word = piece if isinstance(piece, str) else folding.decode_lower(piece, folding.LOWER_ALPHABET)
        stored = self._db.conn.execute(_NUMBER, (word,)).fetchone()
        if stored is None and word not in self.new:
            self.new[word] = self._next
            self._next += 1
        self[piece] = number = self.new[word] if stored is None else int(stored[0])
        return number

    @property
    def highest(self) -> int:
        """The highest number of a word."""
        return self._next - 1

    def known(self, words: Iterable[str]) -> dict[str, int]:
        """The numbers of those of `words` that have one."""
        asked = list(words)
        stored = dict(self._db.conn.execute(_KNOWN, (json.dumps(asked),)).fetchall())
        return stored | {word: self.new[word] for word in asked if word in self.new}

    def words(self, numbers: Iterable[int]) -> dict[int, str]:
        """The words of `numbers`."""
        stored = self._db.conn.execute(_NAMES, (json.dumps(list(numbers)),)).fetchall()
        return dict(stored) | {number: word for word, number in self.new.items()}


def read(db: sqlite_utils.Database, rowids: Sequence[int], names: Names) -> Iterator[tuple[int, int, array[int]]]:
    """The numbers of each of `rowids` in turn, those not kept cut now, and how many are of lead and body."""
    for start in range(0, len(rowids), _BATCH):
        batch = list(rowids[start : start + _BATCH])
        found = {
            rowid: (counted, array(_TYPES[width], isal_zlib.decompress(kept)))
            for rowid, width, counted, kept in db.conn.execute(_KEPT, (json.dumps(batch),))
        }
        missing = [rowid for rowid in batch if rowid not in found]
        for rowid, *texts in db.conn.execute(_TEXTS, (json.dumps(missing),)).fetchall() if missing else ():
            first, rest = cut(texts[:_COUNTED]), cut(texts[_COUNTED:])
            numbers = list(map(names.__getitem__, first + rest))
            found[rowid] = len(first), array("H" if names.highest < _NARROW else "I", numbers)
        yield from ((rowid, *found[rowid]) for rowid in batch if rowid in found)


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
    done, names, seen = 0, Names(db), -1
    if db.execute("SELECT count(*) FROM (SELECT 1 FROM articles LIMIT ?)", (_LEAST,)).fetchone()[0] < _LEAST:
        return 0
    while end is None or time.monotonic() < end:
        with writing(db):
            conn, before = db.conn, seen
            seen = conn.execute("PRAGMA data_version").fetchone()[0]
            if seen != before:  # somebody else has written: perhaps words, or taken some out
                names = Names(db)
            batch = [row[0] for row in conn.execute(_TODO, (_BATCH,))]
            kept = [(rowid, *_packed(numbers, counted)) for rowid, counted, numbers in read(db, batch, names)]
            conn.executemany("INSERT INTO numbered_words (word, number) VALUES (?, ?)", names.new.items())
            conn.executemany("INSERT OR REPLACE INTO numbered VALUES (?, ?, ?, ?)", kept)
            conn.executemany("DELETE FROM numbered_todo WHERE search_rowid = ?", [(rowid,) for rowid in batch])
        if not batch:
            break
        names.new.clear()
        done += len(batch)
    return done


_TYPES: Final = {2: "H", 4: "I"}


def _packed(numbers: array[int], counted: int) -> tuple[int, int, bytes]:
    if numbers.typecode == "I" and max(numbers, default=0) < _NARROW:
        numbers = array("H", numbers)
    return numbers.itemsize, counted, isal_zlib.compress(numbers.tobytes(), 2)

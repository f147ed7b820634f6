"""Notes which frequent syllables stand side by side in an article: what makes phrases of them quick to find.

FTS5 intersects the positions of both words, so a phrase of frequent ones is slow however rare it is (22-48 ms at
100,000 articles, measured; from pairs 0.04 ms). Only pairs of two frequent syllables are kept: others are quick anyway.
Making them costs more than all else of an article, so it is done after the run, in small transactions of its own;
what has been written since is noted in `pairs_todo`, and asked by position.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from array import array
from collections.abc import Iterable
from itertools import chain, zip_longest

import sqlite_utils

from archive.search.grammar.matcher import Table
from archive.store.database import writing
from archive.text import letters
from archive.text.analyzer import Forms, coded_words, forms, words

FREQUENT = 128
"""Syllables of each form whose pairs are kept: 0.55 of running text (measured); the slowest phrase left takes 14 ms at
100,000 articles. With 256 it would take 7, for twice the size and the time."""

_LEAST = 10_000  # articles from which the frequent syllables are chosen; below, the slowest phrase takes 5 ms
_BATCH = 1000
_REMEMBERED = 1 << 16  # words: of Vietnamese there are 7,000 syllables
JOINT: dict[Table, str] = {"exact": "__", "folded": "_"}
_COMMONEST: dict[Table, str] = {
    "exact": "SELECT term FROM exact_words ORDER BY doc DESC LIMIT ?",
    "folded": "SELECT term FROM folded_words ORDER BY doc DESC LIMIT ?",
}
_TEXTS = """SELECT search_rowid, headline, lead, body, captions, byline FROM articles
    WHERE search_rowid IN (SELECT value FROM json_each(?))"""


def note(conn: sqlite3.Connection, changed: Iterable[int]) -> None:
    """Notes that the texts of these rowids have changed, in the caller's transaction."""
    if _chosen(conn):
        conn.executemany("INSERT OR IGNORE INTO pairs_todo VALUES (?)", [(rowid,) for rowid in changed])


def forget(conn: sqlite3.Connection, gone: Iterable[int]) -> None:
    """Takes the pairs of these rowids out, in the caller's transaction."""
    keys = [(rowid,) for rowid in gone]
    conn.executemany("DELETE FROM pairs WHERE rowid = ?", keys)
    conn.executemany("DELETE FROM pairs_todo WHERE search_rowid = ?", keys)


def catch_up(db: sqlite_utils.Database, seconds: float | None = None) -> int:
    """Notes the pairs of articles written since the last time; gives how many articles that were.

    Stops after `seconds`, if given, and goes on from there the next time. At first it chooses the frequent syllables,
    once the archive has 10,000 articles. 0.34 ms an article, a transaction every 1,000.
    """
    end = None if seconds is None else time.monotonic() + seconds
    if not _chosen(db.conn) and not _choose(db):
        return 0
    numbers = _numbers(db.conn)
    done = 0
    while end is None or time.monotonic() < end:
        batch = [row[0] for row in db.execute("SELECT search_rowid FROM pairs_todo LIMIT ?", (_BATCH,))]
        if not batch:
            break
        rows = db.execute(_TEXTS, (json.dumps(batch),)).fetchall()
        made = [(rowid, " ".join(numbers.pairs([forms(text) for text in texts if text]))) for rowid, *texts in rows]
        with writing(db):
            db.conn.executemany("INSERT OR REPLACE INTO pairs(rowid, pair) VALUES (?, ?)", made)
            db.conn.executemany("DELETE FROM pairs_todo WHERE search_rowid = ?", [(rowid,) for rowid in batch])
        done += len(batch)
    return done


def of(conn: sqlite3.Connection, made: Iterable[Forms]) -> str:
    """The pairs of an article whose texts are `made` ready, as they are indexed; "" where none are noted."""
    return " ".join(_numbers(conn).pairs(made))


def begin_anew(db: sqlite_utils.Database) -> None:
    """Drops all pairs and the choice of syllables, in the caller's transaction: `catch_up` makes them again."""
    db.execute("DELETE FROM pair_syllables")
    db.execute("DELETE FROM pairs_todo")
    db.execute("INSERT INTO pairs(pairs) VALUES ('delete-all')")


class _Pairs(dict[int, str]):
    """The pairs of frequent words, each joined when it is first met; "" with a word that is not.

    Their key is the two numbers, a byte each, as one: so that neighbours are paired in C.
    """

    def __init__(self, table: Table, frequent: Iterable[str]) -> None:
        super().__init__()
        self._joint = JOINT[table]
        self._words = sorted(frequent)
        self.numbers = {word: number for number, word in enumerate(self._words, 1)}  # 0 is any other word

    def __missing__(self, pair: int) -> str:
        one, two = pair.to_bytes(2, sys.byteorder)
        joined = f"{self._words[one - 1]}{self._joint}{self._words[two - 1]}" if one and two else ""
        self[pair] = joined
        return joined

    def of(self, numbers: bytes) -> set[str]:
        """The pairs of neighbours in a text whose words have these `numbers`, each once."""
        found = {""}
        for start in (0, 1):  # those that begin at even places, and at odd ones
            pairs = memoryview(numbers[start : len(numbers) - (len(numbers) - start) % 2]).cast("H")
            found.update(map(self.__getitem__, pairs))
        found.remove("")
        return found


class _Numbers(dict[bytes, int]):
    """By a word of an exact form, in the one-byte code: its number in either form, a byte each, as one.

    So a text is cut into words once: 160 us an article instead of 280 with both forms cut and paired word by word.
    """

    def __init__(self, exact: _Pairs, folded: _Pairs) -> None:
        super().__init__()
        self.exact, self.folded = exact, folded

    def __missing__(self, coded: bytes) -> int:
        if len(self) > _REMEMBERED:
            self.clear()
        word = letters.decode_lower(coded, letters.LOWER_ALPHABET)
        both = self.exact.numbers.get(word, 0), self.folded.numbers.get(forms(word).folded, 0)
        self[coded] = number = int.from_bytes(bytes(both), sys.byteorder)
        return number

    def pairs(self, made: Iterable[Forms]) -> list[str]:
        """The pairs of an article whose texts are `made` ready, each once."""
        both = [self._numbered(text) for text in made]
        exact, folded = (b"\0".join([numbers[form::2] for numbers in both]) for form in (0, 1))
        return [*self.exact.of(exact), *self.folded.of(folded)]

    def _numbered(self, text: Forms) -> bytes:
        """The numbers of the words of `text`, those in the exact form and those in the folded one by turns."""
        if text.plain:  # letter by letter one form is as long as the other, so both have the same words
            return array("H", map(self.__getitem__, coded_words(text.exact))).tobytes()
        exact = [self.exact.numbers.get(word, 0) for word in words(text.exact)]
        folded = [self.folded.numbers.get(word, 0) for word in words(text.folded)]
        return bytes(chain.from_iterable(zip_longest(exact, folded, fillvalue=0)))


def _numbers(conn: sqlite3.Connection) -> _Numbers:
    frequent = frequent_words(conn)
    return _Numbers(_Pairs("exact", frequent["exact"]), _Pairs("folded", frequent["folded"]))


def _chosen(conn: sqlite3.Connection) -> bool:
    return conn.execute("SELECT 1 FROM pair_syllables LIMIT 1").fetchone() is not None


def _choose(db: sqlite_utils.Database) -> bool:
    """Chooses the frequent syllables by reading the whole vocabulary (2 s at 100,000 articles)."""
    if db.execute("SELECT count(*) FROM (SELECT 1 FROM articles LIMIT ?)", (_LEAST,)).fetchone()[0] < _LEAST:
        return False
    words = [(form, row[0]) for form, by in _COMMONEST.items() for row in db.execute(by, (FREQUENT,))]
    with writing(db):
        db.conn.executemany("INSERT OR IGNORE INTO pair_syllables VALUES (?, ?)", words)
        db.execute("INSERT OR IGNORE INTO pairs_todo SELECT search_rowid FROM articles")
    return True


def frequent_words(conn: sqlite3.Connection) -> dict[Table, frozenset[str]]:
    """The syllables of each form whose pairs are kept; none before `catch_up` has chosen them."""
    words = conn.execute("SELECT form, word FROM pair_syllables").fetchall()
    return {
        "exact": frozenset(word for form, word in words if form == "exact"),
        "folded": frozenset(word for form, word in words if form == "folded"),
    }

"""Answers what is joined of words and phrases with AND, OR and NOT from the bits of the commonest words and pairs.

Whatever has no bits is asked of the index and joined to the others as bits; and the whole is asked of the index where
articles have been written since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import sqlite_utils

from archive.search import phrases
from archive.search.bits import LISTED, Form
from archive.search.bitset import Bits, Numbering, Packed, array
from archive.search.memory import memory
from archive.search.plan import Match, one_match
from archive.search.rowids import NumpyRowids, Rowids, fetch, from_text, numpy, rowids
from archive.search.vocabulary import words_begun

_MOST_TODO = 5  # with more than a fifth of the articles written since, bits gain nothing

_PARTS = "SELECT rowids FROM bit_parts ORDER BY first"
_UNPAIRED = "SELECT 1 FROM pairs_todo WHERE search_rowid NOT IN (SELECT search_rowid FROM bits_todo) LIMIT 1"
_BITS = "SELECT bits FROM word_bits WHERE form = ? AND word = ? ORDER BY part"
_TODO = "SELECT group_concat(search_rowid) FROM (SELECT search_rowid FROM bits_todo ORDER BY 1 LIMIT ?)"


def find(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> Rowids | None:
    """The rowids in low..high that hold what is asked; None where nothing in it is common enough to have bits."""
    numbering = known(db)
    if numbering is None:
        return None
    asking = _Asking(db, numbering, low, high)
    packed = asking.bits(asked)
    return None if packed is None else Bits(numbering, packed & asking.here, NumpyRowids(array(asking.since(asked))))


def together(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> Bits | None:
    """The rowids in low..high that can hold a phrase, by its words and pairs that have bits; None where none have."""
    numbering = known(db) if len(asked.phrase) > 1 else None
    if numbering is None:
        return None
    asking = _Asking(db, numbering, low, high)
    pairs = [Match(asked.table, "", pair) for pair in pairwise(asked.phrase)]
    told = map(asking.bits, (*pairs, *(Match(asked.table, "", (word,)) for word in asked.phrase)))
    packed = [bits for bits in told if bits is not None]
    if not packed:
        return None
    since = NumpyRowids(array(asking.since(asked)))
    return Bits(numbering, reduce(numpy.bitwise_and, packed) & asking.here, since)


def known(db: sqlite_utils.Database) -> Numbering | None:
    """The articles that bits stand for; None where there are none, or too much has been written since."""
    remembered = memory(db)
    if remembered.bits is None:
        remembered.bits = (_load(db),)
    numbering: Numbering | None = remembered.bits[0]
    return numbering


def _load(db: sqlite_utils.Database) -> Numbering | None:
    parts = [numpy.frombuffer(row[0], dtype="<i8") for row in db.conn.execute(_PARTS)] if numpy is not None else []
    most = sum(map(len, parts)) // _MOST_TODO
    todo = from_text(db.conn.execute(_TODO, (most + 1,)).fetchone()[0]) if parts else rowids(())
    if not parts or len(todo) > most:
        return None
    return Numbering(parts, NumpyRowids(array(todo)), paired=db.conn.execute(_UNPAIRED).fetchone() is None)


def in_words(db: sqlite_utils.Database, asked: Match) -> Match:
    """The same with the words that begun ones stand for, where they are few: FTS5 then need not gather them all."""
    if asked.parts:
        return one_match([in_words(db, part) for part in asked.parts], asked.operator)
    words = _words(db, asked)
    return one_match(words, "OR") if words else asked


def _words(db: sqlite_utils.Database, asked: Match) -> list[Match]:
    """The words that a begun one stands for, where they are few."""
    words = words_begun(db, asked.table, asked.begun) if asked.begun else ()
    return [Match(asked.table, f'"{word}"', (word,)) for word in words]


@dataclass(slots=True)
class _Asking:
    """One question to the bits, between two rowids."""

    db: sqlite_utils.Database
    numbering: Numbering
    low: int
    high: int

    @property
    def here(self) -> Packed:
        """The articles between the two rowids that bits say something of."""
        articles, known = self.numbering.articles, self.numbering.known
        if self.low <= articles[0] and articles[-1] <= self.high:
            return known
        return known & self.numbering.between(self.low, self.high)

    def bits(self, asked: Match) -> Packed | None:
        """The articles that hold what is asked; None where nothing in it has bits."""
        if asked.operator == "NOT":
            return self._without(*asked.parts)
        if asked.parts:
            return self._joined(asked.parts, asked.operator)
        if asked.begun:
            return self._joined(_words(self.db, asked), "OR")
        if len(asked.phrase) == 2:
            return self._pair(phrases.pair(self.db, asked))
        return self._stored(asked.table, asked.phrase[0]) if asked.phrase[1:] == () != asked.phrase else None

    def since(self, asked: Match) -> Rowids:
        """What has been written since that holds what is asked."""
        found, asked = rowids(()), in_words(self.db, asked)
        for first, last in self.numbering.stale:
            if first <= self.high and self.low <= last:
                found = found | self._listed(asked, max(first, self.low), min(last, self.high))
        return found & self.numbering.todo

    def _joined(self, parts: Sequence[Match], operator: str) -> Packed | None:
        told = [(part, self.bits(part)) for part in parts]
        found = [bits for _, bits in told if bits is not None]
        if not found:
            return None
        others = [part for part, bits in told if bits is None]
        if others:
            found.append(self._asked(one_match(others, operator)))
        return reduce(numpy.bitwise_and if operator == "AND" else numpy.bitwise_or, found)

    def _without(self, wanted: Match, *unwanted: Match) -> Packed | None:
        found, less = self.bits(wanted), self._joined(unwanted, "OR")
        if found is None and less is None:
            return None
        found = self._asked(wanted) if found is None else found
        return found & ~(self._asked(one_match(unwanted, "OR")) if less is None else less)

    def _pair(self, word: str | None) -> Packed | None:
        if word is None or not self.numbering.paired:
            return None
        stored = self._stored("pairs", word)
        return self.numbering.pack(phrases.listed(self.db, word, self.low, self.high)) if stored is None else stored

    def _stored(self, form: Form, word: str) -> Packed | None:
        rows = self.db.conn.execute(_BITS, (form, word)).fetchall()
        return numpy.frombuffer(b"".join(row[0] for row in rows), dtype=numpy.uint8) if rows else None

    def _asked(self, part: Match) -> Packed:
        return self.numbering.pack(self._listed(part, self.low, self.high))

    def _listed(self, part: Match, low: int, high: int) -> Rowids:
        return fetch(self.db.conn, LISTED[part.table], {"match": part.expression}, low, high)

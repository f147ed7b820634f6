"""Answers words and phrases from the bits of the commonest words and of these side by side, instead of from positions.
What has no bits, or was written since, is asked of the index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import sqlite_utils

from archive.search.connection import cache_of
from archive.search.grammar.matcher import Table
from archive.search.index.bitmaps import LISTED, articles_followed
from archive.search.index.docid_sets import (
    Bits,
    DocidSet,
    Numbering,
    NumpyDocidSet,
    Packed,
    array,
    docid_set,
    docids_from_text,
    fetch_docids,
    numpy,
)
from archive.search.index.vocabulary import few_words_with_prefix
from archive.search.planner.plan import Match, one_match

_STALE_SHARE = 5  # with more than a fifth of the articles written since, bits gain nothing

_PARTS = "SELECT rowids FROM bit_parts ORDER BY first"
_BITS = "SELECT bits FROM word_bits WHERE form = ? AND word = ? ORDER BY part"
_FOLLOWED = "SELECT followed FROM word_bits WHERE form = ? AND word = ? ORDER BY part"
_FREQUENT = "SELECT form, word, frequent FROM common_words WHERE frequent"
_BITS_TODO = "SELECT group_concat(search_rowid) FROM (SELECT search_rowid FROM bits_todo ORDER BY 1 LIMIT ?)"


def find_by_bits(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> DocidSet | None:
    """The rowids in low..high that hold what is asked; None where nothing in it is common enough to have bits."""
    numbering = numbering_of(db)
    if numbering is None:
        return None
    asking = _Asking(db, numbering, low, high)
    packed = asking.bits(asked)
    return None if packed is None else Bits(numbering, packed & asking.here, NumpyDocidSet(array(asking.since(asked))))


def phrase_candidates(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> Bits | None:
    """The rowids in low..high that can hold a phrase, by its words and pairs that have bits; None where none have."""
    numbering = numbering_of(db) if len(asked.phrase) > 1 else None
    if numbering is None:
        return None
    asking = _Asking(db, numbering, low, high)
    pairs = [Match(asked.table, "", pair) for pair in pairwise(asked.phrase)]
    told = map(asking.bits, (*pairs, *(Match(asked.table, "", (word,)) for word in asked.phrase)))
    packed = [bits for bits in told if bits is not None]
    if not packed:
        return None
    since = NumpyDocidSet(array(asking.since(asked)))
    return Bits(numbering, reduce(numpy.bitwise_and, packed) & asking.here, since)


def is_pair(db: sqlite_utils.Database, asked: Match) -> bool:
    """Whether a phrase is of two frequent words, of which it is noted where they stand side by side."""
    known = _frequent(db) if len(asked.phrase) == 2 else {}
    return bool(known) and all((asked.table, word) in known for word in asked.phrase)


def _frequent(db: sqlite_utils.Database) -> dict[tuple[Table, str], int]:
    remembered = cache_of(db)
    if remembered.frequent is None:
        remembered.frequent = {(form, word): place for form, word, place in db.conn.execute(_FREQUENT)}
    known: dict[tuple[Table, str], int] = remembered.frequent
    return known


def numbering_of(db: sqlite_utils.Database) -> Numbering | None:
    """The articles that bits stand for; None where there are none, or too much has been written since."""
    remembered = cache_of(db)
    if remembered.bits is None:
        remembered.bits = (_load(db),)
    numbering: Numbering | None = remembered.bits[0]
    return numbering


def _load(db: sqlite_utils.Database) -> Numbering | None:
    parts = [numpy.frombuffer(row[0], dtype="<i8") for row in db.conn.execute(_PARTS)] if numpy is not None else []
    if not parts:
        return None
    most = sum(map(len, parts)) // _STALE_SHARE
    todo = docids_from_text(db.conn.execute(_BITS_TODO, (most + 1,)).fetchone()[0])
    return None if len(todo) > most else Numbering(parts, NumpyDocidSet(array(todo)))


def expand_prefixes(db: sqlite_utils.Database, asked: Match) -> Match:
    """The same with the words that begun ones stand for, where they are few: FTS5 then need not gather them all."""
    if asked.parts:
        return one_match([expand_prefixes(db, part) for part in asked.parts], asked.operator)
    words = _words_of_prefix(db, asked)
    return one_match(words, "OR") if words else asked


def _words_of_prefix(db: sqlite_utils.Database, asked: Match) -> list[Match]:
    """The words that a begun one stands for, where they are few."""
    words = few_words_with_prefix(db, asked.table, asked.begun) if asked.begun else ()
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
            return self._joined(_words_of_prefix(self.db, asked), "OR")
        if len(asked.phrase) == 2:
            return self._pair(asked) if is_pair(self.db, asked) else None
        return self._stored(asked.table, asked.phrase[0]) if asked.phrase[1:] == () != asked.phrase else None

    def since(self, asked: Match) -> DocidSet:
        """What has been written since that holds what is asked."""
        found, asked = docid_set(()), expand_prefixes(self.db, asked)
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

    def _pair(self, asked: Match) -> Packed:
        one, two = asked.phrase
        place, held = _frequent(self.db)[asked.table, two], numpy.zeros(sum(self.numbering.sizes), dtype=bool)
        rows, start = self.db.conn.execute(_FOLLOWED, (asked.table, one)), 0
        for (followed,), size in zip(rows, self.numbering.sizes, strict=True):
            held[start + articles_followed(followed, place)] = True
            start += size
        return numpy.packbits(held)

    def _stored(self, form: Table, word: str) -> Packed | None:
        rows = self.db.conn.execute(_BITS, (form, word)).fetchall()
        return numpy.frombuffer(b"".join(row[0] for row in rows), dtype=numpy.uint8) if rows else None

    def _asked(self, part: Match) -> Packed:
        return self.numbering.pack(self._listed(part, self.low, self.high))

    def _listed(self, part: Match, low: int, high: int) -> DocidSet:
        return fetch_docids(self.db.conn, LISTED[part.table], {"match": part.expression}, low, high)

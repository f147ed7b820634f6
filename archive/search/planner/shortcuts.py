"""Answers words and phrases from the bits of the commonest words and from the table of pairs, instead of from
positions. What has no bits, or was written since, is asked of the index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import sqlite_utils

from archive.search.connection import cache_of
from archive.search.grammar.matcher import Table
from archive.search.index.bitmaps import LISTED, Form
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
from archive.search.index.pairs import JOINT, frequent_words
from archive.search.index.vocabulary import few_words_with_prefix
from archive.search.planner.plan import Match, one_match

# Answers phrases of two frequent syllables from the table of pairs, instead of from positions.

_MOST_PAIRS_TODO = 2000  # articles written since their pairs were noted: asked by position; with more, all are

_PAIRS_TODO = "SELECT search_rowid FROM pairs_todo LIMIT ?"
_NEWEST_PAIRS = "SELECT rowid FROM pairs WHERE pairs MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"


def find_pair(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> DocidSet | None:
    """The rowids in low..high that hold a phrase.

    None where the pairs say nothing: another kind of match, a rare syllable, or too much written since.
    """
    word, todo = pair_word(db, asked), _known_pairs(db)[1]
    if word is None or len(todo) > _MOST_PAIRS_TODO:
        return None
    return (docids_of_pair(db, word, low, high) - todo) | _paired_since(db, asked, todo, low, high)


def newest_of_pair(db: sqlite_utils.Database, asked: Match, low: int, high: int, most: int) -> list[int] | None:
    """The `most` newest of them."""
    word, todo = pair_word(db, asked), _known_pairs(db)[1]
    if word is None or len(todo) > _MOST_PAIRS_TODO:
        return None
    rows = db.conn.execute(_NEWEST_PAIRS, (f'"{word}"', low, high, most + len(todo)))
    found = docid_set(row[0] for row in rows) - todo
    return (found | _paired_since(db, asked, todo, low, high)).newest(most)


def pair_word(db: sqlite_utils.Database, asked: Match) -> str | None:
    """What stands in the table of pairs for a phrase; None for any other match and where a syllable is rare."""
    if len(asked.phrase) != 2 or not _known_pairs(db)[0][asked.table].issuperset(asked.phrase):
        return None
    return JOINT[asked.table].join(asked.phrase)


def docids_of_pair(db: sqlite_utils.Database, word: str, low: int, high: int) -> DocidSet:
    """The rowids in low..high of which the table of pairs notes `word`."""
    return fetch_docids(db.conn, LISTED["pairs"], {"match": f'"{word}"'}, low, high)


def _paired_since(db: sqlite_utils.Database, asked: Match, todo: DocidSet, low: int, high: int) -> DocidSet:
    """The rowids in low..high that hold the phrase, of the articles that are yet to be noted."""
    if not len(todo):
        return todo
    low, high = max(low, todo.oldest(1)[0]), min(high, todo.newest(1)[0])
    return fetch_docids(db.conn, LISTED[asked.table], {"match": asked.expression}, low, high) & todo


def _known_pairs(db: sqlite_utils.Database) -> tuple[dict[Table, frozenset[str]], DocidSet]:
    remembered = cache_of(db)
    if remembered.pairs is None:
        todo = docid_set(row[0] for row in db.conn.execute(_PAIRS_TODO, (_MOST_PAIRS_TODO + 1,)))
        remembered.pairs = (frequent_words(db.conn), todo)
    known: tuple[dict[Table, frozenset[str]], DocidSet] = remembered.pairs
    return known


_STALE_SHARE = 5  # with more than a fifth of the articles written since, bits gain nothing

_PARTS = "SELECT rowids FROM bit_parts ORDER BY first"
_UNPAIRED = "SELECT 1 FROM pairs_todo WHERE search_rowid NOT IN (SELECT search_rowid FROM bits_todo) LIMIT 1"
_BITS = "SELECT bits FROM word_bits WHERE form = ? AND word = ? ORDER BY part"
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


def numbering_of(db: sqlite_utils.Database) -> Numbering | None:
    """The articles that bits stand for; None where there are none, or too much has been written since."""
    remembered = cache_of(db)
    if remembered.bits is None:
        remembered.bits = (_load(db),)
    numbering: Numbering | None = remembered.bits[0]
    return numbering


def _load(db: sqlite_utils.Database) -> Numbering | None:
    parts = [numpy.frombuffer(row[0], dtype="<i8") for row in db.conn.execute(_PARTS)] if numpy is not None else []
    most = sum(map(len, parts)) // _STALE_SHARE
    todo = docids_from_text(db.conn.execute(_BITS_TODO, (most + 1,)).fetchone()[0]) if parts else docid_set(())
    if not parts or len(todo) > most:
        return None
    return Numbering(parts, NumpyDocidSet(array(todo)), paired=db.conn.execute(_UNPAIRED).fetchone() is None)


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
            return self._pair(pair_word(self.db, asked))
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

    def _pair(self, word: str | None) -> Packed | None:
        if word is None or not self.numbering.paired:
            return None
        stored = self._stored("pairs", word)
        return self.numbering.pack(docids_of_pair(self.db, word, self.low, self.high)) if stored is None else stored

    def _stored(self, form: Form, word: str) -> Packed | None:
        rows = self.db.conn.execute(_BITS, (form, word)).fetchall()
        return numpy.frombuffer(b"".join(row[0] for row in rows), dtype=numpy.uint8) if rows else None

    def _asked(self, part: Match) -> Packed:
        return self.numbering.pack(self._listed(part, self.low, self.high))

    def _listed(self, part: Match, low: int, high: int) -> DocidSet:
        return fetch_docids(self.db.conn, LISTED[part.table], {"match": part.expression}, low, high)

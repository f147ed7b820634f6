"""Answers common words and pairs, and what is joined of words with AND, OR and NOT, from the bits of the commonest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import sqlite_utils

from archive.search.bits import LISTED, Form
from archive.search.memory import memory
from archive.search.plan import Match
from archive.search.rowids import Numbers, NumpyRowids, Rowids, fetch, from_text, numpy
from archive.search.vocabulary import begun

_MOST_TODO = 5  # with more than a fifth of the articles written since, or these all over the archive, bits gain nothing

_MOST_BEGUN = 64  # words that a begun one is taken apart into

_ARTICLES = "SELECT rowids FROM bits_articles ORDER BY part"
_BITS = "SELECT bits FROM word_bits WHERE form = ? AND word = ?"
_TODO = "SELECT group_concat(search_rowid) FROM (SELECT search_rowid FROM bits_todo ORDER BY 1 LIMIT ?)"


@dataclass(frozen=True, slots=True)
class _Known:
    """The articles that bits stand for, in order, and those written since; `useful` where that is little."""

    articles: Numbers
    todo: Rowids
    useful: bool

    def between(self, low: int, high: int) -> tuple[int, int]:
        """The articles with rowids low..high: from the first one's number to behind the last one's."""
        first, end = numpy.searchsorted(self.articles, (low, high + 1)).tolist()
        return first, end

    def found(self, mask: Numbers, first: int, end: int) -> tuple[Rowids, Rowids]:
        """Those of the articles number `first` to `end` that `mask` says, and the rowids that are to be asked for."""
        places = numpy.flatnonzero(mask) + first
        # With something to be asked for, the archive may have more articles: these are then not their places.
        found: Rowids = NumpyRowids(self.articles[places], None if len(self.todo) else places)
        return found - self.todo, self.todo


def find(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> tuple[Rowids, Rowids] | None:
    """What the bits say: the rowids in low..high that hold what is asked, and those that the index must be asked for.

    None where they say nothing: a phrase or another term that is no single word, or none of its words is common.
    """
    known = _known(db)
    in_words = _in_words(db, asked) if known.useful else None
    if in_words is None:
        return None
    bits = {word: _bits(db, word.table, word.phrase[0], known) for word in _words(in_words)}
    if all(one is None for one in bits.values()):
        return None
    first, end = known.between(low, high)
    return known.found(_mask(db, in_words, known, bits, first, end), first, end)


def pair(db: sqlite_utils.Database, joined: str, low: int, high: int) -> tuple[Rowids, Rowids] | None:
    """The same of a pair of frequent syllables."""
    known = _known(db)
    bits = _bits(db, "pairs", joined, known) if known.useful else None
    if bits is None:
        return None
    first, end = known.between(low, high)
    return known.found(bits[first:end], first, end)


def _in_words(db: sqlite_utils.Database, asked: Match) -> Match | None:
    """`asked` as joined of single words, those that a begun one stands for among them; None where it is no such."""
    if asked.parts:
        parts = [_in_words(db, part) for part in asked.parts]
        whole = tuple(part for part in parts if part is not None)
        return replace(asked, parts=whole) if len(whole) == len(parts) else None
    if asked.begun:
        words = list(islice(begun(db, asked.table, asked.begun), _MOST_BEGUN + 1))
        spelled = tuple(Match(asked.table, f'"{word}"', (word,)) for word in words)
        return replace(asked, operator="OR", parts=spelled) if 0 < len(spelled) <= _MOST_BEGUN else None
    return asked if len(asked.phrase) == 1 else None


def _words(in_words: Match) -> Iterator[Match]:
    if not in_words.parts:
        yield in_words
    for part in in_words.parts:
        yield from _words(part)


def _known(db: sqlite_utils.Database) -> _Known:
    remembered = memory(db)
    if remembered.bits is None:
        remembered.bits = _load(db)
    known: _Known = remembered.bits
    return known


def _load(db: sqlite_utils.Database) -> _Known:
    parts = [row[0] for row in db.conn.execute(_ARTICLES)] if numpy is not None else []
    if not parts:
        return _Known((), from_text(None), useful=False)
    articles = numpy.frombuffer(b"".join(parts), dtype="<i8")
    most = len(articles) // _MOST_TODO
    todo = from_text(db.conn.execute(_TODO, (most + 1,)).fetchone()[0])
    if not len(todo):
        return _Known(articles, todo, useful=True)
    first, last = numpy.searchsorted(articles, (todo.oldest(1)[0], todo.newest(1)[0])).tolist()
    return _Known(articles, todo, useful=len(todo) <= most and last - first <= len(articles) // 2)


def _bits(db: sqlite_utils.Database, form: Form, word: str, known: _Known) -> Numbers | None:
    row = db.conn.execute(_BITS, (form, word)).fetchone()
    if row is None:
        return None
    packed = numpy.frombuffer(row[0], dtype=numpy.uint8)
    return numpy.unpackbits(packed, count=len(known.articles)).view(bool)


def _mask(
    db: sqlite_utils.Database, asked: Match, known: _Known, bits: dict[Match, Numbers | None], first: int, end: int
) -> Numbers:
    """Which of the articles number `first` to `end` hold what is asked."""
    if not asked.parts:
        stored = bits[asked]
        return _listed(db, asked, known, first, end) if stored is None else stored[first:end]
    masks = [_mask(db, part, known, bits, first, end) for part in asked.parts]
    match asked.operator:
        case "AND":
            return numpy.logical_and.reduce(masks)
        case "OR":
            return numpy.logical_or.reduce(masks)
        case _:
            return masks[0] & ~numpy.logical_or.reduce(masks[1:])


def _listed(db: sqlite_utils.Database, word: Match, known: _Known, first: int, end: int) -> Numbers:
    """The same for a word that has no bits, by its list; what has been written since may not be among the articles."""
    mask = numpy.zeros(end - first, dtype=bool)
    if first < end:
        here = known.articles[first:end]
        values = {"match": word.expression}
        found = fetch(db.conn, LISTED[word.table], values, int(here[0]), int(here[-1])) & NumpyRowids(here)
        mask[numpy.searchsorted(here, list(found))] = True
    return mask

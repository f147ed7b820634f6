"""Answers common words, and what is joined of words with AND, OR and NOT, from the bits of the commonest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlite_utils

from archive.search.match import Table
from archive.search.memory import memory
from archive.search.plan import Match
from archive.search.rowids import Numbers, NumpyRowids, Rowids, fetch, from_text, numpy

_MOST_TODO = 5  # with more than a fifth of the articles written since, or these all over the archive, bits gain nothing

_ARTICLES = "SELECT rowids FROM bits_articles ORDER BY part"
_BITS = "SELECT bits FROM word_bits WHERE form = ? AND word = ?"
_TODO = "SELECT group_concat(search_rowid) FROM (SELECT search_rowid FROM bits_todo ORDER BY 1 LIMIT ?)"
_FOUND: dict[Table, str] = {
    "exact": "SELECT group_concat(rowid) FROM exact WHERE exact MATCH :match AND rowid BETWEEN :low AND :high",
    "folded": "SELECT group_concat(rowid) FROM folded WHERE folded MATCH :match AND rowid BETWEEN :low AND :high",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """The articles that bits stand for, in order, and those written since; `useful` where that is little."""

    articles: Numbers
    todo: Rowids
    useful: bool


def find(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> tuple[Rowids, Rowids] | None:
    """What the bits say: the rowids in low..high that hold what is asked, and those that the index must be asked for.

    None where they say nothing: a phrase or another term that is no single word, or none of its words is common.
    """
    words = list(_words(asked))
    if None in words:
        return None
    known = _known(db)
    if not known.useful:
        return None
    bits = {word: _bits(db, word, known) for word in words if word is not None}
    if all(one is None for one in bits.values()):
        return None
    first, end = numpy.searchsorted(known.articles, (low, high + 1))
    mask = _mask(db, asked, known, bits, int(first), int(end))
    found: Rowids = NumpyRowids(known.articles[first:end][mask])
    return found - known.todo, known.todo


def _words(asked: Match) -> Iterator[Match | None]:
    """The single words that a match is joined of; None among them for what is none."""
    if asked.parts:
        for part in asked.parts:
            yield from _words(part)
    else:
        yield asked if len(asked.phrase) == 1 else None


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
    first, end = numpy.searchsorted(articles, (todo.oldest(1)[0], todo.newest(1)[0]))
    return _Known(articles, todo, useful=len(todo) <= most and int(end - first) <= len(articles) // 2)


def _bits(db: sqlite_utils.Database, word: Match, known: _Known) -> Numbers | None:
    row = db.conn.execute(_BITS, (word.table, word.phrase[0])).fetchone()
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
        found = fetch(db.conn, _FOUND[word.table], values, int(here[0]), int(here[-1])) & NumpyRowids(here)
        mask[numpy.searchsorted(here, list(found))] = True
    return mask

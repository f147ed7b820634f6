"""How often words occur in the leads and bodies of an archive."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Literal, TypeAlias

import sqlite_utils

from archive.corpus import ngrams
from archive.corpus.concordance import draw
from archive.corpus.stream import Stream, Units, readable
from archive.corpus.words import Compounds, Cut, counted
from archive.messages.message import Message
from archive.search.backend import Scope, found
from archive.search.connection import cache_of
from archive.search.grammar.tree import EVERY_ARTICLE
from archive.text.analyzer import sentences

Unit: TypeAlias = Literal["word", "syllable", "pair", "segment"]
UNITS: tuple[Unit, ...] = ("word", "syllable", "pair", "segment")

MOST_READ = 5000
_TEXTS = "SELECT lead, body FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?))"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How often each word occurs, among `tokens` words."""

    of: dict[str, int]
    tokens: int


def frequencies(
    scope: Scope, words: Sequence[str], seed: int, notes: list[str], unit: Unit = "syllable", cut: Cut = None
) -> Frequencies:
    """How often `words` (exact forms) occur in all that is held.

    From the counted n-grams where somebody has had them counted by that unit, else by reading: all articles up to
    5,000, a random sample of more, its counts raised to the whole, which is said in `notes`. Of a corpus
    or a day the articles are always read: n-grams are those of all.
    """
    known = ngrams.totals(scope.db, words, unit) if not scope.without and unit != "pair" else None
    if known is not None:
        notes.append(
            Message(
                "words are counted in {articles:,} articles as of {made_at}",
                articles=known.articles,
                made_at=known.made_at[:10],
            )
        )
        return Frequencies(known.of, known.tokens)
    everything = found(scope, EVERY_ARTICLE)
    chosen = draw(everything, MOST_READ, seed, notes)
    number, read_of = len(everything), len(chosen)
    if read_of < number and unit != "pair":
        notes.append(
            Message(
                "'baotinh rebuild ngrams --unit {unit}' counts the words of all articles once, and then for good",
                unit=unit,
            )
        )
    counts = _remembered(scope.db, chosen, unit, cut)
    raised = number / max(1, read_of)
    return Frequencies({word: round(counts[word] * raised) for word in words}, round(counts.total() * raised))


def _remembered(db: sqlite_utils.Database, rowids: Sequence[int], unit: Unit, cut: Cut) -> Counter[str]:
    """`read_frequencies`, remembered while nothing is written: each question is measured against the same articles."""
    remembered, asked = cache_of(db), (tuple(rowids), unit, cut)
    if remembered.frequencies is None or remembered.frequencies[0] != asked:
        remembered.frequencies = asked, read_frequencies(db, rowids, unit, cut)
    known: Counter[str] = remembered.frequencies[1]
    return known


def read_frequencies(
    db: sqlite_utils.Database, rowids: Sequence[int], unit: Unit = "syllable", cut: Cut = None
) -> Counter[str]:
    """What the leads and bodies of `rowids` consist of, counted: syllables, pairs, or what `cut` makes."""
    if readable(cut, len(rowids)):
        units = units_of(Stream(db, rowids), unit, cut)
        return units.counted(units.codes)
    counts: Counter[str] = Counter()
    pieces = cutter(unit, cut)
    for start in range(0, len(rowids), _BATCH):
        for texts in db.conn.execute(_TEXTS, (json.dumps(list(rowids[start : start + _BATCH])),)):
            for text in texts:
                counts.update(pieces(text))
    return counts


def units_of(stream: Stream, unit: Unit, cut: Cut) -> Units:
    """The syllables, pairs or words of a stream, where `readable` says so."""
    return stream.neighbours() if unit == "pair" else stream.units(cut if isinstance(cut, Compounds) else None)


def cutter(unit: Unit, cut: Cut = None) -> Callable[[str], Iterable[str]]:
    """What cuts a text into syllables, pairs of neighbours, or the words that `cut` makes (`compounds.cut_of`)."""
    match unit:
        case "syllable":
            return lambda text: chain.from_iterable(sentences(text))
        case "pair":
            return lambda text: (f"{one} {two}" for words in sentences(text) for one, two in pairwise(words))
        case _:
            return lambda text: counted(text, cut)

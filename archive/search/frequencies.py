"""How often words occur in the leads and bodies of an archive, or of some of its articles."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

import sqlite_utils

from archive.search.evaluate import find
from archive.search.prepare import prepare
from archive.search.query import Filter
from archive.search.sampling import drawn
from archive.search.segments import segmenter, segments
from archive.search.sentences import sentences

Unit: TypeAlias = Literal["syllable", "pair", "word"]
UNITS: tuple[Unit, ...] = ("syllable", "pair", "word")

MOST_READ = 5000
_KNOWN = "SELECT gram, total FROM ngrams WHERE gram IN (SELECT value FROM json_each(?))"
_TEXTS = "SELECT lead, body FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?))"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How often each word occurs, among `tokens` words."""

    of: dict[str, int]
    tokens: int


def frequencies(
    db: sqlite_utils.Database, words: Sequence[str], seed: int, notes: list[str], unit: Unit = "syllable"
) -> Frequencies:
    """How often `words` (exact forms) occur in the whole archive.

    From the counted n-grams where somebody has had them counted, else by reading: all articles up to 5,000, a random
    sample of more, its counts raised to the whole, which is said in `notes`. N-grams know syllables only: words of more
    than one are always read.
    """
    state = db.conn.execute("SELECT made_at, articles FROM ngram_state").fetchone()
    if state is not None and unit == "syllable":
        tokens = db.conn.execute("SELECT sum(tokens) FROM ngram_months WHERE size = 1").fetchone()[0] or 0
        notes.append(f"words are counted in {state[1]:,} articles as of {state[0][:10]}")
        return Frequencies(dict(db.conn.execute(_KNOWN, (json.dumps(list(words)),)).fetchall()), tokens)
    everything = find(db, Filter("day", "", "", 0, 0))
    chosen = drawn(everything, MOST_READ, seed, notes)
    if len(chosen) < len(everything) and unit == "syllable":
        notes.append("'baotinh ngrams build' counts the words of all articles once, and then for good")
    counts = read(db, chosen, unit)
    raised = len(everything) / max(1, len(chosen))
    return Frequencies({word: round(counts[word] * raised) for word in words}, round(counts.total() * raised))


def read(db: sqlite_utils.Database, rowids: Sequence[int], unit: Unit = "syllable") -> Counter[str]:
    """What the leads and bodies of `rowids` consist of, counted: syllables, pairs of neighbours, or words.

    Words are what underthesea makes of a text; raises UsageError where it is not installed.
    """
    counts: Counter[str] = Counter()
    cut = _CUTTERS[unit]()
    for start in range(0, len(rowids), _BATCH):
        for texts in db.conn.execute(_TEXTS, (json.dumps(list(rowids[start : start + _BATCH])),)):
            for text in texts:
                counts.update(cut(text))
    return counts


def _syllables() -> Callable[[str], Iterable[str]]:
    return lambda text: (word for exact, _ in sentences(text) for word in exact)


def _pairs() -> Callable[[str], Iterable[str]]:
    return lambda text: (f"{one} {two}" for exact, _ in sentences(text) for one, two in pairwise(exact))


def _words() -> Callable[[str], Iterable[str]]:
    cut = segmenter()
    return lambda text: (segment.word for segment in segments(prepare(text), cut))


_CUTTERS: dict[Unit, Callable[[], Callable[[str], Iterable[str]]]] = {
    "syllable": _syllables,
    "pair": _pairs,
    "word": _words,
}

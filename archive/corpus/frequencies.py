"""How often words occur in the leads and bodies of an archive, and the measures that compare such counts, each with
its source (docs/search.md).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import log, log2
from typing import Literal, TypeAlias

import sqlite_utils

from archive.corpus import ngrams
from archive.corpus.concordance import draw
from archive.corpus.words import segmenter, segments, sentences
from archive.messages.message import Message
from archive.search.backend import Questions, found
from archive.search.grammar.analyzer import prepare
from archive.search.grammar.tree import EVERY_ARTICLE

Unit: TypeAlias = Literal["syllable", "pair", "word"]
UNITS: tuple[Unit, ...] = ("syllable", "pair", "word")

MOST_READ = 5000
_TEXTS = "SELECT lead, body FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?))"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How often each word occurs, among `tokens` words."""

    of: dict[str, int]
    tokens: int


def frequencies(
    asking: Questions, words: Sequence[str], seed: int, notes: list[str], unit: Unit = "syllable"
) -> Frequencies:
    """How often `words` (exact forms) occur in all that is held.

    From the counted n-grams where somebody has had them counted by that unit, else by reading: all articles up to
    5,000, a random sample of more, its counts raised to the whole, which is said in `notes`. Parts that share articles
    are always read: n-grams of each would count these twice.
    """
    alone = not any(map(len, filter(None, asking.without)))
    known = ngrams.totals(asking, words, unit) if alone and unit != "pair" else None
    if known is not None:
        notes.append(
            Message(
                "words are counted in {articles:,} articles as of {made_at}",
                articles=known.articles,
                made_at=known.made_at[:10],
            )
        )
        return Frequencies(known.of, known.tokens)
    everything = found(asking, EVERY_ARTICLE)
    chosen = draw(everything, MOST_READ, seed, notes)
    number, read_of = sum(map(len, everything)), sum(map(len, chosen))
    if read_of < number and unit == "syllable":
        notes.append(Message("'baotinh ngrams build' counts the words of all articles once, and then for good"))
    counts = word_frequencies(asking, chosen, unit)
    raised = number / max(1, read_of)
    return Frequencies({word: round(counts[word] * raised) for word in words}, round(counts.total() * raised))


def word_frequencies(asking: Questions, chosen: Sequence[Sequence[int]], unit: Unit) -> Counter[str]:
    """What the articles `chosen` of each part consist of, all together."""
    counts: Counter[str] = Counter()
    for part in asking.each(read_frequencies, unit, of=chosen):
        counts.update(part)
    return counts


def read_frequencies(db: sqlite_utils.Database, rowids: Sequence[int], unit: Unit = "syllable") -> Counter[str]:
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
    return lambda text: chain.from_iterable(sentences(text))


def _pairs() -> Callable[[str], Iterable[str]]:
    return lambda text: (f"{one} {two}" for words in sentences(text) for one, two in pairwise(words))


def _words() -> Callable[[str], Iterable[str]]:
    cut = segmenter()
    return lambda text: (segment.word for segment in segments(prepare(text), cut))


_CUTTERS: dict[Unit, Callable[[], Callable[[str], Iterable[str]]]] = {
    "syllable": _syllables,
    "pair": _pairs,
    "word": _words,
}

# The measures of corpus linguistics, each with its source. docs/search.md writes them out.


def log_dice(together: int, first: int, second: int) -> float:
    """How strongly two words go together: 14 + log2(2f / (f1 + f2)), at most 14, whatever the size of the corpus.

    Source: P. Rychlý, "A Lexicographer-Friendly Association Score", 2008; Sketch Engine's documentation.

    >>> log_dice(100, 100, 100), round(log_dice(10, 1000, 200), 2)
    (14.0, 8.09)
    """
    return 14 + log2(2 * together / (first + second)) if together else float("-inf")


def mutual_information(together: int, first: int, second: int, tokens: int, window: int) -> float:
    """log2(f / E) with E = f1 x f2 x window / N: prefers rare words, so ask for f >= 5.

    Source: WordSmith Tools' manual, "Formulae"; Church and Hanks, 1990.
    """
    expected = first * second * window / tokens if tokens else 0.0
    return log2(together / expected) if together and expected else float("-inf")


def log_likelihood(together: int, first: int, second: int, tokens: int, window: int) -> float:
    """G2 = 2 x sum of O ln(O / E) over the 2 x 2 table of a pair, where a word has `window` places around each node.

    Source: T. Dunning, 1993; WordSmith Tools' manual, "Formulae", after Oakes. Negative where the two meet less often
    than by chance.
    """
    around = min(first * window, tokens)
    table = (
        (together, around - together),
        (max(0, second - together), max(0, tokens - around - second + together)),
    )
    g2 = _g2(table)
    return g2 if together * tokens >= around * second else -g2


def keyness(a: int, b: int, c: int, d: int) -> float:
    """G2 of a word found a times in c words of one corpus and b times in d words of another.

    E1 = c(a+b)/(c+d), E2 = d(a+b)/(c+d), G2 = 2(a ln(a/E1) + b ln(b/E2)); negative where the first has fewer.
    Source: P. Rayson and R. Garside, "Comparing Corpora using Frequency Profiling", 2000.

    >>> round(keyness(20, 10, 1000, 1000), 3), round(keyness(10, 20, 1000, 1000), 3)
    (3.398, -3.398)
    """
    if not c or not d:
        return 0.0
    first, second = c * (a + b) / (c + d), d * (a + b) / (c + d)
    g2 = 2 * (_part(a, first) + _part(b, second))
    return g2 if a * d >= b * c else -g2


def simple_maths(a: int, b: int, c: int, d: int, n: float = 1.0) -> float:
    """How many times more often: (per million in the first + n) / (per million in the second + n).

    A larger n favours common words. Source: A. Kilgarriff, "Simple maths for keywords", 2009.
    """
    return ((1e6 * a / c if c else 0.0) + n) / ((1e6 * b / d if d else 0.0) + n)


def _part(observed: float, expected: float) -> float:
    return observed * log(observed / expected) if observed and expected else 0.0


def _g2(table: tuple[tuple[int, int], tuple[int, int]]) -> float:
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    total = sum(rows)
    return 2 * sum(_part(table[i][j], rows[i] * columns[j] / total) for i in range(2) for j in range(2) if total)

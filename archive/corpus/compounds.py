"""The words of two syllables that an archive's own texts tell: `kinh tế`, `phát triển`.

Two syllables are a word where they stand side by side much more often than chance would have it: by normalised
pointwise mutual information, log(p(ab) / p(a) p(b)) / -log p(ab), Bouma 2009. A sentence is cut so that the words in
it have the largest sum of it: `nền kinh tế` is `nền`, `kinh tế`. Longer names are taken apart (`hồ`, `chí minh`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import log
from typing import Final, TypeAlias

import sqlite_utils

from archive.corpus.concordance import draw
from archive.corpus.stream import Stream, readable
from archive.corpus.words import Compounds, Cut, segmenter
from archive.search.backend import Scope, found
from archive.search.connection import cache_of
from archive.search.grammar.tree import EVERY_ARTICLE
from archive.search.index.docid_sets import ascending
from archive.text.analyzer import prepare, sentences

LOOKED_AT: Final = 500
"""Articles that are looked at, 0.1 ms each (measured)."""

_TWO_WAYS: Final = re.compile("o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ]")
_WITHIN: Final = re.compile(r"\w")
_OF_ARTICLES: Final = "SELECT lead, body FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?))"


def as_printed(db: sqlite_utils.Database, words: Iterable[str], read: Sequence[int]) -> Mapping[str, str]:
    """Those of `words` (exact forms) that the articles `read` mostly place a tone in otherwise, as these
    print it in lower case.
    """
    two_ways = [word for word in words if _TWO_WAYS.search(word)]
    if not two_ways:
        return {}
    counts = _printed(db, read[:LOOKED_AT], two_ways)
    return dict(word for word, _ in sorted(counts.items(), key=lambda one: (one[1], one[0])))


def _printed(db: sqlite_utils.Database, rowids: Sequence[int], words: Sequence[str]) -> Counter[tuple[str, str]]:
    """How often each of `words` stands in the leads and bodies of `rowids` in each way it is printed."""
    longest_first = sorted(words, key=len, reverse=True)
    either = re.compile(rf"(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")  # by its first letters: 3 x as fast
    counts: Counter[tuple[str, str]] = Counter()
    for texts in db.conn.execute(_OF_ARTICLES, (json.dumps(list(rowids)),)):
        for ready in map(prepare, texts):
            counts.update(
                (one[0], ready.lowered[one.start() : one.end()])
                for one in either.finditer(ready.exact)
                if not (one.start() and _WITHIN.match(ready.exact, one.start() - 1))
            )
    return counts


READ: Final = 1500
"""Articles that the words are learnt from, always the same ones: 0.6 ms of CPU each (measured)."""

LEAST: Final = 5
"""Times that a word stands in these at least."""

TOGETHER: Final = 0.35
"""The least association of a word: of 90 pairs of news looked at, most from here on are words, few below."""

_SEED = 1
_TEXTS = "SELECT lead, body FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?))"

Counts: TypeAlias = tuple[Counter[str], Counter[tuple[str, str]]]
"""How often each syllable occurs, and each two side by side in a sentence."""


def cut_of(scope: Scope, unit: str) -> Cut:
    """What cuts texts into `unit`; raises UsageError where a segmenter is wanted and there is none."""
    return segmenter() if unit == "segment" else compounds(scope) if unit == "word" else None


def compounds(scope: Scope) -> Compounds:
    """The words of two syllables of all that is held, learnt from a sample of it."""
    return _told(scope.db, draw(found(scope, EVERY_ARTICLE), READ, _SEED, []))


def read(db: sqlite_utils.Database, rowids: Sequence[int], least: int = 1) -> Counts:
    """The syllables and pairs in the leads and bodies of `rowids`, pairs that occur less than `least` times perhaps
    left out; remembered while nothing is written.
    """
    remembered, asked = cache_of(db), (tuple(rowids), least)
    if remembered.compounds is None or remembered.compounds[0] != asked:
        counts: Counts = _numbered(db, rowids, least) if readable(None, len(rowids)) else (Counter(), Counter())
        for texts in () if counts[0] else db.conn.execute(_TEXTS, (json.dumps(list(rowids)),)):
            for text in texts:
                for words in sentences(text):
                    counts[0].update(words)
                    counts[1].update(pairwise(words))
        remembered.compounds = asked, counts
    known: Counts = remembered.compounds[1]
    return known


def _told(db: sqlite_utils.Database, rowids: Sequence[int]) -> Compounds:
    counts = read(db, rowids, LEAST)
    remembered = cache_of(db)
    if len(remembered.compounds) == 2:
        remembered.compounds = (*remembered.compounds, told(*counts))
    known: Compounds = remembered.compounds[2]
    return known


def _numbered(db: sqlite_utils.Database, rowids: Sequence[int], least: int) -> Counts:
    stream = Stream(db, rowids)
    syllables = stream.units(None)
    named, beside = stream.names.words(ascending(stream.words).tolist()), stream.beside(least)
    pairs = Counter({(named[one], named[two]): number for one, two, number in beside})
    return syllables.counted(syllables.codes), pairs


def told(syllables: Counter[str], pairs: Counter[tuple[str, str]]) -> Compounds:
    """The words that counts tell: no numbers, and nothing that is rare."""
    total = syllables.total()
    of = {}
    for (one, two), number in pairs.items():
        if number < LEAST or not (one.isalpha() and two.isalpha()):
            continue
        score = log(number * total / (syllables[one] * syllables[two])) / -log(number / total)
        if score >= TOGETHER:
            of[one, two] = score
    return Compounds(of)

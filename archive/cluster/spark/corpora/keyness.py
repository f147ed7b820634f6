"""The words that set one sub-corpus apart from another, counted in all their articles and not in a sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeAlias

import sqlite_utils

from archive.cluster.spark.corpora.corpus import Corpus
from archive.corpus.frequencies import UNITS, Unit, read_frequencies
from archive.corpus.keywords import MEASURES, By, Keyword, Keywords, foremost, scored
from archive.errors import NothingFound, UsageError
from archive.search.backend import Questions, understood
from archive.search.grammar.tree import EVERY_ARTICLE, Node, Query
from archive.search.planner import accents
from archive.search.planner.executor import find
from archive.search.planner.tiers import Tiers

_Pair: TypeAlias = tuple[int, int]


def keyness(
    corpus: Corpus,
    query: str | Query,
    against: str | Query | None = None,
    *,
    by: By = "keyness",
    unit: Unit = "syllable",
    least: int = 5,
    most: int = 50,
    favour: float = 1.0,
    any_accents: bool = False,
) -> Keywords:
    """What `archive.corpus.keywords.keywords` gives, but every article of both sides is read, however many there are.

    Raises QueryError, UsageError, NothingFound where a side has no word.
    """
    if by not in MEASURES:
        raise UsageError("there is no measure '{by}': {measures}", by=by, measures=", ".join(MEASURES))
    if unit not in UNITS:
        raise UsageError("there is no unit '{unit}': {units}", unit=unit, units=", ".join(UNITS))
    asked = accents.read(query, any_accents)
    other = None if against is None else accents.read(against, any_accents)

    def questions(asking: Questions) -> Keywords:
        root = asking.resolved(asked.root)
        sides = root, None if other is None else asking.resolved(other.root)
        counts = corpus.counted(partial(_counts, sides=sides, unit=unit)).reduceByKey(_sum).persist()
        try:
            c, d = counts.values().fold((0, 0), _sum)
            if not c or not d:
                raise NothingFound("one of the two sides has no article: there is nothing to compare")
            best = counts.mapPartitions(partial(_foremost, c=c, d=d, least=least, favour=favour, by=by, most=most))
            words = foremost(best.collect(), by, most)
        finally:
            counts.unpersist()
        return Keywords(understood(asking, root), c, d, words, tuple(dict.fromkeys(asked.notes)))

    return corpus.ask(asked.text, None, questions)


def _counts(db: sqlite_utils.Database, sides: tuple[Node, Node | None], unit: Unit) -> Iterator[tuple[str, _Pair]]:
    """How often each word stands in the articles of either side."""
    here = Tiers(db, sides[0]).meant()
    there = find(db, EVERY_ARTICLE) - here if sides[1] is None else Tiers(db, sides[1]).meant()
    ours, theirs = read_frequencies(db, list(here), unit), read_frequencies(db, list(there), unit)
    return ((word, (ours[word], theirs[word])) for word in Counter(ours | theirs))


def _sum(one: _Pair, other: _Pair) -> _Pair:
    return one[0] + other[0], one[1] + other[1]


def _foremost(
    counts: Iterable[tuple[str, _Pair]], c: int, d: int, least: int, favour: float, by: By, most: int
) -> tuple[Keyword, ...]:
    rows = ((word, a, b) for word, (a, b) in counts)
    return foremost(scored(rows, c, d, least, favour), by, most)

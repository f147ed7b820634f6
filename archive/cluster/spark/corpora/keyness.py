"""The words that set one sub-corpus apart from another, counted in all their articles and not in a sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeAlias

import sqlite_utils

from archive.cluster.spark.corpora.corpus import Corpus
from archive.corpus.frequencies import Unit, read_frequencies
from archive.corpus.keywords import Keyword, Keywords, KeywordsRequest, foremost, scored
from archive.errors import NothingFound
from archive.search.backend import Questions, understood
from archive.search.grammar.tree import EVERY_ARTICLE, Node
from archive.search.planner.executor import find
from archive.search.planner.tiers import Tiers
from archive.search.question import with_parameters

_Pair: TypeAlias = tuple[int, int]


def answer(corpus: Corpus, asked: KeywordsRequest) -> Keywords:
    """What `archive.corpus.keywords` gives, but every article of both sides is read, however many there are.

    Raises QueryError, UsageError, NothingFound where a side has no word.
    """
    query, other = asked.sides()

    def questions(asking: Questions) -> Keywords:
        root = asking.resolved(query.root)
        sides = root, None if other is None else asking.resolved(other.root)
        counts = corpus.counted(partial(_counts, sides=sides, unit=asked.unit)).reduceByKey(_sum).persist()
        try:
            c, d = counts.values().fold((0, 0), _sum)
            if not c or not d:
                raise NothingFound("one of the two sides has no article: there is nothing to compare")
            best = counts.mapPartitions(partial(_foremost, c=c, d=d, asked=asked))
            words = foremost(best.collect(), asked.by, asked.limit)
        finally:
            counts.unpersist()
        return Keywords(understood(asking, root), c, d, words, tuple(dict.fromkeys(query.notes)))

    return corpus.ask(query.text, None, questions)


keyness = with_parameters("keyness", answer, KeywordsRequest)
"""`answer`, with the fields of `KeywordsRequest` as its parameters."""


def _counts(db: sqlite_utils.Database, sides: tuple[Node, Node | None], unit: Unit) -> Iterator[tuple[str, _Pair]]:
    """How often each word stands in the articles of either side."""
    here = Tiers(db, sides[0]).meant()
    there = find(db, EVERY_ARTICLE) - here if sides[1] is None else Tiers(db, sides[1]).meant()
    ours, theirs = read_frequencies(db, list(here), unit), read_frequencies(db, list(there), unit)
    return ((word, (ours[word], theirs[word])) for word in Counter(ours | theirs))


def _sum(one: _Pair, other: _Pair) -> _Pair:
    return one[0] + other[0], one[1] + other[1]


def _foremost(counts: Iterable[tuple[str, _Pair]], c: int, d: int, asked: KeywordsRequest) -> tuple[Keyword, ...]:
    rows = ((word, a, b) for word, (a, b) in counts)
    return foremost(scored(rows, c, d, asked.least, asked.favour), asked.by, asked.limit)

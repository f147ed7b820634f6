"""The words that set one sub-corpus apart from another, counted in all their articles and not in a sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import sqlite_utils

from archive.cluster.spark.corpora.corpus import Corpus
from archive.corpus.compounds import cut_of
from archive.corpus.frequencies import Unit
from archive.corpus.keywords import (
    Held,
    Keyword,
    Keywords,
    KeywordsRequest,
    counts,
    foremost,
    read_side,
    scored,
    told,
    totals,
)
from archive.corpus.words import Cut
from archive.errors import NothingFound
from archive.search.backend import Questions, understood
from archive.search.grammar.tree import EVERY_ARTICLE, Node
from archive.search.planner.executor import find
from archive.search.planner.tiers import Tiers
from archive.search.question import with_parameters

_ALL = ""  # no word: the counts of all words and articles


def answer(corpus: Corpus, asked: KeywordsRequest) -> Keywords:
    """What `archive.corpus.keywords` gives, but every article of both sides is read, however many there are.

    Raises QueryError, UsageError, NothingFound where a side has no word.
    """
    query, other = asked.sides()

    def questions(asking: Questions) -> Keywords:
        root = asking.resolved(query.root)
        sides = root, None if other is None else asking.resolved(other.root)
        counted = (
            corpus.counted(partial(_counts, sides=sides, unit=asked.unit, cut=cut_of(asking, asked.unit)))
            .reduceByKey(_sum)
            .persist()
        )
        try:
            whole: Held = next(iter(counted.lookup(_ALL)), {})
            if not all(sum(quad[side] for quad in whole.values()) for side in (0, 1)):
                raise NothingFound("one of the two sides has no article: there is nothing to compare")
            best = counted.mapPartitions(partial(_foremost, whole=whole, asked=asked))
            words = foremost(best.collect(), asked)
        finally:
            counted.unpersist()
        return told(understood(asking, root), whole, words, query.notes)

    return corpus.ask(query.text, None, questions)


keyness = with_parameters("keyness", answer, KeywordsRequest)
"""`answer`, with the fields of `KeywordsRequest` as its parameters."""


def _counts(
    db: sqlite_utils.Database, sides: tuple[Node, Node | None], unit: Unit, cut: Cut
) -> Iterator[tuple[str, Held]]:
    """The counts of each word in the articles of either side, and of all words."""
    here = Tiers(db, sides[0]).meant()
    there = find(db, EVERY_ARTICLE) - here if sides[1] is None else Tiers(db, sides[1]).meant()
    ours, theirs = read_side(db, list(here), unit, cut), read_side(db, list(there), unit, cut)
    yield _ALL, totals(ours, theirs)
    yield from counts(ours, theirs, set[str]().union(*ours.words.values(), *theirs.words.values()))


def _sum(one: Held, other: Held) -> Held:
    none = (0, 0, 0, 0)
    sources = one.keys() | other.keys()
    pairs = {source: zip(one.get(source, none), other.get(source, none), strict=True) for source in sources}
    return {source: (*(first + second for first, second in pair),) for source, pair in pairs.items()}  # type: ignore[misc]


def _foremost(counted: Iterable[tuple[str, Held]], whole: Held, asked: KeywordsRequest) -> tuple[Keyword, ...]:
    return foremost(scored(((word, held) for word, held in counted if word != _ALL), whole, asked), asked)

"""The words that set the articles of one query apart from others: keyness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from typing import Literal, TypeAlias

from archive.corpus.concordance import draw
from archive.corpus.frequencies import MOST_READ, UNITS, Unit, keyness, simple_maths, word_frequencies
from archive.corpus.words import collation_key
from archive.errors import NothingFound, UsageError
from archive.search.answer import Understood
from archive.search.backend import Backend, Questions, ask, found, understood
from archive.search.grammar.tree import EVERY_ARTICLE, Query
from archive.search.planner import accents

By: TypeAlias = Literal["keyness", "ratio"]
MEASURES: tuple[By, ...] = ("keyness", "ratio")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or pair: how often in the one corpus (`here`) and the other (`there`), G2, and how many times as common.

    `keyness` is G2 (3.84 is p < 0.05, 10.83 p < 0.001), negative where `there` has more; `ratio` is Kilgarriff's.
    """

    word: str
    here: int
    there: int
    keyness: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Keywords:
    """What sets the articles of a query apart; `tokens` are the words read of either side."""

    understood: Understood
    tokens_here: int
    tokens_there: int
    words: tuple[Keyword, ...]
    notes: tuple[str, ...] = ()


def keywords(
    held: Backend,
    query: str | Query,
    against: str | Query | None = None,
    *,
    by: By = "keyness",
    unit: Unit = "syllable",
    least: int = 5,
    most: int = 50,
    favour: float = 1.0,
    any_accents: bool = False,
    seed: int = 1,
    seconds: float | None = 120.0,
) -> Keywords:
    """What is more common in the articles of `query` than of `against`: syllables, pairs of them, or words.

    Without `against` all other articles are the other side. Accents typed are meant in both, with `any_accents` in
    neither (`search.planner.accents`). Words found in the one less than `least` times are left
    out; `favour` is n of the ratio, more of it favours common words. Of more than 5,000 articles a side so many are
    drawn. Raises QueryError, UsageError, NothingFound where a side is empty, DamageError.
    """
    if by not in MEASURES:
        raise UsageError("there is no measure '{by}': {measures}", by=by, measures=", ".join(MEASURES))
    if unit not in UNITS:
        raise UsageError("there is no unit '{unit}': {units}", unit=unit, units=", ".join(UNITS))
    asked = accents.read(query, any_accents)
    other = None if against is None else accents.read(against, any_accents)

    def questions(asking: Questions) -> Keywords:
        root, notes = asking.resolved(asked.root), list(asked.notes)
        here = found(asking, root)
        if other is None:
            there = [every - ours for every, ours in zip(found(asking, EVERY_ARTICLE), here, strict=True)]
        else:
            there = found(asking, asking.resolved(other.root))
        if not sum(map(len, here)) or not sum(map(len, there)):
            raise NothingFound("one of the two sides has no article: there is nothing to compare")
        ours, theirs = (word_frequencies(asking, draw(rows, MOST_READ, seed, notes), unit) for rows in (here, there))
        c, d = ours.total(), theirs.total()
        words = scored(((word, a, theirs[word]) for word, a in ours.items()), c, d, least, favour)
        said = understood(asking, root)
        return Keywords(said, c, d, foremost(words, by, most), tuple(dict.fromkeys((*notes, *asking.notes))))

    return ask(held, asked.text, seconds, questions)


def scored(counts: Iterable[tuple[str, int, int]], c: int, d: int, least: int, favour: float) -> Iterator[Keyword]:
    """The words that a corpus of `c` words has at least `least` times, and more often than another of `d` words."""
    for word, a, b in counts:
        if a >= least and a * d > b * c:
            yield Keyword(word, a, b, keyness(a, b, c, d), simple_maths(a, b, c, d, favour))


def foremost(words: Iterable[Keyword], by: By, most: int) -> tuple[Keyword, ...]:
    """The first `most` of `words` by a measure, those that are equal in the order of the alphabet."""
    return tuple(nsmallest(most, words, key=lambda one: (-getattr(one, by), collation_key(one.word))))

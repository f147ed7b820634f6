"""The words that set the articles of one query apart from others: keyness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from typing import Literal, TypeAlias

from archive.corpus.concordance import draw
from archive.corpus.frequencies import MOST_READ, UNITS, Unit, keyness, simple_maths, word_frequencies
from archive.corpus.words import collation_key
from archive.errors import NothingFound
from archive.search.answer import Understood
from archive.search.backend import Backend, Questions, ask, found, understood
from archive.search.grammar.tree import EVERY_ARTICLE, Query
from archive.search.planner import accents
from archive.search.question import ANY_ACCENTS, LEAST, QUERY, SEED, SHOWN, Question, option, with_parameters

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


@dataclass(frozen=True, slots=True)
class KeywordsRequest(Question):
    """The keywords of a query against another one; `favour` is n of the ratio."""

    query: str | Query = QUERY
    against: str | Query | None = option("The other side; all other articles if not given.", None)
    unit: Unit = option("What is counted.", "syllable", choices=UNITS)
    by: By = option("The measure to sort by.", "keyness", choices=MEASURES)
    favour: float = option("More of it favours common words in the ratio.", 1.0, bounds=(0, 1_000_000))
    least: int = LEAST
    limit: int = SHOWN
    any_accents: bool = ANY_ACCENTS
    seed: int = SEED
    seconds: float | None = 120.0

    def sides(self) -> tuple[Query, Query | None]:
        """Both queries, understood; raises QueryError."""
        other = self.against or None  # an empty one is none
        return (
            accents.read_phrases(self.query, self.any_accents),
            None if other is None else accents.read_phrases(other, self.any_accents),
        )


def answer(held: Backend, asked: KeywordsRequest) -> Keywords:
    """What is more common in the articles of one side than of the other: syllables, pairs of them, or words.

    Words found in the one less than `least` times are left
    out. Of more than 5,000 articles a side so many are
    drawn. Raises QueryError, UsageError, NothingFound where a side is empty, DamageError.
    """
    query, other = asked.sides()

    def questions(asking: Questions) -> Keywords:
        root, notes = asking.resolved(query.root), list(query.notes)
        here = found(asking, root)
        if other is None:
            there = [every - ours for every, ours in zip(found(asking, EVERY_ARTICLE), here, strict=True)]
        else:
            there = found(asking, asking.resolved(other.root))
        if not sum(map(len, here)) or not sum(map(len, there)):
            raise NothingFound("one of the two sides has no article: there is nothing to compare")
        ours, theirs = (
            word_frequencies(asking, draw(rows, MOST_READ, asked.seed, notes), asked.unit) for rows in (here, there)
        )
        c, d = ours.total(), theirs.total()
        words = scored(((word, a, theirs[word]) for word, a in ours.items()), c, d, asked.least, asked.favour)
        said = understood(asking, root)
        return Keywords(
            said, c, d, foremost(words, asked.by, asked.limit), tuple(dict.fromkeys((*notes, *asking.notes)))
        )

    return ask(held, query.text, asked.seconds, questions)


keywords = with_parameters("keywords", answer, KeywordsRequest)
"""`answer`, with the fields of `KeywordsRequest` as its parameters."""


def scored(counts: Iterable[tuple[str, int, int]], c: int, d: int, least: int, favour: float) -> Iterator[Keyword]:
    """The words that a corpus of `c` words has at least `least` times, and more often than another of `d` words."""
    for word, a, b in counts:
        if a >= least and a * d > b * c:
            yield Keyword(word, a, b, keyness(a, b, c, d), simple_maths(a, b, c, d, favour))


def foremost(words: Iterable[Keyword], by: By, most: int) -> tuple[Keyword, ...]:
    """The first `most` of `words` by a measure, those that are equal in the order of the alphabet."""
    return tuple(nsmallest(most, words, key=lambda one: (-getattr(one, by), collation_key(one.word))))

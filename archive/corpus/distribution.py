"""How what a query finds is spread over provinces, places named, sources or sections, beside what is held of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import sqlite_utils

from archive.corpus.measures import wilson
from archive.corpus.periods import THIN
from archive.search.answer import Understood
from archive.search.backend import Backend, asking, found, understood
from archive.search.facets import counted, counted_names
from archive.search.grammar.tree import EVERY_ARTICLE, And, Filter, Node, Query
from archive.search.index.docid_sets import DocidSet
from archive.search.planner import accents
from archive.search.question import ANY_ACCENTS, Question, option

By: TypeAlias = Literal["province_now", "province", "source", "section", "place"]
BY: Final[tuple[By, ...]] = ("province_now", "province", "source", "section", "place")
HEAD: Final = ("value", "articles", "base", "per_1000", "low", "high")
"""The columns of the same as a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Share:
    """One value: `articles` match, out of the `base` that the limits of the query allow there; how many that are of
    1,000, with Wilson's interval of 95 in 100, None where nothing is held.
    """

    value: str
    articles: int
    base: int
    per_thousand: float | None = field(init=False, default=None)
    low: float | None = field(init=False, default=None)
    high: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.base:
            low, high = wilson(self.articles, self.base)
            for name, share in (("per_thousand", self.articles / self.base), ("low", low), ("high", high)):
                object.__setattr__(self, name, 1000 * share)

    @property
    def thin(self) -> bool:
        """Whether too few articles are held there for a share to mean much."""
        return self.base < THIN


@dataclass(frozen=True, slots=True)
class Distribution:
    """The values of which anything is held, most hits first; `unplaced` hits have none (the whole country's, say; of
    places, which a text names many of, they are not counted).
    """

    understood: Understood
    articles: int
    shares: tuple[Share, ...]
    unplaced: int


@dataclass(frozen=True, slots=True)
class DistributionRequest(Question):
    """What a query finds, by province, source or section; without one all that is held."""

    query: str | Query = option("query in the archive's language; all articles if not given", "", name="q", argument=-1)
    by: By = option("What it is spread over.", "province_now", choices=BY)
    any_accents: bool = ANY_ACCENTS
    seconds: float | None = 60.0


def answer(held: Backend, asked: DistributionRequest) -> Distribution:
    """What the query finds by one fact of its articles. What it is measured against obeys its limits, days included,
    and not its words. Raises QueryError, UsageError, DamageError.
    """
    everything = not asked.query
    query = Query("", EVERY_ARTICLE) if everything else accents.read_phrases(asked.query, asked.any_accents)

    with asking(held, query.text, asked.seconds) as scope:
        root = query.root
        rows, bases = found(scope, root), found(scope, _limits(root))
        articles, base = (_counted(scope.db, of, asked.by) for of in (rows, bases))
        total = len(rows)
        shares = [Share(value, articles[value], base[value]) for value in base]
        shares.sort(key=lambda share: (-share.articles, -share.base, share.value))
        said = Understood("", (), "") if everything else understood(scope, root)
        return Distribution(said, total, tuple(shares), 0 if asked.by == "place" else total - articles.total())


def _limits(root: Node) -> Node:
    """The limits that a query stands under, whatever its words."""
    limits = tuple(part for part in (root.parts if isinstance(root, And) else (root,)) if isinstance(part, Filter))
    return And(limits) if len(limits) > 1 else (limits or (EVERY_ARTICLE,))[0]


def _counted(db: sqlite_utils.Database, rows: DocidSet, by: By) -> Counter[str]:
    return counted_names(db, rows, "place") if by == "place" else counted(db, rows, [by])[by]

"""The words that set the articles of one query apart from others: keyness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import sqlite_utils

from archive.errors import NothingFound, UsageError
from archive.search.answer import Understood
from archive.search.collation import collation_key
from archive.search.damage import damage_named
from archive.search.deadline import deadline
from archive.search.echo import understood
from archive.search.evaluate import find
from archive.search.frequencies import MOST_READ, UNITS, Unit, read
from archive.search.grammar import parse
from archive.search.memory import snapshot
from archive.search.query import Filter, Query
from archive.search.rowids import Rowids
from archive.search.sampling import drawn
from archive.search.statistics import keyness, simple_maths
from archive.search.tiers import Tiers

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
    db: sqlite_utils.Database,
    query: str | Query,
    against: str | Query | None = None,
    *,
    by: By = "keyness",
    unit: Unit = "syllable",
    least: int = 5,
    most: int = 50,
    favour: float = 1.0,
    exact: bool = False,
    seed: int = 1,
    seconds: float | None = 120.0,
) -> Keywords:
    """What is more common in the articles of `query` than of `against`: syllables, pairs of them, or words.

    Without `against` all other articles are the other side. Words found in the one less than `least` times are left
    out; `favour` is n of the ratio, more of it favours common words. Of more than 5,000 articles a side so many are
    drawn. Raises QueryError, UsageError, NothingFound where a side is empty, DamageError.
    """
    if by not in MEASURES:
        raise UsageError(f"there is no measure '{by}': {', '.join(MEASURES)}")
    if unit not in UNITS:
        raise UsageError(f"there is no unit '{unit}': {', '.join(UNITS)}")
    asked = parse(query) if isinstance(query, str) else query
    notes = list(asked.notes)
    with damage_named(), deadline(db.conn, asked.text, seconds), snapshot(db.conn):
        here = _rows(db, asked, exact)
        there = find(db, Filter("day", "", "", 0, 0)) - here if against is None else _rows(db, against, exact)
        if not len(here) or not len(there):
            raise NothingFound("one of the two sides has no article: there is nothing to compare")
        ours = read(db, drawn(here, MOST_READ, seed, notes), unit)
        theirs = read(db, drawn(there, MOST_READ, seed, notes), unit)
        said = understood(db, asked.root)
    c, d = ours.total(), theirs.total()
    found = [
        Keyword(word, a, theirs[word], keyness(a, theirs[word], c, d), simple_maths(a, theirs[word], c, d, favour))
        for word, a in ours.items()
        if a >= least and a * d > theirs[word] * c
    ]
    found.sort(key=lambda one: (-getattr(one, by), collation_key(one.word)))
    return Keywords(said, c, d, tuple(found[:most]), tuple(dict.fromkeys(notes)))


def _rows(db: sqlite_utils.Database, query: str | Query, exact: bool) -> Rowids:
    tiers = Tiers(db, (parse(query) if isinstance(query, str) else query).root)
    return tiers.rows(0 if exact else len(tiers.names) - 1)

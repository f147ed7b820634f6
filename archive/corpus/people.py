"""Whom the articles of a query name with an office: each name with its offices, their days, and how often.

A person is a name here: two of one name are not told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final, Literal, TypeAlias

import sqlite_utils

from archive.messages.message import Message
from archive.people import begins_with_rank, office_key
from archive.search.answer import Understood
from archive.search.backend import Backend, asking, found, understood
from archive.search.facets import counted_names, most, printed_names
from archive.search.grammar.tree import EVERY_ARTICLE, Query
from archive.search.index.docid_sets import DocidSet, docid_set
from archive.search.planner import accents
from archive.search.planner.filters import displaced
from archive.search.question import ANY_ACCENTS, Question, option, with_parameters
from archive.store.rows import OFFICES
from archive.text.folding import fold

By: TypeAlias = Literal["articles", "first", "name"]
ORDERS: tuple[By, ...] = ("articles", "first", "name")
ONE_NAME = Message("a person is a name here: two persons of one name are not told apart")

_OF_ONE = """SELECT a.search_rowid, p.offices FROM persons p INDEXED BY persons_named
    JOIN articles a INDEXED BY articles_key ON a.id = p.article WHERE p.folded = ? AND p.key = ?"""
_ESTIMATED = "SELECT search_rowid FROM articles INDEXED BY articles_estimated WHERE day_estimated"
_EVERY = """SELECT a.search_rowid, p.offices, p.key FROM persons p
    JOIN articles a INDEXED BY articles_key ON a.id = p.article"""


@dataclass(frozen=True, slots=True)
class Office:
    """An office of a person as it is most often printed, the first and the last day it is, and in how many articles."""

    office: str
    first: str
    last: str
    articles: int


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person by name, how many articles name them with an office, the first and last day, and the offices by time."""

    name: str
    articles: int
    first: str
    last: str
    offices: tuple[Office, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Whom the articles of a query name with an office. `articles` counts these, `names` all different names."""

    understood: Understood
    articles: int
    names: int
    people: tuple[NamedPerson, ...]
    notes: tuple[str, ...] = ()


HEAD: Final = ("name", "office", "first", "last", "articles")
"""The columns of a table of offices, wherever it is asked for."""


def offices(found: People) -> Iterator[tuple[str, str, str, str, int]]:
    """A line for each office of each person."""
    for one in found.people:
        for held in one.offices:
            yield one.name, held.office, held.first, held.last, held.articles


@dataclass(frozen=True, slots=True)
class PeopleRequest(Question):
    """Whom the articles of a query name, and as what."""

    query: str | Query = option("query in the archive's language; all articles if not given", "", name="q", argument=-1)
    office: str | None = option(
        'Only offices that hold these words ("Sở Y tế"), or begin with this rank ("Bí thư Tỉnh ủy").', None
    )
    by: By = option("The order: most articles first, the earliest first, or by name.", "articles", choices=ORDERS)
    limit: int = option("How many persons to show.", 50, bounds=(1, 1000), short="n")
    any_accents: bool = ANY_ACCENTS
    seconds: float | None = 120.0


@dataclass(slots=True)
class Held:
    """What is known of an office of a person: how it is printed, the days, in how many articles."""

    printed: Counter[str] = field(default_factory=Counter)
    days: set[int] = field(default_factory=set)
    articles: int = 0


def answer(held: Backend, asked: PeopleRequest) -> People:
    """The persons whom what the query finds names with an office, those whom most articles name first.

    Offices are counted by their words: "Chủ tịch UBND tỉnh" and "Chủ tịch UBND tỉnh Bắc Kạn" are two, long and short
    forms of a body are one. Days are those of the articles. Raises QueryError, UsageError, DamageError.
    """
    everything = not asked.query
    query = Query("", EVERY_ARTICLE) if everything else accents.read_phrases(asked.query, asked.any_accents)

    with asking(held, query.text, asked.seconds) as scope:
        root = query.root
        rows = found(scope, root)
        words = office_key(asked.office or "")
        wanted = _Wanted(words, asked.any_accents, begins_with_rank(words))
        counts = _counted(scope.db, rows, wanted)
        chosen = most(counts, asked.limit)
        named, naming = _offices(scope.db, rows, chosen, wanted)
        printed = printed_names(scope.db, chosen)
        people = [_person(printed.get(key, key), counts[key], named[key].values()) for key in chosen]
        if asked.by != "articles":
            people.sort(key=lambda one: (one.first, one.name) if asked.by == "first" else (fold(one.name), one.name))
        said = Understood("", (), "") if everything else understood(scope, root)
        notes = [*query.notes, ONE_NAME]
        if estimated := len(naming.intersection([rowid for (rowid,) in scope.db.conn.execute(_ESTIMATED)])):
            notes.append(Message("the days of {count:article|articles} among these are estimates", count=estimated))
        return People(said, len(rows), len(counts), tuple(people), tuple(notes))


people = with_parameters("people", answer, PeopleRequest)
"""`answer`, with the fields of `PeopleRequest` as its parameters."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The words that an office must hold, or begin with where they begin with a rank; accents typed are meant."""

    words: str
    any_accents: bool
    first: bool

    def holds(self, office: str) -> bool:
        """Whether the key of an office holds the words: "Bí thư Tỉnh ủy" is not in "Phó Bí thư Tỉnh ủy"."""
        folded = self.any_accents or self.words.isascii()
        words, text = (fold(self.words), fold(office)) if folded else (self.words, office)
        return f"{text} ".startswith(f"{words} ") if self.first else f" {words} " in f" {text} "


def _counted(db: sqlite_utils.Database, rows: DocidSet, wanted: _Wanted) -> Counter[str]:
    """How many of `rows` name each person, by key, with an office that is wanted."""
    if not wanted.words:
        return counted_names(db, rows, "person")
    holds = lru_cache(maxsize=None)(lambda offices: any(map(wanted.holds, _keys(offices))))
    pairs = {(rowid, key) for rowid, offices, key in db.conn.execute(_EVERY) if holds(offices)}
    inside = set(docid_set({rowid for rowid, _ in pairs}) & rows)
    return Counter(key for rowid, key in pairs if rowid in inside)


def _offices(
    db: sqlite_utils.Database, rows: DocidSet, keys: Sequence[str], wanted: _Wanted
) -> tuple[dict[str, dict[str, Held]], set[int]]:
    """The offices with which `rows` name the persons with these keys, by the keys of both, and which rows do."""
    named, naming = {}, set[int]()
    apart = displaced(db)
    for key in keys:
        every = db.conn.execute(_OF_ONE, (fold(key), key)).fetchall()
        inside = set(docid_set({rowid for rowid, _ in every}) & rows)
        offices: dict[str, Held] = {}
        seen: set[tuple[int, str]] = set()
        for rowid, text in every:
            if rowid not in inside:
                continue
            for office, one in zip(_keys(text), text.split(OFFICES), strict=True):
                if wanted.words and not wanted.holds(office):
                    continue
                known = offices.setdefault(office, Held())
                known.printed[one] += 1
                naming.add(rowid)
                if (rowid, office) not in seen:
                    seen.add((rowid, office))
                    known.articles += 1
                    known.days.add(apart[rowid].toordinal() if rowid in apart else rowid >> 16)
        for known in offices.values():
            known.days = {min(known.days), max(known.days)}
        named[key] = offices
    return named, naming


@lru_cache(maxsize=4096)
def _keys(offices: str) -> tuple[str, ...]:
    return tuple(map(office_key, offices.split(OFFICES)))


def _person(name: str, articles: int, offices: Iterable[Held]) -> NamedPerson:
    told = [
        Office(
            max(one.printed, key=lambda text: (one.printed[text], text)),
            date.fromordinal(min(one.days)).isoformat(),
            date.fromordinal(max(one.days)).isoformat(),
            one.articles,
        )
        for one in offices
    ]
    told.sort(key=lambda one: (one.first, one.last, one.office))
    first, last = min(one.first for one in told), max(one.last for one in told)
    return NamedPerson(name, articles, first, last, tuple(told))

"""What is asked: one database, or several archives whose answers add up. An analysis is written once, for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import sqlite_utils

from archive.errors import UsageError
from archive.messages.message import Message, joined
from archive.search.answer import Answer, Understood
from archive.search.connection import deadline, explain_damage, snapshot
from archive.search.grammar.tree import EVERY_ARTICLE, Node, Query
from archive.search.index.docid_sets import DocidSet
from archive.search.planner.accents import Accents, added
from archive.search.planner.executor import find
from archive.search.planner.tiers import Tiers
from archive.search.planner.variants import QUOTED, places
from archive.search.query_echo import add_counts, count_terms, describe
from archive.search.request import SearchRequest
from archive.store.queries import find_article

Result = TypeVar("Result")


class Questions(Protocol):
    """Questions to each part of what is held, all under one time limit; answers come in the order of the parts."""

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers of the parts that are asked, always the same for the same part."""

    @property
    def without(self) -> Sequence[DocidSet | None]:
        """Of each part the articles that another part counts; None for none."""

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each part that could not be asked, and for what parts share."""

    def resolved(self, root: Node) -> Node:
        """`root` with the names of sources and sections read by what all parts have."""

    def each(self, question: Callable[..., Result], *values: Any, of: Sequence[Any] | None = None) -> list[Result]:
        """What `question(database, *values)` gives; with `of`, `question(database, the part's own of these, *values)`.

        `question` is a function of a module: it may be called in another process.
        """


class Several(Protocol):
    """Several archives, asked as one."""

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders of the archives."""

    def answer(self, asked: SearchRequest) -> Answer:
        """The answer to a search."""

    def ask(self, text: str, seconds: float | None, questions: Callable[[Questions], Result]) -> Result:
        """What `questions` make of the parts; they are begun anew without a part that fails meanwhile."""

    def of_article(self, reference: str, question: Callable[..., Result], *values: Any) -> Result:
        """What `question(database, article, *values)` gives where the article lies."""


Backend: TypeAlias = sqlite_utils.Database | Several


class _Single:
    """Questions to one database."""

    parts = (0,)
    without = (None,)
    notes = ()

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._db = db

    def resolved(self, root: Node) -> Node:
        return root

    def each(self, question: Callable[..., Result], *values: Any, of: Sequence[Any] | None = None) -> list[Result]:
        return [question(self._db, *(() if of is None else of), *values)]


def ask(held: Backend, text: str, seconds: float | None, questions: Callable[[Questions], Result]) -> Result:
    """What `questions` make of all that is `held`, from one state of each database; `text` is the query, for errors.

    Raises QueryError where it takes longer than `seconds`, DamageError where an index is damaged.
    """
    if not isinstance(held, sqlite_utils.Database):
        return held.ask(text, seconds, questions)
    with explain_damage(), deadline(held.conn, text, seconds), snapshot(held.conn):
        return questions(_Single(held))


def ask_article(held: Backend, reference: str, question: Callable[..., Result], *values: Any) -> Result:
    """What `question(database, article, *values)` gives, where the article that `reference` names is held.

    Raises NothingFound. `question` is a function of a module: it may be called in another process.
    """
    if not isinstance(held, sqlite_utils.Database):
        return held.of_article(reference, question, *values)
    return question(held, find_article(held, reference), *values)


def one_database(held: Backend) -> sqlite_utils.Database:
    """The database of one archive; raises UsageError for several."""
    if isinstance(held, sqlite_utils.Database):
        return held
    raise UsageError("several archives have no database in common: name one of them")


def found(asking: Questions, root: Node) -> list[DocidSet]:
    """What `root` means in each part."""
    return asking.each(_found, root, of=asking.without)


def understood(asking: Questions, root: Node) -> Understood:
    """How `root` was understood, with the number of articles for each of its terms, and for it in any accents."""
    said = describe(root, add_counts(asking.each(count_terms, root, of=asking.without)))
    return replace(said, accents=added(asking.each(accents_of, root, of=asking.without)))


def spelled(asking: Questions, query: Query) -> tuple[Message, ...]:
    """A sentence for each place of `query` that articles spell otherwise, with what each spelling finds there."""
    query = replace(query, root=asking.resolved(query.root))
    spellings = [place.spellings for place in places(query)]
    if not spellings:
        return ()
    counted = [sum(parts) for parts in zip(*asking.each(_spelled, query, of=asking.without), strict=True)]
    said, left = [], iter(counted)
    for place in spellings:
        held = sorted(((next(left), one) for one in place), key=lambda one: -one[0])
        named = [
            Message("{spelling} ({count:,})", spelling=one.strip(QUOTED), count=count) for count, one in held if count
        ]
        if named:
            said.append(Message("not counted: also spelled {spellings}; a search offers them", spellings=joined(named)))
    return tuple(said)


def _spelled(db: sqlite_utils.Database, without: DocidSet | None, query: Query) -> list[int]:
    within = None if without is None else find(db, EVERY_ARTICLE) - without
    tiers = Tiers(db, query.root, within)
    return [tiers.count_meant(root) for place in places(query) for root in place.roots()]


def accents_of(db: sqlite_utils.Database, without: DocidSet | None, root: Node) -> Accents:
    """The rule by which the accents of `root` are taken, with both counts, less the articles `without`."""
    within = None if without is None else find(db, EVERY_ARTICLE) - without
    return Tiers(db, root, within).accents()


def _found(db: sqlite_utils.Database, without: DocidSet | None, root: Node) -> DocidSet:
    rows = Tiers(db, root).meant()
    return rows if without is None else rows - without

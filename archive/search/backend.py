"""What a question is asked of: a database, all of it or narrowed to a frozen corpus or to what was there on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import sqlite_utils

from archive.messages.message import Message, joined
from archive.search import corpora
from archive.search.answer import Understood
from archive.search.connection import deadline, explain_damage, snapshot
from archive.search.corpora import Corpus
from archive.search.grammar.tree import EVERY_ARTICLE, Node, Query
from archive.search.index.docid_sets import DocidSet
from archive.search.planner import past
from archive.search.planner.accents import Accents
from archive.search.planner.executor import find
from archive.search.planner.tiers import Tiers
from archive.search.planner.variants import QUOTED, places
from archive.search.query_echo import count_terms, describe
from archive.store.queries import find_article

Asked = TypeVar("Asked")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles that a question counts: those of a database but for `without`, which lie outside `corpus` and
    `as_of`; None leaves nothing out.
    """

    db: sqlite_utils.Database
    without: DocidSet | None = None
    corpus: Corpus | None = None
    as_of: date | None = None


Backend: TypeAlias = sqlite_utils.Database | Scope


@contextmanager
def asking(held: Backend, text: str, seconds: float | None) -> Iterator[Scope]:
    """What is `held`, in one state of the database while the block runs; `text` is the query, for errors.

    Raises QueryError where the block takes longer than `seconds`, DamageError where an index is damaged.
    """
    scope = held if isinstance(held, Scope) else Scope(held)
    with explain_damage(), deadline(scope.db.conn, text, seconds), snapshot(scope.db.conn):
        yield scope


def ask_article(db: sqlite_utils.Database, reference: str, question: Callable[..., Result], *values: Any) -> Result:
    """What `question(db, article, *values)` gives of the article that `reference` names; raises NothingFound."""
    return question(db, find_article(db, reference), *values)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What to leave: the articles of a corpus, those captured by the end of a day in Vietnam, or what is both."""

    corpus: str = ""
    as_of: date | None = None


def narrowed_to(
    db: sqlite_utils.Database, root: Path, to: Narrowing, answer: Callable[[Backend, Asked], Result], asked: Asked
) -> tuple[Result, tuple[Message, ...]]:
    """What `answer(held, asked)` gives of what is left of the archive at `root`, and a note where that has other texts.

    Raises NothingFound, DamageError, UsageError, and what `answer` raises.
    """
    if to == Narrowing():
        return answer(db, asked), ()
    frozen = corpora.load(root, to.corpus) if to.corpus else None
    with snapshot(db.conn):
        left = _rows(db, find(db, EVERY_ARTICLE), frozen)
        if to.as_of is not None:
            left = left & past.captured_by(db.conn, to.as_of)
        scope = Scope(db, find(db, EVERY_ARTICLE) - left, frozen, to.as_of)
        changed = _changed(db, frozen, to.as_of)
        said = Message("{count:article|articles} had another text then: that of today is read here", count=changed)
        return answer(scope, asked), (said,) if changed else ()


def _rows(db: sqlite_utils.Database, rows: DocidSet, corpus: Corpus | None) -> DocidSet:
    return rows if corpus is None else rows & corpora.rows_of(db, corpus)


def _changed(db: sqlite_utils.Database, corpus: Corpus | None, day: date | None) -> int:
    """How many of what is left had another text then."""
    rows = past.changed_since(db.conn, day) if day is not None else find(db, EVERY_ARTICLE)
    return len(rows if corpus is None else rows & corpora.changed_rows(db, corpus))


def found(scope: Scope, root: Node) -> DocidSet:
    """What `root` means."""
    rows = Tiers(scope.db, root).meant()
    return rows if scope.without is None else rows - scope.without


def understood(scope: Scope, root: Node) -> Understood:
    """How `root` was understood, with the number of articles for each of its terms, and for it in any accents."""
    said = describe(root, count_terms(scope.db, scope.without, root))
    return replace(said, accents=accents_of(scope.db, scope.without, root))


def spelled(scope: Scope, query: Query) -> tuple[Message, ...]:
    """A sentence for each place of `query` that articles spell otherwise, with what each spelling finds there."""
    every = places(query)
    if not every:
        return ()
    tiers = Tiers(scope.db, query.root, _within(scope.db, scope.without))
    said = []
    for place in every:
        counted = [tiers.count_meant(root) for root in place.roots()]
        held = sorted(zip(counted, place.spellings, strict=True), key=lambda one: -one[0])
        named = [
            Message("{spelling} ({count:,})", spelling=one.strip(QUOTED), count=count) for count, one in held if count
        ]
        if named:
            said.append(Message("not counted: also spelled {spellings}; a search offers them", spellings=joined(named)))
    return tuple(said)


def accents_of(db: sqlite_utils.Database, without: DocidSet | None, root: Node) -> Accents:
    """The rule by which the accents of `root` are taken, with both counts, less the articles `without`."""
    return Tiers(db, root, _within(db, without)).accents()


def _within(db: sqlite_utils.Database, without: DocidSet | None) -> DocidSet | None:
    return None if without is None else find(db, EVERY_ARTICLE) - without

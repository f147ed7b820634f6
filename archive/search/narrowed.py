"""All that is held, narrowed to a frozen corpus or to what was there on a day: an analysis asks it as the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import sqlite_utils

from archive.errors import UsageError
from archive.messages.message import Message
from archive.search import corpora
from archive.search.answer import Answer
from archive.search.backend import Backend, Questions, ask, ask_article
from archive.search.corpora import Corpus
from archive.search.engine import meant
from archive.search.grammar.tree import EVERY_ARTICLE
from archive.search.index.docid_sets import DocidSet
from archive.search.planner import past
from archive.search.planner.executor import find
from archive.search.request import SearchRequest

Asked = TypeVar("Asked")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What to leave: the articles of a corpus, those captured by the end of a day in Vietnam, or what is both."""

    corpus: str = ""
    as_of: date | None = None


def narrowed_to(
    held: Backend, root: Path | None, to: Narrowing, answer: Callable[[Backend, Asked], Result], asked: Asked
) -> tuple[Result, tuple[Message, ...]]:
    """What `answer(held, asked)` gives of what is left of all that is `held`, and a note where that has other texts.

    A corpus lies in the archive at `root`. Raises NothingFound, DamageError, UsageError, and what `answer` raises.
    """
    if to == Narrowing():
        return answer(held, asked), ()
    if to.corpus and root is None:
        raise UsageError("a frozen corpus lies in one archive: search that one")
    frozen = corpora.load(root, to.corpus) if to.corpus and root else None
    changed = ask(held, "", None, lambda asking: sum(asking.each(_changed, frozen, to.as_of)))
    said = Message("{count:article|articles} had another text then: that of today is read here", count=changed)
    return answer(_Narrowed(held, frozen, to.as_of), asked), (said,) if changed else ()


class _Narrowed:
    """Several archives, or one, without what is left out."""

    def __init__(self, held: Backend, corpus: Corpus | None, day: date | None) -> None:
        self._held = held
        self._corpus = corpus
        self._day = day

    @property
    def roots(self) -> tuple[Path, ...]:
        return () if isinstance(self._held, sqlite_utils.Database) else self._held.roots

    def answer(self, asked: SearchRequest) -> Answer:
        return meant(self._held, replace(asked, within=self._corpus, as_of=self._day))

    def ask(self, text: str, seconds: float | None, questions: Callable[[Questions], Result]) -> Result:
        def of_rest(asking: Questions) -> Result:
            outside = asking.each(_outside, self._corpus, self._day, of=asking.without)
            return questions(_OfRest(asking, outside))

        return ask(self._held, text, seconds, of_rest)

    def of_article(self, reference: str, question: Callable[..., Result], *values: Any) -> Result:
        return ask_article(self._held, reference, question, *values)


class _OfRest:
    """The same questions, of each part without the articles that are left out."""

    def __init__(self, asking: Questions, without: Sequence[DocidSet | None]) -> None:
        self._asking = asking
        self.without = without

    @property
    def parts(self) -> tuple[int, ...]:
        return self._asking.parts

    @property
    def notes(self) -> tuple[str, ...]:
        return self._asking.notes

    def resolved(self, root: Any) -> Any:
        return self._asking.resolved(root)

    def each(self, question: Callable[..., Result], *values: Any, of: Sequence[Any] | None = None) -> list[Result]:
        return self._asking.each(question, *values, of=of)


def _outside(db: sqlite_utils.Database, without: DocidSet | None, corpus: Corpus | None, day: date | None) -> DocidSet:
    every = find(db, EVERY_ARTICLE)
    left = every if corpus is None else every & corpora.rows_of(db, corpus)
    if day is not None:
        left = left & past.captured_by(db.conn, day)
    return every - left if without is None else (every - left) | without


def _changed(db: sqlite_utils.Database, corpus: Corpus | None, day: date | None) -> int:
    """How many of what is left had another text then."""
    rows = past.changed_since(db.conn, day) if day is not None else find(db, EVERY_ARTICLE)
    return len(rows if corpus is None else rows & corpora.changed_rows(db, corpus))

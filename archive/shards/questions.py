"""Questions to the shards that can be asked, all under one time limit: `archive.search.held.Questions` of several."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import sqlite_utils

from archive.errors import ArchiveError, NothingFound, UsageError
from archive.search.damage import damage_named
from archive.search.deadline import deadline
from archive.search.memory import snapshot
from archive.search.query import Node
from archive.search.rowids import Rowids
from archive.shards.asked import Facts
from archive.shards.resolving import resolved
from archive.shards.workers import Workers

Result = TypeVar("Result")


class FailedError(Exception):
    """Shards that gave no answer, with the reasons: what has been asked so far must be asked again without them."""

    def __init__(self, by_shard: Mapping[int, Exception]) -> None:
        super().__init__(str(by_shard))
        self.by_shard = by_shard


class ShardQuestions:
    """Questions to the shards that `facts` tell of, in the order of their numbers."""

    def __init__(
        self,
        workers: Workers,
        facts: Mapping[int, Facts],
        without: Mapping[int, Rowids],
        notes: tuple[str, ...],
        text: str,
        seconds: float | None,
    ) -> None:
        self._workers = workers
        self._text = text
        self._end = None if seconds is None else time.monotonic() + seconds
        self.facts = facts
        self.parts = tuple(sorted(facts))
        self.without = [without.get(shard) for shard in self.parts]
        self.notes = notes

    def resolved(self, root: Node) -> Node:
        """`root` with the names of sources, sections and places read by what all shards have."""
        return resolved(root, self.facts.values())

    def each(self, question: Callable[..., Result], *values: Any, of: Sequence[Any] | None = None) -> list[Result]:
        """What `question(database, *values)` gives, in the order of the shards; see `held.Questions.each`."""
        own: list[tuple[Any, ...]] = [()] * len(self.parts) if of is None else [(one,) for one in of]
        asked = {shard: (*first, *values) for shard, first in zip(self.parts, own, strict=True)}
        found = self.by_shard(question, asked)
        return [found[shard] for shard in self.parts]

    def by_shard(self, question: Callable[..., Result], values: Mapping[int, tuple[Any, ...]]) -> dict[int, Result]:
        """What `question` gives of each shard in `values`; raises what is wrong with it, and FailedError."""
        left = None if self._end is None else max(0.0, self._end - time.monotonic())
        asked = {shard: (self._text, left, question, one) for shard, one in values.items()}
        answers = self._workers.ask(_answered, asked)
        failed = failures(answers)
        if failed:
            raise FailedError(failed)
        return answers


def failures(answers: Mapping[int, Any]) -> dict[int, Exception]:
    """The shards that failed, and how; raises what is wrong with the question, which no other shard would answer."""
    failed = {shard: answer for shard, answer in answers.items() if isinstance(answer, Exception)}
    for error in failed.values():
        if isinstance(error, UsageError | NothingFound) or not isinstance(error, ArchiveError | OSError):
            raise error
    return failed


def _answered(
    db: sqlite_utils.Database, text: str, seconds: float | None, question: Callable[..., Result], values: Sequence[Any]
) -> Result:
    with damage_named(), deadline(db.conn, text, seconds), snapshot(db.conn):
        return question(db, *values)

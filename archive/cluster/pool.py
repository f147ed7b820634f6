"""The processes that answer for the shards, and questions to all of them at once under one time limit."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import sqlite_utils

from archive.cluster.naming import Shard
from archive.cluster.shard_answers import Facts, resolved
from archive.errors import ArchiveError, NothingFound, StorageError, UsageError
from archive.processes import Beside, begin, send
from archive.search.connection import deadline, explain_damage, snapshot
from archive.search.grammar.tree import Node
from archive.search.index.docid_sets import DocidSet

_WORKER = "archive.cluster.process"


class Workers:
    """Processes for `shards`, begun with the first question: as many as there are cores, or shards if fewer."""

    def __init__(self, shards: Sequence[Shard], count: int = 0) -> None:
        self._shards = tuple(shards)
        self._roots = tuple(dict.fromkeys(shard.database.parent for shard in self._shards))
        self._workers: list[Beside | None] = [None] * min(count or os.cpu_count() or 1, len(self._shards))
        self._one_at_a_time = threading.Lock()

    def ask(self, function: Callable[..., Any], arguments: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        """What `function(database, *arguments)` gives for each shard in `arguments`, or the exception it raised.

        A process that dies leaves a StorageError for its shards; the next question begins another.
        """
        with self._one_at_a_time:
            numbers = {
                place: [one for one in arguments if one % len(self._workers) == place] for place in self._places()
            }
            begun = {place: self._send(place, function, ours, arguments) for place, ours in numbers.items() if ours}
            answers: dict[int, Any] = {}
            for place, worker in begun.items():
                answers |= self._receive(place, worker, numbers[place])
        return answers

    def close(self) -> None:
        """Ends the processes."""
        for worker in self._workers:
            if worker is not None:
                worker.end()
        self._workers = [None] * len(self._workers)

    def _places(self) -> range:
        return range(len(self._workers))

    def _send(
        self, place: int, function: Callable[..., Any], ours: list[int], arguments: Mapping[int, tuple[Any, ...]]
    ) -> Beside:
        worker = self._workers[place]
        if worker is None:
            worker = self._workers[place] = begin(_WORKER)
        tasks = [(number, self._shards[number].database, function, arguments[number]) for number in ours]
        with contextlib.suppress(OSError):  # it has died: receiving says so
            send(worker.pipe, (tasks, self._roots))
        return worker

    def _receive(self, place: int, worker: Beside, ours: list[int]) -> dict[int, Any]:
        try:
            return dict(zip(ours, worker.pipe.recv(), strict=True))
        except (EOFError, OSError):
            self._workers[place] = None
            code = worker.end()
            return {one: StorageError(f"{self._shards[one].name}: its process ended with {code}") for one in ours}


# Questions to the shards that can be asked, all under one time limit: `archive.search.backend.Questions` of several.

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
        without: Mapping[int, DocidSet],
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
    with explain_damage(), deadline(db.conn, text, seconds), snapshot(db.conn):
        return question(db, *values)

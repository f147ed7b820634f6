"""The shards that a pattern means, the processes that answer for them, and questions to all under one time limit."""

from __future__ import annotations

import glob
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

import sqlite_utils

from archive.cluster import is_several
from archive.cluster.shard_answers import Facts, resolved, withhold
from archive.errors import ArchiveError, NothingFound, StorageError, UsageError
from archive.messages.message import Message
from archive.search.connection import Connections, deadline, explain_damage, snapshot
from archive.search.grammar.tree import Node
from archive.search.index.docid_sets import DocidSet
from archive.store import database as storing
from archive.worker.pool import DiedError, Worker
from archive.worker.process import Task

_DATABASE: Final = "archive.sqlite"


@dataclass(frozen=True, slots=True)
class Shard:
    """One archive of several: its name in answers, and its database."""

    name: str
    database: Path


def shards_of(*paths: Path | str) -> tuple[Shard, ...]:
    """The archives that `paths` mean, folders or database files, in order of their names; patterns are filled in.

    A path that is no pattern counts whether it is there or not, so that what is missing can be named. The order
    decides between articles of one minute. Raises NothingFound where a pattern meets nothing.
    """
    found: dict[Path, None] = {}
    for pattern in (part for path in paths for part in str(path).split(os.pathsep) if part):
        met = sorted(glob.glob(pattern)) if is_several(pattern) else [pattern]  # noqa: PTH207 - it may begin at the root
        if not met:
            raise NothingFound("no archive is called {pattern}", pattern=pattern)
        found |= dict.fromkeys(_database(Path(one)) for one in met)
    return tuple(Shard(name, path) for name, path in sorted(zip(_names(list(found)), found, strict=True)))


def state_of(shards: Sequence[Shard]) -> tuple[tuple[int, int, int] | None, ...]:
    """What differs as soon as one of `shards` is written to, replaced, or lost."""
    return tuple(_written(path) for shard in shards for path in (shard.database, Path(f"{shard.database}-wal")))


def unusable(shard: Shard) -> str:
    """That `shard` cannot be asked, and why; "" where it can."""
    if not shard.database.is_file():
        return Message("not asked: {shard} is missing", shard=shard.name)
    return _unusable(shard.name, shard.database, state_of([shard]))


def _written(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


@lru_cache(maxsize=1024)
def _unusable(shard: str, database: Path, _state: Hashable) -> str:
    try:
        address = f"file:{quote(str(database.absolute()))}?mode=ro"
        with closing(sqlite_utils.Database(sqlite3.connect(address, uri=True))) as db:
            version = storing.version_of(db)
    except sqlite3.DatabaseError as error:
        return Message("not asked: {shard} cannot be read ({error})", shard=shard, error=error)
    if version != storing.VERSION:
        return Message(
            "not asked: {shard} has schema {version}, this program {ours}; 'baotinh rebuild' on it makes it anew",
            shard=shard,
            version=version,
            ours=storing.VERSION,
        )
    return ""


def _database(path: Path) -> Path:
    return path if path.is_file() or path.suffix == ".sqlite" else path / _DATABASE


def _names(databases: list[Path]) -> list[str]:
    """A name for each: of the folder for archive.sqlite, else of the file; the whole path where two would share one."""
    short = [path.parent.name if path.name == _DATABASE and path.parent.name else path.stem for path in databases]
    return [str(path) if short.count(name) > 1 else name for name, path in zip(short, databases, strict=True)]


class Workers:
    """Processes for `shards`, begun with the first question: as many as there are cores, or shards if fewer.

    What the connections of a process remember serves the next question, so each shard has its process.
    """

    def __init__(self, shards: Sequence[Shard], count: int = 0) -> None:
        self._shards = tuple(shards)
        task = Task(answering, (tuple(dict.fromkeys(shard.database.parent for shard in self._shards)),))
        self.workers = [Worker(task) for _ in range(min(count or os.cpu_count() or 1, len(self._shards)))]
        self._one_at_a_time = threading.Lock()

    def ask(self, function: Callable[..., Any], arguments: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        """What `function(database, *arguments)` gives for each shard in `arguments`, or the exception it raised.

        A shard whose process dies has a StorageError; the next question begins another.
        """
        with self._one_at_a_time:
            for shard, values in arguments.items():
                self._worker(shard).send((self._shards[shard].database, function, values))
            return {shard: self._answer(shard) for shard in arguments}

    def stop(self) -> None:
        """Ends the processes at whatever they are; the next question begins others."""
        for worker in self.workers:
            worker.kill()

    def close(self) -> None:
        """Ends the processes."""
        for worker in self.workers:
            worker.close()

    def _worker(self, shard: int) -> Worker:
        return self.workers[shard % len(self.workers)]

    def _answer(self, shard: int) -> Any:
        try:
            return self._worker(shard).take()
        except DiedError as died:
            return StorageError("{name}: its process ended with {code}", name=self._shards[shard].name, code=died.code)
        except Exception as error:  # noqa: BLE001 - told to who asked, when the other shards have answered
            return error


Question = tuple[Path, Callable[..., Any], tuple[Any, ...]]
"""The database of a shard, a function that takes it open, and the function's other arguments."""


def answering(roots: tuple[Path, ...]) -> Callable[[Question], Any]:
    """What answers for shards: their databases are opened for reading, guarded, and stay open.

    What any of the archives at `roots`, which are asked as one, has taken down is withheld of each.
    """
    opened: dict[Path, Connections] = {}

    def answer(question: Question) -> Any:
        path, function, values = question
        path.stat()  # a shard that is gone has failed: it is not that nothing was found
        db = opened.setdefault(path, Connections(path)).get()
        withhold(db, roots)
        return function(db, *values)

    return answer


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

"""The time limit of a question: whoever answers is stopped at its end, and the reader told to ask again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlite_utils

from archive.errors import ArchiveError, StorageError
from archive.processes import Beside, Failed, begin, send
from archive.search.connection import open_guarded

_AGAIN_SECONDS = 0.05


class BusyError(ArchiveError):
    """More questions are waiting than can be answered in time; the reader may ask again."""

    again_after = 5
    """Seconds to wait before that."""


class TooSlowError(BusyError):
    """A question that took longer than its time; asked again, it may find the archive read and the machine idle."""

    again_after = 30


class Limit:
    """The time limit of one question: at its end the event loop stops what answers, a connection or a process.

    SQLite's progress handler would do the same out of the thread itself, but it takes Python's lock back thousands of
    times a second; beside three busy threads a search of 40 ms took more than 10 s that way (measured).
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._halt: Callable[[], None] | None = None
        self._clock: asyncio.TimerHandle | None = None
        self.over = False

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Starts the clock; called in the event loop."""
        self._clock = loop.call_later(self._seconds, self._expire, loop)

    def begin(self, halt: Callable[[], None]) -> None:
        """Says how to stop what answers from now on; raises BusyError where the time is over already."""
        with self._lock:
            if self.over:
                raise BusyError("too many questions at once: wait a moment and ask again")
            self._halt = halt

    def end(self) -> None:
        """Nothing is stopped any more; called by the thread that answered."""
        with self._lock:
            self._halt = None

    def stop(self) -> None:
        """Stops the clock of a question that has ended; called in the event loop."""
        if self._clock is not None and self._halt is None:
            self._clock.cancel()

    def abandon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ends the time now, since nobody waits for the answer; called in the event loop."""
        if self._clock is not None:
            self._clock.cancel()
        self._expire(loop)

    def reached(self) -> TooSlowError:
        """The error that tells of this limit."""
        return TooSlowError(
            f"the query took longer than {self._seconds:g} s: limit it by days (ngay:2020) or add a rarer word"
        )

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self.over = True
            if self._halt is None:
                return
            self._halt()
        # Between two statements there is nothing to interrupt: once more, until the question has ended.
        self._clock = loop.call_later(_AGAIN_SECONDS, self._expire, loop)


# Guarded connections to the archive's database for the threads that answer requests, one to a thread.


class Connections:
    """Hands each thread its own connection, and a new one after the database file was replaced by a rebuild.

    They can only read this one database, in bounded text (see `archive.search.connection`).
    """

    def __init__(self, database: Path) -> None:
        self.database = database
        self._local = threading.local()

    def get(self) -> sqlite_utils.Database:
        """The calling thread's connection; raises NothingFound, SchemaError or DamageError as `open_database` does."""
        status = self.database.stat() if self.database.exists() else None
        identity = (status.st_dev, status.st_ino) if status else None
        held: tuple[object, sqlite_utils.Database] | None = getattr(self._local, "held", None)
        if held is not None and held[0] == identity:
            return held[1]
        self.close()
        db = open_guarded(self.database)
        self._local.held = (identity, db)
        return db

    def close(self) -> None:
        """Closes the calling thread's connection."""
        held: tuple[object, sqlite_utils.Database] | None = getattr(self._local, "held", None)
        if held is not None:
            held[1].close()
            self._local.held = None


# The processes that answer questions to one database: each one at a time, the one asked last first.

Result = TypeVar("Result")
_WORKER: Final = "archive.web.asking.process"


class Workers:
    """So many processes for `database`, begun when they are needed; called by as many threads at most.

    Whoever was asked last is asked first: its connection has most of the archive at hand. A question whose time is over
    ends with its process, whatever it is at, and another is begun for the next. A process that starts is left its time:
    on a machine with much else to do each would be ended else before it could answer anything.
    """

    def __init__(self, database: Path, count: int, niceness: int = 0) -> None:
        self._arguments = (str(database), str(niceness))
        self._idle: list[Beside | None] = [None] * count
        self._all: set[Beside] = set()
        self._starting: set[Beside] = set()

    def begin(self) -> None:
        """Starts those that do not run."""
        self._idle = [worker or self._begin() for worker in self._idle]

    def ask(self, question: Callable[..., Result], arguments: tuple[Any, ...], limit: Limit) -> Result:
        """What `question(database, *arguments)` gives in one of the processes, or raises there.

        Raises BusyError or TooSlowError at the limit, StorageError where the process dies by itself.
        """
        worker = self._take()
        free: Beside | None = worker
        try:
            if worker in self._starting:
                worker.pipe.recv()
                self._starting.discard(worker)
            limit.begin(worker.kill)
            try:
                send(worker.pipe, (question, arguments))
                answer = worker.pipe.recv()
            finally:
                limit.end()
        except (EOFError, OSError) as error:
            free, code = None, self._end(worker)
            if limit.over:
                raise limit.reached() from error
            raise StorageError(f"the process that searched ended with {code}: ask again") from error
        finally:
            self._idle.append(free)
        if isinstance(answer, Failed):
            raise answer.error
        result: Result = answer
        return result

    def close(self) -> None:
        """Stops all processes at whatever they are: they only read."""
        for worker in tuple(self._all):
            worker.kill()
            if worker in self._idle:
                self._end(worker)
        self._idle = [None] * len(self._idle)

    def _take(self) -> Beside:
        worker = self._idle.pop()
        if worker is not None and worker.process.poll() is not None:  # died while nobody asked it
            self._end(worker)
            worker = None
        return worker or self._begin()

    def _begin(self) -> Beside:
        worker = begin(_WORKER, *self._arguments)
        self._all.add(worker)
        self._starting.add(worker)
        return worker

    def _end(self, worker: Beside) -> int:
        self._all.discard(worker)
        self._starting.discard(worker)
        return worker.end()

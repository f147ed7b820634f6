"""The time limit of a question: whoever answers is stopped at its end, and the reader told to ask again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from archive.errors import ArchiveError, StorageError
from archive.search.connection import Connections
from archive.worker.pool import DiedError, Worker
from archive.worker.process import Task

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
            "the query took longer than {seconds:g} s: limit it by days (ngay:2020) or add a rarer word",
            seconds=self._seconds,
        )

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self.over = True
            if self._halt is None:
                return
            self._halt()
        # Between two statements there is nothing to interrupt: once more, until the question has ended.
        self._clock = loop.call_later(_AGAIN_SECONDS, self._expire, loop)


# The processes that answer questions to one database: each one at a time, the one asked last first.

Result = TypeVar("Result")


class Workers:
    """So many processes for `database`, begun when they are needed; called by as many threads at most.

    Whoever was asked last is asked first: its connection has most of the archive at hand. A question whose time is over
    ends with its process, whatever it is at, and another is begun for the next. A process that starts is left its time:
    on a machine with much else to do each would be ended else before it could answer anything.
    """

    def __init__(self, database: Path, count: int, niceness: int = 0) -> None:
        task = Task(answering, (database,), niceness=niceness)
        self.all = tuple(Worker(task) for _ in range(count))
        self._idle = list(self.all)

    def begin(self) -> None:
        """Starts those that do not run."""
        for worker in self._idle:
            worker.start()

    def ask(self, question: Callable[..., Result], arguments: tuple[Any, ...], limit: Limit) -> Result:
        """What `question(database, *arguments)` gives in one of the processes, or raises there.

        Raises BusyError or TooSlowError at the limit, StorageError where the process dies by itself.
        """
        worker = self._idle.pop()
        try:
            worker.wait()
            limit.begin(worker.kill)
            try:
                worker.send((question, arguments))
                result: Result = worker.take()
            finally:
                limit.end()
        except DiedError as died:
            if limit.over:
                raise limit.reached() from died
            raise StorageError("the process that searched ended with {code}: ask again", code=died.code) from died
        finally:
            self._idle.append(worker)
        return result

    def close(self) -> None:
        """Stops all processes at whatever they are: they only read."""
        for worker in self.all:
            worker.kill()
        for worker in self._idle:
            worker.close()


def answering(database: Path) -> Callable[[tuple[Callable[..., Any], tuple[Any, ...]]], Any]:
    """What answers questions to `database`, which is opened at once."""
    from archive.web.pages.results import prepare  # in that process alone

    connections = Connections(database)
    with suppress(ArchiveError):  # an archive that cannot be opened is told to who asks
        prepare(connections.get())
    return lambda asked: asked[0](connections.get(), *asked[1])

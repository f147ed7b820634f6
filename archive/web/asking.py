"""Questions to the archive's database, asked beside the event loop, in processes, under a time limit."""

from __future__ import annotations

import asyncio
import math
import secrets
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from archive.errors import ArchiveError, StorageError
from archive.search.connection import Connections, cache_of
from archive.worker.pool import DiedError, Worker
from archive.worker.process import Task

_MOST_KEPT: Final = 256  # a page of hits has up to 60 kB


class AnswerCache:
    """The answers used last, of one version of the database at a time."""

    def __init__(self) -> None:
        self._version: Hashable = None
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, version: Hashable, question: Hashable) -> Any:
        """The answer to `question` at this version; None where it is not kept."""
        if version != self._version:
            self._version = version
            self._answers.clear()
        if question not in self._answers:
            return None
        self._answers.move_to_end(question)
        return self._answers[question]

    def put(self, version: Hashable, question: Hashable, answer: Any) -> None:
        """Keeps the answer, if the version is still the one asked for last."""
        if version == self._version:
            self._answers[question] = answer
            while len(self._answers) > _MOST_KEPT:
                self._answers.popitem(last=False)


# Questions to the archive's database, asked beside the event loop under a time limit, and some answers kept.

Answered = TypeVar("Answered")
Weight = Literal["quick", "page", "slow"]
"""How much a question may cost: a look-up, a page of hits, or the reading of thousands of articles."""

SECONDS: dict[Weight, float] = {"quick": 5.0, "page": 5.0, "slow": 20.0}
"""How long a reader waits for an answer, the time in the queue included."""

LONG_SECONDS: Final = 120.0
"""How long a page that tells of the work may take for it: its reader can end it."""

_THREADS: Final[dict[Weight, int]] = {"quick": 2, "page": 2, "slow": 1}
_WAITING: dict[Weight, int] = {"quick": 200, "page": 200, "slow": 10}
_NICE: Final = 10  # of the process for slow questions: others have the cores first


class Asker:
    """Who answers: threads with a connection each, a few for each weight, so that slow questions never stop quick ones.

    With `workers`, so many processes answer the pages and one more the slow questions: Python runs one thread of a
    process at a time, and a thread that counts words makes a reader's page wait for its turn at each statement. Such a
    question and its arguments must be picklable: a function of a module.

    Every question has the seconds of its weight in SECONDS, and sets no limits of its own: see `Limit`.
    Threads and processes live as long as the asker, and with them what their connections have cached.
    """

    def __init__(self, database: Path, workers: int = 0) -> None:
        self.connections = Connections(database)
        self._workers: dict[Weight, Workers] = {}
        self._threads = dict(_THREADS)
        if workers:
            self._workers = {"page": Workers(database, workers), "slow": Workers(database, 1, _NICE)}
            self._threads["page"] = workers
        self._pools = {
            weight: ThreadPoolExecutor(number, thread_name_prefix=f"{database.stem}-{weight}")
            for weight, number in self._threads.items()
        }
        self._waiting: dict[Weight, int] = dict.fromkeys(_THREADS, 0)
        self._kept = AnswerCache()

    async def ask(
        self,
        question: Callable[..., Answered],
        *arguments: Any,
        weight: Weight = "quick",
        keep: bool = False,
        seconds: float | None = None,
    ) -> Answered:
        """What `question(database, *arguments)` gives, or, with `keep`, gave before if nothing was written since.

        Raises BusyError where too many wait, TooSlowError where it takes longer than `seconds` (None: those of its
        weight), and what the question raises. What is kept must depend on nothing but the database and the arguments,
        and nobody may change it. Cancelled, it stops what answers.
        """
        if not keep:
            return await self._ask(question, arguments, weight, seconds)
        # Asked before the question: what is written in between makes the next version another one.
        version = cache_of(self.connections.get()).version
        known = self._kept.get(version, (question, arguments))
        if known is None:
            known = await self._ask(question, arguments, weight, seconds)
            self._kept.put(version, (question, arguments), known)
        answer: Answered = known
        return answer

    @property
    def root(self) -> Path:
        """The folder of the archive."""
        return self.connections.database.parent

    def begin(self) -> None:
        """Starts the processes for pages, so that the first reader does not wait for them."""
        if "page" in self._workers:
            self._workers["page"].begin()

    def close(self) -> None:
        """Ends the threads, each of which closes its connection; waits for what they are at. Processes are stopped."""
        for workers in self._workers.values():
            workers.close()
        for weight, pool in self._pools.items():
            everyone = threading.Barrier(self._threads[weight])  # a thread that waits takes no second turn
            for _ in range(self._threads[weight]):
                pool.submit(self._leave, everyone)
            pool.shutdown()
        self.connections.close()

    async def _ask(
        self, question: Callable[..., Answered], arguments: tuple[Any, ...], weight: Weight, seconds: float | None
    ) -> Answered:
        if self._waiting[weight] >= _WAITING[weight]:
            raise BusyError("too many questions at once: wait a moment and ask again")
        self._waiting[weight] += 1
        limit = Limit(SECONDS[weight] if seconds is None else seconds)
        workers = self._workers.get(weight)
        answer = workers.ask if workers else self._answer
        try:
            loop = asyncio.get_running_loop()
            limit.start(loop)
            return await loop.run_in_executor(self._pools[weight], answer, question, arguments, limit)
        except asyncio.CancelledError:
            limit.abandon(loop)
            raise
        finally:
            limit.stop()
            self._waiting[weight] -= 1

    def _leave(self, everyone: threading.Barrier) -> None:
        everyone.wait()
        self.connections.close()

    def _answer(self, question: Callable[..., Answered], arguments: tuple[Any, ...], limit: Limit) -> Answered:
        db = self.connections.get()
        limit.begin(db.conn.interrupt)
        try:
            return question(db, *arguments)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_INTERRUPT:
                raise
            raise limit.reached() from error
        finally:
            limit.end()
            if db.conn.in_transaction:  # the end of a snapshot may have been interrupted too
                db.conn.rollback()


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


PATIENCE: Final = 1.0
"""Seconds that a reader waits for a page before one is shown that tells of the work."""

LEFT_SECONDS: Final = 20.0
"""After how long nobody waits for a work whose page has not asked for it again: it is ended."""

KEPT_SECONDS: Final = 600.0
"""For how long the result of a work that was sent off is kept for its page."""

_MOST: Final = 20


class StillWorking(Exception):
    """The work goes on: its reader's `ticket`, how many `seconds` it has taken, and whether they may end it."""

    def __init__(self, ticket: str, seconds: float, *, can_end: bool) -> None:
        super().__init__(ticket)
        self.ticket, self.seconds, self.can_end = ticket, seconds, can_end


@dataclass(slots=True, eq=False)
class _Job:
    task: asyncio.Task[Any]
    began: float
    sent_off: bool
    seen: dict[str, float] = field(default_factory=dict)  # ticket -> when its reader asked last; inf: asks now


class Jobs:
    """The works of now, each under its question: who asks the same waits for the same work.

    A work ends when it is done, when the last of its readers cancels it, or when nobody has asked for it for
    LEFT_SECONDS; one that was sent off goes on by itself, and its result waits for KEPT_SECONDS. Without `patience`
    every reader waits for the end.
    """

    def __init__(self, patience: float | None = PATIENCE, clock: Callable[[], float] = time.monotonic) -> None:
        self.patience = patience
        self._clock = clock
        self._jobs: dict[Hashable, _Job] = {}

    def __len__(self) -> int:
        """How many works there are."""
        return len(self._jobs)

    async def result(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, Any]], ticket: str) -> Any:
        """What `make()` gives, begun now or by an earlier request for `key`; `ticket` is that of such a request.

        Raises StillWorking where it takes longer than a reader's patience, BusyError, and what the work raises.
        """
        self._sweep()
        job = self._jobs.get(key) or self._begin(key, make, sent_off=False)
        if ticket not in job.seen:
            ticket = secrets.token_urlsafe(12)
        job.seen[ticket] = math.inf
        try:
            await asyncio.wait({job.task}, timeout=self.patience)
        except asyncio.CancelledError:  # the reader has hung up
            self._leave(key, job, ticket)
            raise
        if not job.task.done():
            job.seen[ticket] = self._clock()
            asyncio.get_running_loop().call_later(LEFT_SECONDS + 1, self._sweep)
            raise StillWorking(ticket, self._clock() - job.began, can_end=not job.sent_off)
        self._leave(key, job, ticket)
        if job.task.cancelled():
            raise BusyError("this was ended before it was done: ask again")
        return job.task.result()

    def send_off(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Begins `make()`, which goes on also if nobody waits; `result` of the same `key` gives what came of it.

        Raises BusyError where such a work is going on.
        """
        self._sweep()
        if key in self._jobs and not self._jobs[key].task.done():
            raise BusyError("this is being done already: wait for its end")
        self._begin(key, make, sent_off=True)

    def cancel(self, ticket: str) -> bool:
        """Ends the work that the reader with `ticket` waits for, if no other does; False where there is none."""
        self._sweep()
        for key, job in list(self._jobs.items()):
            if ticket in job.seen and not job.sent_off:
                self._leave(key, job, ticket)
                return True
        return False

    def close(self) -> None:
        """Ends all works."""
        for job in self._jobs.values():
            job.task.cancel()
        self._jobs.clear()

    def _begin(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, Any]], *, sent_off: bool) -> _Job:
        if key not in self._jobs and len(self._jobs) >= _MOST:
            raise BusyError("too many questions at once: wait a moment and ask again")
        task = asyncio.create_task(make())
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # told to who asks, or to nobody
        job = self._jobs[key] = _Job(task, self._clock(), sent_off)
        return job

    def _leave(self, key: Hashable, job: _Job, ticket: str) -> None:
        job.seen.pop(ticket, None)
        if not job.seen and (job.task.done() or not job.sent_off):
            self._end(key, job)

    def _end(self, key: Hashable, job: _Job) -> None:
        job.task.cancel()
        if self._jobs.get(key) is job:
            del self._jobs[key]

    def _sweep(self) -> None:
        """Ends what nobody waits for any more."""
        now = self._clock()
        for key, job in list(self._jobs.items()):
            for ticket in [one for one, last in job.seen.items() if last < now - LEFT_SECONDS]:
                del job.seen[ticket]
            if job.sent_off:
                if job.task.done() and not job.seen and now - job.began > KEPT_SECONDS:
                    self._end(key, job)
            elif not job.seen:
                self._end(key, job)

"""Answers kept for as long as nobody writes to the archive: what was taken down is never shown out of them."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from archive.search.connection import Connections, cache_of
from archive.web.asking.pool import BusyError, Limit, Workers

_MOST: Final = 256  # a page of hits has up to 60 kB


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
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)


# Questions to the archive's database, asked beside the event loop under a time limit, and some answers kept.

Result = TypeVar("Result")
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

    Every question has the seconds of its weight in SECONDS, and sets no limits of its own: see `asking.pool`.
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
        question: Callable[..., Result],
        *arguments: Any,
        weight: Weight = "quick",
        keep: bool = False,
        seconds: float | None = None,
    ) -> Result:
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
        answer: Result = known
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
        self, question: Callable[..., Result], arguments: tuple[Any, ...], weight: Weight, seconds: float | None
    ) -> Result:
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

    def _answer(self, question: Callable[..., Result], arguments: tuple[Any, ...], limit: Limit) -> Result:
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

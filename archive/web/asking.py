"""Questions to the archive's database, asked in threads of their own under a time limit."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, TypeVar

import sqlite_utils

from archive.errors import ArchiveError, QueryError
from archive.web.connections import Connections

Result = TypeVar("Result")
Question = Callable[[sqlite_utils.Database], Result]
Weight = Literal["quick", "slow"]
"""How much a question may cost: a look-up or a page of hits, or the reading of thousands of articles."""

SECONDS: dict[Weight, float] = {"quick": 5.0, "slow": 20.0}
"""How long a reader waits for an answer, the time in the queue included."""

_THREADS: dict[Weight, int] = {"quick": 3, "slow": 1}
_WAITING: dict[Weight, int] = {"quick": 200, "slow": 10}
_AGAIN_SECONDS = 0.05


class BusyError(ArchiveError):
    """More questions are waiting than can be answered in time; the reader may ask again."""


class Asker:
    """Threads with a connection each: several for quick questions, one for slow ones, so that these never stop those.

    Every question has the seconds of its weight in SECONDS; the threads live as long as the asker, and with them what
    their connections have cached. Questions set no limits of their own: see `_Limit`.
    """

    def __init__(self, database: Path) -> None:
        self.connections = Connections(database)
        self._pools = {
            weight: ThreadPoolExecutor(number, thread_name_prefix=f"{database.stem}-{weight}")
            for weight, number in _THREADS.items()
        }
        self._waiting: dict[Weight, int] = dict.fromkeys(_THREADS, 0)

    async def ask(self, question: Question[Result], weight: Weight = "quick") -> Result:
        """What `question` answers; raises BusyError where too many wait, QueryError where it takes too long."""
        if self._waiting[weight] >= _WAITING[weight]:
            raise BusyError("too many questions at once: wait a moment and ask again")
        self._waiting[weight] += 1
        limit = _Limit(SECONDS[weight])
        try:
            loop = asyncio.get_running_loop()
            limit.start(loop)
            return await loop.run_in_executor(self._pools[weight], self._answer, question, limit)
        except asyncio.CancelledError:
            limit.abandon(loop)
            raise
        finally:
            limit.stop()
            self._waiting[weight] -= 1

    def close(self) -> None:
        """Ends the threads, each of which closes its connection; waits for what they are at."""
        for weight, pool in self._pools.items():
            everyone = threading.Barrier(_THREADS[weight])  # a thread that waits takes no second turn
            for _ in range(_THREADS[weight]):
                pool.submit(self._leave, everyone)
            pool.shutdown()

    def _leave(self, everyone: threading.Barrier) -> None:
        everyone.wait()
        self.connections.close()

    def _answer(self, question: Question[Result], limit: _Limit) -> Result:
        db = self.connections.get()
        limit.begin(db.conn)
        try:
            return question(db)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_INTERRUPT:
                raise
            raise limit.reached() from error
        finally:
            limit.end()
            if db.conn.in_transaction:  # the end of a snapshot may have been interrupted too
                db.conn.rollback()


class _Limit:
    """The time limit of one question: at its end the event loop interrupts the connection that answers.

    SQLite's progress handler would do the same out of the thread itself, but it takes Python's lock back thousands of
    times a second; beside three busy threads a search of 40 ms took more than 10 s that way (measured).
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._conn: sqlite3.Connection | None = None
        self._over = False
        self._clock: asyncio.TimerHandle | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Starts the clock; called in the event loop."""
        self._clock = loop.call_later(self._seconds, self._expire, loop)

    def begin(self, conn: sqlite3.Connection) -> None:
        """Names the connection that answers from now on; raises BusyError where the time is over already."""
        with self._lock:
            if self._over:
                raise BusyError("too many questions at once: wait a moment and ask again")
            self._conn = conn

    def end(self) -> None:
        """Nothing is interrupted any more; called by the thread that answered."""
        with self._lock:
            self._conn = None

    def stop(self) -> None:
        """Stops the clock of a question that has ended; called in the event loop."""
        if self._clock is not None and self._conn is None:
            self._clock.cancel()

    def abandon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ends the time now, since nobody waits for the answer; called in the event loop."""
        if self._clock is not None:
            self._clock.cancel()
        self._expire(loop)

    def reached(self) -> QueryError:
        """The error that tells of this limit."""
        return QueryError(
            f"the query took longer than {self._seconds:g} s: limit it by days (ngay:2020) or add a rarer word", "", 0
        )

    def _expire(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self._over = True
            if self._conn is None:
                return
            self._conn.interrupt()
        # Between two statements there is nothing to interrupt: once more, until the question has ended.
        self._clock = loop.call_later(_AGAIN_SECONDS, self._expire, loop)

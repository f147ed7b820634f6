"""Questions to the archive's database, asked in threads of their own under a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, TypeVar

import sqlite_utils

from archive.errors import ArchiveError
from archive.search.deadline import deadline
from archive.web.connections import Connections

Result = TypeVar("Result")
Weight = Literal["quick", "slow"]
"""How much a question may cost: a look-up or a page of hits, or the reading of thousands of articles."""

SECONDS: dict[Weight, float] = {"quick": 5.0, "slow": 20.0}
_THREADS: dict[Weight, int] = {"quick": 3, "slow": 1}
_WAITING: dict[Weight, int] = {"quick": 200, "slow": 10}


class BusyError(ArchiveError):
    """More questions are waiting than can be answered in time; the reader may ask again."""


class Asker:
    """Threads with a connection each: several for quick questions, one for slow ones, so that these never stop those.

    Every question has the seconds of its weight in SECONDS; the threads live as long as the asker, and with them what
    their connections have cached.
    """

    def __init__(self, database: Path) -> None:
        self.connections = Connections(database)
        self._pools = {
            weight: ThreadPoolExecutor(number, thread_name_prefix=f"{database.stem}-{weight}")
            for weight, number in _THREADS.items()
        }
        self._waiting: dict[Weight, int] = dict.fromkeys(_THREADS, 0)

    async def ask(self, question: Callable[[sqlite_utils.Database], Result], weight: Weight = "quick") -> Result:
        """What `question` answers; raises BusyError where too many wait, QueryError where it takes too long."""
        if self._waiting[weight] >= _WAITING[weight]:
            raise BusyError("too many questions at once: wait a moment and ask again")
        self._waiting[weight] += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pools[weight], self._answer, question, SECONDS[weight])
        finally:
            self._waiting[weight] -= 1

    def close(self) -> None:
        """Ends the threads, after the questions they are at."""
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)

    def _answer(self, question: Callable[[sqlite_utils.Database], Result], seconds: float) -> Result:
        db = self.connections.get()
        with deadline(db.conn, "", seconds):
            return question(db)

"""Who answers in the reading room of several archives: each question is asked of all of them, in their processes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from archive.cluster.pool import Shard, state_of
from archive.cluster.shards import Shards
from archive.web.asking.asker import SECONDS, AnswerCache, Weight
from archive.web.asking.pool import BusyError

Result = TypeVar("Result")
_WAITING: Final[dict[Weight, int]] = {"page": 50, "slow": 10}


class SeveralAsker:
    """As `archive.web.asking.asker.Asker`; a question is given the shards in the place of a database.

    One question at a time has all the processes of its weight: look-ups and pages those of the one, what reads
    thousands of articles those of the other, so that it never stops a page.
    """

    def __init__(self, shards: Sequence[Shard]) -> None:
        self.shards = tuple(shards)
        self._held = {weight: Shards(shards, patience=SECONDS[weight]) for weight in _WAITING}
        self._pools = {weight: ThreadPoolExecutor(1, thread_name_prefix=f"shards-{weight}") for weight in _WAITING}
        self._waiting = dict.fromkeys(_WAITING, 0)
        self._kept = AnswerCache()

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders of the archives."""
        return self._held["page"].roots

    def absent(self) -> tuple[str, ...]:
        """A sentence for each archive that cannot be asked now."""
        return self._held["page"].unusable()

    async def ask(
        self,
        question: Callable[..., Result],
        *arguments: Any,
        weight: Weight = "quick",
        keep: bool = False,
        seconds: float | None = None,
    ) -> Result:
        """What `question(shards, *arguments)` gives, or, with `keep`, gave before if nothing was written since.

        Raises BusyError where too many wait, and what the question raises. Cancelled, it stops what answers.
        """
        pool: Weight = "slow" if weight == "slow" else "page"
        if not keep:
            return await self._ask(question, arguments, pool)
        version = state_of(self.shards)
        known: Result | None = self._kept.get(version, (question, arguments))
        if known is None:
            known = await self._ask(question, arguments, pool)
            self._kept.put(version, (question, arguments), known)
        return known

    def begin(self) -> None:
        """Nothing: the processes begin with the first question."""

    def close(self) -> None:
        """Ends threads and processes; waits for what they are at."""
        for weight, pool in self._pools.items():
            pool.shutdown(cancel_futures=True)
            self._held[weight].close()

    async def _ask(self, question: Callable[..., Result], arguments: tuple[Any, ...], weight: Weight) -> Result:
        if self._waiting[weight] >= _WAITING[weight]:
            raise BusyError("too many questions at once: wait a moment and ask again")
        self._waiting[weight] += 1
        turn = _Turn()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pools[weight], turn.take, question, self._held[weight], arguments)
        except asyncio.CancelledError:
            turn.stop(self._held[weight])
            raise
        finally:
            self._waiting[weight] -= 1


class _Turn:
    """A question's time with the processes: stopped only while it has them, so that the next one keeps its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_on = False

    def take(self, question: Callable[..., Result], shards: Shards, arguments: tuple[Any, ...]) -> Result:
        with self._lock:
            self._is_on = True
        try:
            return question(shards, *arguments)
        finally:
            with self._lock:
                self._is_on = False

    def stop(self, shards: Shards) -> None:
        with self._lock:
            if self._is_on:
                shards.stop()

"""Work that outlasts a reader's patience: it goes on behind a page that says so, and can be ended from there."""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from typing import Any, Final

from archive.web.asking.pool import BusyError

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

"""The time limit of a question: whoever answers is stopped at its end, and the reader told to ask again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from archive.errors import ArchiveError

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

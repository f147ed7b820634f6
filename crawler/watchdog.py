"""Ends what holds up the event loop: one that stands still answers no signal, keeps no bound, and reports nothing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from archive.errors import CrawlError

LOOKS = 3
"""Alarms within the time given. One alone may be late, as after Ctrl-Z: what piled up meanwhile comes as one."""

_WRITING = ("archive.warc.write", "archive.disk", "archive.events", "archive.manifest", "archive.seals")
"""What is never broken off: half a record would be left, and nobody who knows of it. A disk ends, or has an error."""


class StalledError(CrawlError):
    """The event loop stood still; the message names the line of ours that held it up."""


class Watchdog:
    """A timer of the operating system, whose signal interrupts Python code, regular expressions too, wherever it is.

    Where `feed` is not called for `seconds`, `bite` is called with the error, and the error is raised in what runs.
    """

    def __init__(self, bite: Callable[[StalledError], None]) -> None:
        self._bite = bite
        self._missed = 0
        self._seconds = 0.0

    def start(self, seconds: float) -> None:
        """Watches from now on; not at all with 0, or in another thread than the first, which gets no signals."""
        if seconds <= 0 or self._seconds or threading.current_thread() is not threading.main_thread():
            return
        self._seconds, self._missed = seconds, 0
        signal.signal(signal.SIGALRM, self._rang)
        signal.setitimer(signal.ITIMER_REAL, seconds / LOOKS, seconds / LOOKS)

    def feed(self) -> None:
        """The loop goes on."""
        self._missed = 0

    def stop(self) -> None:
        """Watches no more."""
        if self._seconds:
            self._seconds = 0.0
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _rang(self, _: int, frame: FrameType | None) -> None:
        self._missed += 1
        frames = list(_ours(frame))
        if self._missed < LOOKS or any(name.startswith(_WRITING) for name, _ in frames):
            return
        seconds = self._seconds
        self.stop()
        where = frames[0][1] if frames else "what is not ours"
        error = StalledError(
            f"the crawl stood still for {seconds:g} s in {where} and was ended; the next one goes on from there"
        )
        self._bite(error)
        if frames:  # elsewhere, in the event loop itself, it would end the loop and not what holds it up
            raise error


def _ours(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    """The module and the place of each line of ours that is being executed, the innermost first."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith(("archive.", "crawler.")) and name != __name__:
            yield name, f"{name}.{frame.f_code.co_name}, line {frame.f_lineno}"
        frame = frame.f_back

"""What ends a run from within its process: an event loop that stands still, a disk that is full."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from archive.errors import CrawlError, StorageError
from archive.holdings import Holdings
from archive.messages.message import reason_of
from archive.store.database import shorten_log

LOOKS = 3
"""Alarms within the time given. One alone may be late, as after Ctrl-Z: what piled up meanwhile comes as one."""

_WRITING = (
    "archive.warc.writer",
    "archive.disk",
    "archive.custody.events",
    "archive.custody.manifest",
    "archive.custody.seals",
)
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
            "the crawl stood still for {seconds:g} s in {where} and was ended; the next one goes on from there",
            seconds=seconds,
            where=where,
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


# Room on the disk while a crawl runs: what is free, and how long the databases' write-ahead logs have become.

MOST_LOG_BYTES = 256 << 20
"""Of each write-ahead log, above which nothing more is fetched. SQLite keeps one at 16 MB by itself, and lets it grow
for as long as another program goes on reading what was there before.
"""


class Room:
    """Looked at four times a second. `patience`: how many seconds a log may stay too long before the run ends."""

    def __init__(self, holdings: Holdings, source: str, patience: float) -> None:
        self._least = holdings.settings.free_megabytes * 1_000_000
        self._folders = (holdings.root, holdings.warc / source)
        self._databases = (holdings.frontier, holdings.database)
        self._patience = patience
        self._too_long_since: float | None = None
        self._shortening: asyncio.Future[None] | None = None

    def trouble(self, now: float) -> StorageError | None:
        """Why the run must end while there is room to end it in order; None where it may go on."""
        if self._too_long_since is not None and now - self._too_long_since > self._patience:
            log = self._long_log()
            if log is not None:
                return StorageError(
                    "{log}: over {most_log_bytes} MB, as another program has been reading the database for "
                    "{patience:.0f} s; end that one, and the next crawl goes on",
                    log=log,
                    most_log_bytes=MOST_LOG_BYTES >> 20,
                    patience=self._patience,
                )
        return self.low()

    def low(self) -> StorageError | None:
        """What is wrong where less is free than a crawl needs; None where there is enough."""
        for folder in self._folders:
            try:
                found = os.statvfs(folder)
            except FileNotFoundError:
                continue
            except OSError as error:
                return StorageError("{folder}: {reason}", folder=folder, reason=reason_of(error))
            free = found.f_bavail * found.f_frsize
            if free < self._least:
                return StorageError(
                    "{folder}: only {free} MB are free, and a crawl needs {least} (free_megabytes of "
                    "archive.toml); make room, and the next crawl goes on",
                    folder=folder,
                    free=free // 1000000,
                    least=self._least // 1000000,
                )
        return None

    def pauses(self, now: float) -> bool:
        """Whether nothing may be fetched until a log is shorter; sees to it that it becomes so."""
        if self._long_log() is None:
            self._too_long_since = None
            return False
        self._too_long_since = now if self._too_long_since is None else self._too_long_since
        if self._shortening is None or self._shortening.done():
            loop = asyncio.get_running_loop()
            self._shortening = loop.run_in_executor(None, self._shorten)
        return True

    def _shorten(self) -> None:
        for database in self._databases:
            shorten_log(database)

    def _long_log(self) -> Path | None:
        for database in self._databases:
            log = database.with_name(f"{database.name}-wal")
            try:
                if log.stat().st_size > MOST_LOG_BYTES:
                    return log
            except OSError:
                continue
        return None

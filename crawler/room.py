"""Room on the disk while a crawl runs: what is free, and how long the databases' write-ahead logs have become."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from archive.errors import StorageError
from archive.holdings import Holdings
from archive.store.database import shorten_log

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
                    f"{log}: over {MOST_LOG_BYTES >> 20} MB, as another program has been reading the database for"
                    f" {self._patience:.0f} s; end that one, and the next crawl goes on"
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
                return StorageError(f"{folder}: {error.strerror}")
            free = found.f_bavail * found.f_frsize
            if free < self._least:
                return StorageError(
                    f"{folder}: only {free // 1_000_000} MB are free, and a crawl needs {self._least // 1_000_000}"
                    " (free_megabytes of archive.toml); make room, and the next crawl goes on"
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

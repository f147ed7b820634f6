"""Reads captures again in processes of their own, each page under limits of CPU time and memory.

What a page costs is bounded as in a crawl: one that takes too long, or the process its life, is counted as unread,
and the others are read.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final, TypeAlias

from archive import restorer
from archive.barred import Barred
from archive.errors import DamageError
from archive.ingest.page import identity, open_page
from archive.ingest.refiling import Again
from archive.ingest.withheld import withheld
from archive.model import Place
from archive.sources import Register
from archive.store.rows import CaptureRow
from archive.warc.read import read

PAGE_CPU_SECONDS: Final = 2
"""What one page may cost; the kernel counts whole seconds, so it is ended between two and three."""

MEMORY_BYTES: Final = 300 << 20
"""What reading may take beyond what a process has when it begins, and the archive's model for headlines."""

_CHUNK: Final = 20  # captures handed to a process at once
_CRASHED: Final = "parser_crash"
_STATM: Final = Path("/proc/self/statm")  # Linux alone; elsewhere memory has no limit

Read: TypeAlias = "Callable[[Path, Register, restorer.Loader, CaptureRow], Again]"


def read_again(root: Path, register: Register, learnt: restorer.Loader, row: CaptureRow) -> Again:
    """The capture of `row` as today's parsers read it."""
    try:
        held = read(root, Place(row.file, row.offset, row.length, row.record_id))
    except DamageError:
        return Again(row.id, "unread", "damaged", "", None)
    page = withheld(open_page(held, register, learnt), Barred.load(root))
    if page.article is not None:
        return Again(row.id, "changed", "", identity(page.article, page), page.article)
    teasers = page.reading.teasers if page.reading else ()
    return Again(row.id, "unread" if page.reason else "kept", page.reason, "", None, teasers)


class Readers:
    """So many processes that read captures, each with `seconds` of CPU time; 0 is this process, without limits.

    `read` must be a function that other processes can import.
    """

    def __init__(
        self,
        root: Path,
        register: Register,
        processes: int,
        read: Read = read_again,
        seconds: int = PAGE_CPU_SECONDS,
    ) -> None:
        self._arguments = (root, register, read, seconds)
        self._here = _Reader(*self._arguments)
        self._processes = processes
        self._pool = self._new_pool() if processes else None

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def read(self, rows: Sequence[CaptureRow]) -> list[Again]:
        """Each of `rows` as today's parsers read it, in order."""
        if self._pool is None:
            return [self._here.read(row) for row in rows]
        try:
            return list(self._pool.map(_read_limited, rows, chunksize=_CHUNK))
        except BrokenProcessPool:
            self._pool = self._new_pool()
            return [self._alone(row) for row in rows]

    def _alone(self, row: CaptureRow) -> Again:
        """One capture by itself, to find the one that costs a reader its life: it is unread from now on."""
        assert self._pool is not None  # noqa: S101 - only a pool breaks
        try:
            return self._pool.submit(_read_limited, row).result()
        except BrokenProcessPool:
            self._pool = self._new_pool()
            return Again(row.id, "unread", _CRASHED, "", None)

    def _new_pool(self) -> ProcessPoolExecutor:
        # Not forked: a child would hold our connection to the database, and SQLite forbids that.
        return ProcessPoolExecutor(self._processes, multiprocessing.get_context("spawn"), _begin, self._arguments)


class _Reader:
    """What a process reads with."""

    def __init__(self, root: Path, register: Register, read: Read, seconds: int) -> None:
        self._root, self._register, self._read = root, register, read
        self._learnt = restorer.loader(root)
        self.seconds = seconds

    def read(self, row: CaptureRow) -> Again:
        """The capture of `row` as it is read now."""
        return self._read(self._root, self._register, self._learnt, row)


_here: list[_Reader] = []


def _begin(root: Path, register: Register, read: Read, seconds: int) -> None:
    _here.append(_Reader(root, register, read, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if _STATM.exists():
        model = root / restorer.FILE
        extra = MEMORY_BYTES + (2 * model.stat().st_size if model.exists() else 0)  # its file, and what is made of it
        most = int(_STATM.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") + extra
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _read_limited(row: CaptureRow) -> Again:
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(used.ru_utime + used.ru_stime) + _here[0].seconds
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))  # SIGXCPU ends even a loop in C
    try:
        return _here[0].read(row)
    except MemoryError:
        return Again(row.id, "unread", "too_large", "", None)

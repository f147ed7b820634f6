"""A process that reads captures for another one, each under limits: `archive.processes.begin`.

It is given what it reads with, then captures to read; it answers each with a page, or with why there is none. Untrusted
bytes are parsed here, so what they may cost is bounded here. What costs it its life is the capture not yet answered.
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import socket
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, NamedTuple

from archive import restorer
from archive.errors import ArchiveError, DamageError
from archive.model import Held
from archive.opening import carried
from archive.opening.page import Page
from archive.sources import Register

Read = Callable[[Path, Register, restorer.Loader, Any], tuple[Held, Page]]

READY: Final = b"ready"
"""Said once, when the process can read."""

PAGE, REFUSED, DAMAGED, FAILED = b"p", b"r", b"d", b"f"
"""The first byte of an answer: a page, or why there is none (a reason, a damage in words, an error pickled)."""

LOG: Final = "reader.log"
"""Where a fault of the program's own is written down for its maintainers, in the archive's folder."""

FAULT: Final = 70
"""Exit code of a process that met such a fault (EX_SOFTWARE of sysexits.h)."""

_ROOM: Final = 1 << 20
"""Bytes of answers that wait while who asked files a batch; Linux grants 416 KiB, twice what it does unasked."""

_STATM: Final = Path("/proc/self/statm")  # Linux alone; elsewhere memory has no limit


class Task(NamedTuple):
    """What a process reads with: a function that others can import, and what a page may cost it."""

    root: Path
    register: Register
    read: Read
    seconds: int  # of CPU time; the kernel counts whole ones
    memory: int  # bytes beyond what the process has when it begins, and the archive's model for headlines


def main(descriptor: int) -> int:
    """Answers what comes through the pipe until it is closed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(2, 1)  # a library that prints must not write into what the program answers
    with socket.socket(fileno=os.dup(descriptor)) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
    with Connection(descriptor) as pipe:
        try:
            return _serve(pipe)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return 0  # who asked has what it wanted, or is dead


def write_fault(archive: Path) -> None:
    """Writes where the program failed to the file `reader.log`, for people must not see a traceback."""
    with (archive / LOG).open("a", encoding="utf-8") as log:
        log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n{traceback.format_exc()}\n")


def _serve(pipe: Connection) -> int:
    task: Task = pickle.loads(pipe.recv_bytes())  # noqa: S301 - said by the process that began us
    learnt = restorer.loader(task.root)
    _limit_memory(task)
    pipe.send_bytes(READY)
    while True:
        asked = pipe.recv_bytes()
        try:
            answer = _answer(task, learnt, pickle.loads(asked))  # noqa: S301 - the same
        except Exception:  # noqa: BLE001 - of an EOFError too, which is not the pipe's; another process goes on
            write_fault(task.root)
            return FAULT
        pipe.send_bytes(answer)


def _answer(task: Task, learnt: restorer.Loader, item: object) -> bytes:
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(used.ru_utime + used.ru_stime) + task.seconds
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))  # SIGXCPU ends even a loop in C
    try:
        return PAGE + carried.dumps(*task.read(task.root, task.register, learnt, item))
    except MemoryError:
        return REFUSED + b"too_large"
    except DamageError as error:
        return DAMAGED + str(error).encode()
    except ArchiveError as error:
        return FAILED + pickle.dumps(error)


def _limit_memory(task: Task) -> None:
    if _STATM.exists():
        model = task.root / restorer.FILE
        extra = task.memory + (2 * model.stat().st_size if model.exists() else 0)  # its file, and what is made of it
        most = int(_STATM.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") + extra
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

"""A process that answers for another one, under limits: `archive.worker.pool` begins it and tells it once what for.

python -m archive.worker.process DESCRIPTOR
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import socket
import sqlite3
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from archive.errors import ArchiveError
from archive.processes import Failed, send

READY: Final = b"ready"
"""Said once, when the process can answer."""

LOG: Final = "reader.log"
"""Where a fault of the program's own is written down for its maintainers, in the archive's folder."""

FAULT: Final = 70
"""Exit code of a process that met such a fault (EX_SOFTWARE of sysexits.h)."""

_ROOM: Final = 1 << 20
"""Bytes of answers that wait while who asked files a batch; Linux grants 416 KiB, twice what it does unasked."""

_STATM: Final = Path("/proc/self/statm")  # Linux alone; elsewhere memory has no limit


@dataclass(frozen=True, slots=True)
class Task:
    """What a process is for: `prepare(*arguments)`, a function that others can import, gives the one that answers.

    With `log`, the folder of an archive, the process ends where it meets a fault of ours, and writes it down there:
    what it reads is hostile. Without it the fault is told to who asked.
    """

    prepare: Callable[..., Callable[[Any], Any]]
    arguments: tuple[Any, ...] = ()
    seconds: int = 0  # of CPU time for one message; the kernel counts whole ones; 0 sets no limit
    memory: int = 0  # bytes beyond what the process has when it begins; 0 sets no limit
    niceness: int = 0
    log: Path | None = None


def main(descriptor: int) -> int:
    """Answers what comes through the pipe until it is closed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(2, 1)  # a library that prints must not write into what the program answers
    with socket.socket(fileno=os.dup(descriptor)) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
    with Connection(descriptor) as pipe:
        return serve(pipe)


def serve(pipe: Connection) -> int:
    """Does what comes first in `pipe`, a Task, for every message that follows; gives the exit code."""
    try:
        task: Task = pipe.recv()
        answers = task.prepare(*task.arguments)
        if task.niceness:
            os.nice(task.niceness)
        _limit_memory(task)
        send(pipe, READY)
        while True:
            asked = pipe.recv_bytes()
            try:
                said = _answer(task, answers, pickle.loads(asked))  # noqa: S301 - by the process that began us
            except Exception:  # noqa: BLE001 - of an EOFError too, which is not the pipe's; another process goes on
                if task.log is not None:
                    write_fault(task.log)
                    return FAULT
                said = Failed(RuntimeError(traceback.format_exc()))
            send(pipe, said)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return 0  # who asked has what it wanted, or is dead


def write_fault(archive: Path) -> None:
    """Writes where the program failed to the file `reader.log`, for people must not see a traceback."""
    with (archive / LOG).open("a", encoding="utf-8") as log:
        log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n{traceback.format_exc()}\n")


def limit_time(seconds: int) -> None:
    """Ends this process (SIGXCPU, even in a loop in C) when it has worked `seconds` from now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


def _answer(task: Task, answers: Callable[[Any], Any], item: Any) -> Any:
    if task.seconds:
        limit_time(task.seconds)
    try:
        return answers(item)
    except ArchiveError as error:
        return Failed(error)
    except (sqlite3.Error, OSError) as error:
        if task.log is not None:
            raise
        return Failed(error)


def _limit_memory(task: Task) -> None:
    if task.memory and _STATM.exists():
        most = int(_STATM.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") + task.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

"""A process that parses captures for another one, each under limits, and the bytes in which its pages travel: begun by
`archive.processes.begin`.
"""

from __future__ import annotations

import marshal
import math
import os
import pickle
import resource
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from multiprocessing.connection import Connection
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args, get_type_hints

from archive import restorer
from archive.errors import ArchiveError, DamageError
from archive.model import Capture, StoredCapture
from archive.sources import Register
from archive.worker.page import Page

_LEFT: Final[dict[type, dict[str, object]]] = {Capture: {"request": b"", "response": b""}, Page: {"source": None}}
"""Fields that are not carried, and what stands in their place."""


def dump_page(held: StoredCapture, page: Page) -> bytes:
    """`page`, opened from `held`, without the bytes of the wire."""
    return marshal.dumps((page.source is not None, _way(StoredCapture).pack(held), _way(Page).pack(page)))


def load_page(data: bytes, register: Register) -> tuple[StoredCapture, Page]:
    """What `dumps` wrote; the page's source is that of `register`. For nothing but what our own processes wrote."""
    known, held, packed = marshal.loads(data)  # noqa: S302
    page: Page = _way(Page).unpack(packed)
    if known:
        page = replace(page, source=register.get(page.source_id))
    return _way(StoredCapture).unpack(held), page


class _Way(NamedTuple):
    """How a value becomes one that marshal knows, and how it is made of that again."""

    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


@cache
def _way(kind: type) -> _Way:
    """The way of a dataclass: the tuple of its fields."""
    names = [field.name for field in fields(kind)]
    values = attrgetter(*names)
    hints = get_type_hints(kind)
    left = _LEFT.get(kind, {})
    stands = [(names.index(name), value) for name, value in left.items()]
    inner = [(at, way) for at, name in enumerate(names) if name not in left and (way := _way_of(hints[name]))]
    if not inner and not stands:
        return _Way(values, lambda packed: kind(*packed))

    def pack(value: Any) -> Any:
        packed = list(values(value))
        for at, stand in stands:
            packed[at] = stand
        for at, way in inner:
            packed[at] = way.pack(packed[at])
        return packed

    def unpack(packed: Any) -> Any:
        for at, way in inner:
            packed[at] = way.unpack(packed[at])
        return kind(*packed)

    return _Way(pack, unpack)


def _way_of(hint: Any) -> _Way | None:
    """The way of a field by its type; None where marshal knows such values itself."""
    if hint is datetime:
        return _Way(datetime.isoformat, datetime.fromisoformat)
    if is_dataclass(hint):
        return _way(hint)  # type: ignore[arg-type]
    kinds = [kind for kind in get_args(hint) if is_dataclass(kind)]
    if not kinds:
        return None
    pack, unpack = _way(kinds[0])  # type: ignore[arg-type]
    if type(None) in get_args(hint):
        return _Way(
            lambda value: None if value is None else pack(value),
            lambda packed: None if packed is None else unpack(packed),
        )
    return _Way(lambda values: [*map(pack, values)], lambda packed: (*map(unpack, packed),))


# A process that reads captures for another one, each under limits: `archive.processes.begin`.

Read = Callable[[Path, Register, restorer.Loader, Any], tuple[StoredCapture, Page]]

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
        return PAGE + dump_page(*task.read(task.root, task.register, learnt, item))
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

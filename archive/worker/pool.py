"""Captures parsed by processes of their own, each page under limits, and given back in the order they were sent."""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from select import POLLIN, POLLOUT, poll
from typing import Any, Final

from archive import restorer
from archive.errors import ArchiveError, DamageError
from archive.model import Place, StoredCapture
from archive.processes import begin
from archive.sources import Register
from archive.warc import reader as warc
from archive.worker import process
from archive.worker import process as carried
from archive.worker.page import Page
from archive.worker.process import Read, Task

_HEAD: Final = struct.Struct("!i")  # of a message of less than 2 GiB, as multiprocessing.connection writes it
_AT_ONCE: Final = 1 << 16


class FramedPipe:
    """Our end of a pipe; what has arrived waits in memory until it is taken."""

    def __init__(self, pipe: Connection) -> None:
        self._descriptor = pipe.fileno()
        os.set_blocking(self._descriptor, False)
        self._buffer = bytearray()
        self._arrived: deque[bytes] = deque()
        self._has_ended = False

    def send(self, message: bytes) -> None:
        """Sends a message, as far as the other side lives: whether it does, `receive` tells."""
        left = memoryview(_HEAD.pack(len(message)) + message)
        while left and not self._has_ended:
            ready = self._wait(POLLIN | POLLOUT)
            if ready & ~POLLOUT:
                self._gather()
            if ready & POLLOUT:
                try:
                    left = left[os.write(self._descriptor, left[:_AT_ONCE]) :]
                except BlockingIOError:
                    continue
                except (BrokenPipeError, ConnectionResetError):
                    return

    def receive(self) -> bytes | None:
        """The next message, waited for; None where the other side has ended, in the middle of one too."""
        while not self._arrived and not self._has_ended:
            if not self._gather():
                self._wait(POLLIN)
        return self._arrived.popleft() if self._arrived else None

    def _wait(self, wanted: int) -> int:
        """Which of the `wanted` events has come; that the other side has ended is always one. For descriptors of any
        number: `select` takes none above 1,023.
        """
        waiting = poll()
        waiting.register(self._descriptor, wanted)
        return waiting.poll()[0][1]

    def _gather(self) -> bool:
        """Takes in what has arrived; False where nothing has."""
        try:
            data = os.read(self._descriptor, _AT_ONCE)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            data = b""
        self._has_ended = not data
        self._buffer += data
        while len(self._buffer) >= _HEAD.size:
            end = _HEAD.size + _HEAD.unpack_from(self._buffer)[0]
            if len(self._buffer) < end:
                break
            self._arrived.append(bytes(self._buffer[_HEAD.size : end]))
            del self._buffer[:end]
        return True


# Captures read by processes of their own, each page under limits, and given back in the order they were sent.

PAGE_CPU_SECONDS: Final = 2
"""What one page may cost; the kernel counts whole seconds, so it is ended between two and three. The slowest real page
measured took 0.1 s, an attribute bomb of 418 KB 10 s."""

MEMORY_BYTES: Final = 300 << 20
"""What reading may take beyond what a process has when it begins, and the archive's model for headlines."""

MODULE: Final = "archive.worker.process"

_AHEAD: Final = 64  # captures a process is sent before it has answered the first: who files leaves it alone for a batch
_ENOUGH: Final = 4  # captures waiting for every process, at which another is begun: it takes 0.4 s to begin
_PATIENCE: Final = 5.0  # seconds for a process to end when it is hung up on: it may be in the middle of a page


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a capture sent: the page it is, or the reason why it was not opened, and that in words.

    Reasons: time_limit, too_large, parser_crash (it cost a process its life), damaged (the record cannot be read back).
    """

    item: Any
    held: StoredCapture | None = None  # without the bytes of the wire
    page: Page | None = None
    reason: str = ""
    detail: str = ""


def parse_held(
    root: Path, register: Register, learnt: restorer.Loader, item: Place | StoredCapture
) -> tuple[StoredCapture, Page]:
    """The capture at a place, or one that was read back already, as from a scan of a WARC file; and the page it is."""
    from archive.worker.parse import parse_capture  # who sends captures away to be read needs no parser: 14 MB

    held = warc.read(root, item) if isinstance(item, Place) else item
    return held, parse_capture(held, register, learnt)


def parse_to_follow(
    root: Path, register: Register, learnt: restorer.Loader, place: Place
) -> tuple[StoredCapture, Page]:
    """The capture at `place`, the page it is, and what that needs to be seen: a crawl asks for it next."""
    from archive.worker.parse import parse_capture

    held = warc.read(root, place)
    return held, parse_capture(held, register, learnt, requisites=True)


def per_core(root: Path, register: Register) -> WorkerPool:
    """Readers for who scans and files beside them: a process for each core but that one."""
    return WorkerPool(root, register, max(cores() - 1, 1) if cores() else 0)


def cores() -> int:
    """How many processes can read at once."""
    return os.cpu_count() or 1


class WorkerPool:
    """So many processes that read captures, each with `seconds` of CPU time; 0 is this process, without limits.

    `read` must be a function that other processes can import; what is sent goes to it (`parse_held` takes
    places and captures).
    """

    def __init__(
        self,
        root: Path,
        register: Register,
        processes: int,
        read: Read = parse_held,
        seconds: int = PAGE_CPU_SECONDS,
        module: str = MODULE,
    ) -> None:
        task = Task(root, register, read, seconds, MEMORY_BYTES)
        self._task = task
        self._learnt = restorer.loader(root)
        self._module = module
        self._most = processes
        self._processes: list[_Worker] = []  # begun when there is work for them
        self._unsent: deque[Any] = deque()
        self._order: deque[_Worker] = deque()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes; one that is in the middle of a page is given some seconds."""
        for one in self._processes:
            one.hang_up()  # all at once, for each may be in the middle of a page
        for one in self._processes:
            one.end()

    def __len__(self) -> int:
        """How many were sent and not taken back."""
        return len(self._order) + len(self._unsent)

    def send(self, item: Any) -> None:
        """Has a capture read, behind those sent before."""
        self._unsent.append(item)
        self._feed()

    def take(self) -> Answer:
        """What became of the one sent longest ago; waits for it. Raises the archive's error where reading failed."""
        if not self._most:
            return self._here(self._unsent.popleft())
        answer = self._order.popleft().answer()
        self._feed()
        return answer

    def read(self, items: Iterable[Any]) -> Iterator[Answer]:
        """What becomes of `items`, in order."""
        for item in items:
            self.send(item)
            if len(self) >= _AHEAD * max(self._most, 1):
                yield self.take()
        while len(self):
            yield self.take()

    def _feed(self) -> None:
        while self._unsent and self._most:
            one = min(self._processes, key=_Worker.__len__, default=None)
            if len(self._processes) < self._most and (one is None or len(one) >= _ENOUGH):
                one = _Worker(self._task, self._module)
                self._processes.append(one)
            if one is None or len(one) >= _AHEAD:
                return
            self._order.append(one)
            one.send(self._unsent.popleft())

    def _here(self, item: Any) -> Answer:
        task = self._task
        try:
            return Answer(item, *task.read(task.root, task.register, self._learnt, item))
        except DamageError as error:
            return Answer(item, reason="damaged", detail=str(error))


class _Worker:
    """One process, and what it owes: the first of that is what it is at, for it answers in order."""

    def __init__(self, task: Task, module: str) -> None:
        self._task = task
        self._module = module
        self._owed: deque[Any] = deque()
        self._is_suspect = False  # whether the first of them has cost a process its life
        self._start()

    def __len__(self) -> int:
        return len(self._owed)

    def send(self, item: Any) -> None:
        self._owed.append(item)
        self._say(item)

    def answer(self) -> Answer:
        message = self._exchange.receive()
        if message == process.READY:
            self._is_ready = True
            message = self._exchange.receive()
        if message is None:
            return self._died()
        item, kind, data = self._owed.popleft(), message[:1], message[1:]
        self._is_suspect = False
        if kind == process.PAGE:
            return Answer(item, *carried.load_page(data, self._task.register))
        if kind == process.FAILED:
            error: ArchiveError = pickle.loads(data)  # noqa: S301 - a process of ours has said it
            raise error
        if kind == process.DAMAGED:
            return Answer(item, reason="damaged", detail=data.decode())
        return Answer(item, reason=data.decode())

    def hang_up(self) -> None:
        self._beside.pipe.close()

    def end(self) -> None:
        try:
            self._beside.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._beside.kill()
            self._beside.end()

    def _died(self) -> Answer:
        code = self._beside.end()
        if not self._is_ready:
            raise ArchiveError(f"{self._module}: it ended with code {code} before it could read")
        found = None
        if self._is_suspect:
            found = Answer(self._owed.popleft(), reason="time_limit" if code == -signal.SIGXCPU else "parser_crash")
        self._is_suspect = found is None  # a machine short of memory ends processes too: once more, then it is the page
        self._start()
        for item in self._owed:
            self._say(item)
        return found or self.answer()

    def _start(self) -> None:
        self._beside = begin(self._module)
        self._exchange = FramedPipe(self._beside.pipe)
        self._is_ready = False
        try:
            self._say(self._task)
        except BaseException:  # Ctrl-C: nobody else knows of this process yet
            self._beside.kill()
            self._beside.end()
            raise

    def _say(self, what: Any) -> None:
        # Where it is dead, `answer` sees that, and begins another that is sent all it owes.
        self._exchange.send(pickle.dumps(what))

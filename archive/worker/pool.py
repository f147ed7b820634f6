"""Processes that answer for this one: each under limits, replaced where it dies, with bounds to what waits for it.

`Worker` is one of them, and all that the rest is made of: here `WorkerPool`, which parses captures and gives them back
in the order they were sent; elsewhere who answers in the reading room (`archive.web.asking`).
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from select import POLLIN, POLLOUT, poll
from typing import Any, Final

from archive import restorer
from archive.errors import ArchiveError, DamageError
from archive.messages.message import Message
from archive.model import Place, StoredCapture
from archive.processes import Beside, Failed, begin, packed
from archive.sources import Register
from archive.warc import reader as warc
from archive.worker.page import Page
from archive.worker.process import Task

_HEAD: Final = struct.Struct("!i")  # of a message of less than 2 GiB, as multiprocessing.connection writes it
_AT_ONCE: Final = 1 << 16


class Frames:
    """The messages in what has arrived of a pipe, whole and in order."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that `data` completes."""
        self._buffer += data
        while len(self._buffer) >= _HEAD.size:
            end = _HEAD.size + _HEAD.unpack_from(self._buffer)[0]
            if len(self._buffer) < end:
                return
            message = bytes(self._buffer[_HEAD.size : end])
            del self._buffer[:end]
            yield message


def framed(message: bytes | memoryview) -> bytes:
    """`message` as it goes through a pipe."""
    return _HEAD.pack(len(message)) + message


class FramedPipe:
    """Our end of a pipe; what has arrived waits in memory until it is taken."""

    def __init__(self, pipe: Connection) -> None:
        self._descriptor = pipe.fileno()
        os.set_blocking(self._descriptor, False)
        self._frames = Frames()
        self._arrived: deque[bytes] = deque()
        self._has_ended = False

    def send(self, message: bytes | memoryview) -> None:
        """Sends a message, as far as the other side lives: whether it does, `receive` tells."""
        left = memoryview(framed(message))
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

    def receive(self, seconds: float | None = None) -> bytes | None:
        """The next message, waited for; None where the other side has ended, in the middle of one too.

        Raises TimeoutError where none has come after `seconds`.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while not self._arrived and not self._has_ended:
            if not self._gather() and not self._wait(POLLIN, end):
                raise TimeoutError
        return self._arrived.popleft() if self._arrived else None

    def _wait(self, wanted: int, end: float | None = None) -> int:
        """Which of the `wanted` events has come; that the other side has ended is always one, 0 is that time is over.

        For descriptors of any number: `select` takes none above 1,023.
        """
        waiting = poll()
        waiting.register(self._descriptor, wanted)
        come = waiting.poll(None if end is None else max(0.0, end - time.monotonic()) * 1000)
        return come[0][1] if come else 0

    def _gather(self) -> bool:
        """Takes in what has arrived; False where nothing has."""
        try:
            data = os.read(self._descriptor, _AT_ONCE)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            data = b""
        self._has_ended = not data
        self._arrived.extend(self._frames.feed(data))
        return True


MODULE: Final = "archive.worker.process"

_PATIENCE: Final = 5.0  # seconds for a process to end when it is hung up on: it may be in the middle of an answer


class DiedError(ArchiveError):
    """A process has ended, with `code`, before it answered; `item` is what it was at, None where it never began."""

    def __init__(self, module: str, code: int, item: Any = None) -> None:
        message = "{module}: it ended with code {code} at what it was asked"
        if item is None:
            message = "{module}: it ended with code {code} before it could read"
        super().__init__(Message(message, module=module, code=code))
        self.code, self.item = code, item


class Worker:
    """A process for `task`, begun when there is something to ask, and what it owes: it answers in order.

    Where it dies another takes its place and is sent what is owed. What has cost `lives` processes in a row their life
    is given up, with a DiedError in the place of its answer.
    """

    def __init__(self, task: Task, lives: int = 1, module: str = MODULE) -> None:
        self._task, self._lives, self._module = task, lives, module
        self._owed: deque[Any] = deque()
        self._deaths = 0  # of processes at the first of them
        self._is_ready = False
        self.process: Beside | None = None

    def __len__(self) -> int:
        """How many messages were sent and not taken back."""
        return len(self._owed)

    def start(self) -> None:
        """Begins the process, where none lives."""
        if self.process is not None and not self._owed and self.process.process.poll() is not None:
            self._bury()  # died while nobody asked it
        if self.process is not None:
            return
        self.process = begin(self._module)
        self._pipe = FramedPipe(self.process.pipe)
        self._is_ready = False
        try:
            for message in (self._task, *self._owed):
                self._pipe.send(packed(message))
        except BaseException:  # Ctrl-C: nobody else knows of this process yet
            self.kill()
            self._bury()
            raise

    def wait(self) -> None:
        """Waits until the process can answer; raises DiedError where it ends before."""
        self.start()
        while not self._is_ready:
            if self._pipe.receive() is None:
                self._replace()
            self._is_ready = True

    def send(self, item: Any) -> None:
        """Asks `item`, behind what was asked before."""
        self.start()
        self._owed.append(item)
        self._pipe.send(packed(item))  # where the process is dead, `take` sees that

    def take(self, seconds: float | None = None) -> Any:
        """The answer to what was asked longest ago. Raises what was raised there, and DiedError.

        A process that has not answered after `seconds` is killed.
        """
        while True:
            self.wait()
            try:
                message = self._pipe.receive(seconds)
            except TimeoutError:
                self.kill()
                seconds = None
                continue
            if message is None:
                self._replace()
                continue
            self._owed.popleft()
            self._deaths = 0
            answer = pickle.loads(message)  # noqa: S301 - a process of ours has said it
            if isinstance(answer, Failed):
                raise answer.error
            return answer

    def kill(self) -> None:
        """Ends the process at whatever it is; may be called by another thread."""
        if self.process is not None:
            self.process.kill()

    def hang_up(self) -> None:
        """Closes the line, by which the process ends when it has answered."""
        if self.process is not None:
            self.process.pipe.close()

    def close(self) -> None:
        """Ends the process; one that is in the middle of an answer is given some seconds."""
        if self.process is None:
            return
        self.hang_up()
        with suppress(subprocess.TimeoutExpired):
            self.process.process.wait(_PATIENCE)
        self.kill()
        self._bury()

    def _replace(self) -> None:
        """Another process goes on, if it may; raises DiedError where something is given up."""
        code = self._bury()
        if not self._is_ready:
            if self._owed:
                self._owed.popleft()
            raise DiedError(self._module, code)
        self._deaths += 1
        given_up = self._owed.popleft() if self._deaths >= self._lives else None
        if self._owed:
            self.start()
        if given_up is not None:
            self._deaths = 0
            raise DiedError(self._module, code, given_up)

    def _bury(self) -> int:
        dead, self.process = self.process, None
        return dead.end() if dead is not None else 0


# Captures parsed by processes, each page under limits, and given back in the order they were sent.

PAGE_CPU_SECONDS: Final = 2
"""What one page may cost; the kernel counts whole seconds, so it is ended between two and three. The slowest real page
measured took 0.1 s, an attribute bomb of 418 KB 10 s."""

MEMORY_BYTES: Final = 300 << 20
"""What reading may take beyond what a process has when it begins, and the archive's model for headlines."""

_LIVES: Final = 2  # a machine short of memory ends processes too: once more, then it is the page
_AHEAD: Final = 64  # captures a process is sent before it has answered the first: who files leaves it alone for a batch
_ENOUGH: Final = 4  # captures waiting for every process, at which another is begun: it takes 0.4 s to begin

Read = Callable[[Path, Register, restorer.Loader, Any], tuple[StoredCapture, Page]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a capture sent: the page it is, or the reason why it was not opened, and that in words.

    Reasons: time_limit, too_large, parser_crash (it cost a process its life), damaged (the record cannot be read back).
    """

    item: Any
    stored: StoredCapture | None = None  # without the bytes of the wire
    page: Page | None = None
    reason: str = ""
    detail: str = ""


def parse_stored(
    root: Path, register: Register, learnt: restorer.Loader, item: Place | StoredCapture
) -> tuple[StoredCapture, Page]:
    """The capture at a place, or one that was read back already, as from a scan of a WARC file; and the page it is."""
    from archive.worker.page import parse_capture  # who sends captures away to be read needs no parser: 14 MB

    stored = warc.read(root, item) if isinstance(item, Place) else item
    return stored, parse_capture(stored, register, learnt)


def parse_to_follow(
    root: Path, register: Register, learnt: restorer.Loader, place: Place
) -> tuple[StoredCapture, Page]:
    """The capture at `place`, the page it is, and what that needs to be seen: a crawl asks for it next."""
    from archive.worker.page import parse_capture

    stored = warc.read(root, place)
    return stored, parse_capture(stored, register, learnt, requisites=True)


def reading(root: Path, register: Register, read: Read) -> Callable[[Any], Answer]:
    """What answers for captures: `read` beside the archive's model, which is loaded when it is first needed."""
    learnt = restorer.loader(root)

    def answer(item: Any) -> Answer:
        try:
            stored, page = read(root, register, learnt, item)
        except DamageError as error:
            return Answer(None, reason="damaged", detail=str(error))
        except MemoryError:
            return Answer(None, reason="too_large")
        return Answer(None, without_wire(stored), replace(page, source=None))

    return answer


def without_wire(stored: StoredCapture) -> StoredCapture:
    """`stored` without the bytes of the wire: they never travel."""
    return replace(stored, capture=replace(stored.capture, request=b"", response=b""))


def per_core(root: Path, register: Register) -> WorkerPool:
    """Readers for who scans and files beside them: a process for each core, as filing takes a quarter of reading."""
    return WorkerPool(root, register, cores())


def cores() -> int:
    """How many processes can read at once."""
    return os.cpu_count() or 1


class WorkerPool:
    """So many processes that read captures, each with `seconds` of CPU time; 0 is this process, without limits.

    `read` must be a function that other processes can import; what is sent goes to it (`parse_stored` takes
    places and captures).
    """

    def __init__(
        self,
        root: Path,
        register: Register,
        processes: int,
        read: Read = parse_stored,
        seconds: int = PAGE_CPU_SECONDS,
        module: str = MODULE,
    ) -> None:
        model = root / restorer.FILE
        memory = MEMORY_BYTES + (2 * model.stat().st_size if model.exists() else 0)  # its file, and what is made of it
        self._task = Task(reading, (root, register, read), seconds, memory, log=root)
        self._here = reading(root, register, read)
        self._register = register
        self._module = module
        self._most = processes
        self._workers: list[Worker] = []  # begun when there is work for them
        self._unsent: deque[Any] = deque()
        self._order: deque[tuple[Worker, Any]] = deque()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes; one that is in the middle of a page is given some seconds."""
        for one in self._workers:
            one.hang_up()  # all at once, for each may be in the middle of a page
        for one in self._workers:
            one.close()

    def __len__(self) -> int:
        """How many were sent and not taken back."""
        return len(self._order) + len(self._unsent)

    def send(self, item: Any) -> None:
        """Has a capture read, behind those sent before."""
        self._unsent.append(item)
        self._feed()

    def take(self) -> Answer:
        """What became of the one sent longest ago; waits for it. Raises the archive's error where reading failed."""
        if self._most:
            worker, item = self._order.popleft()
            try:
                answer: Answer = worker.take()
            except DiedError as died:
                if died.item is None:
                    raise
                answer = Answer(None, reason="time_limit" if died.code == -signal.SIGXCPU else "parser_crash")
            self._feed()
        else:
            item = self._unsent.popleft()
            answer = self._here(item)
        page = answer.page
        if page is not None:
            page = replace(page, source=self._register.find(page.source_id))
        return replace(answer, item=item, page=page)

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
            one = min(self._workers, key=len, default=None)
            if len(self._workers) < self._most and (one is None or len(one) >= _ENOUGH):
                one = Worker(self._task, _LIVES, self._module)
                self._workers.append(one)
            if one is None or len(one) >= _AHEAD:
                return
            item = self._unsent.popleft()
            self._order.append((one, item))
            one.send(item)

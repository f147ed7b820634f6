"""The processes that answer questions to one database: each one at a time, the one asked last first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from archive.errors import StorageError
from archive.packed import send
from archive.processes import Beside, Failed, begin
from archive.web.limit import Limit

Result = TypeVar("Result")
_WORKER: Final = "archive.web.worker"


class Workers:
    """So many processes for `database`, begun when they are needed; called by as many threads at most.

    Whoever was asked last is asked first: its connection has most of the archive at hand. A question whose time is over
    ends with its process, whatever it is at, and another is begun for the next. A process that starts is left its time:
    on a machine with much else to do each would be ended else before it could answer anything.
    """

    def __init__(self, database: Path, count: int, niceness: int = 0) -> None:
        self._arguments = (str(database), str(niceness))
        self._idle: list[Beside | None] = [None] * count
        self._all: set[Beside] = set()
        self._starting: set[Beside] = set()

    def begin(self) -> None:
        """Starts those that do not run."""
        self._idle = [worker or self._begin() for worker in self._idle]

    def ask(self, question: Callable[..., Result], arguments: tuple[Any, ...], limit: Limit) -> Result:
        """What `question(database, *arguments)` gives in one of the processes, or raises there.

        Raises BusyError or TooSlowError at the limit, StorageError where the process dies by itself.
        """
        worker = self._take()
        free: Beside | None = worker
        try:
            if worker in self._starting:
                worker.pipe.recv()
                self._starting.discard(worker)
            limit.begin(worker.kill)
            try:
                send(worker.pipe, (question, arguments))
                answer = worker.pipe.recv()
            finally:
                limit.end()
        except (EOFError, OSError) as error:
            free, code = None, self._end(worker)
            if limit.over:
                raise limit.reached() from error
            raise StorageError(f"the process that searched ended with {code}: ask again") from error
        finally:
            self._idle.append(free)
        if isinstance(answer, Failed):
            raise answer.error
        result: Result = answer
        return result

    def close(self) -> None:
        """Stops all processes at whatever they are: they only read."""
        for worker in tuple(self._all):
            worker.kill()
            if worker in self._idle:
                self._end(worker)
        self._idle = [None] * len(self._idle)

    def _take(self) -> Beside:
        worker = self._idle.pop()
        if worker is not None and worker.process.poll() is not None:  # died while nobody asked it
            self._end(worker)
            worker = None
        return worker or self._begin()

    def _begin(self) -> Beside:
        worker = begin(_WORKER, *self._arguments)
        self._all.add(worker)
        self._starting.add(worker)
        return worker

    def _end(self, worker: Beside) -> int:
        self._all.discard(worker)
        self._starting.discard(worker)
        return worker.end()

"""The processes that ask the shards, all at once; each answers for some of them, for as long as it lives."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from archive.errors import StorageError
from archive.packed import send
from archive.processes import Beside, begin
from archive.shards.naming import Shard

_WORKER = "archive.shards.worker"


class Workers:
    """Processes for `shards`, begun with the first question: as many as there are cores, or shards if fewer."""

    def __init__(self, shards: Sequence[Shard], count: int = 0) -> None:
        self._shards = tuple(shards)
        self._roots = tuple(dict.fromkeys(shard.database.parent for shard in self._shards))
        self._workers: list[Beside | None] = [None] * min(count or os.cpu_count() or 1, len(self._shards))
        self._one_at_a_time = threading.Lock()

    def ask(self, function: Callable[..., Any], arguments: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        """What `function(database, *arguments)` gives for each shard in `arguments`, or the exception it raised.

        A process that dies leaves a StorageError for its shards; the next question begins another.
        """
        with self._one_at_a_time:
            numbers = {
                place: [one for one in arguments if one % len(self._workers) == place] for place in self._places()
            }
            begun = {place: self._send(place, function, ours, arguments) for place, ours in numbers.items() if ours}
            answers: dict[int, Any] = {}
            for place, worker in begun.items():
                answers |= self._receive(place, worker, numbers[place])
        return answers

    def close(self) -> None:
        """Ends the processes."""
        for worker in self._workers:
            if worker is not None:
                worker.end()
        self._workers = [None] * len(self._workers)

    def _places(self) -> range:
        return range(len(self._workers))

    def _send(
        self, place: int, function: Callable[..., Any], ours: list[int], arguments: Mapping[int, tuple[Any, ...]]
    ) -> Beside:
        worker = self._workers[place]
        if worker is None:
            worker = self._workers[place] = begin(_WORKER)
        tasks = [(number, self._shards[number].database, function, arguments[number]) for number in ours]
        with contextlib.suppress(OSError):  # it has died: receiving says so
            send(worker.pipe, (tasks, self._roots))
        return worker

    def _receive(self, place: int, worker: Beside, ours: list[int]) -> dict[int, Any]:
        try:
            return dict(zip(ours, worker.pipe.recv(), strict=True))
        except (EOFError, OSError):
            self._workers[place] = None
            code = worker.end()
            return {one: StorageError(f"{self._shards[one].name}: its process ended with {code}") for one in ours}

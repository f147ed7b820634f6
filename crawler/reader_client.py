"""The crawl's side of the reader process: sends places, receives outcomes, and replaces a reader that died."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from archive.errors import ArchiveError, StorageError
from archive.messages.message import packed, unpacked
from archive.model import Link, Outcome, PageKind, Place, State
from archive.processes import python, search_path

logger = logging.getLogger(__name__)
MOST_WAITING = 400
"""Places sent and not yet answered, above which nothing more is fetched."""

COMMAND = tuple(python("crawler.reader"))

MOST_DEATHS = 3
"""Readers that may die in a row without having finished a single page: then the fault is not a page's."""


class Reader:
    """A reader process and what it owes us.

    `told(outcome, links)` is called for each outcome, when it is committed; `links` is how many links the page had,
    of which `outcome.links` are those not told before. `failed(error)` is called once, when reading cannot go on.
    """

    def __init__(
        self,
        archive: Path,
        told: Callable[[Outcome, int], None],
        failed: Callable[[ArchiveError], None],
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._command = [*command, str(archive)]
        self._told = told
        self._failed = failed
        self._unfiled: dict[str, Place] = {}
        self._runs: dict[str, dict[str, object]] = {}  # the row of each as said last: a reader may die before it writes
        self._at = ""
        self._deaths = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: _Channel | None = None
        self._ended: asyncio.Future[None] | None = None
        self._restarting: asyncio.Future[None] | None = None
        self.crashes = 0

    @property
    def waiting(self) -> int:
        """How many places were sent and not yet answered."""
        return len(self._unfiled)

    @property
    def busy(self) -> bool:
        """Whether so much waits that nothing more should be fetched."""
        return len(self._unfiled) >= MOST_WAITING

    async def start(self) -> None:
        """Starts the process; it may take a second until it reads, and takes places meanwhile."""
        ours, theirs = socket.socketpair()
        environment = {**os.environ, "PYTHONPATH": search_path()}
        with theirs:
            # A process group of its own: Ctrl-C in the terminal is for the crawl, which ends the reader in order.
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                self._command, stdin=theirs.fileno(), stdout=theirs.fileno(), env=environment, process_group=0
            )
        channel = _Channel(self._heard, self._hung_up, self._misheard)
        ours.setblocking(False)
        await asyncio.get_running_loop().create_connection(lambda: channel, sock=ours)
        self._channel = channel

    def read(self, places: Sequence[Place]) -> None:
        """Has the captures at `places`, durable by now, read."""
        self._unfiled.update((place.record_id, place) for place in places)
        self._say(*(["read", _values(place)] for place in places))

    def put_run(self, run: dict[str, object]) -> None:
        """Has the row of a run written: arguments of `archive.store.writes.put_run`."""
        self._runs[str(run["run"])] = run = packed(run)
        self._say(["run", run])

    async def end(self, seconds: float) -> bool:
        """Waits until everything sent has been read and the process has ended; False where that takes too long.

        What is not read then is read by the next crawl.
        """
        if self._restarting is not None:
            await self._restarting
        self._ended = asyncio.get_running_loop().create_future()
        if self._channel is None or self._channel.transport is None:
            return not self._unfiled
        self._say(["end"])
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended, seconds)
        finally:
            self.kill()
        return not self._unfiled

    def kill(self) -> None:
        """Ends the process at once, if there is one."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _say(self, *messages: Sequence[object]) -> None:
        if self._channel is not None and messages:
            # One write for all: each would wake the reader, and on two cores that costs more than the bytes.
            self._channel.say(b"".join(json.dumps(message).encode() + b"\n" for message in messages))

    def _heard(self, line: bytes) -> None:
        message = json.loads(line)
        match message[0]:
            case "at":
                self._at = message[1]
            case "out":
                self._deaths = 0
                self._unfiled.pop(message[1], None)
                self._told(_outcome(message), message[-1])
            case "damage":
                self._unfiled.pop(message[1], None)
                self._told(Outcome(message[1], "unread", "damaged"), 0)
            case "error":  # it has closed what it held; another would meet the same
                self.kill()
                kind = StorageError if message[1] == StorageError.exit_code else ArchiveError
                self._stop(kind(unpacked(message[2])))
            case "end":
                if self._ended is not None and not self._ended.done():
                    self._ended.set_result(None)

    def _hung_up(self) -> None:
        """The reader's end of the line is closed: it has ended as told, or it is dead."""
        if self._process is None or (self._ended is not None and self._ended.done()):
            return
        code = self._process.wait()
        self._channel, self._process = None, None
        self._deaths += 1
        self.crashes += 1
        if self._deaths > MOST_DEATHS:
            message = "the reader ended {deaths} times in a row (code {code}) without reading a page"
            self._stop(ArchiveError(message, deaths=self._deaths, code=code))
            return
        reason = "time_limit" if code == -signal.SIGXCPU else "parser_crash"
        self._restarting = asyncio.ensure_future(self._restart(self._unfiled.get(self._at), reason))

    def _misheard(self, error: Exception) -> None:
        """What the reader said was a fault of ours to take: it would be the next reader's too, so reading ends."""
        self.kill()
        self._stop(
            ArchiveError(
                "the crawl failed at what its reader told it: {error}; --verbose shows where", error=repr(error)
            )
        )

    async def _restart(self, culprit: Place | None, reason: str) -> None:
        try:
            await self.start()
        except OSError as error:
            self._stop(ArchiveError("the reader has ended and cannot be begun again: {error}", error=error))
            return
        self._say(["careful"])  # from now on it says which page it is at
        if culprit is not None:
            self._say(["refuse", _values(culprit), reason])
        self._say(*(["read", _values(place)] for place in self._unfiled.values() if place is not culprit))
        self._say(*(["run", run] for run in self._runs.values()))
        if self._ended is not None:
            self._say(["end"])

    def _stop(self, error: ArchiveError) -> None:
        failed, self._failed = self._failed, lambda _: None
        failed(error)
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)


class _Channel(asyncio.Protocol):
    """The line to the reader: whole lines in, bytes out."""

    def __init__(
        self, heard: Callable[[bytes], None], hung_up: Callable[[], None], misheard: Callable[[Exception], None]
    ) -> None:
        self.transport: asyncio.Transport | None = None
        self._heard = heard
        self._hung_up = hung_up
        self._misheard = misheard
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        *lines, rest = bytes(self._buffer).split(b"\n")
        self._buffer = bytearray(rest)
        try:
            for line in lines:
                self._heard(line)
        except Exception as error:  # asyncio would hang up, and the reader be waited for that waits for us
            logger.exception("the reader's line could not be taken")
            self._misheard(error)

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        # Not at once: asyncio closes the socket after this call, and a reader that lives ends when it sees that.
        asyncio.get_running_loop().call_soon(lambda: self._hung_up())

    def say(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)

    def close(self) -> None:
        self._hung_up = lambda: None
        if self.transport is not None:
            self.transport.abort()


def _values(place: Place) -> list[object]:
    return [place.file, place.offset, place.length, place.record_id]


def _outcome(message: list[object]) -> Outcome:
    _, record_id, state, reason, article, published, listed, links, _ = message
    found = tuple(Link(url, cast(PageKind, kind), *rest) for url, kind, *rest in cast(list[list[str]], links))
    return Outcome(
        str(record_id), cast(State, state), str(reason), found, str(article), str(published), cast(int, listed)
    )

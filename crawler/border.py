"""From a fetch to what was read: captures kept, sent to the reader and answered; after a crash, taken up again."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol, cast

from archive.custody import seals
from archive.custody.recover import Recovered, recover
from archive.errors import ArchiveError, LockedError, StorageError
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.messages.message import packed, unpacked
from archive.model import Capture, Link, Outcome, PageKind, Place, State, StoredCapture
from archive.processes import python, search_path
from archive.warc.captures import Saved
from archive.warc.members import folder_of, locate
from archive.warc.reader import scan
from crawler.frontier.pace import Pace
from crawler.frontier.store import FrontierStore, Row
from crawler.watchdog import Watchdog

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


_CLAIMED = """
SELECT urls.id, url, kind, priority, depth, hops, via, published, attempts, coalesce(etag, ''),
       coalesce(last_modified, ''), coalesce(times, 0), claims.run
FROM claims JOIN urls ON urls.id = claims.url_id LEFT JOIN visits ON visits.url_id = urls.id WHERE claims.source = ?
"""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A capture found in a file that a dead run left, and the row that still waits for it, where there is one."""

    stored: StoredCapture
    row: Row | None


def mend(root: Path) -> tuple[Recovered, ...]:
    """Closes the WARC files that dead processes left open, torn ends laid aside."""
    return recover(root)


def survivors(rows: FrontierStore, root: Path, source: str, mended: tuple[Recovered, ...]) -> Iterator[Survivor]:
    """Every capture in the files that dead runs of `source` were writing; of each URL the last one bears its row.

    The caller holds the source's lock, so every claim on one of its URLs is a dead run's; and a claim is committed
    before its request goes out, so there is no capture of a page without one. What has none, as a robots.txt, is
    remembered as `unfiled`.
    """
    claims = {values[1]: (values[-1], Row(*values[:-1])) for values in rows.read(_CLAIMED, (source,))}
    folder = folder_of(source)
    files = {done.file for done in mended if done.file.startswith(f"{folder}/") and done.captures}
    unfiled = rows.read("SELECT run FROM unfiled WHERE source = ?", (source,)).fetchall()
    for run in {run for run, _ in claims.values()} | {run for (run,) in unfiled}:
        written = sorted((root / folder).glob(f"*{run}*.warc.gz"))
        files |= {path.relative_to(root).as_posix() for path in written[-2:]}  # older ones were settled long before
    for file in sorted(files):
        found = list(scan(locate(root, file), file))
        last = {stored.capture.url: number for number, stored in enumerate(found)}
        for number, stored in enumerate(found):
            run, row = claims.get(stored.capture.url, ("", None))
            waits = stored.capture.run == run and last[stored.capture.url] == number
            yield Survivor(stored, row if waits else None)


SYNC_CAPTURES = 64
"""Captures after which they are synced. One fdatasync took 0.23 ms here, 5-15 ms on rotating disks."""

SYNC_SECONDS = 0.25
"""How long a capture may wait for its sync."""


class Owner(Protocol):
    """Who waits for what becomes of a capture: a source's frontier."""

    def filed(self, outcome: Outcome, links: int) -> None:
        """The capture was read, and its rows are committed. `links` is how many links the page had."""

    def fail(self, error: ArchiveError) -> None:
        """The archive cannot be written any more."""


class Border:
    """The holdings, the frontier's rows and the reader of one archive, shared by every frontier of this process."""

    _open: ClassVar[dict[Path, Border]] = {}

    def __init__(self, path: Path) -> None:
        self.holdings = Holdings.open(path)
        self.mended: tuple[Recovered, ...] = ()
        self._hold = ExitStack()
        self._hold.enter_context(seals.hold(self.holdings.root))  # looked at before anything is written
        try:
            self.rows = FrontierStore(self.holdings.frontier)
        except BaseException:
            self._hold.close()
            raise
        self.reader = Reader(path, self._filed, self._fail)
        self.watchdog = Watchdog(self._fail)
        self.paces: dict[str, Pace] = {}  # by IP address
        self._owners: dict[str, Owner] = {}
        self._unsent: list[Place] = []
        self._unsynced: set[Keeper] = set()
        self._oldest = 0.0
        self._starting: asyncio.Future[None] | None = None
        self._frontiers: set[Owner] = set()
        self._watched: set[Owner] = set()
        self._locks: dict[Owner, ExitStack] = {}

    @classmethod
    async def enter(cls, path: Path, owner: Owner, source: str) -> Border:
        """The border of the archive at `path`, opened by the first to enter it, with `source` locked for `owner`.

        Raises UsageError, LockedError, StorageError or DamageError; nothing is held then.
        """
        path = path.absolute()
        border = cls._open.get(path)
        first = border is None
        border = border or cls(path)
        stack = ExitStack()
        try:
            stack.enter_context(border.holdings.lock(f"crawl-{source}"))
            if first:
                border.mended = mend(border.holdings.root)
                # Known before the reader runs: a second border would wait in this very thread for our transaction.
                cls._open[path] = border
                border._starting = asyncio.ensure_future(border.reader.start())
            if border._starting is not None:
                await border._starting
        except BaseException:
            stack.close()
            if first:
                cls._open.pop(path, None)
                border._close()
            raise
        border._locks[owner] = stack
        border._frontiers.add(owner)
        return border

    def watch(self, owner: Owner, seconds: float) -> None:
        """From now on `owner` feeds the watchdog; `seconds` are those after which it bites."""
        self._watched.add(owner)
        self.watchdog.start(seconds)

    def unwatch(self, owner: Owner) -> None:
        """`owner` feeds it no more: with the last of them, which is ending, the watch ends."""
        self._watched.discard(owner)
        if not self._watched:
            self.watchdog.stop()

    async def leave(self, owner: Owner, seconds: float) -> None:
        """Gives up the lock; the last to leave ends the reader, waiting `seconds` at most, and closes everything."""
        self._frontiers.discard(owner)
        try:
            if not self._frontiers:
                self._open.pop(self.holdings.root, None)
                await self.reader.end(seconds)
                self._close()
        finally:
            self._locks.pop(owner).close()

    def alone_at(self, authority: str, owner: Owner) -> bool:
        """Whether no other crawl of this archive asks `authority`, and none will until `owner` leaves.

        Hosts of one source are asked by its crawl alone; those of others, where pages need something from, by whoever
        comes first.
        """
        try:
            self._locks[owner].enter_context(self.holdings.lock("host-" + authority.replace("://", "-")))
        except LockedError:
            return False
        return True

    def _close(self) -> None:
        self.rows.close()
        self._hold.close()

    def keep(self, keeper: Keeper, capture: Capture, owner: Owner) -> Place:
        """Where `capture` lies; `owner` is told what became of it, some time after the next `flush`."""
        return self._kept(keeper, keeper.keep(capture), owner)

    def _kept(self, keeper: Keeper, place: Place, owner: Owner) -> Place:
        if not self._unsent:
            self._oldest = time.monotonic()
        self._unsent.append(place)
        self._unsynced.add(keeper)
        self._owners[place.record_id] = owner
        return place

    def keep_saved(self, keeper: Keeper, saved: Saved, owner: Owner) -> Place:
        """As `keep`, for a page that a spider has made of an answer."""
        return self._kept(keeper, keeper.keep_saved(saved), owner)

    def again(self, place: Place, owner: Owner) -> None:
        """Has a capture read that lies in a closed file; `owner` is told what became of it."""
        self._owners[place.record_id] = owner
        self._unsent.append(place)

    @property
    def due(self) -> bool:
        """Whether captures have waited long enough for their sync, or are many enough."""
        waiting = len(self._unsent)
        return waiting >= SYNC_CAPTURES or (waiting > 0 and time.monotonic() - self._oldest >= SYNC_SECONDS)

    def flush(self) -> None:
        """Makes everything kept durable, commits the frontier, and has the captures read. Raises StorageError."""
        for keeper in self._unsynced:
            keeper.sync()
        self._unsynced.clear()
        self.rows.commit()
        unsent, self._unsent = self._unsent, []
        self.reader.read(unsent)

    def _filed(self, outcome: Outcome, links: int) -> None:
        owner = self._owners.pop(outcome.record_id, None)
        if owner is not None:
            owner.filed(outcome, links)

    def _fail(self, error: ArchiveError) -> None:
        for frontier in tuple(self._frontiers):
            frontier.fail(error)

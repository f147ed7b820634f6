"""After a crash: what was fetched and kept is taken up where it lies, and only what was lost is fetched again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from archive.custody import seals
from archive.custody.recover import Recovered, recover
from archive.errors import ArchiveError, LockedError
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.model import Capture, Outcome, Place, StoredCapture
from archive.warc.captures import Saved
from archive.warc.members import folder_of, locate
from archive.warc.reader import scan
from crawler.frontier.pace import Pace
from crawler.frontier.store import FrontierStore, Row
from crawler.reader_client import Reader
from crawler.watchdog import Watchdog

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

"""What a person asked of a crawl, and when a run must end with work left over: its limit and time, the day's budget,
the night, the quotas of its source.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from scrapy.settings import BaseSettings

from archive.errors import CrawlError, UsageError
from archive.messages.message import Message
from archive.model import PageKind
from archive.sources import Quota, Source
from archive.text.clock import VIETNAM
from archive.warc.members import folder_of
from crawler.frontier.store import LOWEST, FrontierStore

BY_HAND: Final = 10_000_000
"""What an address that is captured by hand ranks higher than the same address found by a crawl."""


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """The orders of one crawl. `limit` counts requests without robots.txt, 0 for no limit; times are seconds."""

    archive: Path
    limit: int = 0
    since: date | None = None
    again: bool = False  # visit all that is known, due or not
    backfill: bool = False  # follow listings to their bound, and date archives
    retry_seconds: float = 30.0  # the first wait before a URL is asked for again; doubles
    patience: float = 600.0  # how long a run waits when nothing may be asked for, before it ends with work left over
    drain_seconds: float = 6.0  # how long a stop waits for answers on their way
    stall_seconds: float = 30.0  # how long the event loop may stand still before the run is ended, 0 for ever
    deadline: float = 0.0  # how long the run may take, 0 for no bound
    megabytes: int = 0  # over the wire in this run, and of the source's WARC files: beside the source's own quota
    disk_megabytes: int = 0
    only: tuple[tuple[str, str], ...] = ()  # source and URL: captured by hand, alone, with what they need to be seen
    probes: bool = True  # ask each host now and then for an address that cannot exist
    log_json: bool = False  # log each event as a line of JSON
    browser: bool = False  # have these rendered by a browser

    @property
    def least_priority(self) -> int:
        """The priority from which on addresses are asked for: those captured by hand stand above all others."""
        return BY_HAND if self.only else LOWEST

    @classmethod
    def of(cls, settings: BaseSettings) -> CrawlOptions:
        """The orders in `settings`, each as BAOTINH_ and its name; raises UsageError where BAOTINH_SINCE is no date."""
        reads = {"bool": settings.getbool, "int": settings.getint, "float": settings.getfloat}
        told: dict[str, Any] = {
            one.name: reads[str(one.type)](name)
            for one in fields(cls)
            if str(one.type) in reads and (name := f"BAOTINH_{one.name.upper()}") in settings
        }
        only = map(str.split, settings.get("BAOTINH_ONLY", "").splitlines())
        day, archive = read_day(settings.get("BAOTINH_SINCE", "")), Path(settings.get("ARCHIVE"))
        return cls(archive=archive, since=day, only=tuple((words[0], words[1]) for words in only), **told)


def read_day(text: str) -> date | None:
    """The day that `text` names, None where it is empty; raises UsageError where it is no date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError("{text}: not a date; write it as 2026-11-24", text=text) from error


SPENT: Final = frozenset(("quota", "disk_quota"))
"""Bounds after which a crawl is not whole: of bytes over the wire, and of bytes on the disk."""

MEGABYTE: Final = 1_000_000
_LOOK_SECONDS: Final = 1.0  # between two looks at how much lies on the disk


def quota_of(source: Source, orders: CrawlOptions) -> Quota:
    """What a crawl of `source` may cost: the lesser of what its file and the orders say."""
    own = source.quota
    crawl = [bound for bound in (own.crawl_megabytes, orders.megabytes) if bound]
    disk = [bound for bound in (own.disk_megabytes, orders.disk_megabytes) if bound]
    return Quota(min(crawl, default=None), min(disk, default=None))


def on_disk(archive: Path, source: str) -> int:
    """How many bytes the WARC files of `source` have."""
    try:
        return sum(file.stat().st_size for file in (archive / folder_of(source)).iterdir())
    except FileNotFoundError:  # none yet, or one that was just closed bears its other name
        return 0


def check_room(source: Source, orders: CrawlOptions) -> None:
    """Raises CrawlError where `source` has as much on the disk as its quota allows: no crawl need begin."""
    most = quota_of(source, orders).disk_megabytes
    if most and on_disk(orders.archive, source.id) >= most * MEGABYTE:
        message = (
            "{source}: {megabytes} MB of WARC files are its quota, and it has them ([quota] disk_megabytes, --disk)"
        )
        raise CrawlError(message, source=source.id, megabytes=most)


def vietnam_today() -> date:
    """The day it is in Vietnam."""
    return datetime.now(VIETNAM).date()


class Limits:
    """What bounds a run of one source. A spent bound is a clean end: what is left stays to do."""

    def __init__(self, rows: FrontierStore, source: Source, orders: CrawlOptions) -> None:
        self._rows = rows
        self._source = source
        self._orders = orders
        self._began = time.monotonic()
        self._today = ""
        self._spent = 0
        self._asked = 0
        self.quota = quota_of(source, orders)
        self._disk = 0
        self._look_at = 0.0

    def asked(self, kind: PageKind) -> None:
        """Counts a request; robots.txt and probes count for the day's budget, not for the limit of the run."""
        if kind not in ("robots", "probe"):
            self._asked += 1
        if self._source.politeness.daily_budget is not None:
            self._spent += 1
            self._rows.write(
                "INSERT INTO days (source, day, requests) VALUES (?, ?, 1)"
                " ON CONFLICT (source, day) DO UPDATE SET requests = requests + 1",
                (self._source.id, self._today),
            )

    def reached(self, wall: float, moved: int) -> str:
        """The bound that is reached at `wall` (seconds since 1970), `moved` bytes having gone over the wire: limit,
        deadline, quota, disk_quota, night or budget; "" for none.
        """
        if self._orders.limit and self._asked >= self._orders.limit:
            return "limit"
        if self._orders.deadline and time.monotonic() - self._began >= self._orders.deadline:
            return "deadline"
        if self.quota.crawl_megabytes and moved >= self.quota.crawl_megabytes * MEGABYTE:
            return "quota"
        if self.quota.disk_megabytes and self._lies() >= self.quota.disk_megabytes * MEGABYTE:
            return "disk_quota"
        manners = self._source.politeness
        if not manners.night_only and manners.daily_budget is None:
            return ""
        local = datetime.fromtimestamp(wall, VIETNAM)
        if not manners.open_at(local.time()):
            return "night"
        return "budget" if manners.daily_budget is not None and self._left(local) <= 0 else ""

    def spent(self, bound: str) -> Message:
        """The quota `bound` in words, for whoever asks why the run ended."""
        if bound == "quota":
            return Message("{megabytes} MB over the wire in one crawl", megabytes=self.quota.crawl_megabytes)
        return Message("{megabytes} MB of WARC files", megabytes=self.quota.disk_megabytes)

    def _lies(self) -> int:
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + _LOOK_SECONDS
            self._disk = max(self._disk, on_disk(self._orders.archive, self._source.id))
        return self._disk

    def _left(self, local: datetime) -> int:
        day = local.date().isoformat()
        if day != self._today:
            self._today = day
            found = self._rows.read(
                "SELECT requests FROM days WHERE source = ? AND day = ?", (self._source.id, day)
            ).fetchone()
            self._spent = found[0] if found else 0
        return (self._source.politeness.daily_budget or 0) - self._spent

"""What a person asked of a crawl, and when a run must end with work left over: its limit and time, the day's budget,
the night.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from scrapy.settings import BaseSettings

from archive.errors import UsageError
from archive.model import PageKind
from archive.sources import Source
from archive.text.clock import VIETNAM
from crawler.frontier.store import FrontierStore


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """The orders of one crawl. `limit` counts requests without robots.txt, 0 for no limit; times are seconds."""

    archive: Path
    limit: int = 0
    since: date | None = None
    again: bool = False  # visit all that is known, due or not
    backfill: bool = False  # follow listings to their bound, and date archives
    loopback: bool = False
    retry_seconds: float = 30.0  # the first wait before a URL is asked for again; doubles
    patience: float = 600.0  # how long a run waits when nothing may be asked for, before it ends with work left over
    drain_seconds: float = 6.0  # how long a stop waits for answers on their way
    stall_seconds: float = 30.0  # how long the event loop may stand still before the run is ended, 0 for ever
    deadline: float = 0.0  # how long the run may take, 0 for no bound
    probes: bool = True  # ask each host once a week for an address that cannot exist
    log_json: bool = False  # log each event as a line of JSON

    @classmethod
    def of(cls, settings: BaseSettings) -> CrawlOptions:
        """The orders in `settings`; raises UsageError where `BAOTINH_SINCE` is no date."""
        return cls(
            archive=Path(settings.get("ARCHIVE")),
            limit=settings.getint("BAOTINH_LIMIT"),
            since=read_day(settings.get("BAOTINH_SINCE")),
            again=settings.getbool("BAOTINH_AGAIN"),
            backfill=settings.getbool("BAOTINH_BACKFILL"),
            loopback=settings.getbool("BAOTINH_ALLOW_LOOPBACK"),
            retry_seconds=settings.getfloat("BAOTINH_RETRY_SECONDS"),
            patience=settings.getfloat("BAOTINH_PATIENCE"),
            drain_seconds=settings.getfloat("BAOTINH_DRAIN_SECONDS"),
            stall_seconds=settings.getfloat("BAOTINH_STALL_SECONDS", 30.0),
            deadline=settings.getfloat("BAOTINH_DEADLINE"),
            probes=settings.getbool("BAOTINH_PROBES", True),
            log_json=settings.getbool("BAOTINH_LOG_JSON"),
        )


def read_day(text: str) -> date | None:
    """The day that `text` names, None where it is empty; raises UsageError where it is no date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError("{text}: not a date; write it as 2026-11-24", text=text) from error


# When a run must end with work left over: the limit and the time given, the day's budget, the night.


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

    def reached(self, wall: float) -> str:
        """The bound that is reached at `wall` (seconds since 1970): limit, deadline, night or budget; "" for none."""
        if self._orders.limit and self._asked >= self._orders.limit:
            return "limit"
        if self._orders.deadline and time.monotonic() - self._began >= self._orders.deadline:
            return "deadline"
        manners = self._source.politeness
        if not manners.night_only and manners.daily_budget is None:
            return ""
        local = datetime.fromtimestamp(wall, VIETNAM)
        if not manners.open_at(local.time()):
            return "night"
        return "budget" if manners.daily_budget is not None and self._left(local) <= 0 else ""

    def _left(self, local: datetime) -> int:
        day = local.date().isoformat()
        if day != self._today:
            self._today = day
            found = self._rows.read(
                "SELECT requests FROM days WHERE source = ? AND day = ?", (self._source.id, day)
            ).fetchone()
            self._spent = found[0] if found else 0
        return (self._source.politeness.daily_budget or 0) - self._spent

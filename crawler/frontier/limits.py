"""When a run must end with work left over: the limit and the time given, the day's budget, the night."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

from archive.model import PageKind
from archive.sources import Source
from crawler.frontier.rows import Rows
from crawler.orders import Orders

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def vietnam_today() -> date:
    """The day it is in Vietnam."""
    return datetime.now(VIETNAM).date()


class Limits:
    """What bounds a run of one source. A spent bound is a clean end: what is left stays to do."""

    def __init__(self, rows: Rows, source: Source, orders: Orders) -> None:
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

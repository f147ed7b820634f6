"""Which sources are due to be crawled, and when the next will be. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from archive.sources import Source

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
RETRY = timedelta(hours=1)
"""How soon a crawl that could not be made is tried again, where that is sooner than the usual time."""

_AWAY = frozenset(("unreachable", "closed", "storage", "disk", "stalled", "error"))
"""Reasons that an hour may mend. A site that refuses us, or whose layout has changed, is left alone until its time."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last crawl of a source: when it began (UTC), its exit code, and why it ended; 0 and "" where not known."""

    began: datetime
    code: int = 0
    reason: str = ""

    @property
    def failed(self) -> bool:
        """Whether it could not be made, and may be in an hour."""
        return self.reason in _AWAY or (not self.reason and self.code not in (0, 130))


@dataclass(frozen=True, slots=True)
class Due:
    """A source that may be crawled from `at` (UTC) on."""

    source: Source
    at: datetime


def plan(
    sources: Sequence[Source],
    last: Mapping[str, Last],
    now: datetime,
    every: timedelta,
    busy: frozenset[str] = frozenset(),
) -> list[Due]:
    """Every source that is not `busy`, with the time from which it may be crawled, the longest overdue first.

    `every` is the time from the beginning of one crawl to the next. A source that is asked at night only is due in its
    window, which lies in Vietnam's time.
    """
    due = []
    for source in sources:
        if source.id in busy or not source.crawlable:
            continue
        before = last.get(source.id)
        if before is None or before.began > now:  # in the future: by a clock that was wrong, and no reason to wait
            at = now
        else:
            at = before.began + (min(every, RETRY) if before.failed else every)
        due.append(Due(source, in_window(source, max(at, now) if source.politeness.night_only else at)))
    return sorted(due, key=lambda one: (one.at, one.source.id))


def in_window(source: Source, at: datetime) -> datetime:
    """The first time from `at` on at which `source` may be asked."""
    local = at.astimezone(VIETNAM)
    if source.politeness.open_at(local.time()):
        return at
    begin = source.politeness.night[0]
    opens = local.replace(hour=begin.hour, minute=begin.minute, second=0, microsecond=0)
    return (opens if opens >= local else opens + timedelta(days=1)).astimezone(at.tzinfo)

"""Forgets times that only a clock which was wrong can have written: set right, it would wait for them for years."""

from __future__ import annotations

from crawler.frontier.rows import Rows
from crawler.revisit import DAY

_SLACK = 2 * DAY
"""So far ahead of now a time may be rightly: no waiting is longer than a day."""


def forget_the_future(rows: Rows, source: str, now: int) -> None:
    """Makes due what a visit, a waiting time or a robots.txt of the future keeps from being asked for."""
    future = now + _SLACK
    rows.write("UPDATE visits SET due = ?, last_at = ? WHERE source = ? AND last_at > ?", (now, now, source, future))
    rows.write(
        "UPDATE urls SET not_before = 0 WHERE source = ? AND state = 'todo' AND not_before > ?", (source, future)
    )
    rows.write(
        "UPDATE authorities SET robots_at = 0, closed_since = 0, not_before = 0"
        " WHERE source = ? AND max(robots_at, closed_since, not_before) > ?",
        (source, future),
    )

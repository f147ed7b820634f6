"""A clock that a test sets, and answers at an hour."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.frontier.pace import Pace
from crawler.http.capture import Fetched

WALL = datetime(2026, 11, 24, 3, 0, 0, tzinfo=UTC)


def answer(status: int, *headers: tuple[str, str], error: str = "", seconds: float = 0.01) -> Fetched:
    return Fetched(None, status, headers, error, "", seconds)


def ask(pace: Pace, now: float, fetched: Fetched) -> object:
    pace.start()
    return pace.finish(fetched, now, WALL)

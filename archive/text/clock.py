"""Vietnam's clock: its zone, times cut to their precision, and times of day as Vietnamese pages write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple

from archive.model import Precision

VIETNAM: Final = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh: +07:00 without change since June 1975 (tz database)."""

_TIME: Final = re.compile(
    r"(?<![\d:])(?<!\d[/.-])(?P<hour>[01]?\d|2[0-4])"
    r"(?:\s?:\s?(?P<minute>[0-5]\d)(?:\s?:\s?(?P<second>[0-5]\d)(?:\.\d+)?)?"
    r"|\s?(?:h|g|giờ)(?![^\W\d_])\s?(?P<minute_h>[0-5]\d)?(?:'|’|′|\s?phút|p)?)"
    r"(?![\d:])"
    r"(?:\s?(?P<half>[ap]\.?m\b\.?|sa\b|ch\b|sáng|trưa|chiều|tối|đêm))?"
    r"(?:\s?\(?\s?(?P<zone>(?:gmt|utc)\s?(?:[+-]\s?(?:0\d|1[0-4]|\d)(?::?[0-5]\d(?!\d))?)?|[+-](?:0\d|1[0-4]):?[0-5]\d\b|z\b)\)?)?"
)
_BEFORE_NOON: Final = frozenset(["am", "a.m", "a.m.", "am.", "sa", "sáng"])
_AFTER_NOON: Final = frozenset(["pm", "p.m", "p.m.", "pm.", "ch", "chiều", "tối"])


class TimeOfDay(NamedTuple):
    """A time of day: `second` None where only minutes are given, `offset` from UTC, and the span it was read in.

    `hour` is 24 where the day's own end is meant, as in "24h00".
    """

    hour: int
    minute: int
    second: int | None
    offset: timedelta
    start: int
    end: int
    exact: bool  # whether minutes were given: `15h` is an hour
    half: str  # "am", "ch", ... as written, "" where a 24 hour clock


def times(text: str) -> list[TimeOfDay]:
    """Every time of day in `text` (lower case, NFC), in order; `12:05 sa` is five past midnight.

    >>> [(time.hour, time.minute) for time in times("15h25' - 12:05 sa - 3:25:56 pm - 15 giờ 25 phút")]
    [(15, 25), (0, 5), (15, 25), (15, 25)]
    """
    found = []
    for match in _TIME.finditer(text):
        hour, half = int(match["hour"]), match["half"] or ""
        if half in _BEFORE_NOON and hour == 12:
            hour = 0
        elif (half in _AFTER_NOON and hour < 12) or (half == "đêm" and 7 <= hour < 12):
            hour += 12
        minute = match["minute"] or match["minute_h"]
        second = match["second"]
        if half == "đêm" and hour == 12:  # of the night before, or after?
            continue
        if hour < 24 or (minute == "00" and not int(second or 0)):  # "Tin 24h" is no time
            found.append(
                TimeOfDay(
                    hour, int(minute or 0), int(second) if second else None, offset(match["zone"]),
                    match.start(), match.end(), bool(minute), half.rstrip("."),
                )
            )  # fmt: skip
    return found


@lru_cache(maxsize=256)
def offset(zone: str | None) -> timedelta:
    """The offset of `gmt+7`, `+0700`, `z`; Vietnam's where nothing is said.

    >>> offset("gmt+7") == offset("+07:00") == offset(None) == timedelta(hours=7)
    True
    """
    if not zone:
        return timedelta(hours=7)
    digits = re.search(r"([+-])\s?(0\d|1[0-4]|\d):?([0-5]\d)?", zone)
    if digits is None:
        return timedelta(0)
    size = timedelta(hours=int(digits[2]), minutes=int(digits[3] or 0))
    return -size if digits[1] == "-" else size


def utc_seconds(moment: datetime) -> str:
    """`moment` in UTC to the second, as records write it (ISO 8601).

    >>> utc_seconds(datetime(2020, 3, 5, 15, 25, tzinfo=VIETNAM))
    '2020-03-05T08:25:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_milliseconds(moment: datetime) -> str:
    """The same to the millisecond, as captures and events have it.

    >>> utc_milliseconds(datetime(2020, 3, 5, 15, 25, tzinfo=VIETNAM))
    '2020-03-05T08:25:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def in_vietnam(when: datetime) -> datetime:
    """`when` on Vietnam's clock; a time without zone is taken to be there already."""
    return when.replace(tzinfo=VIETNAM) if when.tzinfo is None else when.astimezone(VIETNAM)


def cut(when: datetime, precision: Precision) -> str:
    """`when` in ISO 8601, cut to `precision`; an hour is written with minutes 00, as plain parsers want it.

    >>> moment = datetime(2020, 3, 5, 15, 25, 56, tzinfo=VIETNAM)
    >>> cut(moment, "minute"), cut(moment, "hour"), cut(moment, "month")
    ('2020-03-05T15:25+07:00', '2020-03-05T15:00+07:00', '2020-03')
    """
    if precision == "second":
        return when.isoformat(timespec="seconds")
    if precision == "minute":
        return when.isoformat(timespec="minutes")
    if precision == "hour":
        return when.replace(minute=0).isoformat(timespec="minutes")
    return when.date().isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]

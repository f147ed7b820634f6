"""The numbers by which articles stand in the search index: day number << 16 | sequence within the day.

A day has room for 65,535 articles: 36 for each minute, 13,695 without a time of day. Where its own room is full, an
article takes the nearest that is free; an import of any size never stops.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import sqlite_utils

DOCIDS_OF_A_DAY: Final = 1 << 16
_DOCIDS_OF_A_MINUTE: Final = 36  # 1,440 minutes x 36 = 51,840 slots
_MINUTES: Final = 1440
_FIRST_TIMED: Final = DOCIDS_OF_A_DAY - _MINUTES * _DOCIDS_OF_A_MINUTE


def docids_of_days(first: date | None, last: date | None) -> tuple[int, int]:
    """The lowest and the highest rowid that articles of the days first..last can have; None leaves an end open."""
    low = 0 if first is None else first.toordinal() << 16
    high = (1 << 62) if last is None else (last.toordinal() << 16) + DOCIDS_OF_A_DAY - 1
    return low, high


def docid_for(db: sqlite_utils.Database, day: str, published: str = "", estimated: bool = False) -> int:
    """A free `search_rowid` for an article of `day` ("YYYY-MM-DD").

    The newest article has the highest rowid, so newest-first needs no sorting. Within a day, the minute of
    `published` ("2020-03-05T15:25+07:00"; empty where unknown) decides, then the order of asking; articles without a
    time of day come below the others. The same calls in the same order give the same numbers.

    A minute that is full spills into the room without a time, that into the other minutes of its day, from the first.
    Where the day is full, or its day is `estimated` and the room without a time is full, it is the last day before
    with room: `day_of` then gives another day than `day`.
    """
    base = date.fromisoformat(day).toordinal() << 16
    if len(published) >= 16 and published[10] == "T":
        found = _free(db, *_minute(base, int(published[11:13]) * 60 + int(published[14:16])))
        if found is not None:
            return found
    found = _free(db, *_untimed(base))
    if found is None and not estimated:
        found = _free_minute(db, base)
    while found is None:
        base -= DOCIDS_OF_A_DAY
        found = _free(db, *_untimed(base))
    return found


def is_at_home(db: sqlite_utils.Database, rowid: int, day: str, estimated: bool) -> bool:
    """Whether an article of `day` may stay at `rowid`: it is of that day, or spilled over from it as it still would."""
    own = day_of(rowid)
    if own.isoformat() == day:
        return True
    base = date.fromisoformat(day).toordinal() << 16
    return estimated and own.toordinal() << 16 < base and _free(db, *_untimed(base)) is None


def day_of(rowid: int) -> date:
    """The day in Vietnam that a search rowid stands for; in SQL: date((rowid >> 16) + 1721424.5)."""
    return date.fromordinal(rowid >> 16)


def minute_of(rowid: int) -> tuple[int, int]:
    """The first and the last number of the minute that `rowid` stands in, or of its day's room without a time.

    Within these the order of articles is the order of asking; only across them does it say what is newer.
    """
    base = rowid >> 16 << 16
    at = (rowid - base - _FIRST_TIMED) // _DOCIDS_OF_A_MINUTE
    first, end = (base, base + _FIRST_TIMED) if at < 0 else _minute(base, at)
    return first, end - 1


def _untimed(base: int) -> tuple[int, int]:
    return base + 1, base + _FIRST_TIMED


def _minute(base: int, minute: int) -> tuple[int, int]:
    first = base + _FIRST_TIMED + minute * _DOCIDS_OF_A_MINUTE
    return first, first + _DOCIDS_OF_A_MINUTE


def _free(db: sqlite_utils.Database, first: int, end: int) -> int | None:
    """The number behind the last one taken of first..end - 1; gaps that deleted articles left are not filled."""
    last = db.conn.execute(
        "SELECT max(search_rowid) FROM articles WHERE search_rowid >= ? AND search_rowid < ?", (first, end)
    ).fetchone()[0]
    if last is None:
        return first
    return int(last) + 1 if last + 1 < end else None


def _free_minute(db: sqlite_utils.Database, base: int) -> int | None:
    for minute in range(_MINUTES):
        found = _free(db, *_minute(base, minute))
        if found is not None:
            return found
    return None

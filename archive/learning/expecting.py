"""What a source brings, measured from what is held of it: the bounds that its file should have under [expect]."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, sqrt
from statistics import median
from typing import Final

import sqlite_utils

from archive.sources.model import ENOUGH_ARTICLES
from archive.store.counts import by_day, field_totals

LEAST_MONTHS: Final = 3
"""Whole months from which median and spread say what is usual."""

_MOST_MONTHS: Final = 12
_STEADY: Final = 0.25  # of the median, and that of the fullest month: what is apart by more was not held alike
_SPREADS: Final = 4  # from the median to a bound: the month of Tết lies three below
_NORMAL: Final = 1.4826  # median distance to standard deviation
_MONTH: Final = 30
_LEAST_DAYS: Final = 3
_LEAST_ARTICLES: Final = 5
_NEWEST: Final = 0.7  # of the articles: the others were linked to from newer ones, and their months are not whole
_ROOM: Final = 3  # times: a rate of a few days may lie by that much beside the month's
_SLACK: Final = 0.1
_LEAST_SHARE: Final = 0.3
_STEP: Final = 0.05
_FIELDS: Final = ("headline", "body", "published", "lead", "byline", "section", "images")


@dataclass(frozen=True, slots=True)
class Measured:
    """`per_month` are the least and the most articles of a month, None where too little is dated; `middle` and `spread`
    are of `months` months held, or it is a rate of `days` days. `fields` are the least shares of articles with each.
    """

    articles: int
    per_month: tuple[int, int] | None
    middle: float = 0.0
    spread: float = 0.0
    months: int = 0
    days: int = 0
    fields: tuple[tuple[str, float], ...] = ()


def measure(db: sqlite_utils.Database, source: str, today: date, absent: Collection[str] = ()) -> Measured:
    """What the articles held of `source` say on the day `today`: months that are held whole by median and spread, else
    the rate of the newest days. Nothing is expected of fields that are `absent`: what is held was read before a person
    said that the site has none.
    """
    totals = field_totals(db, source, [name for name in _FIELDS if name not in absent])
    shares = tuple((name, share) for name, count in totals.fields if (share := _least(count, totals.articles)))
    days = [(date.fromisoformat(day), count) for day, count in by_day(db, source)]
    days = [(day, count) for day, count in days if day <= today]
    months = steady(whole_months(days, today))
    if months:
        middle = median(months)
        spread = max(_NORMAL * median(abs(count - middle) for count in months), sqrt(middle))
        bounds = max(0, floor(middle - _SPREADS * spread)), ceil(middle + _SPREADS * spread)
        return Measured(totals.articles, bounds, middle, spread, len(months), 0, shares)
    rate, span = newest_rate(days)
    if not span:
        return Measured(totals.articles, None, fields=shares)
    bounds = floor(rate / _ROOM), ceil(rate * _ROOM)
    return Measured(totals.articles, bounds, rate, 0.0, 0, span, shares)


def whole_months(days: Sequence[tuple[date, int]], today: date) -> list[int]:
    """The articles of each of the last twelve months that are over and began after the first day held."""
    if not days:
        return []
    first = days[0][0]
    counts: dict[tuple[int, int], int] = {}
    month = date(first.year, first.month, 1)
    while month < date(today.year, today.month, 1):
        if month > first or first.day == 1:
            counts[month.year, month.month] = 0
        month = (month + timedelta(days=32)).replace(day=1)
    for day, count in days:
        if (day.year, day.month) in counts:
            counts[day.year, day.month] += count
    return list(counts.values())[-_MOST_MONTHS:]


def steady(months: Sequence[int]) -> list[int]:
    """The newest of `months` that are alike, as many as there are; none where they are fewer than three.

    A month of which little was linked to from newer articles was not held whole.
    """
    for first in range(len(months) - LEAST_MONTHS + 1):
        newest = list(months[first:])
        middle = median(newest)
        if min(newest) >= max(1, _STEADY * middle) and max(newest) * _STEADY <= middle:
            return newest
    return []


def newest_rate(days: Sequence[tuple[date, int]]) -> tuple[float, int]:
    """Articles in thirty days by those of the newest days that hold most of the articles, and how many days these are;
    (0, 0) where they are too few to say anything.
    """
    total = sum(count for _, count in days)
    wanted, seen = max(_LEAST_ARTICLES, ceil(_NEWEST * total)), 0
    for day, count in reversed(days):
        seen += count
        if seen >= wanted:
            span = (days[-1][0] - day).days + 1
            return (_MONTH * seen / span, span) if span >= _LEAST_DAYS else (0.0, 0)
    return 0.0, 0


def _least(count: int, articles: int) -> float:
    """The least share of a field that is usual; 0 where the field is too rare to expect it.

    Both what is held and what a run will bring are draws of the site's articles: room for two deviations of their
    difference, in a run of the fewest articles that are judged: without it five of 31 portals cried on their first day.
    """
    if not articles or count < _LEAST_SHARE * articles:
        return 0.0
    share, likely = count / articles, (count + 1) / (articles + 2)
    drawn = sqrt(likely * (1 - likely) * (1 / articles + 1 / ENOUGH_ARTICLES))
    return round(floor(max(share - max(_SLACK * (share < 1), 2 * drawn), 0) / _STEP) * _STEP, 2)

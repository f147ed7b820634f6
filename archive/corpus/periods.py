"""Periods of time: days, months, quarters and years, their names, which unit fits the data, and where nothing is held.

A day is named "2020-03-05", a month "2020-03", a quarter "2020-Q1", a year "2020": names sort as time goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal, TypeAlias

Unit: TypeAlias = Literal["day", "month", "quarter", "year"]
UNITS: Final[tuple[Unit, ...]] = ("day", "month", "quarter", "year")
Wanted: TypeAlias = Literal["auto", "day", "month", "quarter", "year"]
WANTED: Final[tuple[Wanted, ...]] = ("auto", *UNITS)

THIN: Final = 20
"""Articles in a period under which its shares mean little."""

_FOLDED: Final[dict[Unit, int]] = {"day": 31, "month": 12, "quarter": 4, "year": 2}


def grain(unit: Unit) -> int:
    """How many characters of a day's name the counts need from which those by `unit` are summed."""
    return 10 if unit == "day" else 7


@cache
def period_in(finer: str, unit: Unit) -> str:
    """The period of `unit` that a day or month falls in.

    >>> period_in("2020-05", "quarter"), period_in("2020-05-06", "month"), period_in("2020-05", "year")
    ('2020-Q2', '2020-05', '2020')
    """
    if unit == "quarter":
        return f"{finer[:4]}-Q{(int(finer[5:7]) + 2) // 3}"
    return finer[: {"day": 10, "month": 7, "year": 4}[unit]]


def summed(counter: Counter[str], unit: Unit) -> Counter[str]:
    """Counts by day or month, summed by `unit`."""
    total: Counter[str] = Counter()
    for period, count in counter.items():
        total[period_in(period, unit)] += count
    return total


def periods(first: date, last: date, unit: Unit) -> list[str]:
    """Every period from the one of `first` to the one of `last`.

    >>> periods(date(2019, 12, 31), date(2020, 4, 1), "quarter")
    ['2019-Q4', '2020-Q1', '2020-Q2']
    """
    if unit == "day":
        return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return list(dict.fromkeys(period_in(f"{month // 12:04}-{month % 12 + 1:02}", unit) for month in months))


def fitting(bases: Sequence[Counter[str]]) -> Unit:
    """The shortest unit from a month on of which most periods that hold any article hold 20: of each of `bases`, counts
    by month.

    >>> fitting([Counter({"2020-01": 25, "2020-02": 30, "2020-03": 1})])
    'month'
    >>> fitting([Counter({f"2020-{month:02}": 8 for month in range(1, 13)})])
    'quarter'
    """
    for unit in ("month", "quarter"):
        numbers = [[count for count in summed(base, unit).values() if count] for base in bases]
        if all(2 * sum(count >= THIN for count in held) > len(held) or not held for held in numbers):
            return unit
    return "year"


def folded(held: Sequence[int], unit: Unit) -> list[range]:
    """The places of periods in order, given what is held of each: one each, and in one range a year and more (of days,
    a month) of which nothing is held.

    >>> folded([5, 0, 3, 0, 0, 0, 2], "year")
    [range(0, 1), range(1, 2), range(2, 3), range(3, 6), range(6, 7)]
    """
    found: list[range] = []
    begin = 0
    while begin < len(held):
        end = begin
        while end < len(held) and not held[end]:
            end += 1
        if end - begin < _FOLDED[unit]:
            end = begin + 1
        found.append(range(begin, end))
        begin = end
    return found

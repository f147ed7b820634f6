"""How articles fall over time, as bars to draw: a bar a month, or a quarter or a year where months were too many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from archive.search.answer import FacetCount

_WIDTH: Final = 720
_HEIGHT: Final = 88
_MOST_BARS: Final = 64  # five years of months, sixteen of quarters: 11 kB of page, each wide enough for a finger
_WIDEST: Final = 18.0  # few bars are no blocks
_GAP: Final = 0.2  # of a bar's step
_MOST_TICKS: Final = 3

SPARK_PARTS: Final = 16
"""Points of a spark line."""

_SPARK_HEIGHT: Final = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its period ("2020-03", "2020-Q1" or "2020"), how many articles, the first and the last of its months,
    and the paths of the bar itself and of its column, in which a click counts.
    """

    period: str
    count: int
    first: str
    last: str
    drawn: str
    column: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """The bars in order of time, without a gap between the first and the last, in a drawing of `width` x `height`.

    `ticks` are (y, number) from the ground up, `years` (x, period) where each year begins, thinned to eight or so.
    """

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, int], ...]
    years: tuple[tuple[float, str], ...]
    width: int = _WIDTH
    height: int = _HEIGHT


def histogram(months: Sequence[FacetCount], most_bars: int = _MOST_BARS) -> Histogram | None:
    """The histogram of the facet "month"; None where all hits fall into one month or there are none."""
    counts = {one.value: one.count for one in months}
    if len(counts) < 2:
        return None
    every = _months(min(counts), max(counts))
    for name in (str, _quarter, _year):
        periods: dict[str, list[str]] = {}
        for month in every:
            periods.setdefault(name(month), []).append(month)
        if len(periods) <= most_bars:
            break
    numbers = [sum(counts.get(month, 0) for month in held) for held in periods.values()]
    step = _WIDTH / len(periods)
    tick = _tick(max(numbers))
    top = tick * math.ceil(max(numbers) / tick)
    bars = tuple(
        Bar(period, number, held[0], held[-1], _drawn(at * step, step, number / top), _column(at * step, step))
        for at, ((period, held), number) in enumerate(zip(periods.items(), numbers, strict=True))
    )
    ticks = tuple((round(_HEIGHT * (1 - number / top), 1), number) for number in range(0, top + 1, tick))
    return Histogram(bars, ticks, _years([(round(at * step, 1), bar.period) for at, bar in enumerate(bars)]))


def days_of(period: str) -> str:
    """What limits a query to a period.

    >>> days_of("2020-03"), days_of("2020-Q2"), days_of("2020")
    ('2020-03', '2020-04..2020-06', '2020')
    """
    year, _, quarter = period.partition("-Q")
    return f"{year}-{3 * int(quarter) - 2:02}..{year}-{3 * int(quarter):02}" if quarter else period


def spark(counts: Sequence[int]) -> str:
    """The path of a small line over time, 15 wide and 10 high, its highest point at the top; "" for nothing to compare.

    >>> spark((0, 4, 2, 4))
    'M0 10l1-10 1 5 1-5'
    """
    most = max(counts, default=0)
    if not most or len(counts) < 2:
        return ""
    heights = [round(_SPARK_HEIGHT * count / most) for count in counts]
    steps = " ".join(f"1 {before - after}" for before, after in pairwise(heights)).replace(" -", "-")
    return f"M0 {_SPARK_HEIGHT - heights[0]}l{steps}"


def _months(first: str, last: str) -> list[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1)]


def _quarter(month: str) -> str:
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"


def _year(month: str) -> str:
    return month[:4]


def _tick(most: int) -> int:
    """The step of a scale with at most three marks up to `most`: 1, 2 or 5 times a power of ten.

    >>> _tick(1), _tick(7), _tick(83), _tick(2187)
    (1, 5, 50, 1000)
    """
    power = int(10 ** max(0, math.floor(math.log10(most / _MOST_TICKS))))
    return next(power * part for part in (1, 2, 5, 10) if most <= power * part * _MOST_TICKS)


def _drawn(x: float, step: float, share: float) -> str:
    """The path of a bar in the middle of its step; whatever is not nothing is seen."""
    width = min(step * (1 - _GAP), _WIDEST)
    height = max(2.0, _HEIGHT * share) if share else 0.0
    left = _written(x + (step - width) / 2)
    return f"M{left} {_HEIGHT}v-{_written(height)}h{_written(width)}V{_HEIGHT}z"


def _column(x: float, step: float) -> str:
    return f"M{_written(x)} 0h{_written(step)}v{_HEIGHT}h-{_written(step)}z"


def _written(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _years(begins: Sequence[tuple[float, str]]) -> tuple[tuple[float, str], ...]:
    """The years where they begin, or the periods where there are no three years, thinned to eight or so."""
    first: dict[str, float] = {}
    for x, period in begins:
        first.setdefault(period[:4], x)
    if len(first) < 3:
        first = {period: x for x, period in begins}
    return tuple((x, name) for name, x in list(first.items())[:: 1 + len(first) // 9])

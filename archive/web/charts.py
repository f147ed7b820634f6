"""How hits fall over time, as bars to draw: a bar a month, or a bar a year where that were too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from archive.search.answer import FacetCount

HISTOGRAM_WIDTH: Final = 720
HISTOGRAM_HEIGHT: Final = 72
_MOST_BARS: Final = 132  # eleven years of months: 25 kB of page
_GAP: Final = 0.2  # of a bar's step


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its period ("2020-03" or "2020"), how many hits, and where it stands in a drawing of WIDTH x HEIGHT.

    `y` and `height` are of the bar itself; a click anywhere in the column from the top counts.
    """

    period: str
    count: int
    x: float
    width: float
    y: float
    height: float

    @property
    def column(self) -> str:
        """The path of the column that a click counts in."""
        return f"M{self.x} 0h{self.width}v{HISTOGRAM_HEIGHT}h-{self.width}z"

    @property
    def drawn(self) -> str:
        """The path of the bar itself."""
        return f"M{self.x} {self.y}h{self.width}V{HISTOGRAM_HEIGHT}h-{self.width}z"


@dataclass(frozen=True, slots=True)
class Histogram:
    """The bars in order of time, without a gap between the first and the last; `unit` is "month" or "year"."""

    unit: str
    bars: tuple[Bar, ...]
    years: tuple[tuple[str, float], ...]  # where each year begins, thinned to eight or so


SPARK_PARTS: Final = 16
"""Points of a spark line."""

_SPARK_HEIGHT: Final = 10


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


def histogram(months: Sequence[FacetCount], most_bars: int = _MOST_BARS) -> Histogram | None:
    """The histogram of the facet "month"; None where all hits fall into one month or there are none."""
    counts = {one.value: one.count for one in months}
    if len(counts) < 2:
        return None
    unit, periods = "month", _months(min(counts), max(counts))
    if len(periods) > most_bars:
        yearly: dict[str, int] = {}
        for month, count in counts.items():
            yearly[month[:4]] = yearly.get(month[:4], 0) + count
        unit, counts = "year", yearly
        periods = [f"{year:04}" for year in range(int(min(yearly)), int(max(yearly)) + 1)]
    step, most = HISTOGRAM_WIDTH / len(periods), max(counts.values())
    bars = tuple(_month_bar(period, counts.get(period, 0), at * step, step, most) for at, period in enumerate(periods))
    return Histogram(unit, bars, _named(bars))


def _months(first: str, last: str) -> list[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1)]


def _month_bar(period: str, count: int, x: float, step: float, most: int) -> Bar:
    height = max(2.0, HISTOGRAM_HEIGHT * count / most) if count else 0.0  # whatever is not nothing is seen
    return Bar(
        period, count, round(x, 1), round(step * (1 - _GAP), 1), round(HISTOGRAM_HEIGHT - height, 1), round(height, 1)
    )


def _named(bars: Sequence[Bar]) -> tuple[tuple[str, float], ...]:
    """The years where they begin, or the months where there are no three years, thinned to eight or so."""
    first: dict[str, float] = {}
    for bar in bars:
        first.setdefault(bar.period[:4], bar.x)
    if len(first) < 3:
        first = {bar.period: bar.x for bar in bars}
    every = 1 + len(first) // 9
    return tuple(list(first.items())[::every])

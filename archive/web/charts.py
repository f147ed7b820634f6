"""Lines over time as shapes to draw: a line a query, what is held as bars beneath, and the day the provinces merged."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from archive.corpus.trends import Point, Trends
from archive.search.answer import FacetCount

WIDTH: Final = 960
PLOT: Final = 300  # height of the lines' field
HELD: Final = 56  # height of the bars beneath
LEFT: Final = 72
BOTTOM: Final = PLOT + 14 + HELD  # where the bars stand
_MERGERS: Final = "2025-07-01"
_LABELS: Final = 9


@dataclass(frozen=True, slots=True)
class Spot:
    """One value: where it stands, its period, and the value itself."""

    x: float
    y: float
    period: str
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """One query: its runs of values, parted where nothing is held, and its spots."""

    runs: tuple[str, ...]  # as the points of an SVG polyline
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, with the period and the number it stands for."""

    x: float
    y: float
    width: float
    height: float
    period: str
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing: ticks are (y, value), labels (x, period); `merger` is the x of 1 July 2025, None where outside."""

    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, float], ...]
    labels: tuple[tuple[float, str], ...]
    thin: tuple[Box, ...]
    held: tuple[Box, ...]
    merger: float | None


def chart(trends: Trends, value: Callable[[Point], float | None]) -> Chart:
    """The drawing of `trends`, with what `value` gives for each point."""
    periods = [held.period for held in trends.coverage]
    step = (WIDTH - LEFT) / max(1, len(periods))
    most = max((value(point) or 0.0 for series in trends.series for point in series.points), default=0.0)
    tick = _tick(most)
    top = tick * max(1, math.ceil(most / tick))
    held_most = max((held.articles for held in trends.coverage), default=0) or 1
    return Chart(
        tuple(
            _line([value(point) if point.base else None for point in series.points], periods, step, top)
            for series in trends.series
        ),
        tuple((PLOT - PLOT * tick * at / top, tick * at) for at in range(round(top / tick) + 1)),
        _labels(periods, step),
        tuple(
            Box(_x(at, step), 0, round(step, 1), PLOT, point.period, point.base)
            for at, point in enumerate(trends.series[0].points)
            if point.thin
        ),
        tuple(_bar(at, step, held.period, held.articles, held_most) for at, held in enumerate(trends.coverage)),
        _merger(periods, step),
    )


def _line(values: Sequence[float | None], periods: Sequence[str], step: float, top: float) -> Line:
    spots: list[Spot] = []
    runs: list[list[Spot]] = [[]]
    for at, one in enumerate(values):
        if one is None:
            runs.append([])
            continue
        spot = Spot(round(_x(at, step) + step / 2, 1), round(PLOT - PLOT * one / top, 1), periods[at], one)
        spots.append(spot)
        runs[-1].append(spot)
    return Line(tuple(" ".join(f"{spot.x},{spot.y}" for spot in run) for run in runs if run), tuple(spots))


def _bar(at: int, step: float, period: str, count: int, most: int) -> Box:
    height = round(max(1.0, HELD * count / most) if count else 0.0, 1)
    return Box(_x(at, step), round(BOTTOM - height, 1), round(max(0.5, step * 0.8), 1), height, period, count)


def _labels(periods: Sequence[str], step: float) -> tuple[tuple[float, str], ...]:
    first: dict[str, float] = {}
    for at, period in enumerate(periods):
        first.setdefault(period[:4], _x(at, step))
    if len(first) < 3:  # months or days where there are no years to name
        return tuple((_x(at, step), periods[at]) for at in range(0, len(periods), 1 + len(periods) // _LABELS))
    every = 1 + len(first) // (_LABELS + 1)
    return tuple((x, year) for year, x in list(first.items())[::every])


def _merger(periods: Sequence[str], step: float) -> float | None:
    day = _MERGERS[: len(periods[0])] if periods else ""
    return _x(periods.index(day), step) if day in periods and len(day) > 4 else None


def _x(at: int, step: float) -> float:
    return round(LEFT + at * step, 1)


def _tick(most: float) -> float:
    """The step of a scale with four to eight marks up to `most`: 1, 2 or 5 times a power of ten.

    >>> _tick(7), _tick(83), _tick(0.4), _tick(0)
    (1.0, 20.0, 0.1, 1.0)
    """
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most / 4))
    return next(power * part for part in (1, 2, 5, 10) if most / (power * part) <= 8)


# How hits fall over time, as bars to draw: a bar a month, or a bar a year where that were too many.

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


def histogram(months: Sequence[FacetCount]) -> Histogram | None:
    """The histogram of the facet "month"; None where all hits fall into one month or there are none."""
    counts = {one.value: one.count for one in months}
    if len(counts) < 2:
        return None
    unit, periods = "month", _months(min(counts), max(counts))
    if len(periods) > _MOST_BARS:
        yearly: dict[str, int] = {}
        for month, count in counts.items():
            yearly[month[:4]] = yearly.get(month[:4], 0) + count
        unit, counts = "year", yearly
        periods = [f"{year:04}" for year in range(int(min(yearly)), int(max(yearly)) + 1)]
    step, most = HISTOGRAM_WIDTH / len(periods), max(counts.values())
    bars = tuple(_month_bar(period, counts.get(period, 0), at * step, step, most) for at, period in enumerate(periods))
    return Histogram(unit, bars, _years(bars))


def _months(first: str, last: str) -> list[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1)]


def _month_bar(period: str, count: int, x: float, step: float, most: int) -> Bar:
    height = max(2.0, HISTOGRAM_HEIGHT * count / most) if count else 0.0  # whatever is not nothing is seen
    return Bar(
        period, count, round(x, 1), round(step * (1 - _GAP), 1), round(HISTOGRAM_HEIGHT - height, 1), round(height, 1)
    )


def _years(bars: Sequence[Bar]) -> tuple[tuple[str, float], ...]:
    first: dict[str, float] = {}
    for bar in bars:
        first.setdefault(bar.period[:4], bar.x)
    every = 1 + len(first) // 9
    return tuple(list(first.items())[::every])

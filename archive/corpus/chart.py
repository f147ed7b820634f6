"""Lines over time as shapes to draw: a line a query with its intervals, what is held as bars beneath, and the day the
provinces merged. Years of which nothing is held are one step wide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal, TypeAlias

from archive.corpus.periods import grain
from archive.corpus.trends import Point, Trends

Measure: TypeAlias = Literal["articles", "per_thousand", "matches", "per_million_words"]
MEASURES: Final[dict[Measure, str]] = {
    "articles": "articles",
    "per_thousand": "per 1,000 articles",
    "matches": "matches",
    "per_million_words": "matches per million syllables",
}
"""What a line can show, and what its axis is called."""

OF_MATCHES: Final[tuple[Measure, ...]] = ("matches", "per_million_words")
"""The measures for which every match in the texts is counted."""

WIDTH: Final = 960
PLOT: Final = 300  # height of the lines' field
HELD: Final = 56  # height of the bars beneath
LEFT: Final = 72
BOTTOM: Final = PLOT + 14 + HELD  # where the bars stand
_MERGERS: Final = "2025-07-01"
_LABELS: Final = 9
_WIDEST: Final = 2.0  # times the largest value, what is shown of an interval
_APART: Final = 16.0  # between the names of two lines
_ALONE: Final = 4.0  # half the width of an interval that has no neighbour


@dataclass(frozen=True, slots=True)
class Spot:
    """One value: where it stands, its period, the value itself, and its interval where it has one."""

    x: float
    y: float
    period: str
    value: float
    interval: tuple[float, float] | None = None
    thin: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One query: its runs of values, parted where nothing is held, and its spots. Intervals are bands, of thin periods
    strokes: from (x, y) so far down.
    """

    runs: tuple[str, ...]  # as the points of an SVG polyline
    bands: tuple[str, ...]  # as the points of an SVG polygon
    strokes: tuple[tuple[float, float, float], ...]
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
    """The drawing: ticks are (y, value), labels (x, period); `merger` is the x of 1 July 2025, None where outside.

    `held` are the bars of what is held, `estimated` the parts of these whose days are estimates; `empty` are the steps
    that stand for several periods of which nothing is held.
    """

    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, float], ...]
    labels: tuple[tuple[float, str], ...]
    thin: tuple[Box, ...]
    held: tuple[Box, ...]
    estimated: tuple[Box, ...]
    empty: tuple[Box, ...]
    merger: float | None
    ends: tuple[tuple[int, float, float], ...]  # number of a line, and where its name stands at its end

    @property
    def places(self) -> int:
        """How many decimal places the ticks need."""
        return max(0, -math.floor(math.log10(self.ticks[1][1]))) if len(self.ticks) > 1 else 0


def value(measure: Measure) -> Callable[[Point], float | None]:
    """How to read `measure` off a point."""
    return lambda point: getattr(point, measure)


def interval(point: Point, measure: Measure) -> tuple[float, float] | None:
    """The interval of `measure`; None for what is counted and not estimated."""
    if measure == "per_thousand" and point.per_thousand_low is not None and point.per_thousand_high is not None:
        return point.per_thousand_low, point.per_thousand_high
    low, high = point.per_million_words_low, point.per_million_words_high
    if measure == "per_million_words" and low is not None and high is not None:
        return low, high
    return None


def chart(trends: Trends, measure: Measure) -> Chart:
    """The drawing of `trends` by `measure`."""
    columns = trends.shown()
    step = (WIDTH - LEFT) / max(1, len(columns))
    tick = _tick(_most(trends, measure))
    top = tick * max(1, math.ceil(_most(trends, measure) / tick))
    most = max((held.articles for held in trends.coverage), default=0) or 1
    single = [(column, places[0]) for column, places in enumerate(columns) if len(places) == 1]
    bars = [(column, trends.coverage[at]) for column, at in single]
    lines = tuple(_line(trends, number, measure, columns, step, top) for number in range(len(trends.series)))
    return Chart(
        lines,
        tuple((PLOT - PLOT * tick * at / top, tick * at) for at in range(round(top / tick) + 1)),
        _labels([(column, trends.coverage[at].period) for column, at in single], step),
        tuple(
            Box(_x(column, step), 0, round(step, 1), PLOT, point.period, point.base)
            for column, at in single
            if (point := trends.series[0].points[at]).thin
        ),
        tuple(_bar(column, step, held.period, held.articles, most) for column, held in bars),
        tuple(_bar(column, step, held.period, held.estimated, most) for column, held in bars if held.estimated),
        tuple(
            Box(_x(column, step), 0, round(step, 1), PLOT, " - ".join(trends.ends(places)), 0)
            for column, places in enumerate(columns)
            if len(places) > 1
        ),
        _merger(trends, columns, step),
        _ends(lines),
    )


def _most(trends: Trends, measure: Measure) -> float:
    """The top of the drawing: the largest value, and the largest interval of a period that is not thin, which is cut
    where it is so wide that it would press all lines to the ground.
    """
    read = value(measure)
    points = [point for series in trends.series for point in series.points]
    values = [read(point) or 0.0 for point in points]
    highs = [found[1] for point in points if not point.thin and (found := interval(point, measure))]
    most = max(values, default=0.0)
    return max(most, min(max(highs, default=0.0), _WIDEST * most)) or max(highs, default=0.0)


def _line(trends: Trends, number: int, measure: Measure, columns: Sequence[range], step: float, top: float) -> Line:
    read, points = value(measure), trends.series[number].points
    spots: list[Spot] = []
    runs: list[list[Spot]] = [[]]
    for column, places in enumerate(columns):
        point = points[places[0]]
        one = read(point) if point.base else None
        if one is None:
            runs.append([])
            continue
        spot = Spot(
            round(_x(column, step) + step / 2, 1), _y(one, top), point.period, one, interval(point, measure), point.thin
        )
        spots.append(spot)
        runs[-1].append(spot)
    whole = [run for run in runs if run]
    return Line(
        tuple(" ".join(f"{spot.x},{spot.y}" for spot in run) for run in whole),
        tuple(_band(part, top) for run in whole for part in _sure(run)),
        tuple(_stroke(spot.x, spot.interval, top) for spot in spots if spot.thin and spot.interval),
        tuple(spots),
    )


def _ends(lines: Sequence[Line]) -> tuple[tuple[int, float, float], ...]:
    """Where the names of lines stand: at the last spot of each, moved down where another's is in the way."""
    last = sorted((line.spots[-1].y, number, line.spots[-1].x) for number, line in enumerate(lines) if line.spots)
    places: list[tuple[int, float, float]] = []
    for place, (y, number, x) in enumerate(last):
        lowest = PLOT - _APART * (len(last) - 1 - place)
        above = places[-1][2] + _APART if places else 0.0
        places.append((number, x, round(max(above, min(y, lowest)), 1)))
    return tuple(places)


def _sure(run: Sequence[Spot]) -> list[list[Spot]]:
    """The parts of a run that have intervals and are not thin."""
    parts = groupby(run, key=lambda spot: spot.interval is not None and not spot.thin)
    return [list(part) for wanted, part in parts if wanted]


def _stroke(x: float, ends: tuple[float, float], top: float) -> tuple[float, float, float]:
    high, low = _y(ends[1], top), _y(ends[0], top)
    return x, high, round(low - high, 1)


def _band(run: Sequence[Spot], top: float) -> str:
    """The outline of the intervals of a run: along their upper ends, and back along the lower ones."""
    ends = [(spot.x, spot.interval) for spot in run if spot.interval]
    if len(ends) == 1:
        x, found = ends[0]
        ends = [(x - _ALONE, found), (x + _ALONE, found)]
    outline = [(x, found[1]) for x, found in ends] + [(x, found[0]) for x, found in reversed(ends)]
    return " ".join(f"{round(x, 1)},{_y(one, top)}" for x, one in outline)


def _y(one: float, top: float) -> float:
    return round(PLOT - PLOT * min(one, top) / top, 1)


def _bar(column: int, step: float, period: str, count: int, most: int) -> Box:
    height = round(max(1.0, HELD * count / most) if count else 0.0, 1)
    return Box(_x(column, step), round(BOTTOM - height, 1), round(max(0.5, step * 0.8), 1), height, period, count)


def _labels(periods: Sequence[tuple[int, str]], step: float) -> tuple[tuple[float, str], ...]:
    first: dict[str, float] = {}
    for column, period in periods:
        first.setdefault(period[:4], _x(column, step))
    if len(first) < 3:  # months or days where there are no years to name
        every = 1 + len(periods) // _LABELS
        return tuple((_x(column, step), period) for column, period in periods[::every])
    every = 1 + len(first) // (_LABELS + 1)
    return tuple((x, year) for year, x in list(first.items())[::every])


def _merger(trends: Trends, columns: Sequence[range], step: float) -> float | None:
    """Where the first day of July 2025 stands: in a step for several periods as far in as it is among these."""
    if trends.unit == "year":  # it has no July
        return None
    day = "2025-Q3" if trends.unit == "quarter" else _MERGERS[: grain(trends.unit)]
    for column, places in enumerate(columns):
        for at in places:
            if trends.coverage[at].period == day:
                return _x(column + (at - places[0]) / len(places), step)
    return None


def _x(column: float, step: float) -> float:
    return round(LEFT + column * step, 1)


def _tick(most: float) -> float:
    """The step of a scale with four to eight marks up to `most`: 1, 2 or 5 times a power of ten.

    >>> _tick(7), _tick(83), _tick(0.4), _tick(0)
    (1.0, 20.0, 0.1, 1.0)
    """
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most / 4))
    return next(power * part for part in (1, 2, 5, 10) if most / (power * part) <= 8)

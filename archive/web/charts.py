"""How articles fall over time, as bars to draw: a bar a month, or a quarter or a year where months were too many."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from archive.places import PROVINCES_34
from archive.search.answer import FacetCount

_HOANG_SA: Final = (  # degrees north and east
    (16.83, 112.33), (16.98, 112.26), (16.67, 112.73), (16.53, 111.60),
    (16.45, 111.72), (16.51, 111.59), (16.06, 111.77), (15.78, 111.20),
)  # fmt: skip
_TRUONG_SA: Final = (
    (8.64, 111.92), (8.87, 112.26), (11.43, 114.33), (11.45, 114.36), (11.05, 114.28), (11.08, 115.02),
    (10.38, 114.37), (10.37, 114.48), (10.18, 114.36), (9.88, 114.33), (8.97, 113.69), (7.88, 112.92),
)  # fmt: skip
_PADDING: Final = 9.0


@dataclass(frozen=True, slots=True)
class Inset:
    """A framed piece of the sea: the unit it belongs to, its name, its frame (x, y, width, height) and its islands."""

    unit: str
    name: str
    frame: tuple[float, float, float, float]
    islands: tuple[tuple[float, float], ...]


def insets() -> tuple[Inset, ...]:
    """Both archipelagos, placed in the sea beside the coast of the units they belong to."""
    return (
        _inset("da-nang", "Hoàng Sa", (386, 348, 82, 74), _HOANG_SA),
        _inset("khanh-hoa", "Trường Sa", (386, 560, 82, 110), _TRUONG_SA),
    )


def _inset(unit: str, name: str, frame: tuple[int, int, int, int], degrees: tuple[tuple[float, float], ...]) -> Inset:
    x, y, width, height = frame
    squeeze = math.cos(math.radians(sum(north for north, _ in degrees) / len(degrees)))
    places = [(east * squeeze, -north) for north, east in degrees]
    left, top = min(px for px, _ in places), min(py for _, py in places)
    wide, high = max(px for px, _ in places) - left, max(py for _, py in places) - top
    scale = min((width - 2 * _PADDING) / wide, (height - 2 * _PADDING - 12) / high)  # 12: the name beneath
    islands = tuple(
        (round(x + _PADDING + (px - left) * scale, 1), round(y + _PADDING + (py - top) * scale, 1)) for px, py in places
    )
    return Inset(unit, name, frame, islands)


# The map of Vietnam as shapes to draw: the 63 provinces, gathered into the 34, and the archipelagos beside them.

_SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """A unit on the map: its id and name, and its parts as pairs (id of the province it was, SVG path)."""

    id: str
    name: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Map:
    """The drawing's size, where its outlines come from, its shapes by unit of today, and its insets."""

    width: int
    height: int
    source: str
    shapes: tuple[Shape, ...]
    insets: tuple[Inset, ...]


@cache
def country() -> Map:
    """The map of the 34 units, each drawn by the outlines of the provinces it was made of."""
    data = json.loads(files("archive.web").joinpath("map.json").read_text(encoding="utf-8"))
    paths = data["provinces"]
    shapes = tuple(
        Shape(unit.id, unit.name, tuple((part, paths[part]) for part in unit.parts or (unit.id,)))
        for unit in PROVINCES_34
    )
    return Map(data["width"] + 70, data["height"], data["source"], shapes, insets())


@dataclass(frozen=True, slots=True)
class Unit:
    """How a unit is drawn: where a click leads ("" for nowhere), what is told of it, its shade from 0 to 5, and whether
    nothing is held of it, or so little that its share means little.
    """

    address: str
    told: str
    shade: int
    none: bool = False
    thin: bool = False


def shade(count: int, most: int) -> int:
    """The shade of a unit on the map: 0 where nothing is held, else 1 to 5 in equal steps of the number's length.

    >>> [shade(count, 10_000) for count in (0, 1, 90, 10_000)]
    [0, 1, 2, 5]
    """
    if count == 0:
        return 0
    steps = len(str(most)) - 1
    return 1 + round((len(str(count)) - 1) * (_SHADES - 1) / steps) if steps else _SHADES


def step(most: float) -> float:
    """The width of one of five shades that reach to `most`: 1, 2, 4 or 5 times a power of ten: bounds are round.

    >>> step(83), step(1000), step(0.3), step(0)
    (20.0, 200.0, 0.1, 1.0)
    """
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most / _SHADES))
    return next(power * part for part in (1, 2, 4, 5, 10) if most <= power * part * _SHADES)


def stepped(value: float, width: float) -> int:
    """The shade of a value where each is `width` wide: 0 for nothing, 1 up to the first bound, 5 from the last one.

    >>> [stepped(value, 20.0) for value in (0, 1, 20, 21, 83, 400)]
    [0, 1, 1, 2, 5, 5]
    """
    return min(_SHADES, math.ceil(value / width)) if value > 0 else 0


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
    and the path of the column in which a click counts.
    """

    period: str
    count: int
    first: str
    last: str
    column: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """The bars in order of time, without a gap between the first and the last, in a drawing of `width` x `height`, and
    the path of them all.

    `ticks` are (y, number) from the ground up, `years` (x, period) where each year begins, thinned to eight or so.
    """

    bars: tuple[Bar, ...]
    drawn: str
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
        Bar(period, number, held[0], held[-1], f"M{_written(at * step)} 0h{_written(step)}v{_HEIGHT}h-{_written(step)}")
        for at, ((period, held), number) in enumerate(zip(periods.items(), numbers, strict=True))
    )
    drawn = "".join(_drawn(at * step, step, number / top) for at, number in enumerate(numbers) if number)
    ticks = tuple((round(_HEIGHT * (1 - number / top), 1), number) for number in range(0, top + 1, tick))
    return Histogram(bars, drawn, ticks, _years([(round(at * step, 1), bar.period) for at, bar in enumerate(bars)]))


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
    left = _written(x + (step - width) / 2)
    return f"M{left} {_HEIGHT}v-{_written(max(2.0, _HEIGHT * share))}h{_written(width)}V{_HEIGHT}"


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

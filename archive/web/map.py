"""The archipelagos Hoàng Sa and Trường Sa as insets of the map, as every Vietnamese map shows them.

Places of the islands are rounded to a hundredth of a degree; an inset has a scale of its own.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from archive.places import PROVINCES_34

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

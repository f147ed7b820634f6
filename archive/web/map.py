"""The map of Vietnam as shapes to draw: the 63 provinces, gathered into the 34, and the archipelagos beside them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from archive.places import PROVINCES_34
from archive.web.islands import Inset, insets

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


def shade(count: int, most: int) -> int:
    """The shade of a unit on the map: 0 where nothing is held, else 1 to 5 in equal steps of the number's length.

    >>> [shade(count, 10_000) for count in (0, 1, 90, 10_000)]
    [0, 1, 2, 5]
    """
    if count == 0:
        return 0
    steps = len(str(most)) - 1
    return 1 + round((len(str(count)) - 1) * (_SHADES - 1) / steps) if steps else _SHADES

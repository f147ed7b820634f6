"""The map of Vietnam as shapes to draw: the 63 provinces, and the same shapes gathered into the 34."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from archive.places import PROVINCES_34


@dataclass(frozen=True, slots=True)
class Shape:
    """A unit on the map: its id and name, and the SVG paths of its parts."""

    id: str
    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """The drawing's size, where its outlines come from, and its shapes by unit of today."""

    width: int
    height: int
    source: str
    shapes: tuple[Shape, ...]


@cache
def country() -> Map:
    """The map of the 34 units, each drawn by the outlines of the provinces it was made of."""
    data = json.loads(files("archive.web").joinpath("map.json").read_text(encoding="utf-8"))
    paths = data["provinces"]
    shapes = tuple(
        Shape(unit.id, unit.name, tuple(paths[part] for part in unit.parts or (unit.id,))) for unit in PROVINCES_34
    )
    return Map(data["width"], data["height"], data["source"], shapes)

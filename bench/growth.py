"""The law by which a cost grows: exponent fitted to measurements, table, verdict and curves as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

MOST = 1.15
"""The greatest exponent of a total that passes for n log n, which itself gives 1.09 between 10,000 and 1,000,000."""
MOST_BYTES = 64
"""The most bytes of its own that a process may need more for each article more: 64 MB for a million."""
CACHES = 32_000_000
"""Bytes that SQLite's page caches fill up to, and then no further: they are not growth."""
LEAST_SECONDS = 0.05
"""A total shorter than this is start and clock, not growth: it is shown, and left out of the fit."""

_WIDTH, _HEIGHT, _EDGE, _LEGEND = 760, 420, 60, 170
_COLOURS = (
    "#1b6ca8",
    "#c0392b",
    "#1e8449",
    "#8e44ad",
    "#b9770e",
    "#117a65",
    "#5d6d7e",
    "#a93226",
    "#2e4053",
    "#d35400",
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a stage cost over an archive of `size`: seconds for `units` of work, and the most memory, in bytes.

    `rss` is all memory, `own` that without pages of files: the database is mapped, and the system takes these back.

    `grows` says what the total is: with the archive (a unit is an article; the total is `size` of them) or for one
    question (the total is that one's time).
    """

    stage: str
    size: int
    unit: str
    units: int
    cpu: float
    wall: float
    rss: int
    own: int
    grows: bool = True

    @property
    def each(self) -> float:
        """CPU microseconds a unit."""
        return self.cpu / self.units * 1e6

    @property
    def total(self) -> float:
        """CPU seconds of the whole archive, or of one question to it."""
        return self.cpu / self.units * (self.size if self.grows else 1)


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """The slope of log y over log x by least squares; None with fewer than two different x."""
    logs = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len({x for x, _ in logs}) < 2:
        return None
    middle = sum(x for x, _ in logs) / len(logs), sum(y for _, y in logs) / len(logs)
    spread = sum((x - middle[0]) ** 2 for x, _ in logs)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in logs) / spread


def stages(found: Sequence[Measurement]) -> dict[str, list[Measurement]]:
    """The measurements of each stage by size, stages as first met."""
    names = dict.fromkeys(one.stage for one in found)
    return {name: sorted((one for one in found if one.stage == name), key=lambda one: one.size) for name in names}


def fitted(points: Sequence[Measurement]) -> float | None:
    """The exponent of a stage's total over the archive's size; None where too little was measured for one."""
    return exponent([(one.size, one.total) for one in points if one.cpu >= LEAST_SECONDS])


def creep(points: Sequence[Measurement]) -> float | None:
    """The bytes of its own, beyond CACHES, that a stage needs more for each article more; None for one size."""
    first, last = points[0], points[-1]
    more = max(0, last.own - first.own - CACHES)
    return more / (last.size - first.size) if last.size > first.size else None


def verdict(power: float | None) -> str:
    """The exponent beside the limit, in words."""
    if power is None:
        return "too short to fit"
    return f"{power:.2f}" if power <= MOST else f"{power:.2f}, worse than n log n"


def table(found: Sequence[Measurement]) -> str:
    """A Markdown table: a row for each stage and size, with how the stage grows in the row of its greatest size.

    Wall clocks stay in scale.json: on a machine with other work they tell of that.
    """
    lines = [
        "| stage | size | a unit is | CPU a unit, µs | memory, MB | its own, MB "
        "| exponent of the total | own memory, bytes an article |",
        "|---|--:|---|--:|--:|--:|---|--:|",
    ]
    for name, points in stages(found).items():
        for one in points:
            more = creep(points)
            last = (
                f"{verdict(fitted(points))} | {'' if more is None else f'{more:,.0f}'}" if one is points[-1] else " | "
            )
            costs = f"{one.each:,.0f} | {one.rss / 1e6:,.0f} | {one.own / 1e6:,.0f}"
            lines.append(f"| {name} | {one.size:,} | {one.unit} | {costs} | {last} |")
    return "\n".join(lines)


def broken(found: Sequence[Measurement]) -> list[str]:
    """The stages whose total grows faster than n log n, or whose memory grows with the archive, each with how fast."""
    missed = []
    for name, points in stages(found).items():
        power, more = fitted(points), creep(points)
        if power is not None and power > MOST:
            missed.append(f"{name}: {verdict(power)}")
        if more is not None and more > MOST_BYTES:
            missed.append(f"{name}: {more:,.0f} bytes of memory for each article more")
    return missed


def draw(found: Sequence[Measurement]) -> str:
    """An SVG of each stage's total CPU seconds over the archive's size, both by logarithm, and the slope of n log n."""
    if not found:
        raise ValueError("nothing was measured")
    sizes, totals = [one.size for one in found], [one.total for one in found]
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    least, most = math.floor(math.log10(min(totals))), math.ceil(math.log10(max(totals)))
    wide, tall = _WIDTH - _EDGE - _LEGEND, _HEIGHT - 2 * _EDGE

    def at(size: float, total: float) -> str:
        x = _EDGE + (math.log10(size) - low) / ((high - low) or 1) * wide
        y = _HEIGHT - _EDGE - (math.log10(total) - least) / ((most - least) or 1) * tall
        return f"{x:.1f},{y:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_EDGE}" y="24">CPU seconds of the whole archive, of one question for search and trends</text>',
    ]
    for power in range(least, most + 1):
        x, y = at(min(sizes), 10.0**power).split(",")
        parts.append(f'<path d="M{x} {y}h{wide}" stroke="#ddd"/><text x="8" y="{y}">{10.0**power:g} s</text>')
    for size in sorted(set(sizes)):
        x = at(size, 10.0**least).split(",")[0]
        parts.append(f'<text x="{x}" y="{_HEIGHT - _EDGE + 20}" text-anchor="middle">{size:,}</text>')
    parts.append(f'<text x="{_EDGE}" y="{_HEIGHT - 16}">articles or captures in the archive</text>')
    for number, (name, points) in enumerate(stages(found).items()):
        colour, row = _COLOURS[number % len(_COLOURS)], _EDGE + 20 * number
        line = " ".join(at(one.size, one.total) for one in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in _pairs(line)]
        parts.append(f'<text x="{_WIDTH - _LEGEND + 20}" y="{row}" fill="{colour}">{escape(name)}</text>')
    row = _EDGE + 20 * len(stages(found))
    begin = 10.0**least
    law = [at(size, begin * size * math.log(size) / (min(sizes) * math.log(min(sizes)))) for size in sorted(set(sizes))]
    parts.append(f'<polyline points="{" ".join(law)}" fill="none" stroke="#888" stroke-dasharray="5 4"/>')
    parts.append(f'<text x="{_WIDTH - _LEGEND + 20}" y="{row}" fill="#666">the slope of n log n</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _pairs(line: str) -> list[list[str]]:
    return [point.split(",") for point in line.split()]

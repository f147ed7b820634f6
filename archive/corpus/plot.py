"""Draws trends: as SVG, as PNG where matplotlib is installed, and in a terminal; always with the coverage beneath."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from typing import Final, TypeAlias

from archive.corpus.chart import BOTTOM, LEFT, MEASURES, WIDTH, Box, Chart, Line, Measure, chart, interval, value
from archive.corpus.trends import Trends
from archive.errors import UsageError
from archive.messages.message import format_number

# Okabe and Ito's colours, told apart by colour-blind readers; dashes tell them apart in print.
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00")
_DASHES: Final = ("", "7 3", "2 3", "10 3 2 3", "4 6")
_TOP: Final = 28  # above the lines' field
_BARS: Final = " ▁▂▃▄▅▆▇█"
_HATCHED: Final = (
    '<defs><pattern id="hatched" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="4" height="4" fill="#999"/><rect width="2" height="4" fill="#fff"/></pattern></defs>'
)


Words: TypeAlias = Callable[..., str]
"""Says a text in a reader's language, its {fields} filled in."""


def svg(trends: Trends, measure: Measure = "per_thousand", tr: Words = str.format, language: str = "en") -> str:
    """An SVG picture: a line a query with its intervals, grey where few articles are held; what is held as bars, of
    which the part with estimated days is hatched.
    """
    drawn = chart(trends, measure)
    height = BOTTOM + 40 + 20 * len(trends.series)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-_TOP} {WIDTH} {height + _TOP}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{escape(', '.join(series.query for series in trends.series))}</title>",
        _HATCHED,
        f'<rect y="{-_TOP}" width="{WIDTH}" height="{height + _TOP}" fill="#fff"/>',
        f'<text x="{LEFT}" y="-12">{escape(tr(MEASURES[measure]))}</text>',
        *(_box(box, "#eee") for box in drawn.thin),
    ]
    for y, tick in drawn.ticks:
        out.append(f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y}" y2="{y}" stroke="#ccc"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{_number(tick, language)}</text>')
    for number, (series, line) in enumerate(zip(trends.series, drawn.lines, strict=True)):
        out += _drawn(number, line)
        y, style = height - 20 * (len(trends.series) - number) + 8, _style(number)
        out.append(f'<line x1="{LEFT}" x2="{LEFT + 40}" y1="{y - 4}" y2="{y - 4}" {style}/>')
        out.append(
            f'<text x="{LEFT + 48}" y="{y}">{escape(series.query)} ({format_number(series.total, language)})</text>'
        )
    return "\n".join([*out, *_beneath(trends, drawn, tr, language), "</svg>", ""])


def _style(number: int) -> str:
    return f'fill="none" stroke="{_COLOURS[number]}" stroke-width="2" stroke-dasharray="{_DASHES[number]}"'


def _drawn(number: int, line: Line) -> list[str]:
    bands = [f'<polygon points="{band}" fill="{_COLOURS[number]}" fill-opacity="0.15"/>' for band in line.bands]
    bands += [
        f'<path d="M{x} {y}v{down}" stroke="{_COLOURS[number]}" stroke-opacity="0.35"/>' for x, y, down in line.strokes
    ]
    runs = [f'<polyline points="{run}" {_style(number)}/>' for run in line.runs]
    spots = [f'<circle cx="{spot.x}" cy="{spot.y}" r="2" fill="{_COLOURS[number]}"/>' for spot in line.spots]
    return [*bands, *runs, *(spots if len(spots) <= 160 else ())]


def _box(box: Box, fill: str, told: str = "") -> str:
    place = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
    return (
        f'<rect {place} fill="{fill}"><title>{escape(told)}</title></rect>'
        if told
        else f'<rect {place} fill="{fill}"/>'
    )


def _beneath(trends: Trends, drawn: Chart, tr: Words, language: str) -> list[str]:
    """What is held, below the lines, and the axis."""
    sources = {held.period: format_number(held.sources, language) for held in trends.coverage}
    out = [f'<text x="{LEFT - 6}" y="{BOTTOM}" text-anchor="end">{escape(tr("held"))}</text>']
    for box in drawn.held:
        told = tr("{count} sources", count=sources[box.period])
        out.append(_box(box, "#999", f"{box.period}: {format_number(box.count, language)}, {told}"))
    for box in drawn.estimated:
        out.append(_box(box, "url(#hatched)", f"~ {box.period}: {format_number(box.count, language)}"))
    for box in drawn.empty:
        middle = f"{box.x + box.width / 2:.1f}"
        out.append(f'<text x="{middle}" y="{BOTTOM}" text-anchor="middle">⋯<title>{box.period}</title></text>')
    out += [f'<text x="{x}" y="{BOTTOM + 16}">{period}</text>' for x, period in drawn.labels]
    if drawn.merger is not None:
        x = drawn.merger
        out.append(f'<line x1="{x}" x2="{x}" y1="0" y2="{BOTTOM}" stroke="#555" stroke-dasharray="2 2"/>')
        out.append(f'<text x="{x - 4}" y="12" text-anchor="end" fill="#555">1/7/2025: 63 → 34</text>')
    return out


def png(trends: Trends, measure: Measure = "per_thousand", tr: Words = str.format, language: str = "en") -> bytes:
    """The same as a PNG; raises UsageError where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure  # type: ignore[import-not-found, unused-ignore]  # installed by who wants PNG
    except ImportError as error:
        raise UsageError("a PNG needs matplotlib: 'pip install baotinh[plot]', or take the SVG") from error
    figure = Figure(figsize=(9.6, 5.0), layout="constrained")
    lines, held = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    columns, read = trends.shown(), value(measure)
    names = [" - ".join(trends.ends(places)) for places in columns]
    for number, series in enumerate(trends.series):
        points = [series.points[places[0]] for places in columns]
        label = f"{series.query} ({format_number(series.total, language)})"
        lines.plot(names, [read(point) for point in points], color=_COLOURS[number], label=label)
        ends = [interval(point, measure) or (None, None) for point in points]
        if any(low is not None for low, _ in ends):
            low, high = ([float("nan") if one is None else one for one in side] for side in zip(*ends, strict=True))
            lines.fill_between(names, low, high, color=_COLOURS[number], alpha=0.15)
    lines.set_ylabel(tr(MEASURES[measure]))
    for axes in (lines, held):
        axes.yaxis.set_major_formatter(lambda one, _place: _number(one, language))
    lines.legend(loc="upper left")
    of = [trends.coverage[places[0]] for places in columns]
    held.bar(names, [one.articles for one in of], color="#999")
    held.bar(names, [one.estimated for one in of], color="#fff", edgecolor="#999", hatch="///")
    held.set_ylabel(tr("held"))
    held.set_xticks(names[:: max(1, len(names) // 10)])
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=100)
    return picture.getvalue()


def terminal(
    trends: Trends,
    measure: Measure = "per_thousand",
    width: int = 72,
    tr: Words = str.format,
    language: str = "en",
    columns: int | None = None,
) -> str:
    """The same in block letters, at most `width` columns wide: a row a query, the coverage beneath.

    What a row is stands behind it, or above where a terminal of so many `columns` is too narrow for both.
    """
    width = min(width, columns or width)
    shown = [places[0] for places in trends.shown()]
    held = [float(trends.coverage[at].articles) for at in shown]
    rows = []
    for series in trends.series:
        values = [value(measure)(series.points[at]) or 0.0 for at in shown]
        most = tr("most {number}", number=_number(max(values, default=0), language))
        rows.append((_bars(_fitted(values, width)), f"{series.query}: {format_number(series.total, language)}, {most}"))
    base = _fitted(held, width)
    most = tr("most {number}", number=_number(max(held, default=0), language))
    rows.append((_bars(base), f"{tr('articles held')}, {most}"))
    rows.append((_axis([one.period for one in trends.coverage], len(base)), tr(MEASURES[measure])))
    if columns and max(len(row) + 2 + len(what) for row, what in rows) > columns:
        rows[-1] = (rows[-1][1], rows[-1][0])  # what is measured goes below the axis
        return "\n".join(line for row, what in rows for line in (what, row))
    return "\n".join(f"{row}  {what}" for row, what in rows)


def _axis(periods: Sequence[str], width: int) -> str:
    """The first and the last period under the ends of `width` columns, or side by side where these are too few.

    >>> _axis(["2019", "2020", "2021"], 3), _axis(["2019", "2020"], 14), _axis(["2019"], 1)
    ('2019 - 2021', '2019      2020', '2019')
    """
    first, last = periods[0], periods[-1]
    if first == last:
        return first
    return f"{first} - {last}" if width < len(first) + len(last) + 2 else f"{first}{last:>{width - len(first)}}"


def _fitted(values: Sequence[float], width: int) -> list[float]:
    if len(values) <= width:
        return list(values)
    edges = [round(at * len(values) / width) for at in range(width + 1)]
    return [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]


def _bars(values: Sequence[float]) -> str:
    most = max(values, default=0.0) or 1.0
    # Whatever is not nothing is seen.
    return "".join(_BARS[max(1, round(8 * one / most))] if one else _BARS[0] for one in values)


def _number(one: float, language: str) -> str:
    return format_number(one, language, ",.0f" if one >= 10 or one == int(one) else ".2g")

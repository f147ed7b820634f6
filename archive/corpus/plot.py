"""Draws trends: as SVG, as PNG where matplotlib is installed, and in a terminal; always with the coverage beneath."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from archive.corpus.trends import Point, Trends
from archive.errors import UsageError
from archive.messages.message import format_number

Measure: TypeAlias = Literal["articles", "per_thousand", "matches", "per_million_words"]
MEASURES: Final[dict[Measure, str]] = {
    "articles": "articles",
    "per_thousand": "per 1,000 articles",
    "matches": "matches",
    "per_million_words": "matches per million syllables",
}
OF_MATCHES: Final[tuple[Measure, ...]] = ("matches", "per_million_words")
"""The measures for which every match in the texts is counted."""

"""What a line can show, and what its axis is called."""

# Okabe and Ito's colours, told apart by colour-blind readers; dashes tell them apart in print.
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00")
_DASHES: Final = ("", "7 3", "2 3", "10 3 2 3", "4 6")
_WIDTH, _LEFT, _RIGHT, _TOP, _PLOT, _HELD = 960, 64, 16, 28, 300, 60  # pixels
_MERGERS: Final = "2025-07-01"
_BARS: Final = " ▁▂▃▄▅▆▇█"


Words: TypeAlias = Callable[..., str]
"""Says a text in a reader's language, its {fields} filled in."""


def value(measure: Measure) -> Callable[[Point], float | None]:
    """How to read `measure` off a point."""
    return lambda point: getattr(point, measure)


def svg(trends: Trends, measure: Measure = "per_thousand", tr: Words = str.format, language: str = "en") -> str:
    """An SVG picture, 960 pixels wide: a line a query, grey where few articles are held, what is held as bars."""
    periods = [held.period for held in trends.coverage]
    top = _most(trends, measure)
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(periods))
    bottom, height = _TOP + _PLOT, _TOP + _PLOT + _HELD + 40 + 20 * len(trends.series)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{escape(', '.join(series.query for series in trends.series))}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="16">{escape(tr(MEASURES[measure]))}</text>',
    ]
    for at, point in enumerate(trends.series[0].points):
        if point.thin:
            out.append(f'<rect x="{_x(at, step):.1f}" y="{_TOP}" width="{step:.1f}" height="{_PLOT}" fill="#eee"/>')
    for part in range(5):
        y = bottom - _PLOT * part / 4
        out.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#ccc"/>')
        out.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{_number(top * part / 4, language)}</text>')
    for number, series in enumerate(trends.series):
        for line in _lines([value(measure)(point) for point in series.points]):
            spots = " ".join(f"{_x(at, step) + step / 2:.1f},{bottom - _PLOT * one / top:.1f}" for at, one in line)
            style = f'fill="none" stroke="{_COLOURS[number]}" stroke-width="2" stroke-dasharray="{_DASHES[number]}"'
            out.append(f'<polyline points="{spots}" {style}/>')
        y = height - 20 * (len(trends.series) - number) + 8
        style = f'stroke="{_COLOURS[number]}" stroke-width="2" stroke-dasharray="{_DASHES[number]}"'
        out.append(f'<line x1="{_LEFT}" x2="{_LEFT + 40}" y1="{y - 4}" y2="{y - 4}" {style}/>')
        out.append(
            f'<text x="{_LEFT + 48}" y="{y}">{escape(series.query)} ({format_number(series.total, language)})</text>'
        )
    out.extend(_coverage(trends, periods, step, bottom, tr, language))
    return "\n".join([*out, "</svg>", ""])


def png(trends: Trends, measure: Measure = "per_thousand", tr: Words = str.format, language: str = "en") -> bytes:
    """The same as a PNG; raises UsageError where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure  # type: ignore[import-not-found, unused-ignore]  # installed by who wants PNG
    except ImportError as error:
        raise UsageError("a PNG needs matplotlib: 'pip install baotinh[plot]', or take the SVG") from error
    figure = Figure(figsize=(9.6, 5.0), layout="constrained")
    lines, held = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    periods = [one.period for one in trends.coverage]
    for number, series in enumerate(trends.series):
        values = [value(measure)(point) for point in series.points]
        lines.plot(
            periods, values, color=_COLOURS[number], label=f"{series.query} ({format_number(series.total, language)})"
        )
    lines.set_ylabel(tr(MEASURES[measure]))
    for axes in (lines, held):
        axes.yaxis.set_major_formatter(lambda one, _place: _number(one, language))
    lines.legend(loc="upper left")
    held.bar(periods, [one.articles for one in trends.coverage], color="#999")
    held.set_ylabel(tr("held"))
    held.set_xticks(periods[:: max(1, len(periods) // 10)])
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
    held = [float(one.articles) for one in trends.coverage]
    rows = []
    for series in trends.series:
        values = [value(measure)(point) or 0.0 for point in series.points]
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


def _coverage(
    trends: Trends, periods: Sequence[str], step: float, bottom: float, tr: Words, language: str
) -> list[str]:
    most = max((held.articles for held in trends.coverage), default=0) or 1
    floor = bottom + 8 + _HELD
    out = [f'<text x="{_LEFT - 6}" y="{floor}" text-anchor="end">{escape(tr("held"))}</text>']
    for at, held in enumerate(trends.coverage):
        size = _HELD * held.articles / most
        width = max(0.5, step - 1)
        sources = escape(tr("{count} sources", count=format_number(held.sources, language)))
        out.append(
            f'<rect x="{_x(at, step):.1f}" y="{floor - size:.1f}" width="{width:.1f}" height="{size:.1f}" '
            f'fill="#999"><title>{held.period}: {format_number(held.articles, language)}, {sources}</title></rect>'
        )
    for at in range(0, len(periods), max(1, len(periods) // 8)):
        out.append(f'<text x="{_x(at, step):.1f}" y="{floor + 16}">{periods[at]}</text>')
    if periods[0] <= _MERGERS[: len(periods[0])] <= periods[-1]:
        x = _x(periods.index(_MERGERS[: len(periods[0])]), step)
        out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{floor}" stroke="#555" stroke-dasharray="2 2"/>')
        out.append(f'<text x="{x + 4:.1f}" y="{_TOP + 12}" fill="#555">1/7/2025: 63 → 34</text>')
    return out


def _x(at: int, step: float) -> float:
    return _LEFT + at * step


def _most(trends: Trends, measure: Measure) -> float:
    read = value(measure)
    return max((read(point) or 0.0 for series in trends.series for point in series.points), default=0.0) or 1.0


def _lines(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The runs of periods that have a value: a line has a gap where nothing is held."""
    runs: list[list[tuple[int, float]]] = [[]]
    for at, one in enumerate(values):
        if one is None:
            runs.append([])
        else:
            runs[-1].append((at, one))
    return [run for run in runs if run]


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

"""`baotinh study trends`: how often queries match over time, beside what the archive holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from archive.cli.answers import counted, print_csv
from archive.cli.command import archive_option, command, json_option, option, question
from archive.cli.opening import reading
from archive.cli.output import print_json, print_table
from archive.corpus import plot
from archive.corpus.chart import MEASURES, OF_MATCHES, Measure, interval, value
from archive.corpus.trends import HEAD, Trends, TrendsRequest, answer, rows
from archive.disk import replace_file
from archive.errors import UsageError
from archive.messages.language import language, number, spoken, tr
from archive.terminal import columns


@command(
    "trends",
    examples=[
        "baotinh study trends 'chuyển đổi số' 'nông thôn mới'",
        "baotinh study trends --unit year --measure articles 'tinh:\"Bắc Kạn\" lũ'",
        "baotinh study trends --svg chuyen-doi-so.svg 'chuyển đổi số'",
    ],
    codes=(0, 2, 4, 5),
)
@question(TrendsRequest)
@option(
    "--measure",
    default="per_thousand",
    show_default=True,
    type=click.Choice(tuple(MEASURES)),
    help="What is drawn: articles, their share, or matches.",
)
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")
@option("--svg", type=click.Path(path_type=Path), help="Draw into this file as SVG.")
@option("--png", type=click.Path(path_type=Path), help="Draw into this file as PNG (needs matplotlib).")
@option("--force", is_flag=True, help="Write over a file that exists.")
@json_option
@archive_option
def trends(
    asked: TrendsRequest,
    measure: Measure,
    as_csv: bool,
    svg: Path | None,
    png: Path | None,
    force: bool,
    as_json: bool,
    root: Path,
) -> None:
    """Count up to five queries over time, each argument one query, beside what the archive holds of the time.

    A share is of the articles that the query's limits allow (its province, source and so on), whatever their words.
    """
    for path in (svg, png):
        if path is not None and path.exists() and not force:
            raise UsageError("{path} is there already; write over it with --force", path=path)
    with reading(root) as held:
        found = answer(held, replace(asked, matches=measure in OF_MATCHES))
    if svg is not None:
        replace_file(svg, plot.svg(found, measure, tr, language()).encode())
    if png is not None:
        replace_file(png, plot.png(found, measure, tr, language()))
    show(found, measure, as_csv, as_json, drawn=svg is not None or png is not None)


def show(found: Trends, measure: Measure, as_csv: bool, as_json: bool, drawn: bool = False) -> None:
    """Prints what was counted; of what was `drawn` into a file, only in a form that was asked for."""
    for letter, one in zip(_letters(found), found.series, strict=True):
        click.echo(f"{letter}{one.query}: {counted(one.accents)}", err=True)
    for note in found.notes:
        click.echo(spoken(note), err=True)
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv(rows(found), HEAD)
    elif not drawn:
        click.echo(plot.terminal(found, measure, tr=tr, language=language(), columns=columns()))
        click.echo()
        _print(found, measure)


def _letters(found: Trends) -> list[str]:
    """What the columns of each query are called: nothing where there is one query."""
    return ["" if len(found.series) == 1 else f"{letter}  " for letter in "ABCDE"[: len(found.series)]]


def _print(found: Trends, measure: Measure) -> None:
    unsure = any(held.estimated for held in found.coverage)
    lines = [_line(found, places, measure, unsure) for places in found.shown()]
    head = [tr("period")]
    for letter in _letters(found):
        head += [letter.strip() or tr(_SHORT[measure]), *(["95%"] if measure in _WITH_INTERVAL else []), tr("found")]
    head += [tr("of") if len(found.series) == 1 else tr("held"), *(["~"] if unsure else []), tr("sources")]
    print_table(lines, head)


_SHORT: Final[dict[Measure, str]] = {
    "articles": "articles",
    "per_thousand": "per 1,000",
    "matches": "matches",
    "per_million_words": "per million",
}
_WITH_INTERVAL: Final[tuple[Measure, ...]] = ("per_thousand", "per_million_words")


def _line(found: Trends, places: range, measure: Measure, unsure: bool) -> list[object]:
    """The cells of one period, or of several of which nothing is held."""
    at = places[0]
    cells: list[object] = [" - ".join(found.ends(places))]
    for one in found.series:
        point = one.points[at]
        share, ends = value(measure)(point) if point.base else None, interval(point, measure)
        cells.append("" if share is None else number(share, 0 if measure in ("articles", "matches") else 1))
        if measure in _WITH_INTERVAL:
            cells.append(f"{number(ends[0], 1)}-{number(ends[1], 1)}" if ends else "")
        cells.append("" if not point.base else point.articles if point.matches is None else point.matches)
    held = found.coverage[at]
    cells.append(found.series[0].points[at].base if len(found.series) == 1 else held.articles)
    return [*cells, *([held.estimated or ""] if unsure else []), held.sources]

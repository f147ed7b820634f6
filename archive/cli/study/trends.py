"""`baotinh trends`: how often queries match over time, beside what the archive holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from archive.cli.answers import counted, print_csv
from archive.cli.command import archives_option, command, json_option, option, question
from archive.cli.opening import asking
from archive.cli.output import print_json, print_table
from archive.corpus import plot
from archive.corpus.plot import MEASURES, OF_MATCHES, Measure
from archive.corpus.trends import Trends, TrendsRequest, answer
from archive.disk import replace_file
from archive.errors import UsageError
from archive.messages.language import language, number, spoken, tr
from archive.terminal import columns


@command(
    "trends",
    examples=[
        "baotinh trends 'chuyển đổi số' 'nông thôn mới'",
        "baotinh trends --unit year --measure articles 'tinh:\"Bắc Kạn\" lũ'",
        "baotinh trends --svg chuyen-doi-so.svg 'chuyển đổi số'",
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
@archives_option
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
    with asking(root) as held:
        found = answer(held, replace(asked, matches=measure in OF_MATCHES))
    if svg is not None:
        replace_file(svg, plot.svg(found, measure, tr, language()).encode())
    if png is not None:
        replace_file(png, plot.png(found, measure, tr, language()))
    show(found, measure, as_csv, as_json, drawn=svg is not None or png is not None)


def show(found: Trends, measure: Measure, as_csv: bool, as_json: bool, drawn: bool = False) -> None:
    """Prints what was counted; of what was `drawn` into a file, only in a form that was asked for."""
    for one in found.series:
        click.echo(f"{one.query}: {counted(one.accents)}", err=True)
    for note in found.notes:
        click.echo(spoken(note), err=True)
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv(_rows(found), ("period", "query", "articles", "matches", "base", "words", "held", "sources"))
    elif not drawn:
        click.echo(plot.terminal(found, measure, tr=tr, language=language(), columns=columns()))
        click.echo()
        _print(found, measure)


def _rows(found: Trends) -> list[tuple[object, ...]]:
    return [
        (point.period, one.query, point.articles, point.matches, point.base, point.words, held.articles, held.sources)
        for one in found.series
        for point, held in zip(one.points, found.coverage, strict=True)
    ]


def _print(found: Trends, measure: Measure) -> None:
    read = plot.value(measure)
    rows = []
    for at, held in enumerate(found.coverage):
        values = [read(one.points[at]) for one in found.series]
        cells = ["" if one is None else number(one, 1) for one in values]
        rows.append((held.period, *cells, held.articles, held.sources))
    print_table(rows, [tr("period"), *(one.query for one in found.series), tr("articles held"), tr("sources")])

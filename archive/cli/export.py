"""`baotinh export`: articles written to a file or to standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import sqlite_utils

from archive import export as exporting
from archive.cli.command import archive_option, command, option
from archive.cli.opening import reading
from archive.cli.output import progress, say
from archive.cli.words import tr
from archive.errors import NothingFound
from archive.search import engine
from archive.store import reads
from archive.store.reads import Stored

_PAGE = 200


class Day(click.ParamType[str]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The day, checked against the calendar."""
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(tr('"{value}" is no day: write it as 2020-03-31', value=value), param, ctx)


@command(
    "export",
    examples=[
        "baotinh export --format jsonl -o bai-bao.jsonl",
        "baotinh export --format csv --source tinh-uy-thai-nguyen --since 2020-01-01 -o 2020.csv",
        "baotinh export --format jsonl 'chè Thái Nguyên' | jq -r .headline",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("query", nargs=-1)
@option(
    "--format",
    "format_name",
    default="jsonl",
    show_default=True,
    type=click.Choice(tuple(exporting.FORMATS)),
    help="jsonl: all that is known; csv: for spreadsheets; records: slug, captions, text.",
)
@option("--output", "-o", "path", type=click.Path(path_type=Path), help="File to write; standard output if not given.")
@option("--force", is_flag=True, help="Write over a file that exists.")
@option("--source", default="", metavar="ID", help="Only articles of this source.")
@option("--since", type=Day(), help="Only articles of this day and later.")
@option("--until", type=Day(), help="Only articles of this day and earlier.")
@archive_option
def export(
    query: tuple[str, ...],
    format_name: str,
    path: Path | None,
    force: bool,
    source: str,
    since: str | None,
    until: str | None,
    root: Path,
) -> None:
    """Write articles, all or those that QUERY finds. A file is written beside its name and renamed when whole."""
    if since and until and since > until:
        raise click.UsageError(tr("--since {since} lies after --until {until}", since=since, until=until))
    with reading(root) as db, progress("exporting") as shown:
        found = _found(db, " ".join(query), source, since or "", until or "")
        first = next(found, None)
        if first is None:
            raise NothingFound(tr("no article to export"))
        articles = _counted(first, found, shown.advance)
        if path is None:
            exporting.FORMATS[format_name](articles, sys.stdout)
            return
        count = exporting.export(articles, format_name, path, force)
    say("articles written to {path}: {count}", count=f"{count:,}", path=path)


def _found(db: sqlite_utils.Database, query: str, source: str, since: str, until: str) -> Iterator[Stored]:
    if not query:
        return reads.articles(db, source, since, until)
    return (
        stored
        for stored in reads.articles_of(db, _hits(db, query))
        if (not source or stored.row.source == source)
        and (not since or stored.row.day >= since)
        and (not until or stored.row.day <= until)
    )


def _hits(db: sqlite_utils.Database, query: str) -> Iterator[str]:
    cursor = None
    while True:
        answer = engine.search(db, query, _PAGE, cursor, "oldest", counts=False)
        yield from (hit.public_id for hit in answer.hits)
        cursor = answer.cursor
        if cursor is None:
            return


def _counted(first: Stored, rest: Iterator[Stored], advance: Callable[[], None]) -> Iterator[Stored]:
    yield first
    for stored in rest:
        advance()
        yield stored

"""`baotinh runs`: the crawls that were, each in one line."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import of_source, reading
from archive.cli.output import print_json, print_table
from archive.cli.words import tr
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.store.runs import Run, runs

_HEAD = ("N", "run", "source", "reason", "requests", "new", "changed", "same", "unread", "failed")


@command("runs", examples=["baotinh runs", "baotinh runs --source ca-mau-bao"], codes=(0, 2, 3, 4))
@option("--source", default="", metavar="ID", help="Only runs of this source.")
@option("--limit", default=20, type=click.IntRange(min=1), metavar="N", help="At most so many (20).")
@json_option
@archive_option
def show_runs(source: str, limit: int, as_json: bool, root: Path) -> None:
    """List the last crawls; 'baotinh run N' shows the report of one.

    A run that was killed has no report: it is told as far as the frontier knows it, and the next crawl goes on from
    there.
    """
    from crawler.frontier.interrupted import completed  # the frontier is not for `--help`

    with reading(root) as db, of_source(source, root):
        last = completed(Holdings.open(root), runs(db, source, limit), lambda of: runs(db, of, 1)[0].id)
        if not last:
            told = "no crawl of {source} has been run" if source else "no crawl has been run on this archive"
            raise NothingFound(tr(told, source=source))
    if as_json:
        print_json([asdict(one) for one in last])
    else:
        print_table([_row(one) for one in last], [tr(word) for word in _HEAD])


def _row(one: Run) -> tuple[object, ...]:
    report = one.report
    numbers = [report.get(name, 0) for name in ("requests", "new", "changed", "same")]
    totals = [sum(report.get(name, {}).values()) for name in ("unread", "failed")]
    return (one.number, one.id, one.source, tr(one.reason), *numbers, *totals)

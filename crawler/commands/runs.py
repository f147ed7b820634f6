"""`baotinh runs`: the crawls that were, and the report of one, beside those before it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import reading
from archive.cli.output import print_json, print_table
from archive.cli.words import tr
from archive.errors import NothingFound
from archive.store.runs import Run, run, runs

_COMPARED = ("requests", "bytes", "new", "changed", "same", "seconds")


@command(
    "runs",
    examples=["baotinh runs", "baotinh runs --source bao-ca-mau", "baotinh runs 20261124T030000Z-bao-ca-mau-3f2a"],
    codes=(0, 2, 3, 4),
)
@click.argument("run_id", default="", metavar="[RUN]")
@option("--source", default="", metavar="ID", help="Only runs of this source.")
@option("--limit", default=20, type=click.IntRange(min=1), metavar="N", help="At most so many (20).")
@json_option
@archive_option
def show_runs(run_id: str, source: str, limit: int, as_json: bool, root: Path) -> None:
    """List the last crawls, or show the report of RUN (the beginning of its id is enough)."""
    with reading(root) as db:
        if run_id:
            found = run(db, run_id)
            if found is None:
                raise NothingFound(
                    tr("no run, or more than one, begins with \"{run}\"; 'baotinh runs' lists them", run=run_id)
                )
            before = [one for one in runs(db, found.source, 50) if one.began < found.began][:5]
            _show(found, before, as_json)
            return
        last = runs(db, source, limit)
    if not last:
        raise NothingFound(tr("no crawl has been run on this archive"))
    if as_json:
        print_json([asdict(one) for one in last])
    else:
        head = [
            tr(word) for word in ("run", "source", "reason", "requests", "new", "changed", "same", "unread", "failed")
        ]
        print_table([_row(one) for one in last], head)


def _row(one: Run) -> tuple[object, ...]:
    report = one.report
    numbers = [report.get(name, 0) for name in ("requests", "new", "changed", "same")]
    totals = [sum(report.get(name, {}).values()) for name in ("unread", "failed")]
    return (one.id, one.source, one.reason or tr("killed, or running"), *numbers, *totals)


def _show(found: Run, before: list[Run], as_json: bool) -> None:
    if as_json:
        print_json(asdict(found))
        return
    click.echo(f"{found.id}  {found.reason or tr('killed, or running')}\n{found.began} - {found.ended or '?'}")
    rows = [(name, found.report.get(name, 0), _usual(name, before)) for name in _COMPARED]
    print_table(rows, [tr("what"), tr("this run"), tr("last runs")])
    for title in ("gone", "unread", "failed", "excluded", "again", "statuses", "kinds"):
        for reason, number in sorted(found.report.get(title, {}).items(), key=lambda item: -item[1]):
            example = found.report.get("examples", {}).get(f"{title} {reason}", "")
            click.echo(f"{tr(title)}: {number} {reason}" + (f"  {example}" if example else ""))
    for host, decision, detail in found.report.get("decisions", []):
        click.echo(f"{host}: {decision}: {detail}")
    for sentence in found.report.get("broken", []):
        click.echo(tr("expected: {sentence}", sentence=sentence))
    for warning in found.report.get("warnings", []):
        click.echo(warning)


def _usual(name: str, before: list[Run]) -> str:
    values: list[Any] = [one.report.get(name, 0) for one in before]
    return f"{min(values):,} - {max(values):,}" if values else ""

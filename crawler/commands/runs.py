"""`baotinh runs`: the crawls that were, and the report of one, beside those before it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import reading
from archive.cli.output import print_json, print_table
from archive.cli.words import spoken, tr
from archive.errors import NothingFound, UsageError
from archive.holdings import Holdings
from archive.store.runs import Run, beginning, runs

_NAMED = 5  # runs named where a beginning is not enough
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
    """List the last crawls, or show the report of RUN: its id, or as much of its beginning as no other id has.

    A run that was killed has no report: it is told as far as the frontier knows it, and the next crawl goes on from
    there.
    """
    from crawler.frontier.interrupted import completed  # Protego is not for `--help`

    with reading(root) as db:
        holdings = Holdings.open(root)

        def newest(of: str) -> str:
            return runs(db, of, 1)[0].id

        if run_id:
            found = completed(holdings, [_one(beginning(db, run_id), run_id)], newest)[0]
            before = [one for one in runs(db, found.source, 50) if one.began < found.began and one.ended][:5]
            _show(found, before, as_json)
            return
        last = completed(holdings, runs(db, source, limit), newest)
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
    return (one.id, one.source, tr(one.reason), *numbers, *totals)


def _one(found: list[Run], start: str) -> Run:
    """The only run found; raises NothingFound for none, UsageError naming them for several."""
    if not found:
        raise NothingFound(tr("no run begins with \"{run}\"; 'baotinh runs' lists them", run=start))
    if len(found) > 1:
        ids = ", ".join(one.id for one in found[:_NAMED]) + (", ..." if len(found) > _NAMED else "")
        raise UsageError(tr('several runs begin with "{run}": {ids}; give more of the id', run=start, ids=ids))
    return found[0]


def _show(found: Run, before: list[Run], as_json: bool) -> None:
    if as_json:
        print_json(asdict(found))
        return
    click.echo(f"{found.id}  {tr(found.reason)}\n{found.began} - {found.ended or '?'}")
    rows = [(tr(name), found.report.get(name, 0), _usual(name, before)) for name in _COMPARED]
    print_table(rows, [tr("what"), tr("this run"), tr("last runs")])
    for title in ("gone", "unread", "failed", "excluded", "again", "statuses", "kinds"):
        for reason, number in sorted(found.report.get(title, {}).items(), key=lambda item: -item[1]):
            example = found.report.get("examples", {}).get(f"{title} {reason}", "")
            click.echo(f"{tr(title)}: {number} {reason}" + (f"  {example}" if example else ""))
    for host, decision, detail in found.report.get("decisions", []):
        click.echo(f"{host}: {spoken(decision)}: {spoken(detail)}")
    for sentence in found.report.get("broken", []):
        click.echo(tr("expected: {sentence}", sentence=spoken(sentence)))
    for warning in found.report.get("warnings", []):
        click.echo(spoken(warning))


def _usual(name: str, before: list[Run]) -> str:
    values: list[Any] = [one.report.get(name, 0) for one in before]
    return f"{min(values):,} - {max(values):,}" if values else ""

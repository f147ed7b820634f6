"""`baotinh runs`: the crawls that were, each in one line, and the report of one beside those before it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import sqlite_utils

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import of_source, reading
from archive.cli.output import print_json, print_table
from archive.errors import NothingFound, UsageError
from archive.holdings import Holdings
from archive.messages.language import coded, number, spoken, tr
from archive.store.runs import Run, beginning, numbered, runs

_HEAD = ("N", "run", "source", "reason", "requests", "new", "changed", "same", "unread", "failed")
_DAY = 8  # digits of a day, with which every id begins: fewer are a number
_NAMED = 5  # runs named where a beginning is not enough
_LISTED = 20  # feeds and listings shown of a run
_COMPARED = ("requests", "bytes", "new", "changed", "same", "seconds")


@command(
    "runs",
    examples=["baotinh runs", "baotinh runs --source ca-mau-bao", "baotinh runs 1"],
    codes=(0, 2, 3, 4),
)
@click.argument("run", default="", metavar="[RUN]")
@option("--source", default="", metavar="ID", help="List only runs of this source.")
@option("--limit", default=20, type=click.IntRange(min=1), metavar="N", help="List at most so many (20).")
@json_option
@archive_option
def show_runs(run: str, source: str, limit: int, as_json: bool, root: Path) -> None:
    """List the last crawls, or show the report of one beside the crawls of the same source before it.

    RUN is a number of the list (1 is the latest), an id, or as much of an id's beginning as no other has. A run that
    was killed has no report: it is told as far as the frontier knows it, and the next crawl goes on from there.
    """
    if run:
        _show_run(run, as_json, root)
    else:
        _list_runs(source, limit, as_json, root)


def _list_runs(source: str, limit: int, as_json: bool, root: Path) -> None:
    from crawler.frontier.explain import completed  # the frontier is not for `--help`

    with reading(root) as db, of_source(source, root):
        last = completed(Holdings.open(root), runs(db, source, limit), lambda of: runs(db, of, 1)[0].id)
        if not last:
            message = "no crawl of {source} has been run" if source else "no crawl has been run on this archive"
            raise NothingFound(tr(message, source=source))
    if as_json:
        print_json([asdict(one) for one in last])
    else:
        print_table([_row(one) for one in last], [tr(word) for word in _HEAD])


def _row(one: Run) -> tuple[object, ...]:
    report = one.report
    numbers = [report.get(name, 0) for name in ("requests", "new", "changed", "same")]
    totals = [sum(report.get(name, {}).values()) for name in ("unread", "failed")]
    return (one.number, one.id, one.source, tr(one.reason), *numbers, *totals)


def _show_run(name: str, as_json: bool, root: Path) -> None:
    from crawler.frontier.explain import completed  # the frontier is not for `--help`

    with reading(root) as db:
        chosen = _numbered(db, int(name)) if name.isdecimal() and len(name) < _DAY else _beginning(db, name)
        found = completed(Holdings.open(root), [chosen], lambda source: runs(db, source, 1)[0].id)[0]
        before = [one for one in runs(db, found.source, 50) if one.began < found.began and one.ended][:5]
    if as_json:
        print_json(asdict(found))
    else:
        _show(found, before)


def _numbered(db: sqlite_utils.Database, number: int) -> Run:
    """The run of that number; raises NothingFound where there are fewer."""
    found = numbered(db, number)
    if found:
        return found
    if not runs(db, "", 1):
        raise NothingFound("no crawl has been run on this archive")
    raise NothingFound("there is no run {number}; 'baotinh runs' lists them", number=number)


def _beginning(db: sqlite_utils.Database, start: str) -> Run:
    """The only run whose id begins so; raises NothingFound for none, UsageError naming them for several."""
    found = beginning(db, start)
    if not found:
        raise NothingFound("no run begins with \"{run}\"; 'baotinh runs' lists them", run=start)
    if len(found) > 1:
        ids = ", ".join(one.id for one in found[:_NAMED]) + (", ..." if len(found) > _NAMED else "")
        raise UsageError('several runs begin with "{run}": {ids}; give more of the id', run=start, ids=ids)
    return found[0]


def _show(found: Run, before: list[Run]) -> None:
    click.echo(f"{found.id}  {tr(found.reason)}\n{found.began} - {found.ended or '?'}")
    rows = [(tr(name), number(found.report.get(name, 0), 1), _usual(name, before)) for name in _COMPARED]
    print_table(rows, [tr("what"), tr("this run"), tr("last runs")])
    for title in ("gone", "unread", "failed", "excluded", "again", "statuses", "kinds"):
        for reason, count in sorted(found.report.get(title, {}).items(), key=lambda item: -item[1]):
            example = found.report.get("examples", {}).get(f"{title} {reason}", "")
            click.echo(f"{tr(title)}: {number(count)} {coded(reason)}" + (f"  {example}" if example else ""))
    show_listings(found.report.get("listings", []))
    for host, decision, detail in found.report.get("decisions", []):
        click.echo(f"{host}: {coded(decision)}: {spoken(detail)}")
    for sentence in found.report.get("broken", []):
        click.echo(tr("expected: {sentence}", sentence=spoken(sentence)))
    for warning in found.report.get("warnings", []):
        click.echo(spoken(warning))


def show_listings(listings: list[dict[str, Any]]) -> None:
    """What feeds, sitemaps and listings brought, the most fruitful first."""
    rows = [
        (number(one["listed"]), number(one["new"]), one["url"] + (f" ({coded(one['mark'])})" if one["mark"] else ""))
        for one in listings[:_LISTED]
    ]
    if rows:
        print_table(rows, [tr("listed"), tr("new"), tr("feed, sitemap or listing")])
    if len(listings) > _LISTED:
        click.echo(tr("and {count} more; --json has all", count=number(len(listings) - _LISTED)))


def _usual(name: str, before: list[Run]) -> str:
    values: list[Any] = [one.report.get(name, 0) for one in before]
    return f"{number(min(values), 1)} - {number(max(values), 1)}" if values else ""

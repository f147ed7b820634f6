"""`baotinh stats`: counts over the whole archive."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import of_source, reading
from archive.cli.output import print_json, print_json_lines, print_table
from archive.errors import NothingFound, UsageError
from archive.messages.language import coded, tr
from archive.store import teasers as pointers
from archive.store.counts import Stats
from archive.store.counts import stats as counts


@command(
    "stats",
    examples=["baotinh stats", "baotinh stats --json | jq .unread", "baotinh stats --teasers --missing"],
    codes=(0, 2, 3, 4, 5),
)
@option("--teasers", is_flag=True, help="List the articles that teasers on other pages point to, seen last first.")
@option("--missing", is_flag=True, help="Of these only what is known from teasers alone: lost, or not fetched yet.")
@option("--source", default="", metavar="ID", help="Only teasers seen on this source.")
@json_option
@archive_option
def stats(teasers: bool, missing: bool, source: str, as_json: bool, root: Path) -> None:
    """Count what the archive holds: articles, captures, what could not be read and why, by source and year.

    Teasers are listed each with when and on which page it was seen first and last, and the id of the article where the
    archive has it; with --json one object a line.
    """
    if (missing or source) and not teasers:
        raise UsageError("--missing and --source are for --teasers")
    if teasers:
        _list_teasers(missing, source, as_json, root)
        return
    with reading(root) as db:
        told = counts(db)
    if as_json:
        print_json(told)
    else:
        _print(told)


def _print(told: Stats) -> None:
    rows = [
        ("articles", told.articles),
        ("revisions", told.revisions),
        ("gone from their site", told.gone),
        ("captures", told.captures),
        ("compressed bytes of answers", told.bytes),
        ("teasers", told.teasers),
        ("articles known only from teasers", told.missing),
        *((f"state: {state}", count) for state, count in told.states),
        *((f"unread: {reason}", count) for reason, count in told.unread),
    ]
    print_table([(_label(name), count) for name, count in rows], [tr("what"), tr("count")])
    if told.years:
        click.echo()
        print_table(told.years, [tr("year"), tr("articles")])
    if told.sources:
        click.echo()
        print_table(
            [(s.id, s.articles, s.captures, s.unread, s.first_day, s.last_day, s.last_captured) for s in told.sources],
            [tr(name) for name in ("source", "articles", "captures", "unread", "from", "to", "last capture")],
        )


def _label(name: str) -> str:
    kind, colon, value = name.partition(": ")
    return f"{tr(kind)}: {coded(value)}" if colon else tr(name)


def _list_teasers(missing: bool, source: str, as_json: bool, root: Path) -> None:
    with reading(root) as db, of_source(source, root):
        found = pointers.missing(db, source) if missing else pointers.teasers(db, source)
        first = next(found, None)
        if first is None:
            raise NothingFound("no teaser of that kind")
        if as_json:
            print_json_lines([first])
            print_json_lines(found)
        else:
            rows = [
                (one.first_seen[:10], one.last_seen[:10], one.sightings, one.source, one.article, one.headline, one.url)
                for one in (first, *found)
            ]
            head = [tr("seen first"), tr("seen last"), tr("times"), tr("source"), tr("article"), tr("headline"), "url"]
            print_table(rows, head)

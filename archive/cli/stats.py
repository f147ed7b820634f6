"""`baotinh stats`: counts over the whole archive."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option
from archive.cli.opening import reading
from archive.cli.output import print_json, print_table
from archive.cli.words import coded, tr
from archive.store.stats import Stats
from archive.store.stats import stats as counts


@command("stats", examples=["baotinh stats", "baotinh stats --json | jq .unread"], codes=(0, 2, 3, 4, 5))
@json_option
@archive_option
def stats(as_json: bool, root: Path) -> None:
    """Count what the archive holds: articles, captures, what could not be read and why, by source and year."""
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

"""`baotinh rebuild`: the database made again from the WARC files."""

from __future__ import annotations

from pathlib import Path

import click

from archive import rebuild as rebuilding
from archive.cli.command import archive_option, command, json_option
from archive.cli.opening import for_writing, register_of
from archive.cli.output import print_json, progress, say
from archive.cli.words import number, spoken, tr


@command("rebuild", examples=["baotinh rebuild", "baotinh rebuild --archive /srv/bao"], codes=(0, 2, 4, 5))
@json_option
@archive_option
def rebuild(as_json: bool, root: Path) -> None:
    """Make archive.sqlite again from the WARC files alone, and put it in place of the old one when it is whole.

    The old database answers until then. What comes out otherwise than it stood there is told with its reason. What is
    damaged in the WARC files is named; 'baotinh verify' says more.
    """
    holdings = for_writing(root)
    with progress("reading captures") as shown:
        told = rebuilding.rebuild(
            holdings, register_of(holdings), tell=lambda file, captures: shown.advance(captures, note=file)
        )
    for fault in told.faults:
        click.echo(fault, err=True)
    if as_json:
        print_json(told)
    else:
        say(
            "made the database again; articles: {articles}, captures: {captures}, unread: {unread}, files: {files}",
            articles=number(told.articles),
            captures=number(told.captures),
            files=number(told.files),
            unread=number(told.unread),
        )
        _tell_differences(told)


def _tell_differences(told: rebuilding.Rebuilt) -> None:
    for one in told.differences:
        count, examples = number(one.count), ", ".join(one.examples)
        say("{count} × {what}: {why} ({examples})", count=count, what=tr(one.what), why=one.why, examples=examples)
    if told.uncompared:
        say("not compared with the database before: {why}", why=spoken(told.uncompared))
    elif not told.differences:
        say("articles and pages are as they were before")

"""`baotinh scrub`: closed files read again in turn, slowly, for archives too large to verify in one go."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.output import print_json, progress, say
from archive.cli.words import number, tr
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.verify import Scrubbed
from archive.verify import scrub as scrubbing

_MEGABYTE = 10**6


@command("scrub", examples=["baotinh scrub", "baotinh scrub --rate 20 --limit 50000"], codes=(0, 2, 4, 5))
@option("--rate", type=click.FloatRange(min=0.1), metavar="MB", help="Megabytes a second at most.")
@option("--limit", type=click.IntRange(min=1), metavar="MB", help="Stop after so many megabytes.")
@json_option
@archive_option
def scrub(rate: float | None, limit: int | None, as_json: bool, root: Path) -> None:
    """Read closed WARC files again, the one longest unread first, and check every record in them.

    Due is what was not checked within `scrub_days` of archive.toml. Broken off at any time, the next call goes on.
    """
    holdings = Holdings.open(root)
    done: list[Scrubbed] = []
    with progress("reading bytes") as shown:
        for one in scrubbing(
            holdings,
            bytes_per_second=(rate or 0) * _MEGABYTE,
            limit_bytes=limit * _MEGABYTE if limit else None,
        ):
            done.append(one)
            shown.advance(one.bytes, note=one.file)
            for finding in one.findings:
                click.echo(f"{one.file} at {finding.offset or 0}: {finding.problem}: {finding.detail}", err=as_json)
    if as_json:
        print_json(done)
    found = sum(len(one.findings) for one in done)
    total = sum(one.bytes for one in done)
    counted = {"files": number(len(done)), "bytes": number(total), "count": number(found)}
    say("{files} files, {bytes} bytes read: {count} findings", **counted)
    if found:
        raise DamageError(tr("not as recorded: {count}", count=number(found)))

"""`baotinh index`: the CDXJ index of all captures, for pywb and other tools."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import for_writing
from archive.cli.output import print_json
from archive.errors import NothingFound
from archive.warc import index as indexing


@command(
    "index",
    examples=["baotinh index", "baotinh index --url https://tinhuythainguyen.org.vn/ --json"],
    codes=(0, 2, 3, 4, 5),
)
@option("--url", default="", help="Show the captures of this address instead.")
@json_option
@archive_option
def index(url: str, as_json: bool, root: Path) -> None:
    """Make or bring up to date index/archive.cdxj, one sorted line per capture in a closed file.

    With --url the captures of an address are looked up in it, in whatever spelling.
    """
    holdings = for_writing(root)
    target = holdings.root / indexing.MERGED
    if not url or not target.exists():
        target = indexing.build(holdings.root)
    if not url:
        click.echo(target)
        return
    found = indexing.find(target, url)
    if not found:
        raise NothingFound(f"{url}: no capture in {target}")
    if as_json:
        print_json(found)
    else:
        for entry in found:
            click.echo(
                f"{entry.timestamp}  {entry.status}  {entry.mime}  {entry.filename} {entry.offset} {entry.length}"
            )

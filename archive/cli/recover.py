"""`baotinh recover`: after a crash, files closed and the database brought into agreement with them."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option
from archive.cli.opening import register_of
from archive.cli.output import print_json, progress, say
from archive.cli.recovered import tell
from archive.holdings import Holdings
from archive.ingest import Ingest, read_file
from archive.warc.recover import recover as close_files


@command("recover", examples=["baotinh recover", "baotinh recover --json"], codes=(0, 2, 4, 5))
@json_option
@archive_option
def recover(as_json: bool, root: Path) -> None:
    """Close the WARC files that a killed process left open, and read what they hold into the database.

    A torn end is cut and kept beside the file. Files that are being written are left alone. Every crawl does the same
    for its own source when it begins.
    """
    holdings = Holdings.open(root)
    closed = close_files(holdings.root)
    for done in closed:
        tell(done)
    captures, faults = 0, list[str]()
    with progress("reading captures") as shown, Ingest(holdings, register_of(holdings)) as reader:
        for path in holdings.warcs():
            for outcomes in read_file(reader, holdings.root, path, faults.append, only_new=True):
                captures += len(outcomes)
                shown.advance(len(outcomes), note=path.name)
    for fault in faults:
        click.echo(fault, err=True)
    if as_json:
        print_json({"files": closed, "read": captures})
    else:
        say("{files} files closed, {read} captures read", files=len(closed), read=f"{captures:,}")

"""`baotinh recover`: after a crash, files closed and the database brought into agreement with them."""

from __future__ import annotations

from pathlib import Path

import click

from archive import seals
from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import register_of
from archive.cli.output import print_json, progress, say
from archive.cli.recovered import tell
from archive.cli.words import number
from archive.holdings import Holdings
from archive.ingest import Ingest, read_file
from archive.opening.readers import per_core
from archive.store import open_database
from archive.store.places import extents, frugal
from archive.verify.fixity import closed_events
from archive.warc.recover import recover as close_files


@command("recover", examples=["baotinh recover", "baotinh recover --json"], codes=(0, 2, 4, 5))
@option("--accept", is_flag=True, help="Take a damaged frontier.sqlite as it is: it cannot be made again.")
@option("--reason", default="", metavar="TEXT", help="Why it is taken as it is; the log keeps it.")
@json_option
@archive_option
def recover(accept: bool, reason: str, as_json: bool, root: Path) -> None:
    """Close the WARC files that a killed process left open, read what they hold, and seal the databases again.

    A torn end is cut and kept beside the file. Files that are being written are left alone. Every crawl does the same
    for its own source when it begins. What `verify` names as damaged is refused, never sealed.
    """
    holdings = Holdings.open(root)
    if accept:
        for broken in seals.accept(holdings.root, holdings.frontier.name, reason):
            say("{file} at {offset}: {reason}", file=broken.file, offset=broken.offset, reason=broken.reason)
        return
    with seals.held(holdings.root):
        _recover(holdings, as_json)


def _recover(holdings: Holdings, as_json: bool) -> None:
    closed = close_files(holdings.root)
    for done in closed:
        tell(done)
    read = _read_whole(holdings)
    captures, faults = 0, list[str]()
    register = register_of(holdings)
    with (
        progress("reading captures") as shown,
        per_core(holdings.root, register) as readers,
        Ingest(holdings, register) as ingest,
    ):
        for path in sorted(set(holdings.warcs()) - read):
            for outcomes in read_file(ingest, readers, holdings.root, path, faults.append, only_new=True):
                captures += len(outcomes)
                shown.advance(len(outcomes), note=path.name)
    for fault in faults:
        click.echo(fault, err=True)
    if as_json:
        print_json({"files": closed, "read": captures})
    else:
        say("{files} files closed, {read} captures read", files=len(closed), read=number(captures))


def _read_whole(holdings: Holdings) -> frozenset[Path]:
    # the files of which every capture has a row, by their numbers alone: they need not be opened
    if not holdings.database.exists():
        return frozenset()
    db = open_database(holdings.database, readonly=True)
    try:
        frugal(db)
        rows = {extent.file: extent.captures for extent in extents(db)}
    finally:
        db.close()
    told = closed_events(holdings.root)
    whole = (file for file, count in rows.items() if told.get(file, {}).get("captures") == count)
    return frozenset(holdings.root / file for file in whole)

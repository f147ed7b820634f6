"""What commands say of files that a dead process left open."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import for_writing, register_of
from archive.cli.output import print_json, progress, say
from archive.custody import events, manifest, seals
from archive.custody.events import closed_events
from archive.custody.recover import Recovered, restore_manifest
from archive.custody.recover import recover as close_files
from archive.custody.takedown.plan import accounted
from archive.custody.withheld import REASON
from archive.holdings import Holdings
from archive.ingest.filing import DUPLICATE
from archive.ingest.pipeline import Ingest, read_file
from archive.messages.language import number
from archive.worker.pool import per_core


def tell(done: Recovered) -> None:
    """Says what became of a file that was left open."""
    say("{file}: left open by a process that died; {outcome}", file=done.file, outcome=done.outcome)
    if done.cut_bytes:
        cut, at = number(done.cut_bytes), number(done.cut_at)
        say("  {bytes} bytes cut at {at}, kept in {tail}", bytes=cut, at=at, tail=done.tail)


def read_whole(holdings: Holdings) -> frozenset[Path]:
    """The files of which every capture has a row or is taken down, by their numbers alone: they need not be opened."""
    if not holdings.database.exists():
        return frozenset()
    known, told = accounted(holdings), closed_events(holdings.root)
    whole = (file for file, about in told.items() if about.get("captures", -1) == known[file])
    return frozenset(holdings.root / file for file in whole)


@command("recover", examples=["baotinh recover", "baotinh recover --json"], codes=(0, 2, 4, 5))
@option(
    "--accept", is_flag=True, help="Take a damaged frontier.sqlite or event log as it is: nothing makes them again."
)
@option("--reason", default="", metavar="TEXT", help="Why it is taken as it is; the log keeps it.")
@json_option
@archive_option
def recover(accept: bool, reason: str, as_json: bool, root: Path) -> None:
    """Close the WARC files that a killed process left open, read what they hold, and seal the databases again.

    A torn end is cut and kept beside the file. Files that are being written are left alone. Every crawl does the same
    for its own source when it begins. Lost lines of the manifest are written again where file and log agree. What
    `verify` names as damaged is refused, never sealed.
    """
    if accept:
        holdings = Holdings.open(root)
        wrong = events.accept(holdings.root, reason)
        if wrong:
            say("taken as it is: {error}", error=wrong)
        if wrong and all(one.problem == "unsealed" for one in seals.check(holdings.root, holdings.frontier.name)):
            return
        for broken in seals.accept(holdings.root, holdings.frontier.name, reason):
            say("{file} at {offset}: {reason}", file=broken.file, offset=broken.offset, reason=broken.reason)
        return
    holdings = for_writing(root)
    with seals.hold(holdings.root):
        _recover(holdings, as_json)


def _recover(holdings: Holdings, as_json: bool) -> None:
    restored = restore_manifest(holdings.root)
    for file in restored:
        say("{name}: the line of {file} was written again: file and log agree", name=manifest.NAME, file=file)
    closed = close_files(holdings.root)
    for done in closed:
        tell(done)
    read = read_whole(holdings)
    torn = {done.file for done in closed}
    captures, faults = 0, list[str]()
    register = register_of(holdings)
    with (
        progress("reading captures") as shown,
        per_core(holdings.root, register) as readers,
        Ingest(holdings, register) as ingest,
    ):
        for path in sorted(set(holdings.warcs()) - read):
            # what is wrong with a file that was closed before was told then
            told = faults.append if path.relative_to(holdings.root).as_posix() in torn else _told_before
            for outcomes in read_file(ingest, readers, holdings.root, path, told, only_new=True):
                captures += sum(outcome.reason not in {DUPLICATE, REASON} for outcome in outcomes)
                shown.advance(len(outcomes), note=path.name)
    for fault in faults:
        click.echo(fault, err=True)
    if as_json:
        print_json({"files": closed, "read": captures, "restored": restored})
    else:
        say("{files} files closed, {read} captures read", files=len(closed), read=number(captures))


def _told_before(_fault: str) -> None:
    """Says nothing."""

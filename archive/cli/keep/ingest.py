"""`baotinh ingest`: what other tools kept, brought in and read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.keep.recover import read_whole
from archive.cli.opening import for_writing, reading, register_of
from archive.cli.output import Progress, print_json, progress, say
from archive.custody.package.bag import DECLARATION
from archive.errors import DamageError, NothingFound
from archive.holdings import Holdings
from archive.importers.bring import import_path
from archive.importers.intake import Imported
from archive.importers.packages import check_sources, import_sources
from archive.ingest import Ingest, read_file
from archive.ingest.filing import DUPLICATE
from archive.messages.language import number, spoken, tr
from archive.sources import Register
from archive.sources.model import IMPORTED
from archive.store.counts import unclaimed_hosts
from archive.worker.pool import WorkerPool, per_core

_HOSTS = 10  # named of those that no source claims


@command(
    "ingest",
    examples=[
        "baotinh ingest site.warc.gz",
        "baotinh ingest --source thai-nguyen-dang 2019/*.warc.gz",
        "baotinh ingest saved-pages/ --json",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("--source", default="", metavar="ID", help="Source of all pages; if not given, each page's host tells it.")
@json_option
@archive_option
def ingest(paths: tuple[Path, ...], source: str, as_json: bool, root: Path) -> None:
    """Take in WARC and WACZ files and folders of saved HTML; `baotinh import` takes JSON, CSV, Parquet and texts.

    The files are copied into the archive and stay as they are; every page is read as if it had been crawled. What was
    taken in before is known again and changes nothing. What has to be passed over is named with its reason.
    """
    holdings = for_writing(root)
    passed = _sources(holdings, paths)
    register = register_of(holdings)
    if source:
        register.get(source)
    brought: list[Imported] = []
    states: Counter[str] = Counter()
    whole = read_whole(holdings)
    with (
        progress("reading captures") as shown,
        per_core(holdings.root, register) as readers,
        Ingest(holdings, register) as filing,
    ):
        for path in paths:
            for one in import_path(holdings, path, source or IMPORTED):
                brought.append(one)
                passed.extend(one.skipped)
                if one.how == "known" and holdings.root / one.file in whole:
                    filing.known += one.captures  # every capture has its row: the file need not be opened
                    continue
                found = read_brought(filing, readers, holdings, one, shown)
                states.update(found)
                if unread := {name: count for name, count in found.items() if name.startswith("unread")}:
                    passed.append(_unread(one, unread))
                if twice := found.get(f"kept: {DUPLICATE}"):
                    said = "{file}: {count} records bear the WARC-Record-ID of another record: kept, without a row"
                    passed.append(tr(said, file=one.origin, count=number(twice)))
    unclaimed = unclaimed_of(holdings, register)
    for line in passed:
        click.echo(spoken(line), err=True)
    if as_json:
        print_json(
            {
                "brought": brought,
                "states": dict(states),
                "known": filing.known,
                "passed_over": passed,
                "unclaimed": unclaimed,
            }
        )
    else:
        for name, count in sorted(states.items()):
            click.echo(f"{name}  {number(count)}")
    if not brought:
        raise NothingFound(", ".join(map(str, paths)))
    say("captures: {captures}, held already: {known}, files: {files}", captures=number(states.total() + filing.known),
        known=number(filing.known), files=len(brought))  # fmt: skip
    tell_unclaimed(unclaimed)
    damaged = [one.origin for one in brought if one.damaged]
    if damaged:
        raise DamageError(
            "{files}: damaged; what could be read was taken in. Fetch it again and ingest it too",
               files=", ".join(damaged)
        )  # fmt: skip


def unclaimed_of(holdings: Holdings, register: Register) -> tuple[tuple[str, str, int], ...]:
    """Sources that the register does not know, hosts of their captures, and how many those are."""
    with reading(holdings.root) as db:
        return unclaimed_hosts(db, (one.id for one in register.all()))


def tell_unclaimed(unclaimed: tuple[tuple[str, str, int], ...]) -> None:
    """Says which hosts no source claims, and how their pages get one once it is written."""
    if not unclaimed:
        return
    hosts = [f"{host} ({number(count)})" for _, host, count in unclaimed]
    more = f", … {number(len(hosts) - _HOSTS)}" if len(hosts) > _HOSTS else ""
    say("no source claims these hosts, so their pages stand under them: {hosts}; once a file in sources/ does, "
        "`baotinh reread --source imported` assigns them",
        hosts=", ".join(hosts[:_HOSTS]) + more)  # fmt: skip


def _sources(holdings: Holdings, paths: tuple[Path, ...]) -> list[str]:
    """Brings the source files of bags, by which their pages are read; what is not brought is told."""
    told: list[str] = []
    for path in paths:
        if (path / DECLARATION).is_file():
            folder = path / "data" / "sources"
            check_sources(holdings, folder)
            copied, notes = import_sources(holdings, folder)
            told += [*notes, *(tr("source {source} brought with {path}", source=one, path=path) for one in copied)]
    return told


def _unread(one: Imported, states: dict[str, int]) -> str:
    reasons = ", ".join(sorted(name.partition(": ")[2] for name in states))
    said = "{file}: {count} pages kept that cannot be read ({reasons}); `baotinh reread` tries again with later parsers"
    return tr(said, file=one.origin, count=number(sum(states.values())), reasons=reasons)


def read_brought(
    filing: Ingest, readers: WorkerPool, holdings: Holdings, one: Imported, shown: Progress
) -> Counter[str]:
    """What became of the captures in a file that was brought in, those that had no row: state, or "state: reason"."""
    path = holdings.root / one.file
    again: list[str] = []  # what is passed over now was named when the file was brought in
    states: Counter[str] = Counter()
    for outcomes in read_file(filing, readers, holdings.root, path, again.append, only_new=True):
        states.update(f"{outcome.state}: {outcome.reason}" if outcome.reason else outcome.state for outcome in outcomes)
        shown.advance(len(outcomes), note=one.file)
    return states

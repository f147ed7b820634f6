"""`baotinh ingest` and `import`: what other tools kept, and the tables of articles that others have, brought in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.keep.recover import read_whole
from archive.cli.opening import for_writing, reading, register_of
from archive.cli.output import Progress, print_json, print_table, progress, say
from archive.custody.package.bag import DECLARATION
from archive.errors import DamageError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.importers.fields import read_choice
from archive.importers.intake import Imported
from archive.importers.packages import check_sources, import_sources
from archive.importers.table import NO_TEXT, Choice, Report, bring, look, nothing
from archive.ingest.filing import DUPLICATE
from archive.ingest.pipeline import Ingest, read_file
from archive.messages.language import number, spoken, tr
from archive.sources import Register
from archive.sources.model import IMPORTED
from archive.store import opened_to_write
from archive.store.counts import unclaimed_hosts
from archive.worker.pool import WorkerPool, per_core

_CONTACT = re.compile(r"https?://[^\s/][^\s/.]*\.[^\s]+|(mailto:)?[^\s@:/]+@[^\s@/]+\.[^\s@/.]+")


def _contact(_: click.Context, __: click.Parameter, value: str) -> str:
    """`value`, where a site owner can write or go there."""
    if not _CONTACT.fullmatch(value):
        raise UsageError(
            'contact "{value}": not an e-mail address, nor an address that begins with https://', value=value
        )
    return value


@command(
    "init",
    examples=["baotinh init --operator 'Thư viện tỉnh' --contact mailto:luu-tru@thuvien.example"],
)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@option("--operator", required=True, help="Who runs the archive: the name that answers for it.")
@option(
    "--contact",
    required=True,
    callback=_contact,
    help="URL or e-mail address that site owners find in the user agent.",
)
@archive_option
def init(path: Path | None, operator: str, contact: str, root: Path) -> None:
    """Make an empty archive: a folder with settings, a register for your own sources, and a database.

    Without PATH it is made where --archive or BAOTINH_ARCHIVE says, else in ./data.
    """
    holdings = Holdings.create(path or root, operator, contact)
    with opened_to_write(holdings.database):
        pass  # it is there now, empty and sealed
    say("made the archive {path}; settings are in {settings}", path=holdings.root, settings="archive.toml")
    say("next: put a source into {folder}, or take one of 'baotinh sources', and crawl it", folder=holdings.sources)


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
    namesakes: list[str] = []
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
                    namesakes.append(one.origin)
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
    if damaged := ", ".join(one.origin for one in brought if one.damaged):
        raise DamageError("{files}: damaged; what could be read was taken in. Fetch it again and ingest it too",
                          files=damaged)  # fmt: skip
    if namesakes:
        raise DamageError("{files}: records without a row are in no search; ask the maker for ids of their own",
                          files=", ".join(namesakes))  # fmt: skip


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


_BATCH = 400  # rows in a transaction: nobody reads beside it who would wait; 5 % less to file than with 50


@command(
    "import",
    examples=[
        "baotinh import --dry-run bai-bao.jsonl",
        "baotinh import bai-bao.csv --map text=content.text --map tags=",
        "baotinh import --source thai-nguyen-dang --from 'Thư viện tỉnh' 1998.parquet thu-muc-txt/",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("--map", "choices", multiple=True, metavar="FIELD=KEY",
        help="Take a field from this key (dots lead deeper, FIELD= from none); may be given again.")  # fmt: skip
@option("--source", default="", metavar="ID", help="Source of all rows; if not given, the host of each tells it.")
@option("--from", "owner", default="", metavar="TEXT", help="Whose file it is, for citations.")
@option("--dry-run", is_flag=True, help="Show what is recognised and what is dropped; write nothing.")
@json_option
@archive_option
def import_(
    paths: tuple[Path, ...], choices: tuple[str, ...], source: str, owner: str, dry_run: bool, as_json: bool, root: Path
) -> None:
    """Bring in articles that others have: JSON Lines, JSON, CSV, Parquet, folders of texts; also packed with gzip.

    Each row becomes an article as it stands and is cited as a secondary record: from which file, digest and row. Rows
    stay in the archive whole, with what an article has no place for. A file brought in before changes nothing.
    """
    choice = Choice(read_choice(choices), source, owner)
    if dry_run:
        if source and (root / "archive.toml").is_file():
            register_of(Holdings.open(root)).get(source)
        reports = []
        for path in paths:
            reports.append(look(path, choice))
            if not as_json:
                _show(reports[-1])
        if as_json:
            print_json([_as_json(report) for report in reports])
        if not any(report.articles for report in reports):
            raise NothingFound(nothing(reports[0]))
        return
    holdings = for_writing(root)
    register = register_of(holdings)
    if source:
        register.get(source)
    reports, states, known = _bring(holdings, paths, choice)
    unclaimed = unclaimed_of(holdings, register)
    if as_json:
        told = [_as_json(report) for report in reports]
        print_json({"files": told, "states": dict(states), "known": known, "unclaimed": unclaimed})
    else:
        for report in reports:
            if report.uses:
                _show(report)
        for name, count in sorted(states.items()):
            click.echo(f"{name}  {number(count)}")
    say("articles: {articles}, held already: {known}, files: {files}", articles=number(states.total()),
        known=number(known), files=len(reports))  # fmt: skip
    tell_unclaimed(unclaimed)
    if unread := ", ".join(str(report.path) for report in reports if set(report.left_out) - {NO_TEXT}):
        raise DamageError("{files}: rows that cannot be read were left out; mend them and import the file again",
                          files=unread)  # fmt: skip


def _bring(holdings: Holdings, paths: Iterable[Path], choice: Choice) -> tuple[list[Report], Counter[str], int]:
    register = register_of(holdings)
    reports: list[Report] = []
    states: Counter[str] = Counter()
    whole = read_whole(holdings)
    with Ingest(holdings, register, batch=_BATCH) as filing, progress("reading captures") as shown:
        for path in paths:
            report = bring(holdings, path, choice)
            reports.append(report)
            one = report.imported
            if one is None:
                continue
            if one.how == "known" and holdings.root / one.file in whole:
                filing.known += one.captures  # every capture has its row: the file need not be opened
                continue
            with _readers(holdings, report) as readers:
                states.update(read_brought(filing, readers, holdings, one, shown))
        return reports, states, filing.known


def _readers(holdings: Holdings, report: Report) -> WorkerPool:
    # what fields give is read here, in a third of the time; a page in a row may be anything, and is read under limits
    register = register_of(holdings)
    if report.imported and report.imported.how == "written" and not report.pages:
        return WorkerPool(holdings.root, register, 0)
    return per_core(holdings.root, register)


def _show(report: Report) -> None:
    say("{file}: {shape}, {rows} rows, {articles} articles, {digest}", file=report.path, shape=report.shape,
        rows=number(report.rows), articles=number(report.articles), digest=report.digest)  # fmt: skip
    print_table(
        [
            (use.field or "-", use.key, use.rows, spoken(use.reason) if use.reason else use.example)
            for use in report.uses
        ],
        [tr("field"), tr("key"), tr("rows"), tr("example, or why it is dropped")],
    )
    if any(not use.field for use in report.uses):
        say("what is dropped (-) is in no article; it stays in the archive with its row")
    for reason, one in report.left_out.items():
        click.echo(tr("left out: {reason}: {rows:,}, first: row {row}", reason=reason, rows=one.rows, row=one.first))
    for reason, one in report.remarks.items():
        click.echo(tr("brought in: {reason}: {rows:,}, first: row {row}", reason=reason, rows=one.rows, row=one.first))


def _as_json(report: Report) -> dict[str, object]:
    return {
        "file": str(report.path),
        "shape": report.shape,
        "digest": report.digest,
        "rows": report.rows,
        "articles": report.articles,
        "keys": report.uses,
        "left_out": report.left_out,
        "remarks": report.remarks,
        "brought": report.imported,
    }

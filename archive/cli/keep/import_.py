"""`baotinh import`: articles that others have in tables and texts, brought in as secondary records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.keep.ingest import read_brought, tell_unclaimed, unclaimed_of
from archive.cli.keep.recover import read_whole
from archive.cli.opening import for_writing, register_of
from archive.cli.output import print_json, print_table, progress, say
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.importers.fields import read_choice
from archive.importers.table import Choice, Report, bring, look, nothing
from archive.ingest import Ingest
from archive.messages.language import number, spoken, tr
from archive.worker.pool import WorkerPool, per_core

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

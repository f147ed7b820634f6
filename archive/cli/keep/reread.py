"""`baotinh reread`: stored pages read again with today's parsers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from archive.cli.command import archive_option, command, json_option, question
from archive.cli.opening import for_writing, reading, register_of
from archive.cli.output import print_json, print_table, progress, say
from archive.errors import DamageError, UsageError
from archive.holdings import Holdings
from archive.ingest import reread as rereading
from archive.ingest.reread import Tally
from archive.messages.language import number, tr
from archive.search.question import option as declared
from archive.sources.model import IMPORTED
from archive.store.counts import has_source
from archive.warc.groups import WAY_OUT


@dataclass(frozen=True, slots=True)
class RereadOptions:
    """Which pages are read again, and by what."""

    source: str = declared("Only captures of this source; imported: of all unclaimed hosts.", "", metavar="ID")
    since: date | None = declared("Only what was captured on this day (UTC) and later.", None, kind="day")
    older_than: str = declared("Only what an older parser has read.", "", name="parser-older-than", metavar="FAMILY/N")
    restored: bool = declared("Only articles whose headline was made from a slug, as after rebuild restorer.", False)
    dry_run: bool = declared("Say what would change, field by field, and write nothing.", False)
    workers: int | None = declared(
        "Processes that read; one per core if not given.", None, kind="integer", bounds=(0, 64)
    )
    engine: str = declared("What reads.", "here", choices=("here", "spark"))
    master: str = declared("Spark's master; this machine's cores if not given.", "", metavar="URL")
    tables: str = declared("With Spark: where the Parquet tables go.", "", name="output", short="o", metavar="PATH")
    partitions: int | None = declared(
        "With Spark: ranges of records; 4 per core if not given.", None, kind="integer", bounds=(0, 0)
    )
    warcs: str = declared("With Spark: where the WARC files lie, if not in the archive.", "", metavar="URL")


@command(
    "reread",
    examples=[
        "baotinh reread --dry-run",
        "baotinh reread --source thai-nguyen-dang --since 2026-01-01",
        "baotinh reread --parser-older-than nukeviet/3",
        "baotinh reread --restored",
        "baotinh reread --engine spark --master spark://10.0.0.1:7077 --output /mnt/shared/tables",
    ],
    codes=(0, 2, 4, 5),
)
@question(RereadOptions)
@json_option
@archive_option
def reread(asked: RereadOptions, as_json: bool, root: Path) -> None:
    """Read stored pages again with today's parsers, each with the layout its site had on the day of capture.

    What an earlier parser read is kept beside it. The history of a page and the history of its reading stay apart: a
    better parser makes no revision.

    With --engine spark a cluster reads all captures and writes Parquet tables, which 'baotinh rebuild --from' brings
    in; the archive itself stays as it is.
    """
    holdings = for_writing(root)
    register = register_of(holdings)
    if asked.source not in ("", IMPORTED) and not _is_held(holdings, asked.source):
        register.get(asked.source)
    if asked.engine == "spark":
        if asked.since or asked.older_than or asked.restored or asked.dry_run or not asked.tables:
            raise UsageError("--engine spark takes --output, --master, --partitions, --warcs and --source only")
        written = on_spark(
            holdings, register, asked.tables, asked.master, asked.partitions or 0, asked.source, asked.warcs
        )
        _print_tables(written, asked.tables, as_json)
        return
    since = asked.since.isoformat() if asked.since else ""
    selection = rereading.Selection(asked.source, since, asked.older_than, asked.restored)
    with progress("reading captures") as shown:
        tally = rereading.reread(holdings, register, selection, asked.dry_run, asked.workers or 0, shown.advance)
    if as_json:
        print_json(_plain(tally))
    else:
        _print(tally)
    if asked.dry_run:
        say("nothing was written")
    for line in tally.damaged:
        click.echo(line, err=True)
    if tally.damaged:
        raise DamageError(
            "records that cannot be read: {count}; what they showed when they were read stands. {way}",
               count=number(len(tally.damaged)), way=tr(WAY_OUT)
        )  # fmt: skip


def _is_held(holdings: Holdings, source: str) -> bool:
    # what no source of the register claimed when it came lies under the name of its folder
    if not holdings.database.exists():
        return False
    with reading(holdings.root) as db:
        return has_source(db, source)


def on_spark(*arguments: Any) -> Any:
    """`archive.cluster.spark.job.reread`, loaded when it is wanted."""
    from archive.cluster.spark.job import reread as job

    return job(*arguments)


def _print_tables(written: Any, tables: str, as_json: bool) -> None:
    if as_json:
        print_json(written)
    else:
        print_table(written.rows.items(), [tr("table"), tr("rows")])
    say("tables are in {folder}; 'baotinh rebuild --from' brings them into an archive", folder=tables)


def _print(tally: Tally) -> None:
    say(
        "captures read again: {captures}; articles changed: {articles}, found: {found}, lost: {lost}",
        captures=number(tally.captures),
        articles=number(tally.articles),
        found=number(tally.found),
        lost=number(tally.lost),
    )
    if tally.assigned:
        say("captures assigned to the source that claims their host now: {count}", count=number(tally.assigned))
    names = sorted({name for name, _ in tally.fields})
    rows = [
        (tr(name), *(tally.fields[name, how] for how in ("changed", "gained", "lost")), tally.examples[name])
        for name in names
    ]
    if rows:
        print_table(rows, [tr(name) for name in ("field", "changed", "gained", "lost", "example")])


def _plain(tally: Tally) -> dict[str, object]:
    fields: dict[str, dict[str, int]] = {}
    for (name, how), count in sorted(tally.fields.items()):
        fields.setdefault(name, {})[how] = count
    return {
        "captures": tally.captures,
        "articles": tally.articles,
        "found": tally.found,
        "lost": tally.lost,
        "assigned": tally.assigned,
        "damaged": tally.damaged,
        "fields": fields,
        "examples": tally.examples,
    }

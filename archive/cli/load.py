"""`baotinh load`: the tables of a re-reading on Spark become the archive's database."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option
from archive.cli.opening import for_writing, register_of
from archive.cli.output import print_json, progress, say
from archive.cli.words import number


@command(
    "load",
    examples=["baotinh load /mnt/shared/tables", "baotinh load s3://luu-tru/tables"],
    codes=(0, 2, 4, 5),
)
@click.argument("tables", metavar="PARQUET")
@json_option
@archive_option
def load(tables: str, as_json: bool, root: Path) -> None:
    """Make the database of the Parquet tables that 'baotinh reread --engine spark' has written.

    PARQUET is their folder, or an address (s3://...). Every file is checked against the manifest beside them, and the
    old database stands until the new one is whole.
    """
    from archive.spark.load import load as bring

    holdings = for_writing(root)
    with progress("loading rows") as shown:
        loaded = bring(holdings, register_of(holdings), tables, shown.advance)
    if as_json:
        print_json(loaded)
    say(
        "loaded captures: {captures}, articles: {articles}, revisions: {revisions}",
        captures=number(loaded.captures),
        articles=number(loaded.articles),
        revisions=number(loaded.revisions),
    )

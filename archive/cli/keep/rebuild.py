"""`baotinh rebuild`, `reindex` and `load`: the database made again from the WARC files, its search index, or from the
tables of a cluster.
"""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import for_writing, register_of
from archive.cli.output import print_json, progress, say
from archive.custody import rebuild as rebuilding
from archive.messages.language import number, spoken, tr
from archive.search.connection import explain_damage
from archive.search.index import bitmaps, pairs, writer
from archive.search.index import writer as unlikely
from archive.store import opened_to_write


@command("rebuild", examples=["baotinh rebuild", "baotinh rebuild --archive /srv/bao"], codes=(0, 2, 4, 5))
@json_option
@archive_option
def rebuild(as_json: bool, root: Path) -> None:
    """Make archive.sqlite again from the WARC files alone, and put it in place of the old one when it is whole.

    The old database answers until then. What comes out otherwise than it stood there is told with its reason. What is
    damaged in the WARC files is named; 'baotinh verify' says more.
    """
    holdings = for_writing(root)
    with progress("reading captures") as shown:
        told = rebuilding.rebuild(
            holdings, register_of(holdings), tell=lambda file, captures: shown.advance(captures, note=file)
        )
    for fault in told.faults:
        click.echo(fault, err=True)
    if as_json:
        print_json(told)
    else:
        say(
            "made the database again; articles: {articles}, captures: {captures}, unread: {unread}, files: {files}",
            articles=number(told.articles),
            captures=number(told.captures),
            files=number(told.files),
            unread=number(told.unread),
        )
        _tell_differences(told)


def _tell_differences(told: rebuilding.Rebuilt) -> None:
    for one in told.differences:
        count, examples = number(one.count), ", ".join(one.examples)
        say("{count} × {what}: {why} ({examples})", count=count, what=tr(one.what), why=one.why, examples=examples)
    if told.uncompared:
        say("not compared with the database before: {why}", why=spoken(told.uncompared))
    elif not told.differences:
        say("articles and pages are as they were before")


# `baotinh reindex`: the search index made again from the articles.


@command("reindex", examples=["baotinh reindex", "baotinh reindex --pending"], codes=(0, 2, 4, 5))
@option("--pending", is_flag=True, help="Only finish what a run left: pairs of words, and merging.")
@archive_option
def reindex(pending: bool, root: Path) -> None:
    """Make the search index again from the articles in the database; it repairs a damaged one.

    0.3 ms an article; searches answer from the old index until it is done, and crawls wait to write.
    """
    holdings = for_writing(root)
    with opened_to_write(holdings.database) as db:
        if not pending:
            say("articles indexed: {count}", count=number(writer.rebuild(db)))
            say("pages indexed that are unlikely to be articles: {count}", count=number(unlikely.reindex_unlikely(db)))
        with explain_damage():
            say("articles whose pairs of words were noted: {count}", count=number(pairs.catch_up(db)))
            writer.optimize(db)
            bitmaps.count_words(db)


# `baotinh load`: the tables of a re-reading on Spark become the archive's database.


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
    from archive.cluster.spark.load import load as bring

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

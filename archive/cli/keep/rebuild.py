"""`baotinh rebuild`: the database made again from the WARC files or a cluster's tables, its indexes, the restorer."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import for_writing, register_of
from archive.cli.output import print_json, progress, say
from archive.custody import rebuild as rebuilding
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.messages.language import number, spoken, tr
from archive.search.connection import explain_damage
from archive.search.index import bitmaps, numbered, pairs, writer
from archive.store import opened_to_write
from archive.warc import cdxj


@command(
    "rebuild",
    examples=[
        "baotinh rebuild",
        "baotinh rebuild index --pending",
        "baotinh rebuild restorer",
        "baotinh rebuild --from s3://luu-tru/tables",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument(
    "what", type=click.Choice(["database", "index", "cdxj", "restorer"]), default="database", required=False
)
@option("--pending", is_flag=True, help="Of the index, only finish what a run left: pairs of words, and merging.")
@option("--from", "tables", default="", metavar="PARQUET", help="Of the database, out of the tables of a cluster.")
@json_option
@archive_option
def rebuild(what: str, pending: bool, tables: str, as_json: bool, root: Path) -> None:
    """Make again what follows from what is kept: the database, the search index, the CDXJ index, or the restorer.

    The old database answers until the new one is whole and takes its place. What comes out otherwise than it stood
    there is told with its reason; what is damaged in the WARC files is named; 'baotinh verify' says more. With --from
    the rows come from Parquet tables, a folder or an address (s3://...), that 'baotinh reread --engine spark' has
    written: every file is checked against the manifest beside them.

    The search index is made of the articles in the database, 0.3 ms each; searches answer from the old one until then,
    and crawls wait to write. The CDXJ index (index/archive.cdxj) has a sorted line for each capture in a closed file,
    for pywb and other tools.

    The restorer (models/restorer.bin) learns from all headlines, leads and bodies which accents go with which
    syllables. Pages that show their slug alone get their headline from it: those read from now on, and with 'baotinh
    reread --restored' those read before. Such a headline is marked, and names the model. Make it again when the archive
    has grown, or after something was erased from it.
    """
    if pending and what != "index":
        raise UsageError("--pending is for 'baotinh rebuild index'")
    if tables and what != "database":
        raise UsageError("--from is for the database")
    holdings = for_writing(root)
    if what == "index":
        _index(holdings, pending, as_json)
    elif what == "cdxj":
        click.echo(cdxj.build(holdings.root))
    elif what == "restorer":
        _restorer(holdings, as_json)
    elif tables:
        _load(holdings, tables, as_json)
    else:
        _database(holdings, as_json)


def _database(holdings: Holdings, as_json: bool) -> None:
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


def _index(holdings: Holdings, pending: bool, as_json: bool) -> None:
    told = {}
    with opened_to_write(holdings.database) as db:
        if not pending:
            told = {"articles": writer.rebuild(db), "unlikely": writer.reindex_unlikely(db)}
            if not as_json:
                say("articles indexed: {count}", count=number(told["articles"]))
                say("pages indexed that are unlikely to be articles: {count}", count=number(told["unlikely"]))
        with explain_damage():
            told["paired"] = pairs.catch_up(db)
            numbered.catch_up(db)
            writer.optimize(db)
            bitmaps.count_words(db)
    if as_json:
        print_json(told)
    else:
        say("articles whose pairs of words were noted: {count}", count=number(told["paired"]))


def _load(holdings: Holdings, tables: str, as_json: bool) -> None:
    from archive.cluster.spark.load import load

    with progress("loading rows") as shown:
        loaded = load(holdings, register_of(holdings), tables, shown.advance)
    if as_json:
        print_json(loaded)
    say(
        "loaded captures: {captures}, articles: {articles}, revisions: {revisions}",
        captures=number(loaded.captures),
        articles=number(loaded.articles),
        revisions=number(loaded.revisions),
    )


def _restorer(holdings: Holdings, as_json: bool) -> None:
    from archive.learning import restorer

    with progress("learning from articles") as shown:
        trained = restorer.train(holdings, shown.advance)
    if as_json:
        print_json(trained)
    say(
        "model {name} of {articles} articles: {forms} forms, {bytes} bytes in {file}; made from slugs: {restored}",
        name=trained.name,
        articles=number(trained.articles),
        forms=number(trained.forms),
        bytes=number(trained.bytes),
        file=trained.file,
        restored=number(trained.restored),
    )

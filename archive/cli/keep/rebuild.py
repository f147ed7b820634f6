"""`baotinh rebuild` and `reread`: database, indexes and restorer made again; pages read with today's parsers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, question
from archive.cli.opening import for_writing, reading, register_of, valid_register_of
from archive.cli.output import print_json, print_table, progress, say
from archive.corpus.words import UNITS, Unit
from archive.custody import rebuild as rebuilding
from archive.errors import DamageError, UsageError
from archive.holdings import Holdings
from archive.ingest import reread as rereading
from archive.ingest.reread import Tally
from archive.messages.language import number, spoken, tr
from archive.search.connection import explain_damage
from archive.search.index import bitmaps, numbered, writer
from archive.search.question import option as declared
from archive.sources.model import IMPORTED
from archive.store import opened_to_write
from archive.store.counts import has_source
from archive.warc import cdxj
from archive.warc.groups import WAY_OUT


@dataclass(frozen=True, slots=True)
class RebuildOptions:
    """What is made again, and of what."""

    what: str = declared("", "database", argument=1, choices=("database", "index", "cdxj", "ngrams", "restorer"))
    pending: bool = declared("Of the index, only finish what a run left.", False)
    unit: Unit | None = declared("Of n-grams, what counts as a word; else a syllable.", None, choices=UNITS)
    least: int | None = declared(
        "Of n-grams, leave out what is found less often; else than twice.", None, kind="integer", bounds=(1, 10_000)
    )


@command(
    "rebuild",
    examples=[
        "baotinh rebuild",
        "baotinh rebuild index --pending",
        "baotinh rebuild ngrams --unit word",
        "baotinh rebuild restorer",
    ],
    codes=(0, 2, 3, 4, 5),
)
@question(RebuildOptions)
@json_option
@archive_option
def rebuild(asked: RebuildOptions, as_json: bool, root: Path) -> None:
    """Make again what follows from what is kept: database, search index, CDXJ index, n-grams, or restorer.

    The old database answers until the new one is whole and takes its place. What comes out otherwise than it stood
    there is told with its reason; what is damaged in the WARC files is named; 'baotinh verify' says more.

    The search index is made of the articles in the database, 0.3 ms each; searches answer from the old one until then,
    and crawls wait to write. The CDXJ index (index/archive.cdxj) has a sorted line for each capture in a closed file,
    for pywb and other tools.

    Of n-grams all words and pairs of words are counted, 2 ms an article, for 'baotinh study ngrams' and for collocates.
    A word is a syllable; with --unit word what the archive's own texts tell to be one, with segment what a segmenter
    makes of them (extra nlp, 0.7 ms a sentence), the syllables of each joined by _.

    The restorer (models/restorer.bin) learns from all headlines, leads and bodies which accents go with which
    syllables. Pages that show their slug alone get their headline from it: those read from now on, and with 'baotinh
    reread --restored' those read before. Such a headline is marked, and names the model. Make it again when the archive
    has grown, or after something was erased from it.
    """
    for given, option, what in (
        (asked.pending, "--pending", "index"),
        (asked.unit, "--unit", "ngrams"),
        (asked.least, "--least", "ngrams"),
    ):
        if given and asked.what != what:
            raise UsageError("{option} is for 'baotinh rebuild {what}'", option=option, what=what)
    holdings = for_writing(root)
    match asked.what:
        case "index":
            _index(holdings, asked.pending, as_json)
        case "cdxj":
            click.echo(cdxj.build(holdings.root))
        case "ngrams":
            _ngrams(holdings, asked, as_json)
        case "restorer":
            _restorer(holdings, as_json)
        case _:
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
            told["numbered"] = numbered.catch_up(db)
            writer.optimize(db)
            bitmaps.catch_up(db)
    if as_json:
        print_json(told)
    else:
        say("articles whose words were numbered: {count}", count=number(told["numbered"]))


def _ngrams(holdings: Holdings, asked: RebuildOptions, as_json: bool) -> None:
    from archive.corpus import ngrams

    with opened_to_write(holdings.database) as db, progress("counting articles") as shown:
        kept = ngrams.build(db, asked.least or ngrams.LEAST, shown.advance, asked.unit or "syllable")
    if as_json:
        print_json({"ngrams": kept})
    say("{count} words and pairs counted", count=number(kept))


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


@command(
    "reread",
    examples=[
        "baotinh reread --dry-run",
        "baotinh reread --source thai-nguyen-dang --since 2026-01-01",
        "baotinh reread --parser-older-than nukeviet/3",
        "baotinh reread --restored",
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
    """
    holdings = for_writing(root)
    register = valid_register_of(holdings)
    if asked.source in register.broken_ids or (
        asked.source not in ("", IMPORTED) and not _is_held(holdings, asked.source)
    ):
        register.get(asked.source)
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
    if not tally.damaged and not asked.source and register.broken:
        raise register.broken[0]
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

"""`baotinh export`: what a query or a corpus holds, written to a file or to standard output."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click
from sqlite_utils import Database

from archive import cite as citing
from archive.cite import CiteRequest
from archive.cli.answers import counted
from archive.cli.command import archive_option, command, json_option, question
from archive.cli.opening import of_source, reading
from archive.cli.output import print_json, progress, say
from archive.errors import NothingFound, UsageError
from archive.export.files import ExportRequest, write_export
from archive.export.formats import FORMATS, text_writer
from archive.export.selection import Selection, select
from archive.holdings import Holdings
from archive.messages.language import language, number, spoken
from archive.search.backend import ask_article
from archive.store.queries import stored_article
from archive.terminal import put, raw


@command(
    "export",
    examples=[
        "baotinh export --format jsonl -o bai-bao.jsonl",
        "baotinh export --format csv --source thai-nguyen-dang --since 2020-01-01 -o 2020.csv",
        "baotinh export --format jsonl 'chè Thái Nguyên' | jq -r .headline",
        "baotinh export --format text --corpus dai-hoi-2020 -o dai-hoi-2020.zip",
        "baotinh export --format bibtex --base https://kho.example '\"đại hội điểm\"' -o luan-van.bib",
        "baotinh export --format parquet --as-of 2021-06-01 -o nhu-ngay-ay.parquet",
    ],
    codes=(0, 2, 3, 4, 5),
)
@question(ExportRequest)
@json_option
@archive_option
def export(asked: ExportRequest, as_json: bool, root: Path) -> None:
    """Write articles, all or those that QUERY finds. A file is written beside its name and renamed when whole.

    jsonl, csv, records, bibtex, ris and csl-json are text; parquet, text (a folder, or a ZIP file where its name ends
    with .zip), warc and wacz (all captures of the articles, as the sites sent them) need a file. What was taken down is
    in none of them.
    """
    if asked.path is None and (asked.form not in FORMATS or as_json):
        what = "--json" if asked.form in FORMATS else asked.form
        raise UsageError("{what} does not go to standard output with the articles: name a file with -o", what=what)
    if asked.path is not None and asked.path.exists() and not asked.force:  # before anything is looked for
        raise UsageError("{path} exists; name another file, or write over it with --force", path=asked.path)
    holdings = Holdings.open(root)
    with reading(root) as db, of_source(asked.source, root), progress("exporting") as shown:
        chosen = select(db, root, asked)
        _tell(chosen)
        if asked.path is None:
            _print(db, chosen, asked)
            return
        taken = write_export(holdings, db, chosen, asked, shown.advance)
    if as_json:
        print_json(asdict(taken))
    else:
        say("articles written to {path}: {count}", count=number(taken.articles), path=taken.path)


def _print(db: Database, chosen: Selection, asked: ExportRequest) -> None:
    if not len(chosen):
        raise NothingFound("no article to export")
    out = sys.stdout if sys.stdout.isatty() else raw(sys.stdout)
    text_writer(asked.form, asked.base, asked.bom)(chosen.articles(db), out)


def _tell(chosen: Selection) -> None:
    if chosen.about.accents:
        click.echo(f"{chosen.about.query}: {counted(chosen.about.accents)}", err=True)
    for note in chosen.notes:
        click.echo(spoken(note), err=True)
    if chosen.missing:
        say("no longer there, and not exported: {ids}", ids=_some(chosen.missing))
    if chosen.altered:
        say("their frozen text is held no longer, and not exported: {ids}", ids=_some(chosen.altered))


def _some(ids: tuple[str, ...]) -> str:
    shown = ", ".join(ids[:10])
    return f"{shown}, … ({number(len(ids))})" if len(ids) > 10 else shown


@command(
    "cite",
    examples=["baotinh cite ldookmj3dk", "baotinh cite ldookmj3dk --style bibtex >> luan-van.bib"],
    codes=(0, 2, 3, 4, 5),
)
@question(CiteRequest)
@json_option
@archive_option
def cite(asked: CiteRequest, as_json: bool, root: Path) -> None:
    """Cite an article, named by its id or address; the proof (capture, digest, permalink) in a note apart."""
    with reading(root) as held:
        stored = ask_article(held, asked.article, stored_article)
    if as_json:
        print_json(citing.references(stored, asked.base, language()))
    else:
        put(citing.cited(stored, asked.style, asked.base, language()) + "\n")

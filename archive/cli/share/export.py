"""`baotinh export`: what a query or a corpus holds, written to a file or to standard output."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click
from sqlite_utils import Database

from archive import cite as citing
from archive.cli.answers import counted
from archive.cli.command import Day, any_accents_option, archives_option, command, json_option, option
from archive.cli.opening import asking, of_source
from archive.cli.output import print_json, progress, say
from archive.cluster.pattern import is_several
from archive.errors import NothingFound, UsageError
from archive.export.files import FORMS, write_export
from archive.export.formats import FORMATS, text_writer
from archive.export.selection import Selection, SelectionOfSeveral, select
from archive.holdings import Holdings
from archive.messages.language import language, number, spoken, tr
from archive.search.answer import ORDERS, Order
from archive.search.backend import Backend, ask_article
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
@click.argument("query", nargs=-1)
@option(
    "--format",
    "form",
    default="jsonl",
    show_default=True,
    type=click.Choice(FORMS),
    help="jsonl: all that is known; csv: for spreadsheets; records: slug, captions, text; text: a file per article.",
)
@option("--output", "-o", "path", type=click.Path(path_type=Path), help="File to write; standard output if not given.")
@option("--force", is_flag=True, help="Write over a file that exists.")
@option("--corpus", default="", metavar="NAME", help="Only a frozen corpus, each text as it was frozen.")
@option("--source", default="", metavar="ID", help="Only articles of this source.")
@option("--since", type=Day(), help="Only articles of this day and later.")
@option("--until", type=Day(), help="Only articles of this day and earlier.")
@option("--as-of", type=Day(), help="The archive as it stood at the end of this day, with the texts of then.")
@any_accents_option
@option("--order", default="oldest", show_default=True, type=click.Choice(ORDERS), help="How articles are sorted.")
@option("--base", default="", metavar="URL", help="Address of the reading room, for the permalinks of references.")
@option("--bom", is_flag=True, help="Begin a CSV with a byte order mark: Excel asks for it.")
@json_option
@archives_option
def export(
    query: tuple[str, ...],
    form: str,
    path: Path | None,
    force: bool,
    corpus: str,
    source: str,
    since: date | None,
    until: date | None,
    as_of: date | None,
    any_accents: bool,
    order: Order,
    base: str,
    bom: bool,
    as_json: bool,
    root: Path,
) -> None:
    """Write articles, all or those that QUERY finds. A file is written beside its name and renamed when whole.

    jsonl, csv, records, bibtex, ris and csl-json are text; parquet, text (a folder, or a ZIP file where its name ends
    with .zip), warc and wacz (all captures of the articles, as the sites sent them) need a file. What was taken down is
    in none of them.
    """
    if since and until and since > until:
        raise click.UsageError(tr("--since {since} lies after --until {until}", since=since, until=until))
    if path is None and (form not in FORMATS or as_json):
        what = "--json" if form in FORMATS else form
        raise UsageError("{what} does not go to standard output with the articles: name a file with -o", what=what)
    if path is not None and path.exists() and not force:  # before anything is looked for
        raise UsageError("{path} exists; name another file, or write over it with --force", path=path)
    holdings = None if is_several(root) else Holdings.open(root)
    with (
        asking(root) as held,
        of_source(source, *([root] if isinstance(held, Database) else held.roots)),
        progress("exporting") as shown,
    ):
        chosen = select(
            held,
            root,
            " ".join(query),
            corpus=corpus,
            order=order,
            any_accents=any_accents,
            source=source,
            since=since,
            until=until,
            as_of=as_of,
        )
        _tell(chosen)
        if path is None:
            _print(held, chosen, form, base, bom)
            return
        taken = write_export(holdings, held, chosen, form, path, force=force, base=base, bom=bom, advance=shown.advance)
    if as_json:
        print_json(asdict(taken))
    else:
        say("articles written to {path}: {count}", count=number(taken.articles), path=path)


def _print(held: Backend, chosen: Selection | SelectionOfSeveral, form: str, base: str, bom: bool) -> None:
    if not len(chosen):
        raise NothingFound("no article to export")
    text_writer(form, base, bom)(chosen.articles(held), sys.stdout if sys.stdout.isatty() else raw(sys.stdout))


def _tell(chosen: Selection | SelectionOfSeveral) -> None:
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


# `baotinh cite`: an article as a reference that leads back to the preserved page.


@command(
    "cite",
    examples=["baotinh cite ldookmj3dk", "baotinh cite ldookmj3dk --style bibtex >> luan-van.bib"],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("article")
@option("--style", default="apa", show_default=True, type=click.Choice(citing.STYLES), help="Form of the reference.")
@json_option
@archives_option
def cite(article: str, style: str, as_json: bool, root: Path) -> None:
    """Cite an article, named by its id or address; the proof (capture, digest, permalink) in a note apart."""
    with asking(root) as held:
        stored = ask_article(held, article, stored_article)
    if as_json:
        print_json(citing.references(stored, language=language()))
    else:
        put(citing.cited(stored, style, language=language()) + "\n")

"""`baotinh corpus`: frozen corpora, to be reopened, compared and cited."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli.answers import counted
from archive.cli.command import Group, archive_option, command, json_option, question
from archive.cli.opening import reading
from archive.cli.output import print_json, print_json_lines, print_table, say
from archive.holdings import Holdings
from archive.messages.language import number, spoken, tr
from archive.search import corpora, query_files
from archive.search.query_files import KeepRequest


@click.group(
    "corpus",
    cls=Group,
    examples=["baotinh corpus freeze dai-hoi 'đại hội'", "baotinh corpus check dai-hoi"],
    codes=(0, 2, 3, 4, 5),
)
def corpus() -> None:
    """Freeze what a query finds today, and reopen, compare and cite it later."""


@command("freeze", examples=["baotinh corpus freeze dai-hoi-2020 '\"đại hội\" ngay:2020'"], codes=(0, 2, 3, 4, 5))
@question(KeepRequest)
@json_option
@archive_option
def freeze(asked: KeepRequest, as_json: bool, root: Path) -> None:
    """Freeze the articles of a query, each with its revision of today, under one digest."""
    with reading(root) as db:
        frozen = corpora.freeze(db, Holdings.open(root).root, asked)
    _print(frozen, as_json)


@command("list", examples=["baotinh corpus list"], codes=(0, 2, 4, 5))
@json_option
@archive_option
def list_corpora(as_json: bool, root: Path) -> None:
    """List the frozen corpora."""
    folder = Holdings.open(root).root
    every = [corpora.load(folder, name) for name in query_files.query_names(folder, corpora.FOLDER)]
    if as_json:
        print_json([_short(one) for one in every])
    else:
        rows = [(one.name, one.made_at[:10], len(one.members), one.query, one.digest[:19]) for one in every]
        print_table(rows, [tr("name"), tr("frozen"), tr("articles"), tr("query"), tr("digest")])


@command("show", examples=["baotinh corpus show dai-hoi-2020"], codes=(0, 2, 3, 4, 5))
@click.argument("name")
@json_option
@archive_option
def show(name: str, as_json: bool, root: Path) -> None:
    """Show the articles of a corpus, one line each: public id, revision, digest of its text."""
    one = corpora.load(Holdings.open(root).root, name)
    if as_json:
        print_json_lines(one.members)
    else:
        click.echo(_citation(root, one), err=True)
        for member in one.members:
            click.echo(f"{member.article}  {member.revision}  {member.digest}")


@command("check", examples=["baotinh corpus check dai-hoi-2020"], codes=(0, 2, 3, 4, 5))
@click.argument("name")
@json_option
@archive_option
def check(name: str, as_json: bool, root: Path) -> None:
    """Say what the archive holds today of a corpus: unchanged, revised since, read otherwise, gone, taken down."""
    folder = Holdings.open(root).root
    frozen = corpora.load(folder, name)
    with reading(root) as db:
        standing = corpora.check(db, frozen)
    taken = corpora.withdrawn(folder, frozen)
    if as_json:
        print_json(asdict(standing) | {"taken_down": taken})
        return
    rows = [
        (tr("unchanged"), standing.same),
        (tr("revised since"), len(standing.revised)),
        (tr("read otherwise since"), len(standing.altered)),
        (tr("no longer there"), len(standing.missing)),
        (tr("of them taken down"), len(taken)),
    ]
    print_table(rows, [tr("what"), tr("articles")])
    how = {one.article: f"{tr(one.action)} {one.at[:10]}" for one in taken}
    for what, articles in (
        ("revised since", standing.revised),
        ("read otherwise since", standing.altered),
        ("no longer there", standing.missing),
    ):
        for article in articles:
            click.echo(f"{article}  {how.get(article, tr(what))}")


@command("compare", examples=["baotinh corpus compare dai-hoi-2020 dai-hoi-2021"], codes=(0, 2, 3, 4, 5))
@click.argument("name")
@click.argument("other")
@json_option
@archive_option
def compare(name: str, other: str, as_json: bool, root: Path) -> None:
    """Compare two corpora: the articles they share with one text, and those that only one of them has so."""
    folder = Holdings.open(root).root
    one, two = corpora.load(folder, name), corpora.load(folder, other)
    shared, first, second = corpora.compare(one, two)
    taken = {corpus.name: corpora.withdrawn(folder, corpus) for corpus in (one, two)}
    if as_json:
        print_json({"shared": shared, name: first, other: second, "taken_down": taken})
    else:
        for corpus, ids in taken.items():
            if ids:
                say("{name}: taken down since it was frozen: {count}", name=corpus, count=number(len(ids)))
        rows = [(tr("shared"), len(shared)), (name, len(first)), (other, len(second))]
        print_table(rows, [tr("what"), tr("articles")])


@command("cite", examples=["baotinh corpus cite dai-hoi-2020"], codes=(0, 2, 3, 4, 5))
@click.argument("name")
@archive_option
def cite(name: str, root: Path) -> None:
    """Print one line that cites a corpus: number, query, day, program, digests, and what of it is no longer there."""
    click.echo(_citation(root, corpora.load(Holdings.open(root).root, name)))


def _citation(root: Path, one: corpora.Corpus) -> str:
    with reading(root) as db:
        standing = corpora.check(db, one)
    taken = corpora.withdrawn(Holdings.open(root).root, one)
    return spoken(corpora.citation(one, standing, len(taken), datetime.now(UTC).date()))


def _print(frozen: corpora.Corpus, as_json: bool) -> None:
    if as_json:
        print_json(_short(frozen))
    else:
        say("frozen: {count} articles, {digest}", count=number(len(frozen.members)), digest=frozen.digest)
        click.echo(counted(frozen.accents), err=True)


def _short(one: corpora.Corpus) -> dict[str, object]:
    return {
        "name": one.name,
        "query": one.query,
        "accents": asdict(one.accents),
        "made_at": one.made_at,
        "articles": len(one.members),
        "digest": one.digest,
        "archive": one.archive,
        "software": one.software,
    }


for one in (freeze, list_corpora, show, check, compare, cite):
    corpus.add_command(one)

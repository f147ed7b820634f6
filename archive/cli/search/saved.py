"""`baotinh saved`: saved queries, and what of them is new."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.answers import counted
from archive.cli.command import Group, archive_option, command, json_option, option, question
from archive.cli.opening import reading
from archive.cli.output import print_json, print_table, say
from archive.cli.search.search import print_hit
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.messages.language import number, tr
from archive.search import saved as keeping
from archive.search.query_files import KeepRequest


@click.group(
    "saved",
    cls=Group,
    examples=["baotinh saved add tin-moi 'chuyển đổi số'", "baotinh saved new tin-moi"],
    codes=(0, 2, 3, 4, 5),
)
def saved() -> None:
    """Save queries, and see what is new since you last looked."""


@command("add", examples=['baotinh saved add chuyen-doi-so \'"chuyển đổi số" tinh:"Thái Nguyên"\''], codes=(0, 2, 4))
@question(KeepRequest)
@archive_option
def add(asked: KeepRequest, root: Path) -> None:
    """Save a query under a name. Everything it finds is new at first."""
    kept = keeping.save(Holdings.open(root).root, asked)
    say("saved as {name}: {query}", name=kept.name, query=kept.query)


@command("list", examples=["baotinh saved list"], codes=(0, 2, 4, 5))
@json_option
@archive_option
def list_saved(as_json: bool, root: Path) -> None:
    """List the saved queries, with when you last looked and how many articles you have seen."""
    every = keeping.every(Holdings.open(root).root)
    if as_json:
        print_json([{"name": one.name, "query": one.query, "looked_at": one.looked_at} for one in every])
    else:
        rows = [(one.name, one.query, one.looked_at[:10], len(one.seen)) for one in every]
        print_table(rows, [tr("name"), tr("query"), tr("last look"), tr("articles seen")])


@command(
    "new", examples=["baotinh saved new chuyen-doi-so", "baotinh saved new --keep tin --json"], codes=(0, 2, 3, 4, 5)
)
@click.argument("name")
@option("--keep", is_flag=True, help="Do not count what is shown as seen.")
@json_option
@archive_option
def new(name: str, keep: bool, as_json: bool, root: Path) -> None:
    """Show what a saved query finds that you have not seen yet. Nothing new ends with exit code 3."""
    holdings = Holdings.open(root)
    with reading(root) as db:
        news = keeping.look(db, keeping.load(holdings.root, name))
    if as_json:
        print_json(
            {
                "query": news.saved.query,
                "total": news.total,
                "new": news.new,
                "hits": news.hits,
                "accents": news.accents,
            }
        )
    else:
        say("{new} new of {total} articles", new=number(news.new), total=number(news.total))
        click.echo(counted(news.accents), err=True)
        for hit in news.hits:
            print_hit(hit)
    if not keep:
        keeping.mark(holdings.root, news)
    if not news.hits:
        raise NothingFound("nothing new for {name}", name=name)


@command("remove", examples=["baotinh saved remove chuyen-doi-so"], codes=(0, 2, 3, 4, 5))
@click.argument("name")
@archive_option
def remove(name: str, root: Path) -> None:
    """Forget a saved query."""
    keeping.forget(Holdings.open(root).root, name)
    say("forgotten: {name}", name=name)


for one in (add, list_saved, new, remove):
    saved.add_command(one)

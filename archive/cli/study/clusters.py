"""`baotinh clusters`: which articles have one text, and who published it first."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import for_writing, reading, register_of
from archive.cli.output import print_json_lines, print_table, progress, say
from archive.corpus import clusters as clustering
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.messages.language import number, tr
from archive.store import clusters as rows
from archive.store import opened_to_write


@command(
    "clusters",
    examples=[
        "baotinh clusters",
        "baotinh clusters --source thai-nguyen-bao --limit 20",
        "baotinh clusters --list --limit 0 --json > cung-mot-bai.jsonl",
    ],
    codes=(0, 2, 3, 4, 5),
)
@option("--list", "only_list", is_flag=True, help="List what was found before and compare nothing.")
@option("--source", default="", metavar="ID", help="Only clusters in which this source takes part.")
@option("--within", is_flag=True, help="Also texts that one source alone has published more than once.")
@option("--limit", default=100, show_default=True, type=click.IntRange(0), help="So many clusters; 0 for all.")
@json_option
@archive_option
def clusters(only_list: bool, source: str, within: bool, limit: int, as_json: bool, root: Path) -> None:
    """Find articles with near-identical texts across sources, and list them with who was first.

    What is new or changed since the last time is compared; run it after crawls and imports, and after a rebuild. A text
    counts as the same while every tenth syllable differs at most, or the shorter one is a cut of the longer. JSON is
    one object a line.
    """
    holdings = for_writing(root)
    if source:
        register_of(holdings).get(source)
    if not only_list:
        _update(holdings)
    with reading(root) as db:
        found = rows.clusters(db, source, within)
        shown = list(islice(found, limit)) if limit else list(found)
        if as_json:
            print_json_lines(shown)
        elif shown:
            show(shown)
        compared, texts = rows.counts(db)
    say("articles compared: {articles}, distinct texts: {texts}", articles=number(compared), texts=number(texts))
    if not shown:
        raise NothingFound("no text that two sources have published")


def _update(holdings: Holdings) -> None:
    with opened_to_write(holdings.database) as db, progress("comparing articles") as shown:
        clustering.update(db, shown.advance)


def show(shown: list[rows.Cluster]) -> None:
    """Prints clusters as a table."""
    print_table(
        [
            (
                one.articles,
                one.sources,
                one.provinces,
                one.first.day,
                one.first.source,
                one.first.id,
                one.first.headline,
            )
            for one in shown
        ],
        [
            *(tr("articles"), tr("sources"), tr("provinces"), tr("first on")),
            *(tr("source"), "id", tr("headline")),
        ],
    )

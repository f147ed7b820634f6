"""`baotinh clusters`: which articles have one text, and who published it first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from archive.cli.command import archive_option, command, json_option, option, question
from archive.cli.opening import for_writing, reading, register_of
from archive.cli.output import print_json_lines, print_table, progress, say
from archive.corpus import clusters as clustering
from archive.corpus.clusters import ClustersRequest
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.messages.language import number, tr
from archive.store import opened_to_write
from archive.store.clusters import Cluster


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
@question(ClustersRequest)
@json_option
@archive_option
def clusters(asked: ClustersRequest, only_list: bool, as_json: bool, root: Path) -> None:
    """Find articles with near-identical texts across sources, and list them with who was first.

    What is new or changed since the last time is compared; run it after crawls and imports, and after a rebuild. A text
    counts as the same while every tenth syllable differs at most, or the shorter one is a cut of the longer. JSON is
    one object a line.
    """
    holdings = for_writing(root)
    if asked.source:
        register_of(holdings).get(asked.source)
    if not only_list:
        _update(holdings)
    with reading(root) as db:
        found = clustering.answer(db, asked)
    if as_json:
        print_json_lines(found.clusters)
    elif found.clusters:
        show(found.clusters)
    say(
        "articles compared: {articles}, distinct texts: {texts}",
        articles=number(found.articles),
        texts=number(found.texts),
    )
    if not found.clusters:
        raise NothingFound("no text that two sources have published")


def _update(holdings: Holdings) -> None:
    with opened_to_write(holdings.database) as db, progress("comparing articles") as shown:
        clustering.update(db, shown.advance)


def show(shown: Sequence[Cluster]) -> None:
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

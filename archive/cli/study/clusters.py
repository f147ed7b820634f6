"""`baotinh study clusters`, `flow`: which articles have one text, who published it first, and who prints whom."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from archive.cli.answers import is_printed, tell
from archive.cli.command import archive_option, command, json_option, option, question
from archive.cli.opening import for_writing, reading, register_of
from archive.cli.output import print_json_lines, print_table, progress, say
from archive.corpus import clusters as clustering
from archive.corpus import flow_graph
from archive.corpus import people as persons
from archive.corpus.clusters import ClustersRequest
from archive.corpus.flow import HEAD, FlowRequest, answer, lag
from archive.corpus.people import PeopleRequest, offices
from archive.disk import replace_file
from archive.errors import NothingFound, UsageError
from archive.messages.language import language, number, spoken, tr
from archive.store import opened_to_write


@command(
    "people",
    examples=[
        "baotinh study people",
        "baotinh study people --office 'Bí thư Tỉnh ủy' --by first",
        "baotinh study people --csv 'nguoi:\"Nguyễn Văn A\"' > chuc-vu.csv",
    ],
    codes=(0, 2, 3, 4, 5),
)
@question(PeopleRequest)
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets: a line an office.")
@json_option
@archive_option
def people(asked: PeopleRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show whom articles name with an office: each name, its offices with first and last day, and how many articles.

    Days are those of the articles: an office began before the first and goes on after the last. Two persons of one name
    are not told apart.
    """
    with reading(root) as held:
        found = persons.answer(held, asked)
    if not is_printed(found, as_json, as_csv, offices(found), persons.HEAD):
        tell(found)
        told = "{names} names in {articles} articles, {shown} shown"
        say(told, names=number(found.names), articles=number(found.articles), shown=number(len(found.people)))
        table, before = [], ""
        for name, *office in offices(found):
            table.append(("" if name == before else name, *office))
            before = name
        print_table(table, [tr("name"), tr("office"), tr("first day"), tr("last day"), tr("articles")])
    if not found.people:
        raise NothingFound("no article names a person with such an office")


@command(
    "clusters",
    examples=[
        "baotinh study clusters",
        "baotinh study clusters --source thai-nguyen-bao --limit 20",
        "baotinh study clusters --list --limit 0 --json > cung-mot-bai.jsonl",
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
        with opened_to_write(holdings.database) as db, progress("comparing articles") as shown:
            clustering.update(db, shown.advance)
    with reading(root) as db:
        found = clustering.answer(db, asked)
    if as_json:
        print_json_lines(found.clusters)
    elif found.clusters:
        names = ("articles", "sources", "provinces", "first on", "source")
        rows = [
            (one.articles, one.sources, one.provinces, first.day, first.source, first.id, first.headline)
            for one, first in ((one, one.first) for one in found.clusters)
        ]
        print_table(rows, [*map(tr, names), "id", tr("headline")])
    told = "articles compared: {articles}, distinct texts: {texts}"
    say(told, articles=number(found.articles), texts=number(found.texts))
    if not found.clusters:
        raise NothingFound("no text that two sources have published")


_FLOW_HEAD: Final = (
    *("origin", "printed by", "articles", "known", "here"),
    *("unsure", "share", "median lag", "first", "last"),
)


@command(
    "flow",
    examples=[
        "baotinh study flow",
        "baotinh study flow --source thai-nguyen-bao --csv > dong-tin.csv",
        "baotinh study flow --basis known --graph dong-tin.graphml 'bão ngay:2024'",
    ],
    codes=(0, 2, 3, 4, 5),
)
@question(FlowRequest)
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")
@option(
    "--graph",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the graph, too: as .graphml, .dot or .svg, as the name ends.",
)
@option("--force", is_flag=True, help="Write over a file that exists.")
@json_option
@archive_option
def flow(asked: FlowRequest, as_csv: bool, graph: Path | None, force: bool, as_json: bool, root: Path) -> None:
    """Show who prints whose texts, when and how fast.

    They are the texts that 'baotinh study clusters' has found in several sources.

    "Known": the article names its origin itself, by a credit or a canonical address. "Here": it names none, and the
    origin's article was published first of those in this archive; somebody who is not held may have been earlier.
    """
    if graph is not None and graph.exists() and not force:
        raise UsageError("{path} is there already; write over it with --force", path=graph)
    form = graph.suffix.removeprefix(".") if graph else ""
    if graph is not None and form not in flow_graph.FORMS:
        raise UsageError("{form}: a graph is written as {forms}", form=graph, forms=", ".join(flow_graph.FORMS))
    with reading(root) as held:
        found = answer(held, asked)
    if graph is not None:
        replace_file(graph, flow_graph.written(found, form, tr, language()).encode())
    if not is_printed(found, as_json, as_csv, ([getattr(edge, name) for name in HEAD] for edge in found.edges), HEAD):
        tell(found)
        say(
            "copies: {copies} of {texts} texts between {pairs} pairs of sources; {known} name their origin themselves",
            copies=number(found.copies),
            texts=number(found.texts),
            pairs=number(found.pairs),
            known=number(found.known),
        )
        print_table(
            [
                (
                    *(edge.origin if edge.held else f"“{edge.origin_name}”", edge.source),
                    *(edge.articles, edge.known, edge.here, edge.unsure or ""),
                    *(f"{number(100 * edge.share, 1)}%", spoken(lag(edge.median_hours) or ""), edge.first, edge.last),
                )
                for edge in found.edges
            ],
            [tr(name) for name in _FLOW_HEAD],
        )
    if not found.edges:
        raise NothingFound("no text that two sources have published")

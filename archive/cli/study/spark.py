"""`baotinh spark`: corpora counted on a cluster, out of the tables of a re-reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import click

from archive.cli.command import Group, command, json_option, option, question
from archive.cli.output import print_json_lines, say
from archive.cli.study import clusters as clusters_here
from archive.cli.study import ngrams as ngrams_here
from archive.cli.study import trends as trends_here
from archive.cli.study import words as words_here
from archive.corpus import ngrams as counting
from archive.corpus.chart import MEASURES, OF_MATCHES, Measure
from archive.corpus.clusters import ClustersRequest
from archive.corpus.keywords import KeywordsRequest
from archive.corpus.trends import TrendsRequest
from archive.errors import NothingFound, UsageError
from archive.messages.language import number
from archive.search.question import ANY_ACCENTS
from archive.search.question import option as declared


@click.group(
    "spark",
    cls=Group,
    examples=[
        "baotinh spark trends /mnt/shared/tables --master spark://10.0.0.1:7077 'chuyển đổi số'",
        "baotinh spark clusters s3://luu-tru/tables -o s3://luu-tru/clusters",
    ],
    codes=(0, 2, 3, 4, 5),
)
def spark() -> None:
    """Count corpora on a Spark cluster, out of the tables that 'baotinh reread --engine spark' has written.

    TABLES is their folder or an address (s3://..., https://...). The answers are those of the commands of the same
    names on an archive.
    """


def _of_tables(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what every command here takes: TABLES, --master, --source."""
    for add in (
        option("--source", default="", metavar="ID", help="Only articles of this source."),
        option("--master", default="", metavar="URL", help="Spark's master; this machine's cores if not given."),
        click.argument("tables", metavar="TABLES"),
    ):
        function = add(function)
    return function


_output = option("--output", "-o", default="", metavar="PATH", help="Write Parquet into this folder or address.")
_csv = option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")


@contextmanager
def _corpus(tables: str, master: str, source: str) -> Iterator[Any]:
    from archive.cluster.spark.corpora import open_corpus
    from archive.cluster.spark.session import session

    with session(master) as spark:
        yield open_corpus(spark, tables, source)


@dataclass(frozen=True, slots=True)
class GramsOptions:
    """The word or pair to show, and where all of them go."""

    phrase: str = declared("", "", argument=-1)
    least: int = declared("Leave out what is found less often.", counting.LEAST, bounds=(1, 0))
    any_accents: bool = ANY_ACCENTS
    output: str = declared("Write Parquet into this folder or address.", "", short="o", metavar="PATH")


@command(
    "ngrams",
    examples=["baotinh spark ngrams tables 'đại hội'", "baotinh spark ngrams tables -o grams"],
    codes=(0, 2, 3, 4, 5),
)
@_of_tables
@question(GramsOptions)
@_csv
@json_option
def ngrams(tables: str, asked: GramsOptions, master: str, source: str, as_csv: bool, as_json: bool) -> None:
    """Count words and pairs of words by month; show one, or write all of them.

    With --output two tables are written: grams (gram, folded, size, month, count) and months (month, size, tokens,
    articles).
    """
    from archive.cluster.spark.corpora import ngrams as counted
    from archive.cluster.spark.corpora import save

    if not asked.phrase and not asked.output:
        raise UsageError("name a word or a pair of words, or with --output where all are to go")
    if asked.phrase:
        counting.asked_for(asked.phrase)
    with _corpus(tables, master, source) as corpus:
        found = counted(corpus, asked.least)
        if asked.output:
            say("{count} words and pairs counted", count=number(save(found.grams, f"{asked.output}/grams")))
            save(found.months, f"{asked.output}/months")
        if asked.phrase:
            ngrams_here.show_grams(found.of(asked.phrase, asked.any_accents), as_csv, as_json)


@command("trends", examples=["baotinh spark trends tables 'chuyển đổi số' 'nông thôn mới'"], codes=(0, 2, 3, 4, 5))
@_of_tables
@question(TrendsRequest)
@option(
    "--measure",
    default="per_thousand",
    show_default=True,
    type=click.Choice(tuple(MEASURES)),
    help="What is drawn: articles, their share, or matches.",
)
@_csv
@json_option
def trends(
    tables: str,
    asked: TrendsRequest,
    master: str,
    source: str,
    measure: Measure,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Count up to five queries over time, each argument one query, beside what the tables hold of the time."""
    from archive.cluster.spark.corpora.over_time import answer

    with _corpus(tables, master, source) as corpus:
        found = answer(corpus, replace(asked, matches=measure in OF_MATCHES))
    trends_here.show(found, measure, as_csv, as_json)


@command(
    "clusters",
    examples=["baotinh spark clusters tables --limit 0 --json", "baotinh spark clusters tables -o clusters"],
    codes=(0, 2, 3, 4, 5),
)
@_of_tables
@question(ClustersRequest, leave=("source",))
@_output
@json_option
def clusters(tables: str, asked: ClustersRequest, master: str, source: str, output: str, as_json: bool) -> None:
    """Find articles with near-identical texts across sources, and list them with who was first.

    With --source those in which that source takes part. With --output all are written, and none is listed.
    """
    from archive.cluster.spark.corpora import clusters as found_in
    from archive.cluster.spark.corpora import save
    from archive.cluster.spark.corpora.clusters import cluster_of

    with _corpus(tables, master, "") as corpus:
        found = found_in(corpus, source, asked.within)
        if output:
            say("clusters: {count}", count=number(save(found, output)))
            return
        rows = map(cluster_of, found.toLocalIterator())
        shown = list(islice(rows, asked.limit) if asked.limit else rows)
    if not shown:
        raise NothingFound("no text that two sources have published")
    if as_json:
        print_json_lines(shown)
    else:
        clusters_here.show(shown)


@command(
    "keywords",
    examples=["baotinh spark keywords tables 'tinh:\"Thái Nguyên\"' --against 'tinh:\"Bắc Kạn\"'"],
    codes=(0, 2, 3, 4, 5),
)
@_of_tables
@question(KeywordsRequest, leave=("seed",))
@_csv
@json_option
def keywords(
    tables: str,
    asked: KeywordsRequest,
    master: str,
    source: str,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Show what is more common in the articles of the query than in the others: their keywords.

    Every article of both sides is read, where the command on an archive draws 5,000.
    """
    from archive.cluster.spark.corpora.keyness import answer

    with _corpus(tables, master, source) as corpus:
        found = answer(corpus, asked)
    words_here.show_keywords(found, as_csv, as_json)


for one in (ngrams, trends, clusters, keywords):
    spark.add_command(one)

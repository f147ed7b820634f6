"""`baotinh study concordance`, `collocates`, `keywords`, `ngrams`: matches, words near them, of articles, by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import TypeVar

import click

from archive.cli.answers import echo, is_printed, tell
from archive.cli.command import archive_option, command, json_option, option, question
from archive.cli.opening import reading
from archive.cli.output import print_table, say
from archive.corpus import collocates as near
from archive.corpus import concordance as lines_of
from archive.corpus import keywords as keys
from archive.corpus import ngrams as counting
from archive.corpus.collocates import Collocates, CollocatesRequest
from archive.corpus.concordance import Concordance, ConcordanceRequest
from archive.corpus.keywords import Keywords, KeywordsRequest
from archive.corpus.ngrams import NgramsRequest
from archive.errors import NothingFound
from archive.messages.language import number, tr
from archive.terminal import columns, styled

_BESIDE = 28  # columns of id and day beside the context, and between all
_LEAST = 10  # letters of context on either side, however narrow the terminal
Found = TypeVar("Found", Collocates, Keywords)
_CODES = (0, 2, 3, 4, 5)
_csv = option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")


@command(
    "concordance",
    examples=[
        "baotinh study concordance '\"rút kinh nghiệm\"'",
        "baotinh study concordance --sort right --one-each 'đổi mới'",
        "baotinh study concordance --csv --width 120 '\"đại hội\" NEAR/5 điểm' > dong.csv",
    ],
    codes=_CODES,
)
@question(ConcordanceRequest)
@_csv
@json_option
@archive_option
def concordance(asked: ConcordanceRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show every match in its context, one line each, aligned at the match.

    At most 5,000 articles are read; of more a random sample, the same for one --seed.
    """
    with reading(root) as held:
        found = lines_of.answer(held, asked)
    if not is_printed(found, as_json, as_csv, map(astuple, found.lines), lines_of.HEAD):
        tell(found)
        say("{lines} lines in {articles} articles", lines=number(found.found), articles=number(found.read))
        _print_lines(found, asked.width)
    if not found.lines:
        raise NothingFound("nothing found for: {query}", query=echo(found.understood))


def _print_lines(found: Concordance, width: int) -> None:
    wide = columns()
    width = min(width, max(_LEAST, ((wide or 160) - _BESIDE) // 2 - 12)) if wide else width
    for line in found.lines:
        right = min(width, max(_LEAST, wide - _BESIDE - width - len(line.match))) if wide else width
        match = styled(line.match, bold=True)
        click.echo(
            f"{line.public_id}  {line.day}  {line.left[-width:]:>{width}}  {match}  {line.right[:right]}".rstrip()
        )


@command(
    "collocates",
    examples=[
        "baotinh study collocates 'nghị quyết'",
        "baotinh study collocates --window 3 --by log_likelihood --csv 'đất'",
    ],
    codes=_CODES,
)
@question(CollocatesRequest)
@_csv
@json_option
@archive_option
def collocates(asked: CollocatesRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show the words that stand near what the query finds more often than chance would have it.

    docs/search.md has the formulas and their sources.
    """
    with reading(root) as held:
        found = near.answer(held, asked)
    said = tr("{matches} matches among {words} words", matches=number(found.node), words=number(found.tokens))
    _show(found, near.HEAD, ("word", "together", "alone", "logDice", "G2", "MI"), said, as_csv, as_json)


@command(
    "keywords",
    examples=[
        "baotinh study keywords 'ngay:2021'",
        "baotinh study keywords --unit pair 'tinh:\"Thái Nguyên\"' --against 'tinh:\"Bắc Kạn\"'",
        "baotinh study keywords --all --by log_ratio --least-sources 3 'bão'",
    ],
    codes=_CODES,
)
@question(KeywordsRequest)
@_csv
@json_option
@archive_option
def keywords(asked: KeywordsRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show what is more common in the articles of the query than in the others: their keywords.

    Sorted by the number of articles that have a word, compared source by source: neither one long story nor what a
    site prints on all its pages leads. At most 5,000 articles a side are read, all with --all. docs/search.md has the
    formulas and their sources.
    """
    with reading(root) as held:
        found = keys.answer(held, asked)
    said = tr(
        "{here} words in {articles} articles here, {there} in {others} there",
        here=number(found.tokens_here),
        articles=number(found.articles_here),
        there=number(found.tokens_there),
        others=number(found.articles_there),
    )
    short = ("word", "here", "there", "articles", "elsewhere", "sources", "DP", "text G2", "G2", "log ratio", "ratio")
    _show(found, keys.HEAD, short, said, as_csv, as_json)


def _show(found: Found, head: Sequence[str], short: Sequence[str], said: str, as_csv: bool, as_json: bool) -> None:
    """Prints the words below their `head`, in a table a `short` one. Raises NothingFound where there are none."""
    if not is_printed(found, as_json, as_csv, map(astuple, found.words), head):
        tell(found if found.words else replace(found, notes=found.notes[:-1]))
        click.echo(said, err=True)
        rows = [[round(cell, 2) if isinstance(cell, float) else cell for cell in astuple(one)] for one in found.words]
        print_table(rows, [tr(name) for name in short])
    if not found.words:
        raise NothingFound(found.notes[-1])


@command("ngrams", examples=["baotinh study ngrams 'đại hội'", "baotinh study ngrams --csv 'đại_hội'"], codes=_CODES)
@question(NgramsRequest)
@_csv
@json_option
@archive_option
def ngrams(asked: NgramsRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show a word or a pair of words by month, with the number of all words or pairs of the month.

    They are those that `baotinh rebuild ngrams` has counted.
    """
    with reading(root) as held:
        found = counting.answer(held, asked)
    if not is_printed(found, as_json, as_csv, counting.table(found), counting.HEAD):
        tell(found)
        say("counted {day}: {spellings}", day=found.made_at[:10], spellings=", ".join(found.spellings) or "-")
        rule = tr("accents as typed") if found.rule == "typed" else tr("in any accents")
        told = "{rule}: {count}; in any accents: {every}"
        say(told, rule=rule, count=number(found.count), every=number(found.any_accents))
        rows = [
            (month, count, every, articles, "" if rate is None else round(rate, 2))
            for month, count, every, articles, rate in counting.table(found)
        ]
        print_table(rows, [tr("month"), tr("count"), tr("all"), tr("articles"), tr("per million")])

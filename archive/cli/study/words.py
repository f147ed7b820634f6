"""`baotinh concordance`, `collocates`, `keywords`, `ngrams`: matches, words near them, of articles, by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import TypeVar

import click

from archive.cli.answers import echo, is_printed, tell
from archive.cli.command import Group, archive_option, archives_option, command, json_option, option, question
from archive.cli.opening import asking, for_writing
from archive.cli.output import print_table, progress, say
from archive.corpus import collocates as near
from archive.corpus import concordance as lines_of
from archive.corpus import keywords as keys
from archive.corpus import ngrams as counting
from archive.corpus.collocates import Collocates, CollocatesRequest
from archive.corpus.concordance import Concordance, ConcordanceRequest
from archive.corpus.keywords import Keywords, KeywordsRequest
from archive.corpus.ngrams import NgramsRequest
from archive.corpus.words import UNITS, Unit
from archive.errors import NothingFound
from archive.messages.language import number, tr
from archive.store import opened_to_write
from archive.terminal import columns, styled

_BESIDE = 28  # columns of id and day beside the context, and between all
_LEAST = 10  # letters of context on either side, however narrow the terminal
Found = TypeVar("Found", Collocates, Keywords)
_CODES = (0, 2, 3, 4, 5)
_csv = option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")


@command(
    "concordance",
    examples=[
        "baotinh concordance '\"rút kinh nghiệm\"'",
        "baotinh concordance --sort right --one-each 'đổi mới'",
        "baotinh concordance --csv --width 120 '\"đại hội\" NEAR/5 điểm' > dong.csv",
    ],
    codes=_CODES,
)
@question(ConcordanceRequest)
@_csv
@json_option
@archives_option
def concordance(asked: ConcordanceRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show every match in its context, one line each, aligned at the match.

    At most 5,000 articles are read; of more a random sample, the same for one --seed.
    """
    with asking(root) as held:
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
    examples=["baotinh collocates 'nghị quyết'", "baotinh collocates --window 3 --by log_likelihood --csv 'đất'"],
    codes=_CODES,
)
@question(CollocatesRequest)
@_csv
@json_option
@archives_option
def collocates(asked: CollocatesRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show the words that stand near what the query finds more often than chance would have it.

    docs/search.md has the formulas and their sources.
    """
    with asking(root) as held:
        found = near.answer(held, asked)
    said = tr("{matches} matches among {words} words", matches=number(found.node), words=number(found.tokens))
    _show(found, near.HEAD, ("word", "together", "alone", "logDice", "G2", "MI"), said, as_csv, as_json)


@command(
    "keywords",
    examples=[
        "baotinh keywords 'ngay:2021'",
        "baotinh keywords --unit pair 'tinh:\"Thái Nguyên\"' --against 'tinh:\"Bắc Kạn\"'",
        "baotinh keywords --all --by log_ratio --least-sources 3 'bão'",
    ],
    codes=_CODES,
)
@question(KeywordsRequest)
@_csv
@json_option
@archives_option
def keywords(asked: KeywordsRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show what is more common in the articles of the query than in the others: their keywords.

    Sorted by the number of articles that have a word, compared source by source: neither one long story nor what a
    site prints on all its pages leads. At most 5,000 articles a side are read, all with --all. docs/search.md has the
    formulas and their sources.
    """
    with asking(root) as held:
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


@click.group(
    "ngrams", cls=Group, examples=["baotinh ngrams build", "baotinh ngrams show 'đại hội'"], codes=(0, 2, 3, 4, 5)
)
def ngrams() -> None:
    """Count words and pairs of words by month, for the whole archive."""


@command("build", examples=["baotinh ngrams build", "baotinh ngrams build --unit word"], codes=(0, 2, 4, 5))
@option("--unit", default="syllable", show_default=True, type=click.Choice(UNITS), help="What counts as a word.")
@option("--least", default=2, show_default=True, type=click.IntRange(1), help="Leave out what is found less often.")
@archive_option
def build(unit: Unit, least: int, root: Path) -> None:
    """Count the words and pairs of all articles anew: about 2 ms an article.

    What is counted stays as it is until the next time; collocates are measured against it too. A word is a syllable;
    with --unit word what the archive's own texts tell to be one, with segment what a segmenter makes of them (extra
    nlp, 0.7 ms a sentence), the syllables of each joined by _.
    """
    holdings = for_writing(root)
    with opened_to_write(holdings.database) as db, progress("counting articles") as shown:
        kept = counting.build(db, least, shown.advance, unit)
    say("{count} words and pairs counted", count=number(kept))


@command(
    "show", examples=["baotinh ngrams show 'đại hội'", "baotinh ngrams show --csv 'đại_hội'"], codes=(0, 2, 3, 4, 5)
)
@question(NgramsRequest)
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")
@json_option
@archives_option
def show(asked: NgramsRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show a word or a pair of words by month, with the number of all words or pairs of the month."""
    with asking(root) as held:
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


for one in (build, show):
    ngrams.add_command(one)

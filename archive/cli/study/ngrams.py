"""`baotinh ngrams`: words and pairs of words by month."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.answers import print_csv
from archive.cli.command import Group, archive_option, archives_option, command, json_option, option, question
from archive.cli.opening import asking, for_writing
from archive.cli.output import print_json, print_table, progress, say
from archive.corpus import ngrams as counting
from archive.corpus.ngrams import Grams, NgramsRequest
from archive.corpus.words import UNITS, Unit
from archive.messages.language import number, spoken, tr
from archive.store import opened_to_write


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
    show_grams(found, as_csv, as_json)


def show_grams(found: Grams, as_csv: bool, as_json: bool) -> None:
    """Prints a gram by month in a form that was asked for, else as a table."""
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv(counting.table(found), counting.HEAD)
    else:
        for note in found.notes:
            click.echo(spoken(note), err=True)
        say("counted {day}: {spellings}", day=found.made_at[:10], spellings=", ".join(found.spellings) or "-")
        rule = tr("accents as typed") if found.rule == "typed" else tr("in any accents")
        say(
            "{rule}: {count}; in any accents: {every}",
            rule=rule,
            count=number(found.count),
            every=number(found.any_accents),
        )
        rows = [
            (month, count, every, articles, "" if rate is None else round(rate, 2))
            for month, count, every, articles, rate in counting.table(found)
        ]
        print_table(rows, [tr("month"), tr("count"), tr("all"), tr("articles"), tr("per million")])


for one in (build, show):
    ngrams.add_command(one)

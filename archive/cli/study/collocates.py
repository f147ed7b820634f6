"""`baotinh collocates`: the words that stand near what a query finds."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.answers import counted, echo, in_language, print_csv
from archive.cli.command import any_accents_option, archives_option, command, json_option, option
from archive.cli.opening import asking
from archive.cli.output import print_json, print_table, say
from archive.corpus.collocates import COUNTED, MEASURES, MOST_WINDOW, By, Collocate
from archive.corpus.collocates import collocates as words_near
from archive.corpus.frequencies import Unit
from archive.errors import NothingFound
from archive.messages.language import number, spoken, tr

_HEAD = ("word", "together", "alone", "logDice", "G2", "MI")


@command(
    "collocates",
    examples=["baotinh collocates 'nghị quyết'", "baotinh collocates --window 3 --by log_likelihood --csv 'đất'"],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("query", nargs=-1, required=True)
@option(
    "--window",
    default=5,
    show_default=True,
    type=click.IntRange(1, MOST_WINDOW),
    help="Words looked at on each side, within the sentence.",
)
@option("--by", default="log_dice", show_default=True, type=click.Choice(MEASURES), help="The measure to sort by.")
@option("--least", default=5, show_default=True, type=click.IntRange(1), help="Leave out what is found less often.")
@option("--limit", "-n", default=50, show_default=True, type=click.IntRange(1), help="How many words to show.")
@option("--unit", default="syllable", show_default=True, type=click.Choice(COUNTED), help="What is counted.")
@any_accents_option
@option("--seed", default=1, show_default=True, help="Which sample is drawn where too many articles match.")
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")
@json_option
@archives_option
def collocates(
    query: tuple[str, ...],
    window: int,
    by: By,
    least: int,
    limit: int,
    unit: Unit,
    any_accents: bool,
    seed: int,
    as_csv: bool,
    as_json: bool,
    root: Path,
) -> None:
    """Show the words that stand near what the query finds more often than chance would have it.

    docs/search.md has the formulas and their sources.
    """
    with asking(root) as held:
        found = words_near(
            held,
            " ".join(query),
            window=window,
            by=by,
            least=least,
            most=limit,
            any_accents=any_accents,
            unit=unit,
            seed=seed,
        )
    if as_json:
        print_json(in_language(found))
    elif as_csv:
        print_csv(map(_row, found.words), _HEAD)
    else:
        say("understood: {echo}", echo=echo(found.understood))
        if found.understood.accents:
            click.echo(counted(found.understood.accents), err=True)
        for note in found.notes:
            click.echo(spoken(note), err=True)
        say("{matches} matches among {words} words", matches=number(found.node), words=number(found.tokens))
        print_table(map(_row, found.words), [tr("word"), tr("together"), tr("alone"), *_HEAD[3:]])
    if not found.words:
        raise NothingFound("no word stands near it {least} times; --least takes a smaller number", least=least)


def _row(one: Collocate) -> tuple[object, ...]:
    measures = (one.log_dice, one.log_likelihood, one.mutual_information)
    return one.word, one.together, one.alone, *(round(value, 2) for value in measures)

"""`baotinh keywords`: the words that set the articles of a query apart."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.answers import counted, echo, in_language, print_csv
from archive.cli.command import any_accents_option, archives_option, command, json_option, option
from archive.cli.opening import asking
from archive.cli.output import print_json, print_table, say
from archive.corpus.frequencies import UNITS, Unit
from archive.corpus.keywords import MEASURES, By, Keyword, Keywords
from archive.corpus.keywords import keywords as key_of
from archive.messages.language import number, spoken, tr

_HEAD = ("word", "here", "there", "G2", "ratio")


@command(
    "keywords",
    examples=[
        "baotinh keywords 'ngay:2021'",
        "baotinh keywords --unit pair 'tinh:\"Thái Nguyên\"' --against 'tinh:\"Bắc Kạn\"'",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("query", nargs=-1, required=True)
@option("--against", metavar="QUERY", help="The other side; all other articles if not given.")
@option("--unit", default="syllable", show_default=True, type=click.Choice(UNITS), help="What is counted.")
@option("--by", default="keyness", show_default=True, type=click.Choice(MEASURES), help="The measure to sort by.")
@option("--favour", default=1.0, show_default=True, help="More of it favours common words in the ratio.")
@option("--least", default=5, show_default=True, type=click.IntRange(1), help="Leave out what is found less often.")
@option("--limit", "-n", default=50, show_default=True, type=click.IntRange(1), help="How many words to show.")
@any_accents_option
@option("--seed", default=1, show_default=True, help="Which sample is drawn where too many articles match.")
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")
@json_option
@archives_option
def keywords(
    query: tuple[str, ...],
    against: str | None,
    unit: Unit,
    by: By,
    favour: float,
    least: int,
    limit: int,
    any_accents: bool,
    seed: int,
    as_csv: bool,
    as_json: bool,
    root: Path,
) -> None:
    """Show what is more common in the articles of the query than in the others: their keywords.

    docs/search.md has the formulas and their sources.
    """
    with asking(root) as held:
        found = key_of(
            held,
            " ".join(query),
            against,
            by=by,
            unit=unit,
            least=least,
            most=limit,
            favour=favour,
            any_accents=any_accents,
            seed=seed,
        )
    show(found, as_csv, as_json)


def show(found: Keywords, as_csv: bool, as_json: bool) -> None:
    """Prints the words in a form that was asked for, else as a table."""
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
        say("{here} words here, {there} there", here=number(found.tokens_here), there=number(found.tokens_there))
        print_table(map(_row, found.words), [tr("word"), tr("here"), tr("there"), "G2", tr("ratio")])


def _row(one: Keyword) -> tuple[object, ...]:
    return one.word, one.here, one.there, round(one.keyness, 2), round(one.ratio, 2)

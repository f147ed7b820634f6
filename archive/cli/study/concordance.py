"""`baotinh concordance`: every match in its context, line under line."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.answers import counted, echo, in_language, print_csv
from archive.cli.command import any_accents_option, archives_option, command, json_option, option
from archive.cli.opening import asking
from archive.cli.output import print_json, say
from archive.corpus.concordance import SORTS, Concordance, Line, Sort
from archive.corpus.concordance import concordance as lines_of
from archive.errors import NothingFound
from archive.messages.language import number, spoken
from archive.terminal import columns, styled

_BESIDE = 28  # columns of id and day beside the context, and between all
_LEAST = 10  # letters of context on either side, however narrow the terminal


@command(
    "concordance",
    examples=[
        "baotinh concordance '\"rút kinh nghiệm\"'",
        "baotinh concordance --sort right --one-each 'đổi mới'",
        "baotinh concordance --csv --width 120 '\"đại hội\" NEAR/5 điểm' > dong.csv",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("query", nargs=-1, required=True)
@option(
    "--sort",
    default="newest",
    show_default=True,
    type=click.Choice(SORTS),
    help="By day, by the words left or right of the match, or by the match.",
)
@option("--width", default=0, type=click.IntRange(0, 500), help="Characters of context on each side.")
@option("--one-each", is_flag=True, help="One line an article.")
@any_accents_option
@option("--limit", "-n", default=10_000, show_default=True, type=click.IntRange(1), help="How many lines to show.")
@option("--seed", default=1, show_default=True, help="Which sample is drawn where too many articles match.")
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets.")
@json_option
@archives_option
def concordance(
    query: tuple[str, ...],
    sort: Sort,
    width: int,
    one_each: bool,
    any_accents: bool,
    limit: int,
    seed: int,
    as_csv: bool,
    as_json: bool,
    root: Path,
) -> None:
    """Show every match in its context, one line each, aligned at the match.

    At most 5,000 articles are read; of more a random sample, the same for one --seed.
    """
    shown = width or max(_LEAST, ((columns() or 160) - _BESIDE) // 2 - 12)
    with asking(root) as held:
        found = lines_of(
            held,
            " ".join(query),
            width=shown,
            sort=sort,
            one_each=one_each,
            any_accents=any_accents,
            most=limit,
            seed=seed,
        )
    if as_json:
        print_json(in_language(found))
    elif as_csv:
        head = ("id", "day", "source", "text", "left", "match", "right", "tier")
        print_csv([(*_facts(one), one.left, one.match, one.right, one.tier) for one in found.lines], head)
    else:
        _print(found, shown)
    if not found.lines:
        raise NothingFound("nothing found for: {query}", query=echo(found.understood))


def _print(found: Concordance, width: int) -> None:
    say("understood: {echo}", echo=echo(found.understood))
    if found.understood.accents:
        click.echo(counted(found.understood.accents), err=True)
    for note in found.notes:
        click.echo(spoken(note), err=True)
    wide = columns()
    say("{lines} lines in {articles} articles", lines=number(found.found), articles=number(found.read))
    for line in found.lines:
        match = styled(line.match, bold=True)
        right = min(width, max(_LEAST, wide - _BESIDE - width - len(line.match))) if wide else width
        click.echo(
            f"{line.public_id}  {line.day}  {line.left[-width:]:>{width}}  {match}  {line.right[:right]}".rstrip()
        )


def _facts(line: Line) -> tuple[str, str, str, str]:
    return line.public_id, line.day, line.source_name, line.column

"""`baotinh search`: finds articles and shows where they match."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from archive.cli.answers import echo, in_language
from archive.cli.command import any_accents_option, archives_option, command, json_option, option
from archive.cli.opening import asking
from archive.cli.output import print_json, print_table, say
from archive.cli.share.export import Day
from archive.cluster.pattern import is_several
from archive.errors import NothingFound, UsageError
from archive.holdings import Holdings
from archive.messages.language import number, spoken, tr
from archive.search import corpora, engine
from archive.search.answer import ORDERS, Answer, Hit, Marked, Order
from archive.search.facets import NAMES
from archive.search.request import MOST_HITS, SearchRequest
from archive.terminal import coloured, styled


@command(
    "search",
    examples=[
        "baotinh search 'rút kinh nghiệm'",
        "baotinh search 'rut kinh nghiem'",
        'baotinh search \'"đại hội điểm" tinh:"Thái Nguyên" ngay:2020-03..2020-06\'',
        "baotinh search --order best --json 'chè OR trà -cà'",
        "baotinh search --archive 'archive-*.sqlite' 'chuyển đổi số'",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("query", nargs=-1, required=True)
@option(
    "--limit",
    "-n",
    default=20,
    show_default=True,
    type=click.IntRange(1, MOST_HITS),
    help="How many hits to show.",
)
@option("--order", default="newest", show_default=True, type=click.Choice(ORDERS), help="How hits are sorted.")
@option("--cursor", metavar="TEXT", help="Where the page before ended, as it said.")
@option("--facet", "facets", multiple=True, type=click.Choice(NAMES), help="Count all hits by this; may be repeated.")
@option("--as-of", type=Day(), help="Search the archive as it stood at the end of this day.")
@option("--earlier", is_flag=True, help="Search the texts that articles no longer have.")
@option("--once", is_flag=True, help="Show a text that several newspapers have once, by who was first.")
@option("--unlikely", is_flag=True, help="Search the pages that are probably no articles, left out otherwise.")
@any_accents_option
@option("--within", metavar="CORPUS", help="Search only a frozen corpus.")
@json_option
@archives_option
def search(
    query: tuple[str, ...],
    limit: int,
    order: Order,
    cursor: str | None,
    facets: tuple[str, ...],
    as_of: str | None,
    earlier: bool,
    once: bool,
    unlikely: bool,
    any_accents: bool,
    within: str | None,
    as_json: bool,
    root: Path,
) -> None:
    """Search headlines, leads, texts and captions. Words typed with accents mean themselves, others any accents.

    "a b" is a phrase; OR, NOT and ( ) combine; -a leaves out; ngu* completes; tieude: sapo: noidung: tinh: bao: muc:
    ngay: limit (in English title: lead: body: province: source: section: date:).
    """
    day = date.fromisoformat(as_of) if as_of else None
    if is_several(root) and within:
        raise UsageError("a frozen corpus lies in one archive: --within searches that one")
    corpus = corpora.load(Holdings.open(root).root, within) if within else None
    asked = SearchRequest(
        " ".join(query),
        limit,
        cursor,
        order,
        facets,
        within=corpus,
        as_of=day,
        earlier=earlier,
        once=once,
        unlikely=unlikely,
        any_accents=any_accents,
    )
    with asking(root) as held:
        answer = engine.answer(held, asked)
    if as_json:
        print_json(in_language(answer))
    else:
        _print(answer, unlikely)
    if not answer.hits:
        raise NothingFound("nothing found for: {query}", query=echo(answer.understood) or " ".join(query))


def _print(answer: Answer, unlikely: bool) -> None:
    say("understood: {echo}", echo=echo(answer.understood))
    for note in answer.notes:
        click.echo(spoken(note), err=True)
    for suggestion in answer.suggestions:
        say("did you mean: {query}", query=suggestion)
    if answer.total is not None and answer.hits:
        total, shown, every = number(answer.total), answer.total, answer.total_folded or 0
        if unlikely:
            say("pages found that are unlikely to be articles: {total}", total=total)
        else:
            say("articles found: {total}", total=total)
        if every > shown:
            say("{count} more in other accents: --any-accents shows them", count=number(every - shown))
    if answer.unlikely:
        say("{count} more are unlikely to be articles: --unlikely shows them", count=number(answer.unlikely))
    for facet in answer.facets:
        print_table([(value.label, value.count) for value in facet.values], [tr(facet.name), tr("articles")])
        click.echo()
    for hit in answer.hits:
        print_hit(hit)
    if answer.cursor:
        say("more: --cursor {cursor}", cursor=answer.cursor)


def print_hit(hit: Hit) -> None:
    """Prints a hit in a few lines: headline, where and when, the passage that matches."""
    click.echo(_mark(hit.title, bold=True))
    day = f"~{hit.day}" if hit.day_estimated else hit.day
    same = "  " + tr("({count} more with this text)", count=number(hit.copies)) if hit.copies else ""
    gone = "  " + tr("(gone from its site)") if hit.gone_at else ""
    click.echo(f"  {hit.public_id}  {day}  {hit.source_name}{gone}{same}")
    if hit.probability is not None:
        click.echo("  " + tr("probability {sure}: {doubt}", sure=number(hit.probability), doubt=hit.doubt))
    if hit.snippet.text:
        click.echo(f"  {_mark(hit.snippet)}")
    click.echo()


def _mark(text: Marked, bold: bool = False) -> str:
    if not coloured():
        return text.between("[", "]")
    return "".join(
        styled(piece, fg="yellow", bold=True) if matches else styled(piece, bold=True) if bold else piece
        for piece, matches in text.pieces()  # a style of nothing would end what never began
    )

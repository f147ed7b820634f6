"""`baotinh search`: finds articles and shows where they match."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from archive.cli.answers import counted, echo, in_language
from archive.cli.command import Group, archive_option, command, json_option, option, question
from archive.cli.opening import reading
from archive.cli.output import print_json, print_table, say
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.messages.language import language, number, spoken, tr
from archive.messages.message import labels
from archive.search import engine
from archive.search import saved as keeping
from archive.search.answer import Answer, Beside, Hit, Marked
from archive.search.planner.offers import Offer
from archive.search.query_files import KeepRequest
from archive.search.request import SearchRequest
from archive.terminal import coloured, styled


@click.group(
    "saved",
    cls=Group,
    examples=["baotinh saved add tin-moi 'chuyển đổi số'", "baotinh saved new tin-moi"],
    codes=(0, 2, 3, 4, 5),
)
def saved() -> None:
    """Save queries, and see what is new since you last looked."""


@command("add", examples=['baotinh saved add chuyen-doi-so \'"chuyển đổi số" tinh:"Thái Nguyên"\''], codes=(0, 2, 4))
@question(KeepRequest)
@archive_option
def add(asked: KeepRequest, root: Path) -> None:
    """Save a query under a name. Everything it finds is new at first."""
    kept = keeping.save(Holdings.open(root).root, asked)
    say("saved as {name}: {query}", name=kept.name, query=kept.query)


@command("list", examples=["baotinh saved list"], codes=(0, 2, 4, 5))
@json_option
@archive_option
def list_saved(as_json: bool, root: Path) -> None:
    """List the saved queries, with when you last looked and how many articles you have seen."""
    every = keeping.every(Holdings.open(root).root)
    if as_json:
        print_json([{"name": one.name, "query": one.query, "looked_at": one.looked_at} for one in every])
    else:
        rows = [(one.name, one.query, one.looked_at[:10], len(one.seen)) for one in every]
        print_table(rows, [tr("name"), tr("query"), tr("last look"), tr("articles seen")])


@command(
    "new", examples=["baotinh saved new chuyen-doi-so", "baotinh saved new --keep tin --json"], codes=(0, 2, 3, 4, 5)
)
@click.argument("name")
@option("--keep", is_flag=True, help="Do not count what is shown as seen.")
@json_option
@archive_option
def new(name: str, keep: bool, as_json: bool, root: Path) -> None:
    """Show what a saved query finds that you have not seen yet. Nothing new ends with exit code 3."""
    holdings = Holdings.open(root)
    with reading(root) as db:
        news = keeping.look(db, keeping.load(holdings.root, name))
    if as_json:
        print_json(
            {
                "query": news.saved.query,
                "total": news.total,
                "new": news.new,
                "hits": news.hits,
                "accents": news.accents,
            }
        )
    else:
        say("{new} new of {total} articles", new=number(news.new), total=number(news.total))
        click.echo(counted(news.accents), err=True)
        for hit in news.hits:
            print_hit(hit)
    if not keep:
        keeping.mark(holdings.root, news)
    if not news.hits:
        raise NothingFound("nothing new for {name}", name=name)


@command("remove", examples=["baotinh saved remove chuyen-doi-so"], codes=(0, 2, 3, 4, 5))
@click.argument("name")
@archive_option
def remove(name: str, root: Path) -> None:
    """Forget a saved query."""
    keeping.forget(Holdings.open(root).root, name)
    say("forgotten: {name}", name=name)


for one in (add, list_saved, new, remove):
    saved.add_command(one)


@command(
    "search",
    examples=[
        "baotinh search 'rút kinh nghiệm'",
        "baotinh search 'rut kinh nghiem'",
        'baotinh search \'"đại hội điểm" tinh:"Thái Nguyên" ngay:2020-03..2020-06\'',
        "baotinh search --order best --json 'chè OR trà -cà'",
    ],
    codes=(0, 2, 3, 4, 5),
)
@question(SearchRequest)
@json_option
@archive_option
def search(asked: SearchRequest, as_json: bool, root: Path) -> None:
    """Search headlines, leads, texts and captions. Words typed with accents mean themselves, others any accents.

    "a b" is a phrase; OR, NOT and ( ) combine; -a leaves out; ngu* completes; tieude: sapo: noidung: tinh: bao: muc:
    ngay: limit (in English title: lead: body: province: source: section: date:).
    """
    with reading(root) as held:
        answer = engine.answer(held, asked.loaded(root))
    if as_json:
        print_json(in_language(answer))
    else:
        _print(answer, asked.unlikely)
    if not answer.hits:
        raise NothingFound("nothing found for: {query}", query=echo(answer.understood) or asked.query)


def _print(answer: Answer, unlikely: bool) -> None:
    say("understood: {echo}", echo=echo(answer.understood))
    for note in answer.notes:
        click.echo(spoken(note), err=True)
    for suggestion in answer.suggestions:
        say("did you mean: {query}", query=suggestion)
    if answer.total is not None and answer.hits:
        total = number(answer.total)
        if unlikely:
            say("pages found that are unlikely to be articles: {total}", total=total)
        else:
            say("articles found: {total}", total=total)
    meant = [offer for offer in answer.offers if offer.kind not in _SPELLED]
    if any(offer.articles for offer in meant):
        click.echo(" / ".join(map(_offered, meant)), err=True)
    for offer in answer.offers:
        if offer.kind == "spelling":
            told = "also spelled {spelling} ({count}): {query}"
            say(told, spelling=offer.spelling, count=number(offer.alone or 0), query=offer.query)
        elif offer.kind == "spellings":
            say("all spellings ({count}): {query}", count=number(offer.articles), query=offer.query)
    if answer.unlikely:
        say("{count} more are unlikely to be articles: --unlikely shows them", count=number(answer.unlikely))
    for facet in answer.facets:
        others = [(tr("others, or none"), facet.others)] if facet.others else []
        print_table([*((one.label, one.count) for one in facet.values), *others], [tr(facet.name), tr("articles")])
        click.echo()
    for hit in answer.hits:
        print_hit(hit)
    if answer.cursor:
        say("more: --cursor {cursor}", cursor=answer.cursor)
    if answer.beside:
        _print_beside(answer.beside)


def _print_beside(beside: Beside) -> None:
    told = "few articles hold all of these words; with one of them at least ({count}): {query}"
    say(told, count=number(beside.articles), query=beside.query)
    if beside.left_out:
        say("left out, since they tell least or no article holds them: {words}", words=", ".join(beside.left_out))
    for hit in beside.hits:
        print_hit(hit)


_SPELLED: Final = ("spelling", "spellings")


def _offered(offer: Offer) -> str:
    """`mọi dấu (69): ~bão ~số 3`; of what is shown the number alone."""
    told = f"{labels(language())[f'offer.{offer.kind}']} ({number(offer.articles)})"
    return told if offer.chosen else f"{told}: {offer.query}"


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

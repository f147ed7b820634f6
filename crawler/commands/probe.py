"""`baotinh newsource` meets an unknown site and writes the source file that follows from it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from archive.cli.command import archive_option, command, json_option, question
from archive.cli.output import print_json, say
from archive.custody.withheld import Withheld
from archive.errors import SourceError, UsageError
from archive.holdings import Holdings
from archive.learning import golden, layouts
from archive.messages.language import number, tr
from archive.parsers.site.learning import TrainingPage
from archive.places import province as find_province
from archive.search.question import option as declared
from archive.sources import Register, Source, parse_source
from archive.sources.layouts import ENOUGH
from archive.sources.model import NATIONAL, Kind
from archive.text.urls import url_key
from crawler.commands.crawl import loopback_option
from crawler.scope import host_of, on_this_machine

if TYPE_CHECKING:
    from crawler.probe import ProbeResult


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """The site to meet, and what is known of it before."""

    url: str = declared("", argument=1)
    id: str = declared("Its id, such as bac-kan-bao; else made from its host.", "", metavar="ID")
    province: str = declared("The province it belongs to, old or new, or none; else its title's.", "", metavar="NAME")
    kind: str | None = declared("What it is; else by its title.", None, choices=get_args(Kind))
    name: str = declared("What it calls itself; else its page's title.", "", metavar="TEXT")
    dry_run: bool = declared("Only meet the site and show the draft: nothing is stored.", False)


@command(
    "newsource",
    examples=[
        "baotinh newsource https://baotinh.example --dry-run",
        "baotinh newsource https://baotinh.example --province 'Thái Nguyên' --kind party",
    ],
    codes=(0, 2, 4, 6),
)
@question(SourceOptions)
@loopback_option
@json_option
@archive_option
def newsource(asked: SourceOptions, allow_loopback: bool, as_json: bool, root: Path) -> None:
    """Meet an unknown site with a dozen polite requests, and write the source file by which it can be crawled.

    The site sees the contact of the archive's archive.toml. Shown are its family and three articles as they were read.
    The articles that were read are kept beside it as golden pages: `baotinh sources check` reads them again
    and names what is read differently.

    The file is marked unverified until a person has read what a crawl brought.
    """
    from crawler import probe as probing

    if as_json and not asked.dry_run:
        raise UsageError("--json is for --dry-run")
    holdings = Holdings.open(root)
    place = asked.province if asked.province in ("", NATIONAL) else find_province(asked.province).id
    register = Register.load(holdings.sources)
    known = _held(register, probing.address_of(asked.url))
    if known is not None and not asked.dry_run:
        told = "{url} is in the register already, as {source} ({file}): crawl that, or change its file"
        raise UsageError(tr(told, url=asked.url, source=known.id, file=known.file))
    if known is not None:
        say("{url} is in the register already: baotinh sources show {source}", url=asked.url, source=known.id)
    met = asyncio.run(probing.probe(asked.url, holdings.settings.contact, loopback=allow_loopback))
    if as_json:
        print_json(_without_pages(met))
        return
    text = probing.draft(met, asked.name, place, asked.kind or "", asked.id)
    if asked.dry_run:
        click.echo(f"{probing.summary(met)}\n\n{text}")
        return
    if not place and not probing.province_of(met):
        raise UsageError("{url}: its title names no province, or several; say which with --province", url=asked.url)
    file = holdings.sources / f"{asked.id or probing.source_id(met)}.toml"
    try:
        source = parse_source(text, str(file))
        Register.of((*register.all(), source))
    except SourceError as error:
        raise SourceError("the draft does not hold: {error}", error=error) from error
    if file.exists():
        raise UsageError("{file} is there already; change it by hand, or remove it first", file=file)
    barred = Withheld.load(root)
    found = (sample.page for sample in met.samples if sample.page is not None)
    pages = [page for page in found if not barred.bars(url_key(page.url))]
    kept = golden.write(source, pages)
    file.write_text(text, encoding="utf-8")
    click.echo(probing.summary(met))
    if kept:
        say("{folder}: golden pages: {count}", folder=golden.folder_of(source), count=number(len(kept)))
    _learn(holdings, source, pages)
    here = allow_loopback and on_this_machine(met.homepage)
    loopback = " --allow-loopback" if here else ""  # the crawl refuses this machine without it
    say(
        "{file} written; try it: baotinh crawl {source} --limit 30{loopback}",
        file=file,
        source=source.id,
        loopback=loopback,
    )


def _learn(holdings: Holdings, source: Source, kept: list[golden.Kept]) -> None:
    """Learns the layout from the article pages that are held, or says how many are missing."""
    training = [TrainingPage(page.url, page.body, page.content_type, page.captured) for page in kept]
    training += layouts.held_pages(holdings, source)
    file = layouts.first_layout(holdings, source, training)
    if file is not None:
        say("{file} written: the layout learnt from {count} article pages", file=file, count=number(len(training)))
        say("look at the table, then say: baotinh learn {source} --confirm", source=source.id)
        return
    told = "article pages held: {held}; from {count} on its layout can be learnt: baotinh learn {source}"
    say(told, held=number(len(training)), count=ENOUGH, source=source.id)


def _held(register: Register, url: str) -> Source | None:
    return register.for_host(host_of(url))


def _without_pages(met: ProbeResult) -> dict[str, Any]:
    told = asdict(met)
    for sample in told["samples"]:
        del sample["page"]
    return told

"""`baotinh sources survey` says what a person must do about sites of the register; `new` meets one it does not know."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from archive.cli.command import archive_option, command, json_option, question
from archive.cli.opening import valid_register_of
from archive.cli.output import print_json, print_table, say
from archive.custody.withheld import Withheld
from archive.disk import make_folder, replace_file
from archive.errors import CrawlError, SourceError, UsageError
from archive.holdings import Holdings
from archive.learning import golden
from archive.learning.surveys import FOLDER
from archive.messages.language import number, spoken, tr
from archive.places import province as find_province
from archive.search.question import option as declared
from archive.sources import Register, Source, parse_source
from archive.sources.model import NATIONAL, Kind
from archive.text.urls import url_key
from crawler.commands.crawl import loopback_option
from crawler.scope import host_of, on_this_machine

if TYPE_CHECKING:
    from crawler.survey.look import Looked
    from crawler.survey.model import Survey
    from crawler.survey.verdict import Verdict

_DETAILED = 3  # sources of which more than a row is shown


@dataclass(frozen=True, slots=True)
class SurveyOptions:
    """Which sources to look at, and how."""

    sources: tuple[str, ...] = declared("", (), argument=-1, many=True, metavar="[SOURCE...]")
    all: bool = declared("Every source of the register that may be crawled.", False)
    write: bool = declared("Draft the change of each source file, as surveys/<id>.diff.", False)
    again: bool = declared("Ask sites again that were surveyed lately.", False)
    days: float = declared("A survey counts for so many days.", 7.0, bounds=(0, 366), metavar="N")
    most: int = declared("At most so many sites at a time.", 4, bounds=(1, 16), metavar="N")


@command(
    "survey",
    examples=[
        "baotinh sources survey ca-mau-bao",
        "baotinh sources survey --all",
        "baotinh sources survey --all --write",
    ],
    codes=(0, 2, 4, 6),
)
@question(SurveyOptions)
@loopback_option
@json_option
@archive_option
def survey(asked: SurveyOptions, allow_loopback: bool, as_json: bool, root: Path) -> int:
    """Look at sites politely, robots.txt first, and say what a person must do about each.

    A dozen requests a site where that is enough, thirty at most, one after the other. Told are: whether it answers, has
    moved or was merged into another of the register, what robots.txt says, the software seen beside the file's family,
    feeds and sitemaps that answer, how many links the article pattern meets, how far back listings reach, the language,
    whether scripts make the pages, and three articles as read. The table begins with what a person must do first.

    What was found is kept in surveys/, so that a survey which was stopped goes on where it was. With --write the
    change of each source file is drafted as a diff beside it; 'baotinh sources verify' takes it.

    Exit code 6 says that a site was not read to the end: it did not answer, forbids it, or gave too few articles.
    """
    from crawler.survey.model import fresh
    from crawler.survey.several import survey_all
    from crawler.survey.verdict import DONE, HEAD, rows, summary, verdict_of

    if asked.all == bool(asked.sources):
        raise UsageError("name the sources to survey, or say --all")
    holdings = Holdings.open(root)
    register = valid_register_of(holdings)
    wanted = chosen(register, asked.sources, loopback=allow_loopback)
    done: dict[str, Survey] = {} if asked.again else fresh(root, [source.id for source in wanted], asked.days)
    if done:
        say("surveyed in the last days: {count}; --again asks them again", count=number(len(done)))
    todo = [source for source in wanted if source.id not in done]
    done |= asyncio.run(survey_all(holdings, register, todo, asked.most, _say, loopback=allow_loopback))
    found = [(done[source.id], source, verdict_of(done[source.id], source, register)) for source in wanted]
    if as_json:
        print_json([asdict(one) | {"todo": verdict.todo, "told": str(verdict.told)} for one, _, verdict in found])
    else:
        for one, _, _ in found if len(found) <= _DETAILED else ():
            click.echo(f"{summary(one)}\n")
        print_table(rows(found), [spoken(name) for name in HEAD])
    if asked.write:
        _write_drafts(holdings, [(one, source) for one, source, _ in found])
    if asked.all and register.broken:
        raise register.broken[0]
    short = [source.id for _, source, verdict in found if verdict.todo not in DONE]
    return 6 if short else 0


def chosen(register: Register, names: Sequence[str], *, loopback: bool) -> list[Source]:
    """The sources called `names`, or all that may be crawled; sites of this machine only where `loopback` allows it."""
    from crawler.commands.crawl import chosen as named

    if names:
        return named(register, names, loopback=loopback)
    return [one for one in register.all() if one.crawlable and (loopback or not on_this_machine(one.homepage))]


def _say(found: Survey, verdict: Verdict) -> None:
    from crawler.survey.verdict import TODO

    say(
        "{source}: {todo}; {articles} articles read, {requests} requests",
        source=found.source,
        todo=spoken(TODO[verdict.todo]),
        articles=len(found.articles),
        requests=len(found.requests),
    )


def _write_drafts(holdings: Holdings, found: Sequence[tuple[Survey, Source]]) -> None:
    """Writes the change of each source file as a diff, and removes a diff that no longer holds."""
    from crawler.survey.draft import amended, difference

    folder = holdings.root / FOLDER
    make_folder(folder)
    written = 0
    for one, source in found:
        was = Path(source.file).read_text(encoding="utf-8")
        diff = difference(was, amended(one, source, was), source.file, f"sources/{source.id}.toml")
        file = folder / f"{source.id}.diff"
        if diff:
            replace_file(file, diff.encode())
            written += 1
        else:
            file.unlink(missing_ok=True)
    say("{folder}: changes drafted: {count}", folder=folder, count=number(written))


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
    "new",
    examples=[
        "baotinh sources new https://baotinh.example --dry-run",
        "baotinh sources new https://baotinh.example --province 'Thái Nguyên' --kind party",
    ],
    codes=(0, 2, 4, 6),
)
@question(SourceOptions)
@loopback_option
@json_option
@archive_option
def newsource(asked: SourceOptions, allow_loopback: bool, as_json: bool, root: Path) -> None:
    """Survey a site that the register does not know, and write the source file by which it can be crawled.

    It is asked as 'baotinh sources survey' asks: a dozen polite requests, thirty at most, until five articles were
    read. The site sees the contact of the archive's archive.toml. Shown are its family and three articles as they were
    read. The articles that were read are kept beside it as golden pages: `baotinh sources check` reads them again and
    names what is read differently.

    The file is marked unverified until a person has looked at five articles. Where the site gave fewer it is written
    all the same, and the exit code is 6.
    """
    from crawler.survey.draft import draft, source_id
    from crawler.survey.verdict import summary
    from crawler.survey.visitor import address_of

    if as_json and not asked.dry_run:
        raise UsageError("--json is for --dry-run")
    holdings = Holdings.open(root)
    url = asked.url
    place = asked.province if asked.province in ("", NATIONAL) else find_province(asked.province).id
    register = Register.load(holdings.sources)
    known = register.for_host(host_of(address_of(url)))
    if known is not None and not asked.dry_run:
        message = "{url} is in the register already, as {source} ({file}): crawl that, or change its file"
        raise UsageError(tr(message, url=url, source=known.id, file=known.file))
    if known is not None:
        say("{url} is in the register already: baotinh sources show {source}", url=url, source=known.id)
    met = meet(url, holdings.settings.contact, register, loopback=allow_loopback)
    if as_json:
        print_json(met.survey)
        return
    text = draft(met.survey, asked.name, place, asked.kind or "", asked.id)
    if asked.dry_run:
        click.echo(f"{summary(met.survey)}\n\n{text}")
        return
    if not place and not met.survey.province:
        raise UsageError("{url}: its title names no province, or several; say which with --province", url=url)
    file = holdings.sources / f"{asked.id or source_id(met.survey)}.toml"
    try:
        source = parse_source(text, str(file))
        Register.of((*register.all(), source))
    except SourceError as error:
        raise SourceError("the draft does not hold: {error}", error=error) from error
    if file.exists():
        raise UsageError("{file} is there already; change it by hand, or remove it first", file=file)
    withheld = Withheld.load(root)
    pages = [page for page in met.pages if not withheld.covers(url_key(page.url))]
    written = golden.write(source, pages)
    file.write_text(text, encoding="utf-8")
    click.echo(summary(met.survey))
    if written:
        say("{folder}: golden pages: {count}", folder=golden.folder_of(source), count=number(len(written)))
    if met.survey.short:
        message = "{file} written after {count:article|articles} alone: {why}; look at [discover] in it, then crawl"
        raise CrawlError(message, file=file, count=len(met.survey.articles), why=met.survey.short)
    here = allow_loopback and on_this_machine(met.survey.homepage)
    loopback = " --allow-loopback" if here else ""  # the crawl refuses this machine without it
    message = "{file} written; next: baotinh sources verify {source}{loopback}"
    say(message, file=file, source=source.id, loopback=loopback)


def meet(url: str, contact: str, register: Register, *, loopback: bool) -> Looked:
    """What a survey of the site at `url` finds. Raises UsageError for what is no web address, CrawlError where the site
    does not answer with a page, leads to another site, or robots.txt forbids it.
    """
    from crawler.survey.look import look_at
    from crawler.survey.pages import PageReader
    from crawler.survey.visitor import address_of

    start = address_of(url)
    with closing(PageReader()) as reader:
        looked = asyncio.run(look_at(start, contact, reader, register, loopback=loopback))
    found = looked.survey
    match found.state:
        case "alive":
            return looked
        case "moved":
            raise CrawlError("{why}; survey that one", why=found.reason)
        case "gone":
            raise CrawlError("{url}: no page ({reason})", url=start, reason=found.reason)
    raise CrawlError(found.reason)

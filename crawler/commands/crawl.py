"""`baotinh crawl`: crawls sources of the register, shows how it goes, and says what came of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import for_writing
from archive.cli.output import print_json, say
from archive.errors import ArchiveError, CrawlError, SourceError, UsageError
from archive.messages.message import Message
from archive.sources import Register, Source
from archive.sources.layouts import ENOUGH
from archive.sources.model import NO_SELECTORS
from archive.store.samples import holds_articles
from archive.terminal import put
from crawler.report import Report
from crawler.scope import on_this_machine

if TYPE_CHECKING:
    from crawler.running import Result

LONGEST_HOURS: Final = 24.0 * 366
"""Between two crawls of a source, or within one: what is longer is a slip of the pen."""


class Amount(click.FloatRange):
    """A number within bounds; FloatRange itself takes "nan" for one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number that `value` writes; fails for what is none, or lies outside."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


def loopback_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --allow-loopback, which BAOTINH_ALLOW_LOOPBACK=1 gives too."""
    return option(
        "--allow-loopback",
        is_flag=True,
        envvar="BAOTINH_ALLOW_LOOPBACK",
        help="Allow sites on this machine (demonstration and tests).",
    )(function)


def minutes_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # noqa: A002 - as click names it
    """Adds --minutes, after which a crawl ends."""
    return option("--minutes", type=Amount(min=0.01, max=60 * LONGEST_HOURS), metavar="N", help=help)


# `baotinh crawl`: crawls sources of the register, shows how it goes, and says what came of it.


@command(
    "crawl",
    examples=(
        "baotinh crawl thai-nguyen-bao",
        "baotinh crawl thai-nguyen-bao thai-nguyen-dang --limit 500",
        "baotinh crawl ca-mau-bao --since 2026-11-01 --json",
    ),
    codes=(0, 2, 4, 6),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@archive_option
@option("--limit", type=click.IntRange(min=1), metavar="N", help="End after N requests; what is left waits.")
@option("--since", metavar="DATE", help="Pass over articles that a feed or sitemap dates before DATE (2026-11-01).")
@minutes_option("End after N minutes; what is left waits.")
@option("--again", is_flag=True, help="Visit every known page again, due or not.")
@option("--backfill", is_flag=True, help="Follow listings and date archives back to their end.")
@loopback_option
@option("--verbose", is_flag=True, help="Show the log instead of the live view.")
@option("--log-json", is_flag=True, help="Log each event as a line of JSON.")
@json_option
def crawl(
    sources: tuple[str, ...],
    root: Path,
    limit: int | None,
    since: str | None,
    minutes: float | None,
    again: bool,
    backfill: bool,
    allow_loopback: bool,
    verbose: bool,
    log_json: bool,
    as_json: bool,
) -> int:
    """Crawls each SOURCE (an id that `baotinh sources` lists) politely, keeping every answer as it came.

    Each crawl goes on where the last one ended, and asks again only for what may have changed. Ctrl-C stops it.
    """
    from crawler.frontier.limits import (
        read_day,  # Scrapy takes half a second to import, and `baotinh --help` does without
    )
    from crawler.report import end_of_crawl, log_line
    from crawler.running import run

    read_day(since or "")
    holdings = for_writing(root)
    wanted = chosen(Register.load(holdings.sources), sources, loopback=allow_loopback)
    settings: dict[str, object] = {
        "ARCHIVE": str(root),
        "BAOTINH_LIMIT": limit or 0,
        "BAOTINH_SINCE": since or "",
        "BAOTINH_DEADLINE": 60.0 * minutes if minutes else 0.0,
        "BAOTINH_AGAIN": again,
        "BAOTINH_BACKFILL": backfill,
        "BAOTINH_ALLOW_LOOPBACK": allow_loopback,
        "BAOTINH_LOG_JSON": log_json,
        "LOG_ENABLED": verbose,
    }
    new = {source.id for source in wanted if not holds_articles(holdings.database, source.id, ENOUGH)}
    results = run(wanted, settings)
    for result in results if log_json else ():
        report = result.report.as_json() if result.report else {}
        for event in end_of_crawl(result.source.id, *_code(result), report):
            put(log_line(event, as_json=True) + "\n", err=True)
    if as_json:
        print_json([result.report.as_json() for result in results if result.report])
    else:
        for result in results:
            if result.report:
                click.echo(result.report.as_text())
    for result in results:
        if result.report is not None and result.report.reason != "shutdown" and result.source.id in new:
            _offer_to_learn(holdings.database, result.source, log_json)
    return exit_code_of([(result.report, result.error) for result in results])


def _offer_to_learn(database: Path, source: Source, log_json: bool) -> None:
    """Says that a crawl has brought enough article pages to learn the layout of a source that has none yet.

    It does not learn by itself: a layout reads the same pages otherwise, and that is for a person to look at.
    """
    from crawler.report import log_line

    known = any(layout.learned is not None or layout.select != NO_SELECTORS for layout in source.layouts)
    if known or not holds_articles(database, source.id, ENOUGH):
        return
    if log_json:
        put(log_line({"event": "learnable", "source": source.id}, as_json=True) + "\n", err=True)
    else:
        told = "{source}: its layout can be learnt now; to see what that gives: baotinh learn {source} --dry-run"
        say(told, source=source.id)


def _code(result: Result) -> tuple[int, str]:
    """The exit code that the crawl of one source would have alone, and what its error says."""
    try:
        return exit_code_of([(result.report, result.error)]), ""
    except ArchiveError as error:
        return error.exit_code, str(error)


def chosen(register: Register, names: Sequence[str], *, loopback: bool) -> list[Source]:
    """The sources called `names`, each once.

    Raises SourceError for an unknown name (with the nearest one) and for a source that must not be crawled, UsageError
    for a site on this machine where `loopback` does not allow it.
    """
    found = {name: register.get(name) for name in names}
    for source in found.values():
        if not source.crawlable:
            why = source.reason or Message("no reason given")
            raise SourceError(
                "{id}: not crawled, its status is {status} ({file}): {why}",
                id=source.id,
                status=source.status,
                file=source.file,
                why=why,
            )
        if not loopback and on_this_machine(source.homepage):
            raise UsageError(
                "{id} lies on this machine ({homepage}); --allow-loopback lets it be crawled",
                id=source.id,
                homepage=source.homepage,
            )
    return list(found.values())


def exit_code_of(results: Sequence[tuple[Report | None, ArchiveError | None]]) -> int:
    """The exit code of a crawl: 0, or 130 where it was stopped by Ctrl-C.

    Raises the error that ended a crawl, and CrawlError for what needs a person; of several the worst, after the others
    have been said.
    """
    errors: list[ArchiveError] = []
    for report, error in results:
        if error is not None:
            errors.append(error)
        elif report is not None and (trouble := report.trouble):
            errors.append(CrawlError(trouble))
    errors.sort(key=lambda error: {4: 0, 1: 1, 2: 2}.get(error.exit_code, 3))
    for error in errors[1:]:
        say("{error}", error=error)
    if errors:
        raise errors[0]
    return 130 if any(report and report.reason == "shutdown" for report, _ in results) else 0

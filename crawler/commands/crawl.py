"""`baotinh crawl`: crawls sources of the register, shows how it goes, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from archive.cli.command import archive_option, command, json_option, option, question
from archive.cli.opening import for_writing, valid_register_of
from archive.cli.output import print_json, say
from archive.custody import control
from archive.errors import ArchiveError, CrawlError, SourceError, UsageError
from archive.holdings import Holdings
from archive.messages.language import tr
from archive.messages.message import Message
from archive.search.question import option as declared
from archive.sources import Register, Source
from archive.sources.layouts import ENOUGH
from archive.sources.model import NO_SELECTORS
from archive.store.samples import holds_articles
from archive.terminal import put
from archive.text.clock import utc_seconds
from crawler.report import Report
from crawler.scope import as_fetched, host_of, on_this_machine

if TYPE_CHECKING:
    from crawler.running import Result

LONGEST_HOURS: Final = 24.0 * 366
MINUTES: Final = (0.01, 60 * LONGEST_HOURS)
"""Between two crawls of a source, or within one: what is longer is a slip of the pen."""


def loopback_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --allow-loopback, which BAOTINH_ALLOW_LOOPBACK=1 gives too."""
    return option(
        "--allow-loopback",
        is_flag=True,
        envvar="BAOTINH_ALLOW_LOOPBACK",
        help="Allow sites on this machine (demonstration and tests).",
    )(function)


@dataclass(frozen=True, slots=True)
class CrawlArguments:
    """What a crawl is told."""

    sources: tuple[str, ...] = declared("", (), argument=-1, many=True, metavar="SOURCE...")
    seeds: Path | None = declared(
        "Crawl the addresses that FILE lists, too: a text, CSV, a list of Browsertrix or Heritrix; without SOURCE all.",
        None,
        kind="path",
        metavar="FILE",
    )
    limit: int | None = declared(
        "End after N requests; what is left waits.", None, kind="integer", bounds=(1, 0), metavar="N"
    )
    since: str = declared(
        "Pass over articles that a feed or sitemap dates before DATE (2026-11-01).", "", metavar="DATE"
    )
    minutes: float | None = declared(
        "End after N minutes; what is left waits.", None, kind="number", bounds=MINUTES, metavar="N"
    )
    megabytes: int | None = declared(
        "End after N megabytes over the wire; what is left waits.", None, kind="integer", bounds=(1, 0), metavar="N"
    )
    disk: int | None = declared(
        "End when the source's WARC files have N megabytes.", None, kind="integer", bounds=(1, 0), metavar="N"
    )
    again: bool = declared("Visit every known page again, due or not.", False)
    backfill: bool = declared("Follow listings and date archives back to their end.", False)
    verbose: bool = declared("Show the log instead of the live view.", False)
    log_json: bool = declared("Log each event as a line of JSON.", False)
    pause: bool = declared("Have the crawls of SOURCE ask for nothing until --resume, and end.", False)
    slow: float | None = declared(
        "Have the crawls of SOURCE leave so many seconds between requests until --resume, and end.",
        None,
        kind="number",
        bounds=(0.1, 600),
        metavar="SECONDS",
    )
    resume: bool = declared("Take --pause and --slow back, and end.", False)


@command(
    "crawl",
    examples=(
        "baotinh crawl thai-nguyen-bao",
        "baotinh crawl thai-nguyen-bao thai-nguyen-dang --limit 500",
        "baotinh crawl ca-mau-bao --since 2026-11-01 --json",
        "baotinh crawl --seeds crawl.log",
        "baotinh crawl --pause ca-mau-bao",
        "baotinh crawl --slow 20 ca-mau-bao",
        "baotinh crawl --resume ca-mau-bao",
    ),
    codes=(0, 2, 4, 6),
)
@question(CrawlArguments)
@loopback_option
@json_option
@archive_option
def crawl(asked: CrawlArguments, allow_loopback: bool, as_json: bool, root: Path) -> int:
    """Crawls each SOURCE (an id that `baotinh sources` lists) politely, keeping every answer as it came.

    Each crawl goes on where the last one ended, and asks again only for what may have changed. Ctrl-C stops it.

    --pause, --slow and --resume speak to the crawl that runs now, wherever it was begun, and to those after it: it
    heeds them within a second, and they hold until they are taken back. A source that is paused is not crawled.

    --seeds FILE puts what another tool or a person has listed before the crawl: each address goes to the source that
    holds its host, and those sources are crawled. Lists are told by what stands in them: a text with an address a line,
    CSV with a column url, the seeds (YAML, JSON) or pages.jsonl of Browsertrix, seeds.txt or crawl.log of Heritrix,
    each also compressed. What is known is not asked for again before its time. Exit code 6 names what no source holds.

    A quota, by --megabytes, --disk or [quota] of the source's file, ends a crawl in order, with exit code 6.
    """
    if asked.pause or asked.resume or asked.slow:
        return _order(asked, Holdings.open(root), as_json=as_json)
    from crawler.frontier.limits import (
        read_day,  # Scrapy takes half a second to import, and `baotinh --help` does without
    )
    from crawler.report import end_of_crawl, log_line
    from crawler.running import run

    read_day(asked.since)
    holdings = for_writing(root)
    if not asked.sources and asked.seeds is None:
        raise UsageError("name a SOURCE, or give --seeds FILE")
    listed = _listed(asked, holdings) if asked.seeds is not None else Listed()
    wanted = chosen(valid_register_of(holdings), asked.sources or listed.sources, loopback=allow_loopback)
    settings: dict[str, object] = {
        "ARCHIVE": str(root),
        "BAOTINH_LIMIT": asked.limit or 0,
        "BAOTINH_SINCE": asked.since,
        "BAOTINH_DEADLINE": 60.0 * asked.minutes if asked.minutes else 0.0,
        "BAOTINH_MEGABYTES": asked.megabytes or 0,
        "BAOTINH_DISK_MEGABYTES": asked.disk or 0,
        "BAOTINH_AGAIN": asked.again,
        "BAOTINH_BACKFILL": asked.backfill,
        "BAOTINH_ALLOW_LOOPBACK": allow_loopback,
        "BAOTINH_LOG_JSON": asked.log_json,
        "LOG_ENABLED": asked.verbose,
    }
    new = {source.id for source in wanted if not holds_articles(holdings.database, source.id, ENOUGH)}
    results = run(wanted, settings) if wanted else []
    for result in results if asked.log_json else ():
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
            _offer_to_learn(holdings.database, result.source, asked.log_json)
    ended: list[tuple[Report | None, ArchiveError | None]] = [(result.report, result.error) for result in results]
    return exit_code_of([*ended, (None, listed.trouble)])


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of addresses came to: the sources that hold some of them, and what was left out of it."""

    sources: tuple[str, ...] = ()
    trouble: CrawlError | None = None


def _listed(asked: CrawlArguments, holdings: Holdings) -> Listed:
    """Puts the addresses of the list into the frontier, each under the lock of its source."""
    from crawler.frontier import manual
    from crawler.frontier.manual import read_seeds
    from crawler.frontier.store import FrontierStore

    path = asked.seeds or Path()
    register, placed, owned = Register.valid(holdings.sources), manual.Placed(), dict[str, list[tuple[str, Source]]]()
    for url in read_seeds(path):
        try:
            wire = as_fetched(url)
        except ValueError:
            placed.leave_out("no url", url)
            continue
        source = register.for_host(host_of(wire))
        if source is None:
            placed.leave_out("no source", wire)
        elif asked.sources and source.id not in asked.sources:
            placed.leave_out("another source", wire)
        elif not source.crawlable:
            placed.leave_out(source.status, wire)
        else:
            owned.setdefault(source.id, []).append((wire, source))
    for name, found in sorted(owned.items()):
        with holdings.lock(f"crawl-{name}"), closing(FrontierStore(holdings.frontier)) as rows:
            manual.place(rows, found, path.name, placed)
        message = "{source}: of {path} {new:address|addresses} new, {known} known"
        say(message, source=name, new=placed.new[name], known=placed.known[name], path=path)
    for reason, urls in placed.left_out.items():
        say("{path}: {count} left out ({reason}), as {url}", path=path, count=len(urls), reason=tr(reason), url=urls[0])
    left = sum(map(len, placed.left_out.values()))
    message = (
        "{path}: {count:address|addresses} left out; for a host that no source has, `baotinh sources new` writes one"
    )
    return Listed(tuple(sorted(owned)), CrawlError(message, path=path, count=left) if left else None)


def _order(asked: CrawlArguments, holdings: Holdings, *, as_json: bool) -> int:
    """Puts in force what is told to the crawls of sources, beside what is in force already."""
    from crawler.frontier.explain import is_crawled

    orders = [name for name in ("pause", "slow", "resume") if getattr(asked, name)]
    if len(orders) > 1 or replace(asked, pause=False, slow=None, resume=False) != CrawlArguments(asked.sources):
        raise UsageError(
            "--{order} goes with sources alone: it tells a crawl something, and begins none", order=orders[0]
        )
    if not asked.sources:
        raise UsageError("name the SOURCE that --{order} is for", order=orders[0])
    register, found = Register.valid(holdings.sources), []
    for source in [register.get(name).id for name in dict.fromkeys(asked.sources)]:
        now = control.read(holdings.root, source)
        if asked.pause:
            now = replace(now, paused=now.paused or utc_seconds(datetime.now(UTC)))
        now = control.NONE if asked.resume else replace(now, delay=asked.slow or now.delay)
        control.order(holdings.root, source, now)
        running = is_crawled(holdings, source)
        found.append({"source": source, **asdict(now), "running": running})
        if not as_json:
            say(_ORDERED[orders[0], running], source=source, seconds=now.delay)
    if as_json:
        print_json(found)
    return 0


_ORDERED: Final = {
    ("pause", True): "{source}: paused; the crawl that runs asks for nothing until `baotinh crawl --resume {source}`",
    ("pause", False): "{source}: paused; no crawl runs now, and none begins until `baotinh crawl --resume {source}`",
    ("slow", True): "{source}: {seconds:g} s between requests at least, in the crawl that runs and those after it",
    ("slow", False): "{source}: {seconds:g} s between requests at least; no crawl runs now, the next ones keep to it",
    ("resume", True): "{source}: the crawl that runs goes on, at the source's own pace",
    ("resume", False): "{source}: may be crawled, at its own pace; no crawl runs now",
}


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
        message = (
            "{source}: its layout can be learnt now; see what that gives: baotinh sources learn {source} --dry-run"
        )
        say(message, source=source.id)


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
            message = "{id}: not crawled, its status is {status} ({file}): {why}"
            raise SourceError(message, id=source.id, status=source.status, file=source.file, why=why)
        if not loopback and on_this_machine(source.homepage):
            message = "{id} lies on this machine ({homepage}); --allow-loopback lets it be crawled"
            raise UsageError(message, id=source.id, homepage=source.homepage)
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

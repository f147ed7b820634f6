"""`baotinh watch`: crawls what is due, day after day, each source in a process of its own."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from archive.cli.command import archive_option, command, question
from archive.cli.opening import for_writing
from archive.errors import ArchiveError, CrawlError
from archive.holdings import Holdings
from archive.search.question import option as declared
from archive.sources import Register, Source
from archive.store import open_database, opened_to_write
from archive.terminal import put
from crawler.commands.crawl import LONGEST_HOURS, MINUTES, loopback_option


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """What a watch is told."""

    sources: tuple[str, ...] = declared("", (), argument=-1, many=True, metavar="[SOURCE...]")
    every: float = declared("Crawl each so often.", 24.0, bounds=(0.1, LONGEST_HOURS), metavar="HOURS")
    most: int = declared("At most so many at a time.", 4, bounds=(1, 64), metavar="N")
    minutes: float | None = declared(
        "End each crawl after N minutes; the rest waits.", None, kind="number", bounds=MINUTES, metavar="N"
    )
    once: bool = declared(
        "Crawl what is due once, say what is not due and when it will be, and end as the worst.", False
    )
    hook: str = declared("Run it for each crawl that needs a person (BAOTINH_SOURCE, ...).", "", metavar="COMMAND")
    metrics: int | None = declared(
        "Serve Prometheus metrics on this port of 127.0.0.1.", None, kind="integer", bounds=(1, 65535), metavar="PORT"
    )
    log_json: bool = declared("Log each event as a line of JSON.", False)


@command(
    "watch",
    examples=["baotinh watch ca-mau-bao thai-nguyen-dang", "baotinh watch --every 12 --most 8 --log-json"],
    codes=(0, 2, 4, 6),
)
@question(WatchOptions)
@loopback_option
@archive_option
def watch(asked: WatchOptions, allow_loopback: bool, root: Path) -> int:
    """Crawls each SOURCE again and again, or without any named all that are verified. SIGTERM ends it in ten seconds.

    A source that has brought less than four new articles a visit in the last two weeks is visited half as often: a
    visit costs its site two requests, whatever it brings.

    Without any named, the sources that nobody has verified are surveyed beside the crawls, one site after the other
    and each once a month, and every day it is told what waits for a person; one that is verified meanwhile is crawled
    from the next minute on. So it works on the first day, when nothing is verified. With --once it ends with exit code
    6 then, when all are surveyed.

    From an hour on that [notify] of archive.toml names it sends the report of the day, as `baotinh status --send` does.

    Made to be run by systemd (deploy/systemd/baotinh-watch.service) or in a container: it logs to standard error.
    """
    from crawler.report import log_line
    from crawler.survey.several import Waiting
    from crawler.watch import Watch, last_crawls, quiet, serve_metrics

    holdings = for_writing(root)
    register, told = Register.valid(holdings.sources), set[str]()
    wanted, unverified = _wanted(register, asked.sources, loopback=allow_loopback)
    every = timedelta(hours=asked.every)
    with opened_to_write(holdings.database) as db:
        before = last_crawls(db, every, datetime.now(UTC))
    options = [
        *(["--minutes", str(asked.minutes)] if asked.minutes else []),
        *(["--allow-loopback"] if allow_loopback else []),
    ]

    def say(event: dict[str, Any]) -> None:
        if asked.log_json:
            put(log_line(event, as_json=True) + "\n", err=True)
        else:
            click.echo(log_line(event, as_json=False), err=True)

    def tell_broken() -> None:
        """Says what is wrong with the files that are not valid, each once: it may be edited in this moment."""
        for error in sorted(set(map(str, register.broken)) - told):
            say({"event": "sources not read", "source": "", "error": error})
        told.clear()
        told.update(map(str, register.broken))

    def again() -> tuple[Register, list[Source], list[Source]]:
        nonlocal register
        register = Register.valid(holdings.sources)
        tell_broken()
        return register, *_wanted(register, asked.sources, loopback=allow_loopback)

    def waiting() -> tuple[Register, list[Source]]:
        register, _, unverified = again()
        return register, unverified

    def is_quiet(source: str) -> bool:
        with closing(open_database(holdings.database, readonly=True)) as db:
            return quiet(db, source, every, datetime.now(UTC))

    async def go() -> int:
        tell_broken()
        watching = Watch(root, wanted, before, every, asked.most, say, options, asked.hook, asked.once)
        watching.is_quiet = is_quiet
        watching.report_hour = lambda: _report_hour(root)
        if not asked.sources:
            watching.reload = lambda: again()[1]
            watching.waiting = Waiting(holdings, waiting, say, allow_loopback)
        server = await serve_metrics(watching, asked.metrics) if asked.metrics else None
        await watching.watch()
        if server is not None:
            server.close()
        if asked.once and register.broken and not asked.sources and watching.worst not in (1, 4):
            raise register.broken[0]
        if asked.once and not wanted:
            raise CrawlError("no source is verified yet, and {count} wait for a person", count=len(unverified))
        return watching.worst if asked.once else 0

    return asyncio.run(go())


def _report_hour(root: Path) -> int | None:
    """From which hour on the report of a day is sent, None for not at all: as archive.toml says now."""
    try:
        notify = Holdings.open(root).settings.notify
    except ArchiveError:  # it is being edited; the next crawl says what is wrong with it
        return None
    return notify.hour if notify.is_on else None


def _wanted(register: Register, names: tuple[str, ...], *, loopback: bool) -> tuple[list[Source], list[Source]]:
    """The sources to crawl, and those that nobody has verified; none of these where some are named."""
    from crawler.commands.crawl import chosen

    if names:
        return chosen(register, names, loopback=loopback), []
    verified = [one for one in register.all() if one.status == "verified"]
    return verified, [one for one in register.all() if one.status == "unverified"]

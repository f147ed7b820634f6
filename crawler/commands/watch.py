"""`baotinh watch`: crawls what is due, day after day, each source in a process of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from archive.cli.command import archive_option, command, question
from archive.cli.opening import for_writing
from archive.errors import UsageError
from archive.search.question import option as declared
from archive.sources import Register, Source
from archive.store import opened_to_write
from archive.store.runs import runs
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

    Made to be run by systemd (deploy/systemd/baotinh-watch.service) or in a container: it logs to standard error.
    """
    from crawler.report import log_line
    from crawler.watch import Last, Watch, serve_metrics

    holdings = for_writing(root)
    wanted = _wanted(Register.load(holdings.sources), asked.sources, holdings.root, loopback=allow_loopback)
    with opened_to_write(holdings.database) as db:
        ended = [run for run in reversed(runs(db, limit=100_000)) if run.ended]
        before = {run.source: Last(_moment(run.began), reason=run.reason) for run in ended}
    options = [
        *(["--minutes", str(asked.minutes)] if asked.minutes else []),
        *(["--allow-loopback"] if allow_loopback else []),
    ]

    def say(event: dict[str, Any]) -> None:
        if asked.log_json:
            put(log_line(event, as_json=True) + "\n", err=True)
        else:
            click.echo(log_line(event, as_json=False), err=True)

    async def go() -> int:
        watching = Watch(
            root, wanted, before, timedelta(hours=asked.every), asked.most, say, options, asked.hook, asked.once
        )
        server = await serve_metrics(watching, asked.metrics) if asked.metrics else None
        await watching.watch()
        if server is not None:
            server.close()
        return watching.worst if asked.once else 0

    return asyncio.run(go())


def _wanted(register: Register, names: tuple[str, ...], root: Path, *, loopback: bool) -> list[Source]:
    from crawler import fleet
    from crawler.commands.crawl import chosen

    own = fleet.read(root)
    found = chosen(register, names, loopback=loopback) or [
        one for one in register.all() if one.status == "verified" and own.owner(one.id) in ("", fleet.machine())
    ]
    if not found:
        raise UsageError("no source is verified yet; name the sources to watch")
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))

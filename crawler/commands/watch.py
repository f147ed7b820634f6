"""`baotinh watch`: crawls what is due, day after day, each source in a process of its own."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from archive.cli.command import archive_option, command, option
from archive.cli.opening import for_writing
from archive.errors import UsageError
from archive.sources import Register, Source
from archive.store import opened_to_write
from archive.store.runs import runs
from archive.terminal import put
from crawler.commands.crawl import LONGEST_HOURS, Amount, loopback_option, minutes_option


@command(
    "watch",
    examples=["baotinh watch ca-mau-bao thai-nguyen-dang", "baotinh watch --every 12 --most 8 --log-json"],
    codes=(0, 2, 4, 6),
)
@click.argument("sources", nargs=-1, metavar="[SOURCE...]")
@archive_option
@option("--every", default=24.0, type=Amount(0.1, LONGEST_HOURS), metavar="HOURS", help="Crawl each so often (24).")
@option("--most", default=4, type=click.IntRange(1, 64), metavar="N", help="At most so many at a time (4).")
@minutes_option("End each crawl after N minutes; the rest waits.")
@option(
    "--once",
    is_flag=True,
    help="Crawl what is due once, say what is not due and when it will be, and end as the worst.",
)
@option(
    "--hook", default="", metavar="COMMAND", help="Run it for each crawl that needs a person (BAOTINH_SOURCE, ...)."
)
@option(
    "--metrics",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Serve Prometheus metrics on this port of 127.0.0.1.",
)
@option("--log-json", is_flag=True, help="Log each event as a line of JSON.")
@loopback_option
def watch(
    sources: tuple[str, ...],
    root: Path,
    every: float,
    most: int,
    minutes: float | None,
    once: bool,
    hook: str,
    metrics: int | None,
    log_json: bool,
    allow_loopback: bool,
) -> int:
    """Crawls each SOURCE again and again, or without any named all that are verified. SIGTERM ends it in ten seconds.

    Made to be run by systemd (deploy/systemd/baotinh-watch.service) or in a container: it logs to standard error.
    """
    from crawler.report import log_line
    from crawler.watch import Last, Watch, serve_metrics

    holdings = for_writing(root)
    wanted = _wanted(Register.load(holdings.sources), sources, holdings.root, loopback=allow_loopback)
    with opened_to_write(holdings.database) as db:
        ended = [run for run in reversed(runs(db, limit=100_000)) if run.ended]
        before = {run.source: Last(_moment(run.began), reason=run.reason) for run in ended}
    options = [*(["--minutes", str(minutes)] if minutes else []), *(["--allow-loopback"] if allow_loopback else [])]

    def say(event: dict[str, Any]) -> None:
        if log_json:
            put(log_line(event, as_json=True) + "\n", err=True)
        else:
            click.echo(log_line(event, as_json=False), err=True)

    async def go() -> int:
        watching = Watch(root, wanted, before, timedelta(hours=every), most, say, options, hook, once)
        server = await serve_metrics(watching, metrics) if metrics else None
        await watching.watch()
        if server is not None:
            server.close()
        return watching.worst if once else 0

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

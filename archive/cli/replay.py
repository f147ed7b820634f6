"""`baotinh replay`: the preserved pages alone, for browsers and for Memento clients."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, option
from archive.cli.output import say
from archive.cli.serve import is_loopback
from archive.cli.words import tr
from archive.errors import UsageError
from archive.holdings import Holdings


@command(
    "replay",
    examples=["baotinh replay", "baotinh replay --port 9001 --room-url http://127.0.0.1:8000"],
    codes=(0, 1, 2, 3, 4, 5),
)
@option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Loopback address to listen at.")
@option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port of the preserved pages.")
@option("--allow-host", "allowed", multiple=True, metavar="NAME", help="Answer to this Host name too; repeatable.")
@option("--room-url", default="", metavar="URL", help="Where the reading room is, for links back to articles.")
@option("--behind-proxy", is_flag=True, help="Believe a proxy on this machine when it says who asks.")
@option(
    "--rate",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Requests a second that one client may send in the long run; 0 is no limit.",
)
@archive_option
def replay(
    host: str, port: int, allowed: tuple[str, ...], room_url: str, behind_proxy: bool, rate: float, root: Path
) -> None:
    """Serve the preserved pages to browsers and Memento clients (RFC 7089) until Ctrl-C: scripts off, links inside.

    What was not captured is said to be not preserved; the live web is never asked.
    """
    from archive.web import serving
    from archive.web.guard import LOOPBACK
    from archive.web.replay.app import create_replay

    if not is_loopback(host):
        raise UsageError(tr("replay answers this machine alone; 'baotinh serve' can be opened to others"))
    holdings = Holdings.open(root)
    bound = serving.bind(host, port)
    address = serving.address_of(bound)
    application = create_replay(holdings, (*LOOPBACK, *allowed), room_url, rate=rate)

    def ready() -> None:
        say("preserved pages: {address}", address=address)
        say("TimeGate for Memento clients: {address}/timegate/", address=address)
        say("Ctrl-C ends it")

    serving.serve([(application, bound)], ready, behind_proxy)

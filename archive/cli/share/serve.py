"""`baotinh serve`: the reading room in a browser, with the preserved pages beside it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from archive.cli.command import archives_option, command, option
from archive.cli.opening import register_of
from archive.cli.output import say
from archive.cluster.pattern import is_several
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.messages.language import tr
from archive.sources import Register
from archive.store import open_database

if TYPE_CHECKING:
    from archive.cluster.naming import Shard

PASSWORD: Final = "BAOTINH_PASSWORD_HASH"  # noqa: S105 - the name of a variable


@command(
    "serve",
    examples=[
        "baotinh serve",
        "baotinh serve --port 9000 --no-replay",
        "baotinh serve --replay-only --replay-port 9001 --room-url http://127.0.0.1:8000",
        "baotinh serve --archive 'archive-*.sqlite'",
        "baotinh serve --new-password > mat-khau.hash",
        "baotinh serve --behind-proxy --allow-host phongdoc.example --replay-url https://luu.example",
    ],
    codes=(0, 1, 2, 3, 4, 5),
)
@option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="IP address to listen at.")
@option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port of the reading room.")
@option(
    "--replay-port",
    default=8001,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port of the preserved pages: an origin of their own, for they are not to be trusted.",
)
@option("--no-replay", is_flag=True, help="Do not show preserved pages and pictures.")
@option("--replay-only", is_flag=True, help="Serve the preserved pages alone, to this machine: for Memento clients.")
@option("--allow-host", "allowed", multiple=True, metavar="NAME", help="Answer to this Host name too; repeatable.")
@option("--room-url", default="", metavar="URL", help="Where readers find the reading room, behind a proxy.")
@option("--replay-url", default="", metavar="URL", help="Where readers find the preserved pages, behind a proxy.")
@option("--behind-proxy", is_flag=True, help="Believe a proxy on this machine when it says who asks.")
@option("--beyond-loopback", is_flag=True, help="Allow an address that other machines reach. Needs a password.")
@option(
    "--reading",
    type=click.Choice(("open", "members")),
    help="Who reads: everybody, or who knows the password (beyond loopback the default).",
)
@option(
    "--password-hash-file",
    "hash_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the password's hash (or BAOTINH_PASSWORD_HASH).",
)
@option("--new-password", is_flag=True, help="Ask for a password, print its hash, and end.")
@option(
    "--rate",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Requests a second that one client may send in the long run; 0 is no limit.",
)
@option(
    "--workers",
    type=click.IntRange(0, 64),
    help="Processes that search, by default as many as there are cores; 0 searches in this one.",
)
@archives_option
def serve(
    host: str,
    port: int,
    replay_port: int,
    no_replay: bool,
    replay_only: bool,
    allowed: tuple[str, ...],
    room_url: str,
    replay_url: str,
    behind_proxy: bool,
    beyond_loopback: bool,
    reading: str | None,
    hash_file: Path | None,
    new_password: bool,
    rate: float,
    workers: int | None,
    root: Path,
) -> None:
    """Serve the archive to browsers until Ctrl-C: search, articles, concordance, trends, sources, crawls.

    It answers this machine alone. An address that others reach needs --beyond-loopback and a password, which every
    reader is asked for, with --reading open only the archivist. No request ever leaves for the live web.

    Several archives (a pattern of paths) are searched and shown as one, without pages of archivists.

    Preserved pages come with scripts off and links inside, and answer Memento clients (RFC 7089). What was not captured
    is said to be not preserved; the live web is never asked.
    """
    if new_password:
        _print_hash()
        return
    if replay_only:
        _serve_replay(host, replay_port, allowed, room_url, behind_proxy, rate, root)
        return
    from archive.web import serving
    from archive.web.access import Rules, Tickets
    from archive.web.app import create_room
    from archive.web.guard import LOOPBACK
    from archive.web.replay.app import create_replay

    local = is_loopback(host)
    password_hash = _password_hash(hash_file)
    if not local:
        _check_beyond(host, beyond_loopback, password_hash)
    members_only = reading == "members" or (not local and reading is None)
    if members_only and not password_hash:
        raise UsageError("--reading members needs a password: give its hash as --password-hash-file")
    # Behind a proxy every request comes from this machine, so that says nothing of who asks.
    rules = Rules(password_hash, local and not allowed and not behind_proxy, members_only)
    served, register = _served(root)
    bound = serving.bind(host, port)
    room_address = room_url or serving.address_of(bound)
    names = (*LOOPBACK, *(() if local else (host,)), *allowed)
    tickets = Tickets() if rules.members_only else None
    applications = []
    replay_address = ""
    if not no_replay:
        beside = serving.bind(host, replay_port)
        replay_address = replay_url or serving.address_of(beside)
        applications.append((create_replay(served, names, room_address, tickets, rate), beside))
    searching = (os.cpu_count() or 1) if workers is None else workers
    room = create_room(served, register, names, replay_address, rules, tickets, rate, searching)
    applications.insert(0, (room, bound))

    def ready() -> None:
        say("reading room: {address}", address=room_address)
        if replay_address:
            say("preserved pages: {address}", address=replay_address)
        say("Ctrl-C ends it")

    serving.serve(applications, ready, behind_proxy)


def _served(root: Path) -> tuple[Holdings | Sequence[Shard], Register]:
    """The archive at `root`, or the archives that a pattern means, with the register and their own sources."""
    from archive.cluster.naming import shards_of

    if not is_several(root):
        holdings = Holdings.open(root)
        if holdings.database.exists():  # one of another schema would fail every page
            open_database(holdings.database, readonly=True).close()
        return holdings, register_of(holdings)
    shards = shards_of(root)
    folders = (shard.database.parent / "sources" for shard in shards)
    return shards, Register.load(*filter(Path.is_dir, folders))


def _print_hash() -> None:
    from archive.web.access import make_hash

    password = click.prompt(tr("New password"), hide_input=True, confirmation_prompt=True, err=True)
    click.echo(make_hash(password))


def _password_hash(file: Path | None) -> str:
    from archive.web.access import check_hash

    line = file.read_text(encoding="utf-8").strip() if file else os.environ.get(PASSWORD, "").strip()
    if line:
        check_hash(line)
    return line


def _check_beyond(host: str, beyond_loopback: bool, password_hash: str) -> None:
    if not beyond_loopback:
        raise UsageError("other machines reach {host}: say --beyond-loopback if that is meant", host=host)
    if not password_hash:
        raise UsageError(
            "--beyond-loopback needs a password: make its hash with --new-password, give it as --password-hash-file"
        )


def is_loopback(host: str) -> bool:
    """Whether `host` is an address of this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _serve_replay(
    host: str, port: int, allowed: tuple[str, ...], room_url: str, behind_proxy: bool, rate: float, root: Path
) -> None:
    from archive.web import serving
    from archive.web.guard import LOOPBACK
    from archive.web.replay.app import create_replay

    if not is_loopback(host):
        raise UsageError("--replay-only answers this machine alone; the reading room can be opened to others")
    holdings = Holdings.open(root)
    bound = serving.bind(host, port)
    address = serving.address_of(bound)
    application = create_replay(holdings, (*LOOPBACK, *allowed), room_url, rate=rate)

    def ready() -> None:
        say("preserved pages: {address}", address=address)
        say("TimeGate for Memento clients: {address}/timegate/", address=address)
        say("Ctrl-C ends it")

    serving.serve([(application, bound)], ready, behind_proxy)

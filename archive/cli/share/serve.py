"""`baotinh serve`: the reading room in a browser, with the preserved pages beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import click

from archive.cli.command import archive_option, command, question
from archive.cli.opening import valid_register_of
from archive.cli.output import say
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.messages.language import tr
from archive.search.question import option as declared
from archive.store import open_database

PASSWORD: Final = "BAOTINH_PASSWORD_HASH"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where the room and the preserved pages are served, to whom."""

    host: str = declared("IP address to listen at.", "127.0.0.1", metavar="ADDRESS")
    port: int = declared("Port of the reading room.", 8000, bounds=(0, 65535))
    replay_port: int = declared(
        "Port of the preserved pages: an origin of their own, for they are not to be trusted.", 8001, bounds=(0, 65535)
    )
    no_replay: bool = declared("Do not show preserved pages and pictures.", False)
    replay_only: bool = declared("Serve the preserved pages alone, to this machine: for Memento clients.", False)
    allowed: tuple[str, ...] = declared(
        "Answer to this Host name too; repeatable.", (), name="allow-host", many=True, metavar="NAME"
    )
    room_url: str = declared("Where readers find the reading room, behind a proxy.", "", metavar="URL")
    replay_url: str = declared("Where readers find the preserved pages, behind a proxy.", "", metavar="URL")
    behind_proxy: bool = declared("Believe a proxy on this machine when it says who asks.", False)
    beyond_loopback: bool = declared("Allow an address that other machines reach. Needs a password.", False)
    reading: str | None = declared(
        "Who reads: everybody, or who knows the password (beyond loopback the default).",
        None,
        choices=("open", "members"),
    )
    password_hash_file: Path | None = declared(
        "File with the password's hash (or BAOTINH_PASSWORD_HASH).", None, kind="path", metavar="FILE"
    )
    new_password: bool = declared("Ask for a password, print its hash, and end.", False)
    rate: float = declared(
        "Requests a second that one client may send in the long run; 0 is no limit.", 10.0, bounds=(0, 0)
    )
    workers: int | None = declared(
        "Processes that search, by default as many as there are cores; 0 searches in this one.",
        None,
        kind="integer",
        bounds=(0, 64),
    )


@command(
    "serve",
    examples=[
        "baotinh serve",
        "baotinh serve --port 9000 --no-replay",
        "baotinh serve --replay-only --replay-port 9001 --room-url http://127.0.0.1:8000",
        "baotinh serve --new-password > mat-khau.hash",
        "baotinh serve --behind-proxy --allow-host phongdoc.example --replay-url https://luu.example",
    ],
    codes=(0, 1, 2, 3, 4, 5),
)
@question(ServeOptions)
@archive_option
def serve(asked: ServeOptions, root: Path) -> None:
    """Serve the archive to browsers until Ctrl-C: search, articles, concordance, trends, sources, crawls.

    It answers this machine alone. An address that others reach needs --beyond-loopback and a password, which every
    reader is asked for, with --reading open only the archivist. No request ever leaves for the live web.

    Preserved pages come with scripts off and links inside, and answer Memento clients (RFC 7089). What was not captured
    is said to be not preserved; the live web is never asked.
    """
    if asked.new_password:
        _print_hash()
        return
    if asked.replay_only:
        _serve_replay(asked, root)
        return
    from archive.web import serving
    from archive.web.access import Rules, Tickets
    from archive.web.app import create_room
    from archive.web.guard import LOOPBACK
    from archive.web.replay.app import create_replay

    local = is_loopback(asked.host)
    password_hash = _password_hash(asked.password_hash_file)
    if not local:
        _check_beyond(asked.host, asked.beyond_loopback, password_hash)
    members_only = asked.reading == "members" or (not local and asked.reading is None)
    if members_only and not password_hash:
        raise UsageError("--reading members needs a password: give its hash as --password-hash-file")
    # Behind a proxy every request comes from this machine, so that says nothing of who asks.
    rules = Rules(password_hash, local and not asked.allowed and not asked.behind_proxy, members_only)
    holdings = Holdings.open(root)
    if holdings.database.exists():  # one of another schema would fail every page
        open_database(holdings.database, readonly=True).close()
    bound = serving.bind(asked.host, asked.port)
    room_address = asked.room_url or serving.address_of(bound)
    names = (*LOOPBACK, *(() if local else (asked.host,)), *asked.allowed)
    tickets = Tickets() if rules.members_only else None
    applications = []
    replay_address = ""
    if not asked.no_replay:
        beside = serving.bind(asked.host, asked.replay_port)
        replay_address = asked.replay_url or serving.address_of(beside)
        applications.append((create_replay(holdings, names, room_address, tickets, asked.rate), beside))
    searching = (os.cpu_count() or 1) if asked.workers is None else asked.workers
    register = valid_register_of(holdings)
    room = create_room(holdings, register, names, replay_address, rules, tickets, asked.rate, searching)
    applications.insert(0, (room, bound))

    def ready() -> None:
        say("reading room: {address}", address=room_address)
        if replay_address:
            say("preserved pages: {address}", address=replay_address)
        say("Ctrl-C ends it")

    serving.serve(applications, ready, asked.behind_proxy)


def _print_hash() -> None:
    from archive.web.access import make_hash

    password = click.prompt(tr("New password"), hide_input=True, confirmation_prompt=True, err=True)
    click.echo(make_hash(password))


def _password_hash(file: Path | None) -> str:
    from archive.web.access import check_hash

    try:
        line = file.read_text(encoding="utf-8").strip() if file else os.environ.get(PASSWORD, "").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("{file}: cannot be read ({error})", file=file, error=error) from error
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


def _serve_replay(asked: ServeOptions, root: Path) -> None:
    from archive.web import serving
    from archive.web.guard import LOOPBACK
    from archive.web.replay.app import create_replay

    if not is_loopback(asked.host):
        raise UsageError("--replay-only answers this machine alone; the reading room can be opened to others")
    holdings = Holdings.open(root)
    bound = serving.bind(asked.host, asked.replay_port)
    address = serving.address_of(bound)
    application = create_replay(holdings, (*LOOPBACK, *asked.allowed), asked.room_url, rate=asked.rate)

    def ready() -> None:
        say("preserved pages: {address}", address=address)
        say("TimeGate for Memento clients: {address}/timegate/", address=address)
        say("Ctrl-C ends it")

    serving.serve([(application, bound)], ready, asked.behind_proxy)

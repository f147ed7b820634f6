"""Serves the fleet on loopback, each portal at an address of its own (127.1.0.N), by a clock set from outside."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

from bench.fleet.pages import Answer, Site
from bench.fleet.portals import BEGINNING, Fleet

SLOW_SECONDS: Final = 0.08
_AGENT: Final = re.compile(rb"(?im)^user-agent:\s*(.*?)\r?$")
_KNOWN: Final = re.compile(rb"(?im)^if-none-match:\s*(.*?)\r?$")


@dataclass(slots=True)
class Running:
    """The fleet at work. `now` decides what is published.

    `asked` counts requests by portal and purpose: `article` asked for the first time, `again` for one that was asked
    for before, `robots`, `file` for pictures and the like, `find` for all else, lists and feeds and sitemaps.
    """

    fleet: Fleet
    sites: dict[str, Site]
    loop: asyncio.AbstractEventLoop
    servers: dict[str, asyncio.Server]
    now: datetime = BEGINNING
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)  # articles that were asked for

    def set_clock(self, now: datetime) -> None:
        """From now on it is `now`; who is to die by then accepts no connection any more."""
        self.now = now
        for name, site in self.sites.items():
            if site.portal.happened("dies", now) and name in self.servers:
                self.loop.call_soon_threadsafe(self.servers.pop(name).close)

    def answer(self, name: str, target: str, agent: str) -> Answer:
        found = self.sites[name].answer(target, agent, self.now)
        self.asked[name, self._purpose(name, unquote(target), found.kind)] += 1
        return found

    def _purpose(self, name: str, path: str, kind: str) -> str:
        if path == "/robots.txt":
            return "robots"
        if self.sites[name].item(path) is not None:
            known, address = len(self.met), f"{name} {path}"
            self.met.add(address)
            return "article" if len(self.met) > known else "again"
        page = kind.startswith(("text/html", "text/xml", "application/json"))
        return "find" if page else "file"


class _Connection(asyncio.Protocol):
    """One connection, kept alive; requests have no body."""

    def __init__(self, running: Running, name: str) -> None:
        self._running, self._name, self._heard = running, name, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            slow = "slow" in self._running.sites[self._name].portal.habits
            answer = self._answer(head)
            if slow:
                self._running.loop.call_later(SLOW_SECONDS, self._transport.write, answer)
            else:
                self._transport.write(answer)

    def _answer(self, head: bytes) -> bytes:
        method, target = head.split(b" ", 2)[:2]
        agent, known = _AGENT.search(head), _KNOWN.search(head)
        found = self._running.answer(self._name, target.decode(), agent[1].decode("latin-1") if agent else "")
        headers = [("Content-Type", found.kind), *found.headers]
        status, body = found.status, found.body
        if found.version:
            headers.append(("ETag", found.version))
            if known is not None and found.version.encode() in known[1]:
                status, body = 304, b""
        if status != HTTPStatus.NOT_MODIFIED:
            headers.append(("Content-Length", str(len(body))))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        start = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{lines}\r\n".encode()
        return start + (b"" if method == b"HEAD" else body)


@contextlib.contextmanager
def serving(fleet: Fleet, now: datetime = BEGINNING, ports: Mapping[str, int] | None = None) -> Iterator[Running]:
    """The fleet on loopback, in a thread of its own, stopped at the end; at the `ports` it had before, if any."""
    loop = asyncio.new_event_loop()
    running = Running(fleet, {}, loop, {}, now)
    bases: dict[str, str] = {}
    for name, portal in fleet.portals.items():
        address = f"127.1.0.{portal.number}"
        make = loop.create_server(partial(_Connection, running, name), address, (ports or {}).get(name, 0))
        running.servers[name] = loop.run_until_complete(make)
        bases[name] = f"http://{address}:{running.servers[name].sockets[0].getsockname()[1]}"
        running.sites[name] = Site(portal, fleet, bases)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for server in running.servers.values():
            server.close()
        loop.close()

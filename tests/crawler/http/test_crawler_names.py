"""A name is asked for its addresses once, and only public ones of them are connected to, whatever it resolves to."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from crawler.http.capture import request_bytes
from crawler.http.connection import Client, Connection, Exchange

PRIVATE = (
    "127.0.0.1",
    "127.255.0.1",
    "10.0.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "::",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1%2",
)


def fetched(monkeypatch: pytest.MonkeyPatch, *answers: list[str], loopback: bool = False) -> tuple[Exchange, list[str]]:
    """What comes of a fetch from a name that resolves to each of `answers` in turn, and the addresses connected to."""
    turns, connected = list(answers), []

    async def go() -> Exchange:
        loop = asyncio.get_running_loop()

        async def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
            found = turns.pop(0) if len(turns) > 1 else turns[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

        async def connect(factory: Any, address: str, port: int, **_: Any) -> tuple[None, Connection]:
            connected.append(address)
            raise ConnectionRefusedError

        monkeypatch.setattr(loop, "getaddrinfo", resolve)
        monkeypatch.setattr(loop, "create_connection", connect)
        client = Client(loopback=loopback)
        return await client.fetch("http://baotinh.example/", lambda t, h: request_bytes(t, h, b""), 1000, 5.0)

    return asyncio.run(go()), connected


@pytest.mark.fault(13)
@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_into_our_own_network_is_connected_to_nowhere(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    exchange, connected = fetched(monkeypatch, [address])
    assert (exchange.error, connected, exchange.request) == ("address", [], b"")
    assert address in exchange.detail


@pytest.mark.parametrize("address", [one for one in PRIVATE if not one.startswith(("127.", "::1", "::ffff:127."))])
def test_allowing_this_machine_allows_no_other(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    exchange, connected = fetched(monkeypatch, [address], loopback=True)
    assert (exchange.error, connected) == ("address", [])
    assert "--allow-loopback" not in exchange.detail


def test_of_several_addresses_only_the_public_ones_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange, connected = fetched(monkeypatch, ["10.0.0.1", "203.113.131.1", "::1", "8.8.8.8"])
    assert (exchange.error, connected) == ("refused", ["203.113.131.1", "8.8.8.8"])


def test_a_name_is_looked_up_once_so_that_a_second_answer_cannot_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange, connected = fetched(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    assert (exchange.error, connected) == ("refused", ["8.8.8.8"])

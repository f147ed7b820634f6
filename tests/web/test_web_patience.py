"""A client that sends half a request, or takes none of its answer, is let go in time; nobody else notices."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from reading_room import REGISTER, library
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from archive.holdings import Holdings
from archive.web import serving
from archive.web import serving as patience
from archive.web.app import create_room

PAGE = b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LONG = PAGE.replace(b"\r\n\r\n", b"\r\nX: %s\r\n\r\n" % (b"x" * 600))
SIGN_IN = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\n"
)


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return library(tmp_path_factory.mktemp("kho") / "kho")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "REQUEST_SECONDS", 0.4)
    monkeypatch.setattr(patience, "ANSWER_SECONDS", 0.4)


@asynccontextmanager
async def served(application: Starlette) -> AsyncIterator[int]:
    """The port where `application` is served."""
    server = serving.server_of(application)
    with serving.bind("127.0.0.1", 0) as bound:
        running = asyncio.create_task(server.serve(sockets=[bound]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield bound.getsockname()[1]
        server.should_exit = True
        await running


async def sent(port: int, *parts: bytes) -> bytes:
    """What comes back until the room closes the connection, its parts sent one after the other."""
    with socket.socket() as client:
        client.setblocking(False)
        await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
        reading = asyncio.create_task(received(client))
        with suppress(ConnectionError):
            for part in parts:
                await asyncio.get_running_loop().sock_sendall(client, part)
                await asyncio.wait([reading], timeout=0.1)
        return await reading


async def received(client: socket.socket) -> bytes:
    """All that comes; a stream's reader would forget it where the connection is reset by what was sent too late."""
    came = b""
    with suppress(ConnectionError):
        while piece := await asyncio.get_running_loop().sock_recv(client, 65_536):
            came += piece
    return came


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"GET / HT",),
        tuple(bytes([byte]) for byte in LONG),  # byte by byte, it would take a minute
        (b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n", *(b"X-%d: 1\r\n" % number for number in range(600))),
    ],
    ids=["nothing", "half a line", "byte by byte", "ever more headers"],
)
def test_half_a_request_is_let_go_in_time_and_told_so(holdings: Holdings, parts: tuple[bytes, ...]) -> None:
    async def asked() -> bytes:
        async with served(create_room(holdings, REGISTER)) as port:
            return await sent(port, *parts)

    assert asyncio.run(asked()).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("rest", [(), (b"password=",), tuple([b"x"] * 600)], ids=["no body", "some", "byte by byte"])
def test_a_form_that_does_not_come_to_an_end_is_let_go_and_nothing_is_logged(
    holdings: Holdings, rest: tuple[bytes, ...], caplog: pytest.LogCaptureFixture
) -> None:
    async def asked() -> None:
        async with served(create_room(holdings, REGISTER)) as port:
            await sent(port, SIGN_IN, *rest)

    asyncio.run(asked())  # ends: nothing else here would close the connection
    assert not caplog.records


def test_a_body_that_nobody_wanted_does_not_keep_the_connection_open(holdings: Holdings) -> None:
    async def asked() -> bytes:
        async with served(create_room(holdings, REGISTER)) as port:
            return await sent(port, PAGE.replace(b"\r\n\r\n", b"\r\nContent-Length: 99\r\n\r\n"), b"x")

    assert asyncio.run(asked()).startswith(b"HTTP/1.1 200 ")


def test_a_whole_request_is_answered_on_a_connection_that_is_kept_for_longer(holdings: Holdings) -> None:
    async def asked() -> list[bytes]:
        async with served(create_room(holdings, REGISTER)) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            answers = []
            for _ in range(2):
                writer.write(PAGE)
                answers.append(await reader.readuntil(b"Disallow: /\n"))
                await asyncio.sleep(0.6)
            writer.close()
            return answers

    assert all(answer.startswith(b"HTTP/1.1 200 ") for answer in asyncio.run(asked()))


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="the kernel of Linux sees to it")
def test_who_takes_none_of_his_answer_is_let_go() -> None:
    ended = threading.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield bytes(65536)
                await asyncio.sleep(0)
        finally:
            ended.set()

    async def page(_: Request) -> StreamingResponse:
        return StreamingResponse(endless())

    async def asked() -> None:
        async with served(Starlette(routes=[Route("/", page)])) as port:
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                assert await asyncio.to_thread(ended.wait, 20)

    asyncio.run(asked())


def test_the_body_of_an_answer_does_not_wait_for_the_head_to_be_acknowledged() -> None:
    with serving.bind("127.0.0.1", 0) as bound, socket.create_connection(bound.getsockname()):
        accepted, _ = bound.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

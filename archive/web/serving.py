"""Connections that wait for nobody for ever: a request must have come, and an answer be taken, in time."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from archive.errors import UsageError
from archive.messages.message import reason_of

REQUEST_SECONDS = 10.0
"""How long a request may take to come, from the first byte of its head to the last of its body."""

ANSWER_SECONDS = 60.0
"""How long a client may take none of an answer that waits for it."""

_TOO_LATE: Final = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Patient(H11Protocol):
    """A connection of uvicorn's that is closed where its request does not come to an end in REQUEST_SECONDS.

    uvicorn itself ends only connections that are idle between two requests: one that sends its head byte by byte, or
    stops in the middle, would keep its place for ever, and five hundred of them keep everybody out.
    """

    _clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the clock: the first request is to come."""
        super().connection_made(transport)
        self._start()

    def data_received(self, data: bytes) -> None:
        """Stops the clock where the request is whole; more bytes of half a request do not set it back."""
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._stop()
        elif self._clock is None:
            self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the clock."""
        self._stop()
        super().connection_lost(exc)

    def _start(self) -> None:
        self._clock = self.loop.call_later(REQUEST_SECONDS, self._expire)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _expire(self) -> None:
        if self.conn.our_state is h11.IDLE:  # not even the head has come, so nothing has been answered
            self.transport.write(_TOO_LATE)
        self.transport.close()


def hurry(bound: socket.socket) -> None:
    """Has the kernel end connections accepted from `bound` whose client takes nothing for ANSWER_SECONDS."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(1000 * ANSWER_SECONDS))


# Runs web applications on sockets of their own until the process is told to stop.

_DRAIN_SECONDS = 3
_CONNECTIONS = 500


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens at `host` (an IP address) and `port`, 0 for any that is free.

    Raises UsageError where the port is taken, or the address is none of this machine's.
    """
    try:
        family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
        bound = socket.create_server((host, port), family=family, backlog=512)
    except ValueError as error:
        raise UsageError("{host} is no IP address: write 127.0.0.1, ::1 or 0.0.0.0", host=host) from error
    except OSError as error:
        raise UsageError(
            "{host} port {port}: {reason}; choose another with --host and --port",
            host=host,
            port=port,
            reason=reason_of(error),
        ) from error
    # Inherited by what is accepted. asyncio sets it only where the socket was made with the protocol's number, and this
    # one was not: the head of an answer went out, and its body waited 40 ms for the reader's acknowledgement.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    hurry(bound)
    return bound


def address_of(bound: socket.socket) -> str:
    """The address of a bound socket: "http://127.0.0.1:8000"."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    applications: Sequence[tuple[ASGIApp, socket.socket]],
    ready: Callable[[], None] = lambda: None,
    behind_proxy: bool = False,
) -> None:
    """Serves each application on its socket until SIGINT or SIGTERM; open answers have 3 s to end.

    `ready` is called once all are listening. With `behind_proxy`, a proxy on this machine is believed when it says who
    asks and by which scheme (X-Forwarded-For, X-Forwarded-Proto).
    """
    servers = [server_of(application, behind_proxy) for application, _ in applications]
    asyncio.run(_run(servers, [bound for _, bound in applications], ready))


def server_of(application: ASGIApp, behind_proxy: bool = False) -> uvicorn.Server:
    """The server of `application`, not yet on a socket."""
    return _Server(
        uvicorn.Config(
            application,
            loop="asyncio",
            http=Patient,
            ws="none",
            lifespan="on",
            log_config=None,  # no address or query of a reader is written down
            access_log=False,
            server_header=False,
            proxy_headers=behind_proxy,
            forwarded_allow_ips=["127.0.0.1", "::1"],
            limit_concurrency=_CONNECTIONS,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
    )


class _Server(uvicorn.Server):
    """A server that leaves signals to `_run`: two in one process would take them from each other."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _run(servers: list[uvicorn.Server], sockets: list[socket.socket], ready: Callable[[], None]) -> None:
    def stop() -> None:
        for server in servers:
            server.force_exit = server.should_exit  # told twice, it does not wait
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    tasks = [loop.create_task(server.serve(sockets=[bound])) for server, bound in zip(servers, sockets, strict=True)]
    while not all(server.started or task.done() for server, task in zip(servers, tasks, strict=True)):
        await asyncio.sleep(0.01)
    if not any(task.done() for task in tasks):
        ready()
    await asyncio.gather(*tasks)

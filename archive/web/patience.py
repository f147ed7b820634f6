"""Connections that wait for nobody for ever: a request must have come, and an answer be taken, in time."""

from __future__ import annotations

import asyncio
import socket
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

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

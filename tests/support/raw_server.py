"""A loopback server that answers with given bytes and remembers what it was sent: the wire as the other end saw it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

Script = Callable[[str], "Answer"]


@dataclass(frozen=True)
class Answer:
    """What to send: `parts` one after another, `pause` seconds between them, then close or keep the connection."""

    parts: Sequence[bytes]
    close: bool = False
    reset: bool = False
    pause: float = 0.0
    hang: bool = False

    @property
    def data(self) -> bytes:
        return b"".join(self.parts)


@dataclass
class RawServer:
    """`requests` are the heads received, in order; `connections` counts them."""

    script: Script
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [request.split(b" ", 2)[1].decode() for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head)
                answer = self.script(head.split(b" ", 2)[1].decode())
                for number, part in enumerate(answer.parts):
                    if number and answer.pause:
                        await asyncio.sleep(answer.pause)
                    writer.write(part)
                    await writer.drain()
                    if number + 1 < len(answer.parts):
                        await asyncio.sleep(0)
                if answer.hang:
                    await asyncio.sleep(30)
                if answer.reset:  # a socket that lingers for 0 s closes with RST instead of FIN
                    plug = writer.get_extra_info("socket")
                    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    writer.transport.abort()
                if answer.close or answer.reset:
                    break
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            writer.close()


@contextlib.asynccontextmanager
async def raw_server(script: Script, context: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """A running RawServer on a free loopback port."""
    server = RawServer(script)
    running = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context, limit=1 << 20)
    server.port = running.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        running.close()
        for writer in server.open:
            writer.transport.abort()
        for _ in range(3):  # closing takes the loop a few rounds, on either side
            await asyncio.sleep(0)

"""Ten small newspapers on loopback, each on a port of its own, that can be made to fall silent in mid-crawl."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from bench.site import Answering, _answer, pages

SECONDS = 120


class Newspaper:
    """One site; `fall_silent` leaves requests without an answer from now on, `speak` answers them all."""

    def __init__(self, name: str, loop: asyncio.AbstractEventLoop) -> None:
        self.name, self.host = name, ""
        self.answers: dict[bytes, bytes] = {}
        self._loop = loop
        self._left = -1  # requests to answer before falling silent; below zero: all
        self._held: list[tuple[Gated, bytes]] = []
        self._asked_in_vain = threading.Event()

    def fall_silent(self, after: int) -> None:
        """From now on answers `after` more requests and no other."""
        self._asked_in_vain.clear()
        self._loop.call_soon_threadsafe(setattr, self, "_left", after)

    def wait_until_silent(self) -> None:
        """Returns when a crawler waits for an answer that does not come."""
        assert self._asked_in_vain.wait(SECONDS), f"{self.name} was not asked"

    def speak(self) -> None:
        """Answers what waits and all that comes."""
        self._loop.call_soon_threadsafe(self._speak)

    def _speak(self) -> None:
        self._left = -1
        held, self._held = self._held, []
        for connection, data in held:
            connection.data_received(data)

    def holds(self, connection: Gated, data: bytes) -> bool:
        if self._left == 0:
            self._held.append((connection, data))
            self._asked_in_vain.set()
            return True
        self._left -= self._left > 0
        return False


class Gated(Answering):
    """A connection to a newspaper; the crawler sends one request at a time on each."""

    def __init__(self, newspaper: Newspaper) -> None:
        super().__init__(newspaper.answers)
        self._newspaper = newspaper

    def data_received(self, data: bytes) -> None:
        if not self._newspaper.holds(self, data):
            super().data_received(data)


@contextlib.contextmanager
def serving(names: list[str], articles: int) -> Iterator[list[Newspaper]]:
    """The newspapers `names`, of `articles` articles each, every one with texts of its own."""
    loop = asyncio.new_event_loop()
    newspapers = [Newspaper(name, loop) for name in names]
    servers = []
    for number, newspaper in enumerate(newspapers):
        server = loop.run_until_complete(loop.create_server(lambda own=newspaper: Gated(own), "127.0.0.1", 0))
        newspaper.host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        site = pages(articles, 100 + 2 * number, f"http://{newspaper.host}")
        newspaper.answers |= {path.encode(): _answer(*page) for path, page in site.items()}
        servers.append(server)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield newspapers
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for server in servers:
            server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.close()

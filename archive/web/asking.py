"""What a page needs to answer: the archive, its register, and a thread with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

import sqlite_utils
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request

from archive.holdings import Holdings
from archive.sources import Register
from archive.web.connections import Connections

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Room:
    """One reading room: its archive, the register of sources, and where replay answers ("" where it does not run)."""

    holdings: Holdings
    register: Register
    connections: Connections
    limiter: CapacityLimiter  # threads that ask the database at once: a heavy query holds one, never all
    replay: str = ""

    async def ask(self, question: Callable[[sqlite_utils.Database], Result]) -> Result:
        """What `question` answers, asked in a thread of its own on that thread's connection."""
        return await run_sync(lambda: question(self.connections.get()), limiter=self.limiter)


def room_of(request: Request) -> Room:
    """The room that answers `request`."""
    return cast(Room, request.app.state.room)

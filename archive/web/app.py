"""The reading room as an application: its routes, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.sources import Register
from archive.web import problems, waiting
from archive.web.access import Access, MembersOnly, Rules, Tickets
from archive.web.asking.asker import Asker
from archive.web.asking.jobs import Jobs, StillWorking
from archive.web.guard import LOOPBACK, Compression, HostGuard, Pace, SafeHeaders, room_policy
from archive.web.pages.state import Room
from archive.web.routes import routes
from archive.web.waiting import TicketTaken

WEIGHTS: Final = {
    "/static/": 0.0,
    "/health": 0.0,
    "/sign-in": 10.0,
    "/concordance": 5.0,
    "/trends": 5.0,
    "/collocates": 5.0,
    "/keywords": 5.0,
    "/people": 5.0,
    "/export": 20.0,
    "/api/concordance": 5.0,
    "/api/trends": 5.0,
    "/api/collocates": 5.0,
    "/api/keywords": 5.0,
    "/api/people": 5.0,
}
"""How many requests an address counts for (archive.web.guard); all others count for one."""


def create_room(
    holdings: Holdings,
    register: Register,
    hosts: Iterable[str] = LOOPBACK,
    replay: str = "",
    rules: Rules | None = None,
    tickets: Tickets | None = None,
    rate: float = 0,
    workers: int = 0,
) -> Starlette:
    """The reading room of `holdings`, answering only to the Host names `hosts`.

    `replay` is replay's address or "".

    `rules` say who may do what (nobody but readers, where None); `tickets` are those replay asks for. Each client is
    answered at most `rate` times a second (0: no limit). So many `workers` search, processes beside this one (0: this
    one's threads).
    """
    access, jobs = Access(rules or Rules()), Jobs()
    room = Room(holdings, register, Asker(holdings.database, workers), access, jobs, replay.rstrip("/"), tickets)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        room.asker.begin()
        yield
        jobs.close()
        room.asker.close()

    app = Starlette(
        routes=routes(),
        middleware=[
            Middleware(HostGuard, hosts=tuple(hosts)),
            Middleware(SafeHeaders, policy=room_policy(room.replay)),
            Middleware(Pace, rate=rate, weights=WEIGHTS),
            Middleware(Compression),
            Middleware(MembersOnly, access=access),
            Middleware(TicketTaken),
        ],
        exception_handlers={
            ArchiveError: problems.refused,
            HTTPException: problems.lost,
            StillWorking: waiting.still_working,
            Exception: problems.broken,
        },
        lifespan=lifespan,
    )
    app.state.room = room
    return app

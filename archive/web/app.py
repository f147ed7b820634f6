"""`baotinh serve`: the reading room as an application, its routes and what stands before them."""

from __future__ import annotations

from collections.abc import Iterable

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from archive.errors import ArchiveError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.sources import Register
from archive.web.asking import Room
from archive.web.connections import Connections
from archive.web.guard import ROOM_POLICY, HostGuard, SafeHeaders
from archive.web.render import render
from archive.web.room import article, search, sources

_AT_ONCE = 8
"""Queries that run at the same time; more wait. Two cores answer eight light ones in the time of one heavy one."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def create_room(holdings: Holdings, register: Register, hosts: Iterable[str] = LOOPBACK, replay: str = "") -> Starlette:
    """The reading room of `holdings`, answering only to the Host names `hosts`; `replay` is replay's address or ""."""
    app = Starlette(
        routes=[
            Route("/", search.page, name="search"),
            Route("/article/{reference}", article.page, name="article"),
            Route("/article/{reference}/changes", article.changes, name="changes"),
            Route("/capture/{record_id}", article.of_capture),
            Route("/sources", sources.overview, name="sources"),
            Route("/source/{source_id}", sources.page, name="source"),
            Route("/robots.txt", _robots),
            Mount("/static", StaticFiles(packages=[("archive.web", "static")]), name="static"),
        ],
        middleware=[
            Middleware(HostGuard, hosts=tuple(hosts)),
            Middleware(SafeHeaders, policy=ROOM_POLICY),
        ],
        exception_handlers={ArchiveError: _refused, 404: _lost},
    )
    app.state.room = Room(holdings, register, Connections(holdings.database), CapacityLimiter(_AT_ONCE), replay)
    return app


async def _robots(_: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


def _refused(request: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, NothingFound) else 400 if isinstance(error, UsageError) else 500
    return render(request, "problem.html", {"message": str(error)}, status)


def _lost(request: Request, _: Exception) -> Response:
    return render(request, "problem.html", {"message": request.url.path}, 404)

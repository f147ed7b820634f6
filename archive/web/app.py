"""The reading room as an application: its routes, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.sources import Register
from archive.store.stats import count_articles
from archive.web.access import Access, Rules
from archive.web.api import routes as api
from archive.web.asking import Asker
from archive.web.guard import LOOPBACK, HostGuard, SafeHeaders, room_policy
from archive.web.members import MembersOnly
from archive.web.oai import page as oai
from archive.web.pace import Pace
from archive.web.render import render
from archive.web.room import (
    article,
    changes,
    collections,
    collocates,
    concordance,
    crawls,
    downloads,
    exporting,
    search,
    sign_in,
    sources,
    takedown,
    trends,
    unread,
)
from archive.web.room.state import Room
from archive.web.static_files import static_files
from archive.web.tickets import Tickets

WEIGHTS = {
    "/static/": 0.0,
    "/health": 0.0,
    "/sign-in": 10.0,
    "/concordance": 5.0,
    "/trends": 5.0,
    "/collocates": 5.0,
    "/keywords": 5.0,
    "/export": 20.0,
    "/api/concordance": 5.0,
    "/api/trends": 5.0,
    "/api/collocates": 5.0,
    "/api/keywords": 5.0,
}
"""How many requests an address counts for (archive.web.pace); all others count for one."""


def create_room(
    holdings: Holdings,
    register: Register,
    hosts: Iterable[str] = LOOPBACK,
    replay: str = "",
    rules: Rules | None = None,
    tickets: Tickets | None = None,
    rate: float = 0,
) -> Starlette:
    """The reading room of `holdings`, answering only to the Host names `hosts`; `replay` is replay's address or "".

    `rules` say who may do what (nobody but readers, where None); `tickets` are those replay asks for. Each client is
    answered at most `rate` times a second (0: no limit).
    """
    access = Access(rules or Rules())
    room = Room(holdings, register, Asker(holdings.database), access, replay.rstrip("/"), tickets)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        room.asker.close()

    app = Starlette(
        routes=[
            Route("/", search.page),
            *(Route(f"/article/{{reference}}.{form}", downloads.page(form)) for form in downloads.FORMS),
            Route("/article/{reference}", article.page),
            Route("/article/{reference}/changes", changes.page),
            Route("/lookup", article.lookup),
            Route("/capture/{record_id}", article.of_capture),
            Route("/concordance", concordance.page),
            Route("/concordance.csv", concordance.as_csv),
            Route("/trends", trends.page),
            Route("/trends.csv", trends.as_csv),
            Route("/collocates", collocates.page),
            Route("/collocates.csv", collocates.as_csv),
            Route("/keywords", collocates.keywords),
            Route("/keywords.csv", collocates.keywords_csv),
            Route("/sources", sources.overview),
            Route("/source/{source_id}", sources.page),
            *(Route(f"/export.{form}", exporting.page(form)) for form in exporting.FORMS),
            Route("/feed.atom", exporting.feed),
            Route("/collections", collections.overview),
            Route("/collections/new", collections.new, methods=["GET", "POST"]),
            Route("/collections/{name}", collections.corpus),
            Route("/crawls", crawls.overview),
            Route("/crawls/live", crawls.live),
            Route("/crawls/unread", unread.page),
            Route("/crawls/read/{record_id}", unread.explained),
            Route("/crawls/takedown", takedown.page, methods=["GET", "POST"]),
            Route("/crawls/{run_id}", crawls.one),
            *api.routes(),
            Route("/oai", oai.page, methods=["GET", "POST"]),
            Route("/sign-in", sign_in.page, methods=["GET", "POST"]),
            Route("/sign-out", sign_in.sign_out, methods=["POST"]),
            Route("/robots.txt", _robots),
            Route("/health", _health),
            static_files(),
        ],
        middleware=[
            Middleware(HostGuard, hosts=tuple(hosts)),
            Middleware(SafeHeaders, policy=room_policy(room.replay)),
            Middleware(Pace, rate=rate, weights=WEIGHTS),
            Middleware(MembersOnly, access=access),
        ],
        exception_handlers={ArchiveError: _refused, HTTPException: _lost, Exception: _broken},
        lifespan=lifespan,
    )
    app.state.room = room
    return app


async def _robots(_: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _health(request: Request) -> Response:
    room: Room = request.app.state.room
    await room.asker.ask(count_articles)
    return PlainTextResponse("ok\n")


def _refused(request: Request, error: Exception) -> Response:
    values = {"title": "problem", "key": "", "message": str(error)}
    return render(request, "problem.html", values, api.status_of(error))


def _lost(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if request.url.path.startswith("/api/"):
        return api.problem(status, str(getattr(error, "detail", error)))
    key = "problem.lost" if status == 404 else ""
    values = {"title": "problem", "key": key, "message": "" if key else str(getattr(error, "detail", error))}
    return render(request, "problem.html", values, status)


def _broken(request: Request, _: Exception) -> Response:
    # The server prints the traceback; a reader sees none.
    return render(request, "problem.html", {"title": "problem", "key": "problem.broken", "message": ""}, 500)

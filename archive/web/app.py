"""The reading room as an application: its routes, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.sources import Register
from archive.store.counts import count_articles
from archive.web import problems, waiting
from archive.web.access import Access, MembersOnly, Rules, Tickets
from archive.web.asking import Asker, Jobs, StillWorking
from archive.web.guard import LOOPBACK, Compression, HostGuard, Pace, SafeHeaders, room_policy
from archive.web.pages import archivist, search
from archive.web.pages.state import Room, room_of
from archive.web.render import static_files
from archive.web.waiting import TicketTaken

_ROUTE = "archive.route"
_TOOLS = ("/concordance", "/trends", "/months.", "/collocates", "/keywords", "/people", "/map", "/flow")


class LazyRoutes(BaseRoute):
    """The routes that `load` gives, for paths that begin with one of `prefixes`: imports cost half of a start."""

    def __init__(self, prefixes: tuple[str, ...], load: Callable[[], Sequence[BaseRoute]]) -> None:
        self._prefixes = prefixes
        self._load = load
        self._loaded: Sequence[BaseRoute] | None = None

    def routes(self) -> Sequence[BaseRoute]:
        """The routes, loaded."""
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The best match among the routes."""
        best: tuple[Match, Scope] = Match.NONE, {}
        if scope["type"] != "http" or not scope["path"].startswith(self._prefixes):
            return best
        for route in self.routes():
            match, child = route.matches(scope)
            if match.value > best[0].value:
                best = match, {**child, _ROUTE: route}
            if match is Match.FULL:
                break
        return best

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Has the route that matched answer."""
        await scope[_ROUTE].handle(scope, receive, send)


# The addresses of the reading room, and the pages that answer them.


def routes() -> list[BaseRoute]:
    """All routes. What the first pages do not need is loaded later."""
    return [
        Route("/", search.or_captures(search.page)),
        LazyRoutes(("/about",), _about),
        LazyRoutes(("/article/", "/lookup", "/capture/"), _articles),
        LazyRoutes(_TOOLS, _analysis),
        LazyRoutes(("/source",), _sources),
        LazyRoutes(("/export.", "/feed.atom"), _exports),
        LazyRoutes(("/saved/", "/collections"), _collections),
        LazyRoutes(("/crawls",), _crawls),
        LazyRoutes(("/api",), _api),
        LazyRoutes(("/oai",), _oai),
        Route("/waiting", waiting.cancel, methods=["POST"]),
        Route("/sign-in", archivist.page, methods=["GET", "POST"]),
        Route("/sign-out", archivist.sign_out, methods=["POST"]),
        Route("/robots.txt", _robots),
        Route("/health", _health),
        static_files(),
    ]


def _about() -> Sequence[BaseRoute]:
    from archive.web.pages import front

    return [Route("/about", front.about)]


def _articles() -> Sequence[BaseRoute]:
    from archive.web.pages import article, downloads
    from archive.web.pages import article as changes

    return [
        *(Route(f"/article/{{reference}}.{form}", downloads.page(form)) for form in downloads.FORMS),
        Route("/article/{reference}", article.page),
        Route("/article/{reference}/changes", changes.changes_page),
        Route("/lookup", article.lookup),
        Route("/capture/{record_id}", article.of_capture),
    ]


def _analysis() -> Sequence[BaseRoute]:
    from archive.web.pages import collocates, concordance, flow, months, people, spread, trends

    return [
        Route("/concordance", search.or_captures(concordance.page)),
        Route("/concordance.csv", concordance.as_csv),
        Route("/trends", search.or_captures(trends.page)),
        Route("/trends.csv", trends.as_csv),
        Route("/trends.svg", trends.as_svg),
        Route("/collocates", search.or_captures(collocates.page)),
        Route("/collocates.csv", collocates.as_csv),
        Route("/keywords", search.or_captures(collocates.keywords)),
        Route("/keywords.csv", collocates.keywords_csv),
        Route("/people", search.or_captures(people.page)),
        Route("/people.csv", people.as_csv),
        Route("/map", search.or_captures(spread.page)),
        Route("/map.csv", spread.as_csv),
        Route("/map.svg", spread.as_svg),
        Route("/months.csv", months.as_csv),
        Route("/months.svg", months.as_svg),
        Route("/flow", search.or_captures(flow.page)),
        Route("/flow.csv", flow.as_csv),
        Route("/flow.svg", flow.as_svg),
        Route("/flow.graphml", flow.as_graphml),
        Route("/flow.dot", flow.as_dot),
    ]


def _sources() -> Sequence[BaseRoute]:
    from archive.web.pages import sources

    return [Route("/sources", sources.overview), Route("/source/{source_id}", sources.page)]


def _exports() -> Sequence[BaseRoute]:
    from archive.web.pages import exports

    return [
        *(Route(f"/export.{form}", exports.page(form)) for form in exports.FORMS),
        *(Route(f"/export.{form}-metadata.json", exports.described(form)) for form in exports.FORMS),
        Route("/feed.atom", exports.feed),
    ]


def _collections() -> Sequence[BaseRoute]:
    from archive.web.pages import collections, exports

    return [
        Route("/saved/{name}.atom", exports.saved_feed),
        Route("/collections", collections.overview),
        Route("/collections/new", collections.new, methods=["GET", "POST"]),
        Route("/collections/{name}", collections.corpus),
        Route("/collections/{name}/map.csv", collections.map_csv),
        Route("/collections/{name}/map.svg", collections.map_svg),
    ]


def _crawls() -> Sequence[BaseRoute]:
    from archive.web.pages import crawls, takedown, unread, worklist

    return [
        Route("/crawls", crawls.overview),
        Route("/crawls/live", crawls.live),
        Route("/crawls/unread", unread.page),
        Route("/crawls/read/{record_id}", unread.explained),
        Route("/crawls/takedown", takedown.page, methods=["GET", "POST"]),
        Route("/crawls/takedown/end", worklist.end_takedowns, methods=["POST"]),
        Route("/crawls/verify/{source_id}", worklist.five, methods=["GET", "POST"]),
        Route("/crawls/verify/{source_id}/outcome", worklist.outcome),
        Route("/crawls/requeue", worklist.requeue, methods=["POST"]),
        Route("/crawls/{run_id}", crawls.one),
    ]


def _api() -> Sequence[BaseRoute]:
    from archive.web.api.routes import routes

    return routes()


def _oai() -> Sequence[BaseRoute]:
    from archive.web.api.oai import page

    return [Route("/oai", page, methods=["GET", "POST"])]


async def _robots(_: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _health(request: Request) -> Response:
    await room_of(request).asker.ask(count_articles)
    return PlainTextResponse("ok\n")


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

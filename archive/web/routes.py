"""The addresses of the reading room, and the pages that answer them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from archive.errors import UsageError
from archive.store.stats import count_articles
from archive.web.later import Later
from archive.web.room import search, sign_in
from archive.web.room.state import OF_ONE, room_of
from archive.web.static_files import static_files

if TYPE_CHECKING:
    from archive.search.held import Held


def routes(several: bool = False) -> list[BaseRoute]:
    """All routes. What the first pages do not need is loaded later; what one archive keeps, `several` refuse."""
    of_one = _of_one if several else None
    return [
        Route("/", search.page),
        Later(("/article/", "/lookup", "/capture/"), _articles),
        Later(("/concordance", "/trends", "/collocates", "/keywords"), _analysis),
        Later(("/source",), _sources),
        Later(("/export.", "/feed.atom"), _exports),
        Later(("/saved/", "/collections"), of_one or _collections),
        Later(("/crawls",), of_one or _crawls),
        Later(("/api",), _api),
        Later(("/oai",), of_one or _oai),
        Route("/sign-in", sign_in.page, methods=["GET", "POST"]),
        Route("/sign-out", sign_in.sign_out, methods=["POST"]),
        Route("/robots.txt", _robots),
        Route("/health", _health),
        static_files(),
    ]


def _articles() -> Sequence[BaseRoute]:
    from archive.web.room import article, changes, downloads

    return [
        *(Route(f"/article/{{reference}}.{form}", downloads.page(form)) for form in downloads.FORMS),
        Route("/article/{reference}", article.page),
        Route("/article/{reference}/changes", changes.page),
        Route("/lookup", article.lookup),
        Route("/capture/{record_id}", article.of_capture),
    ]


def _analysis() -> Sequence[BaseRoute]:
    from archive.web.room import collocates, concordance, trends

    return [
        Route("/concordance", concordance.page),
        Route("/concordance.csv", concordance.as_csv),
        Route("/trends", trends.page),
        Route("/trends.csv", trends.as_csv),
        Route("/collocates", collocates.page),
        Route("/collocates.csv", collocates.as_csv),
        Route("/keywords", collocates.keywords),
        Route("/keywords.csv", collocates.keywords_csv),
    ]


def _sources() -> Sequence[BaseRoute]:
    from archive.web.room import sources

    return [Route("/sources", sources.overview), Route("/source/{source_id}", sources.page)]


def _exports() -> Sequence[BaseRoute]:
    from archive.web.room import exporting

    return [
        *(Route(f"/export.{form}", exporting.page(form)) for form in exporting.FORMS),
        Route("/feed.atom", exporting.feed),
    ]


def _collections() -> Sequence[BaseRoute]:
    from archive.web.room import collections, exporting

    return [
        Route("/saved/{name}.atom", exporting.saved_feed),
        Route("/collections", collections.overview),
        Route("/collections/new", collections.new, methods=["GET", "POST"]),
        Route("/collections/{name}", collections.corpus),
    ]


def _crawls() -> Sequence[BaseRoute]:
    from archive.web.room import crawls, takedown, unread

    return [
        Route("/crawls", crawls.overview),
        Route("/crawls/live", crawls.live),
        Route("/crawls/unread", unread.page),
        Route("/crawls/read/{record_id}", unread.explained),
        Route("/crawls/takedown", takedown.page, methods=["GET", "POST"]),
        Route("/crawls/{run_id}", crawls.one),
    ]


def _api() -> Sequence[BaseRoute]:
    from archive.web.api.routes import routes

    return routes()


def _oai() -> Sequence[BaseRoute]:
    from archive.web.oai.page import page

    return [Route("/oai", page, methods=["GET", "POST"])]


def _of_one() -> Sequence[BaseRoute]:
    return [Route("/{path:path}", _refused, methods=["GET", "POST"])]


async def _refused(_: Request) -> Response:
    raise UsageError(OF_ONE)


async def _robots(_: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _health(request: Request) -> Response:
    await room_of(request).asker.ask(_count)
    return PlainTextResponse("ok\n")


def _count(held: Held) -> int:
    from archive.search.held import ask

    return ask(held, "", None, lambda asking: sum(asking.each(count_articles)))

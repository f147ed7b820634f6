"""`baotinh replay`: the preserved pages in a browser, on an origin of their own, with Memento for other tools."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.parsers.guards import check_bytes
from archive.store.mementos import Memento, nearest, timemap
from archive.text.urls import url_key
from archive.web.connections import Connections
from archive.web.guard import PRESERVED_POLICY, ROOM_POLICY, HostGuard, SafeHeaders
from archive.web.language import language_of
from archive.web.render import render
from archive.web.replay import memento as rfc7089
from archive.web.replay.pages import Preserved, preserved, rewritten

_LAST_MOMENT = "9999-12-31T23:59:59Z"
_FRAME_POLICY = ROOM_POLICY.replace("default-src 'none'", "default-src 'none'; frame-src 'self'")


class Replay:
    """Answers for the captures of one archive; `room` is the reading room's address, for links back, or ""."""

    def __init__(self, holdings: Holdings, room: str = "") -> None:
        self._holdings = holdings
        self._room = room.rstrip("/")
        self._connections = Connections(holdings.database)

    async def page(self, request: Request) -> Response:
        """`/<time>[mp_|id_]/<url>`: the capture of the address nearest to that time."""
        asked, _, url = _target(request).partition("/")
        parsed = rfc7089.parse_stamp(asked)
        if parsed is None or not url:
            return _missing(request, url or asked)
        moment, form = parsed
        return await run_in_threadpool(self._answer, request, url, moment, form)

    async def timegate(self, request: Request) -> Response:
        """`/timegate/<url>`: redirects to the capture nearest to Accept-Datetime, or to the newest."""
        url = _target(request).partition("/")[2]
        asked = request.headers.get("accept-datetime")
        moment = _LAST_MOMENT if asked is None else rfc7089.asked_moment(asked)
        if moment is None:
            return PlainTextResponse("Accept-Datetime is no HTTP date.\n", status_code=400)
        found = await run_in_threadpool(lambda: nearest(self._connections.get(), url_key(url), moment))
        if found is None:
            return _missing(request, url)
        headers = {"Vary": "accept-datetime", "Link": rfc7089.link_header(_origin(request), found.url, found)}
        return RedirectResponse(f"/{rfc7089.stamp(found.captured_at)}/{found.url}", 302, headers)

    async def timemap(self, request: Request) -> Response:
        """`/timemap/link/<url>`: every capture of the address, in link-format."""
        url = _target(request).partition("/")[2].partition("/")[2]
        mementos = await run_in_threadpool(lambda: timemap(self._connections.get(), url_key(url)))
        if not mementos:
            return _missing(request, url)
        body = rfc7089.timemap(_origin(request), mementos[-1].url, mementos)
        return PlainTextResponse(body, media_type="application/link-format")

    def _answer(self, request: Request, url: str, moment: str, form: str) -> Response:
        found = nearest(self._connections.get(), url_key(url), moment)
        if found is None:
            return _missing(request, url)
        headers = {
            "Memento-Datetime": rfc7089.http_date(found.captured_at),
            "Link": rfc7089.link_header(_origin(request), found.url, found),
        }
        exact = rfc7089.stamp(found.captured_at)
        if not form:
            if exact != rfc7089.stamp(moment):
                return RedirectResponse(f"/{exact}/{found.url}", 302, {"Link": headers["Link"]})
            return self._frame(request, found, headers)
        page = preserved(self._connections.get(), self._holdings.root, found)
        if form == "mp_":
            page = rewritten(page, found, check_bytes)
        return _served(page, exact, form, headers)

    def _frame(self, request: Request, found: Memento, headers: dict[str, str]) -> Response:
        captured = datetime.fromisoformat(found.captured_at).astimezone(UTC)
        return render(
            request,
            "replay.html",
            {
                "memento": found,
                "captured": captured,
                "content": f"/{rfc7089.stamp(found.captured_at)}mp_/{found.url}",
                "operator": self._holdings.settings.operator,
                "room": self._room,
            },
            headers={**headers, "Content-Security-Policy": _FRAME_POLICY},
        )


def create_replay(
    holdings: Holdings, hosts: Iterable[str] = ("127.0.0.1", "localhost", "[::1]"), room: str = ""
) -> Starlette:
    """The replay application for `holdings`, answering only to the Host names `hosts`."""
    replay = Replay(holdings, room)
    return Starlette(
        routes=[
            Route("/timegate/{url:path}", replay.timegate),
            Route("/timemap/link/{url:path}", replay.timemap),
            Mount("/static", StaticFiles(packages=[("archive.web", "static")])),
            Route("/{rest:path}", replay.page),
        ],
        middleware=[
            Middleware(HostGuard, hosts=tuple(hosts)),
            Middleware(SafeHeaders, policy=PRESERVED_POLICY),
        ],
        exception_handlers={ArchiveError: _refused, HTTPException: _refused},
    )


def _served(page: Preserved, exact: str, form: str, headers: dict[str, str]) -> Response:
    if page.location and 300 <= page.status < 400:
        return RedirectResponse(f"/{exact}{form}/{page.location}", page.status, headers)
    status = page.status if 200 <= page.status < 600 and page.status != 204 else 200
    answer = Response(page.body, status, headers)
    answer.headers["Content-Type"] = page.content_type
    return answer


def _missing(request: Request, url: str) -> Response:
    return render(
        request, "not_preserved.html", {"url": url}, status=404, headers={"Content-Security-Policy": ROOM_POLICY}
    )


def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse(f"{error}\n", status_code=status, headers={"Content-Language": language_of(request)})


def _target(request: Request) -> str:
    """The path without its first slash and with its query, as it was asked: escapes of the archived URL kept."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return raw.decode("latin-1").lstrip("/") + (f"?{query.decode('latin-1')}" if query else "")


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}"

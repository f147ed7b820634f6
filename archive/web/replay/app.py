"""Parts of a body: one byte range of it, as players of sound and video and readers of PDF ask for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import sqlite_utils
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from archive.custody.withheld import Withheld, takedown_of
from archive.errors import ArchiveError
from archive.holdings import SETTINGS, Holdings
from archive.store.captures import Memento, by_record, nearest, timemap
from archive.text.urls import url_key
from archive.web.access import PREFIX, TicketGate, Tickets
from archive.web.asking import Asker
from archive.web.guard import LOOPBACK, HostGuard, Pace, SafeHeaders, banner_policy, preserved_policy
from archive.web.render import render_beside, static_files
from archive.web.replay import memento as rfc7089
from archive.web.replay.memento import WIDTH, calendar, timeline

if TYPE_CHECKING:
    from archive.web.replay.rewrite import Preserved

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")  # no body has more digits, and Python refuses to read thousands


def ranged(request: Request, answer: Response) -> Response:
    """`answer` cut to the range that `request` asks for (RFC 9110, section 14), as 206 or 416; else as it is.

    Only whole answers with status 200 have ranges. Several ranges in one request are answered by the whole.
    """
    if answer.status_code != 200 or request.method not in ("GET", "HEAD"):
        return answer
    answer.headers["Accept-Ranges"] = "bytes"
    match = _RANGE.match(request.headers.get("range", ""))
    if match is None or "if-range" in request.headers:
        return answer
    body = bytes(answer.body)
    span = span_of(match[1], match[2], len(body))
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    if span is None:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(body)}"})
    first, last = span
    headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return Response(body[first : last + 1], 206, headers)


def span_of(first: str, last: str, size: int) -> tuple[int, int] | None:
    """First and last byte of "first-last" in a body of `size`; None where nothing of it is there.

    >>> span_of("0", "4", 10), span_of("7", "", 10), span_of("", "3", 10), span_of("10", "", 10), span_of("5", "2", 10)
    ((0, 4), (7, 9), (7, 9), None, None)
    """
    if not first:
        wanted = min(int(last), size) if last else 0
        return (size - wanted, size - 1) if wanted else None
    begin, end = int(first), min(int(last), size - 1) if last else size - 1
    return (begin, end) if begin <= end else None


# The preserved pages in a browser, on an origin of their own, with Memento for other tools.

_LAST_MOMENT = "9999-12-31T23:59:59Z"
_DOCUMENTS = frozenset({"document", "iframe", "frame", "embed", "object"})
"""What a browser asks for to show it by itself (Sec-Fetch-Dest); tools say nothing, and get what was captured."""

_PRESERVED = {"Cache-Control": "private, no-cache"}  # what is taken down must not live on in browsers


class Replay:
    """Answers for the captures of an archive; `room` is the reading room's address for links, or ""."""

    def __init__(self, holdings: Holdings, room: str = "") -> None:
        self._room = room.rstrip("/")
        self._policy = preserved_policy(_origin_of(room), links=True)
        self._root = holdings.root
        self.asker = Asker(holdings.database)

    async def page(self, request: Request) -> Response:
        """`/<time>[mp_|id_]/<url>`: the capture of the address nearest to that time."""
        asked, _, url = _target(request).partition("/")
        parsed = rfc7089.parse_stamp(asked)
        if parsed is None or not url:
            return _missing(request, url or asked)
        moment, form = parsed
        if self._bars(url):
            return self._withheld(request, url)
        return await self.asker.ask(lambda db: self._answer(db, request, url, moment, form))

    async def timegate(self, request: Request) -> Response:
        """`/timegate/<url>`: redirects to the capture nearest to Accept-Datetime, or to the newest."""
        url = _target(request).partition("/")[2]
        asked = request.headers.get("accept-datetime")
        moment = _LAST_MOMENT if asked is None else rfc7089.asked_moment(asked)
        if moment is None:
            return PlainTextResponse("Accept-Datetime is no HTTP date.\n", status_code=400)
        if self._bars(url):
            return self._withheld(request, url)
        found = await self.asker.ask(nearest, url_key(url), moment)
        if found is None:
            return _missing(request, url)
        headers = {"Vary": "accept-datetime", "Link": rfc7089.link_header(_origin(request), found.url, found)}
        return RedirectResponse(f"{_prefix(request)}/{rfc7089.stamp(found.captured_at)}/{found.url}", 302, headers)

    async def timemap(self, request: Request) -> Response:
        """`/timemap/link/<url>`: every capture of the address, in link-format."""
        url = _target(request).partition("/")[2].partition("/")[2]
        if self._bars(url):
            return self._withheld(request, url)
        mementos = await self.asker.ask(timemap, url_key(url))
        if not mementos:
            return _missing(request, url)
        body = rfc7089.timemap(_origin(request), mementos[-1].url, mementos)
        return PlainTextResponse(body, media_type="application/link-format")

    async def calendar(self, request: Request) -> Response:
        """`/calendar/<url>`: every capture of the address, by year and month."""
        url = _target(request).partition("/")[2]
        if self._bars(url):
            return self._withheld(request, url)
        mementos = await self.asker.ask(timemap, url_key(url))
        if not mementos:
            return _missing(request, url)
        prefix = _prefix(request)
        values = {
            "url": mementos[-1].url,
            "years": calendar(mementos),
            "count": len(mementos),
            "address": partial(_address, prefix),
            "timemap": f"{prefix}/timemap/link/{mementos[-1].url}",
            "room": self._room,
        }
        answer = render_beside(request, "calendar.html", values)
        answer.headers["Content-Security-Policy"] = banner_policy()
        return answer

    def _answer(self, db: sqlite_utils.Database, request: Request, url: str, moment: str, form: str) -> Response:
        found = nearest(db, url_key(url), moment)
        if found is None:
            return _missing(request, url)
        headers = {
            **_PRESERVED,
            "Memento-Datetime": rfc7089.http_date(found.captured_at),
            "Link": rfc7089.link_header(_origin(request), found.url, found),
        }
        exact, prefix = rfc7089.stamp(found.captured_at), _prefix(request)
        if not form:
            if exact != rfc7089.stamp(moment):
                return RedirectResponse(f"{prefix}/{exact}/{found.url}", 302, {"Link": headers["Link"]})
            captures = timemap(db, url_key(url))
            return self._frame(request, found, captures, headers)
        earlier = by_record(db, found.revisit_of) if found.revisit_of else None
        if earlier is not None and self._bars(earlier.url):
            return self._withheld(request, url)
        from archive.web.replay.rewrite import preserved, rewritten, shown

        raw = page = preserved(self._root, found, earlier)
        if form == "mp_":
            from archive.parsers.document.limits import check_bytes

            def holds(address: str) -> bool:
                return nearest(db, url_key(address), moment) is not None

            page = rewritten(raw, found, check_bytes, prefix, holds)
        if page is raw and request.headers.get("sec-fetch-dest") in _DOCUMENTS:
            page = shown(page, f"{prefix}/{exact}{form}/{found.url}")
        elif page is not raw and page.content_type.startswith("text/html"):
            headers["Content-Security-Policy"] = self._policy
        return ranged(request, _served(page, f"{prefix}/{exact}{form}", headers))

    def _bars(self, url: str) -> bool:
        return Withheld.load(self._root).covers(url_key(url))

    def _withheld(self, request: Request, url: str) -> Response:
        answer = render_beside(request, "withheld.html", {"url": url, "rule": takedown_of(self._root, url)})
        answer.status_code = 451  # RFC 7725
        answer.headers["Content-Security-Policy"] = banner_policy()
        return answer

    def _frame(
        self, request: Request, found: Memento, captures: Sequence[Memento], headers: dict[str, str]
    ) -> Response:
        root, prefix, stamp = self._root, _prefix(request), rfc7089.stamp(found.captured_at)
        values = {
            "memento": found,
            "content": f"{prefix}/{stamp}mp_/{found.url}",
            "raw": f"{prefix}/{stamp}id_/{found.url}",
            "all": f"{prefix}/calendar/{found.url}",
            "timeline": timeline(captures, found.place.record_id),
            "width": WIDTH,
            "address": partial(_address, prefix),
            "operator": Holdings.open(root).settings.operator if (root / SETTINGS).exists() else root.name,
            "room": self._room,
        }
        answer = render_beside(request, "replay.html", values)
        answer.headers.update({**headers, "Content-Security-Policy": banner_policy()})
        return answer


def create_replay(
    holdings: Holdings,
    hosts: Iterable[str] = LOOPBACK,
    room: str = "",
    tickets: Tickets | None = None,
    rate: float = 0,
) -> Starlette:
    """The replay application of `holdings`, answering only to the Host names `hosts`.

    With `tickets` only to addresses that begin with one; each client at most `rate` times a second (0: no limit).
    """
    replay = Replay(holdings, room)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        replay.asker.close()

    return Starlette(
        routes=[
            Route("/timegate/{url:path}", replay.timegate),
            Route("/timemap/link/{url:path}", replay.timemap),
            Route("/calendar/{url:path}", replay.calendar),
            static_files(),
            Route("/{rest:path}", replay.page),
        ],
        middleware=[
            Middleware(HostGuard, hosts=tuple(hosts)),
            Middleware(SafeHeaders, policy=preserved_policy(_origin_of(room))),
            Middleware(Pace, rate=rate, weights={"/static/": 0.0, "/": 0.2}),  # a page loads a dozen pictures
            Middleware(TicketGate, tickets=tickets),
        ],
        exception_handlers={ArchiveError: _refused, HTTPException: _refused},
        lifespan=lifespan,
    )


def _address(prefix: str, capture: Memento) -> str:
    return f"{prefix}/{rfc7089.stamp(capture.captured_at)}/{capture.url}"


def _served(page: Preserved, base: str, headers: dict[str, str]) -> Response:
    if page.location and 300 <= page.status < 400:
        return RedirectResponse(f"{base}/{page.location}", page.status, headers)
    status = page.status if 200 <= page.status < 600 and page.status not in (204, 205, 206) else 200
    answer = Response(page.body, status, headers)
    answer.headers["Content-Type"] = page.content_type
    return answer


def _missing(request: Request, url: str) -> Response:
    answer = render_beside(request, "not_preserved.html", {"url": url})
    answer.status_code = 404
    answer.headers["Content-Security-Policy"] = banner_policy()
    return answer


def _refused(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse(f"{error}\n", status_code=status)


def _origin_of(room: str) -> str:
    parts = urlsplit(room)
    return f"{parts.scheme}://{parts.netloc}" if room else ""


def _target(request: Request) -> str:
    """The path without its first slash and with its query, as it was asked: escapes of the archived URL kept."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return raw.decode("latin-1").lstrip("/") + (f"?{query.decode('latin-1')}" if query else "")


def _prefix(request: Request) -> str:
    return str(request.scope.get(PREFIX, ""))


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}{_prefix(request)}"

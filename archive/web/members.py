"""Asks for the password before any page, where the operator wants it so."""

from __future__ import annotations

from urllib.parse import quote

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from archive.web.access import Access

_TRIES = CapacityLimiter(1)  # a password costs 80 ms to try: one at a time, so that guessing stops nobody
_OPEN = ("/sign-in", "/static/", "/robots.txt", "/health")


class MembersOnly:
    """Lets through who is signed in, and programs that send the password as a bearer token; asks all others for it."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or asks for the password."""
        if (
            scope["type"] != "http"
            or not self._access.rules.members_only
            or scope["path"].startswith(_OPEN)
            or self._access.is_signed_in(HTTPConnection(scope))
        ):
            await self._app(scope, receive, send)
            return
        sent = HTTPConnection(scope).headers.get("authorization", "").partition("Bearer ")[2]
        password = sent.encode("latin-1").decode(errors="replace")  # a header's bytes, which a program sends as UTF-8
        known: bool = await run_sync(lambda: self._access.knows(password), limiter=_TRIES) if password else False
        if known:
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET" and not scope["path"].startswith(("/api/", "/oai")):
            target = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            await RedirectResponse(f"/sign-in?next={quote(target, safe='')}", 303)(scope, receive, send)
            return
        await PlainTextResponse("Sign in first. / Xin đăng nhập trước.\n", 401)(scope, receive, send)

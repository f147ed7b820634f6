"""Asks for the password before any page, where the operator wants it so."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from archive.web.access import Access

_OPEN = ("/sign-in", "/static/", "/robots.txt", "/health")


class MembersOnly:
    """Lets through who is signed in; leads readers to the password page, and answers programs 401."""

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
        if scope["method"] == "GET" and not scope["path"].startswith(("/api/", "/oai")):
            target = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            await RedirectResponse(f"/sign-in?next={quote(target, safe='')}", 303)(scope, receive, send)
            return
        await PlainTextResponse("Sign in first. / Xin đăng nhập trước.\n", 401)(scope, receive, send)

"""Tickets to the preserved pages, where every page is for members only.

A preserved page is shown in a sandbox, so that its browser sends no cookie along for pictures and styles. Instead the
reading room leads to addresses that begin with a ticket of the day; replay answers to no other, and hands it on to
every address in the page. It leaves the browser in no Referer (`Referrer-Policy: no-referrer`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_DAY = 24 * 3600
PREFIX = "archive.prefix"
"""Where in a request's scope the ticket is found, as "/~<ticket>"; missing where there is none."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """Makes and checks tickets; the secret lives as long as the program."""

    clock: Callable[[], float] = time.time
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def prefix(self) -> str:
        """The beginning of today's addresses: "/~" and a ticket that holds today and tomorrow."""
        return self._prefix(int(self.clock() // _DAY))

    def holds(self, prefix: str) -> bool:
        """Whether `prefix` has a ticket of today or of yesterday."""
        today = int(self.clock() // _DAY)
        return any(hmac.compare_digest(prefix, self._prefix(day)) for day in (today, today - 1))

    def _prefix(self, day: int) -> str:
        return f"/~{hmac.new(self.secret, str(day).encode(), hashlib.sha256).hexdigest()[:32]}"


class TicketGate:
    """Lets through only what begins with a ticket, taken off the path; with `tickets` None everything passes."""

    def __init__(self, app: ASGIApp, tickets: Tickets | None) -> None:
        self._app = app
        self._tickets = tickets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on without its ticket, or answers 403."""
        if self._tickets is None or scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        first, slash, rest = scope["path"][1:].partition("/")
        prefix = f"/{first}"
        if not prefix.isascii() or not self._tickets.holds(prefix):
            answer = PlainTextResponse(
                "Preserved pages are opened from the reading room. / Trang lưu giữ được mở từ phòng đọc.\n", 403
            )
            await answer(scope, receive, send)
            return
        raw = scope.get("raw_path") or scope["path"].encode()
        inner = {**scope, "path": f"{slash}{rest}" or "/", "raw_path": raw[len(prefix) :] or b"/", PREFIX: prefix}
        await self._app(inner, receive, send)

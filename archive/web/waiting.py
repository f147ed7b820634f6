"""Slow work of a page: shown as such while it goes on, with a way to end it; the page comes when it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from archive.web.asking import LONG_SECONDS, StillWorking
from archive.web.pages.state import room_of
from archive.web.parameters import read_form
from archive.web.render import render

Result = TypeVar("Result")
_TICKET: Final = "archive.ticket"
_NAME: Final = b"wait="
_LONGEST: Final = 5  # seconds between two looks at work that takes long


class TicketTaken:
    """Takes the ticket of a reader who waits ("wait=...") off the address, so that no page or link has it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on without its ticket."""
        if scope["type"] == "http" and _NAME in scope["query_string"]:
            parts = scope["query_string"].split(b"&")
            tickets = [part for part in parts if part.startswith(_NAME)]
            rest = b"&".join(part for part in parts if not part.startswith(_NAME))
            ticket = tickets[-1].removeprefix(_NAME).decode("latin-1") if tickets else ""
            scope = {**scope, "query_string": rest, _TICKET: ticket}
        await self._app(scope, receive, send)


def ticket_of(request: Request) -> str:
    """The ticket that the address of `request` had, "" for none."""
    ticket: str = request.scope.get(_TICKET, "")
    return ticket


async def worked_out(request: Request, question: Callable[..., Result], *arguments: Any, keep: bool = True) -> Result:
    """The answer to a slow question, as `Asker.ask` gives it; raises StillWorking where it takes a while."""
    room = room_of(request)
    found: Result = await room.jobs.result(
        (question, arguments),
        lambda: room.asker.ask(question, *arguments, weight="slow", keep=keep, seconds=LONG_SECONDS),
        ticket_of(request),
    )
    return found


def still_working(request: Request, work: Exception) -> Response:
    """The page that tells of the work, and asks again by itself; its form ends it."""
    assert isinstance(work, StillWorking)  # noqa: S101 - the only one that it is the handler of
    path, query = f"/{quote(request.scope['path'].lstrip('/'))}", request.url.query
    again = f"{path}?{query}{'&' if query else ''}{urlencode({'wait': work.ticket})}"
    back = f"{path}?{query}" if query else path
    every = min(_LONGEST, 1 + int(work.seconds) // 4)
    told = {"ticket": work.ticket, "seconds": int(work.seconds), "may_end": work.can_end}
    values = {**told, "again": again, "back": back}
    return render(request, "waiting.html", values, 202, {"Refresh": f"{every}; url={again}"})


async def cancel(request: Request) -> Response:
    """`/waiting`: ends the work of the ticket that the form sends; whoever has the ticket waits for that work."""
    form = await read_form(request)
    ended = room_of(request).jobs.cancel(form.get("ticket", ""))
    back = form.get("back", "/")
    inside = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return render(request, "stopped.html", {"ended": ended, "back": back if inside else "/"})

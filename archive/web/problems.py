"""How errors are answered: as a page to readers, as a problem (RFC 9457) to programs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archive.errors import ArchiveError, LockedError, NothingFound, QueryError, UsageError, Withdrawn
from archive.messages.message import Message, message_of
from archive.web.asking import BusyError
from archive.web.language import asked_by_program
from archive.web.pages.state import room_of
from archive.web.parameters import Beside, beside_of, text
from archive.web.render import render

if TYPE_CHECKING:
    from archive.store.overview import Example

_STATUS: Final[dict[type[Exception], int]] = {
    BusyError: 503,
    Withdrawn: 451,
    NothingFound: 404,
    UsageError: 400,
    LockedError: 409,
}
_TITLES: Final = {401: "problem.403", 405: "problem.400", 409: "problem.503"}
_TITLED: Final = (400, 403, 404, 451, 503)
_OF_HTTP: Final = {
    404: Message("there is no such page"),
    405: Message("this address is no page: it takes what a form sends"),
}
"""What Starlette says itself, in our words."""

_HELPED: Final = (400, 404, 405)
"""Where another question may help: the page has the box, and examples."""

_LONGEST: Final = 1000  # characters of a query that stands again in its box, and in every link below it


def status_of(error: Exception) -> int:
    """The HTTP status that an error is answered with: 500 for what no reader can mend."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)


def problem(request: Request, status: int, detail: object, error: Exception | None = None) -> Response:
    """A problem (RFC 9457), in the language asked for; of a query, where it was and what would work; of a busy room,
    when to ask again.
    """
    language = asked_by_program(request)
    said = message_of(detail).in_language(language)
    body: dict[str, object] = {"title": HTTPStatus(status).phrase, "status": status, "detail": said}
    if isinstance(error, QueryError):
        body |= {"position": error.position, "suggestion": error.suggestion}
    headers = {"Content-Language": language, "Vary": "Accept-Language", **_again(error)}
    return JSONResponse(body, status, headers, "application/problem+json")


async def refused(request: Request, error: Exception) -> Response:
    """The page for an error of the archive's own: its one clear line, and ways on."""
    return await _told(request, status_of(error), error, _again(error))


async def shown(request: Request, template: str, values: Mapping[str, object], error: Exception) -> Response:
    """The page that was asked with, its query in its box to be mended; what went wrong is its `problem`. That nothing
    was found is an answer (200), not a page that is missing: every tab leads here.
    """
    helped = {**values, "problem": _read(error), "examples": await examples_of(request)}
    status = 200 if isinstance(error, NothingFound) else status_of(error)
    return render(request, template, helped, status, _again(error))


async def lost(request: Request, error: Exception) -> Response:
    """The page for an address that does not exist, or cannot be used so."""
    assert isinstance(error, HTTPException)  # noqa: S101 - the only one that it is the handler of
    status, detail = error.status_code, error.detail
    if not isinstance(detail, Message):
        detail = _OF_HTTP.get(status, detail)
    if request.url.path.startswith("/api/"):
        answer = problem(request, status, detail)
        answer.headers.update(error.headers or {})  # Allow, where the method is wrong
        return answer
    return await _told(request, status, detail, error.headers)


def broken(request: Request, _: Exception) -> Response:
    """The page for an error of the program; the server prints how it came about, readers see nothing of it."""
    told = Message("the program failed; the server has printed how")
    return render(request, "problem.html", {"title": "problem", "problem": _read(told), "boxed": False}, 500)


async def examples_of(request: Request) -> tuple[Example, ...]:
    """Queries that find something here, for a reader whose own found nothing; () where the archive cannot be asked."""
    from archive.web.pages.results import examples_here  # the search engine: no start waits for it

    try:
        return await room_of(request).asker.ask(examples_here, keep=True)
    except ArchiveError:
        return ()


async def _told(request: Request, status: int, error: object, headers: Mapping[str, str] | None) -> Response:
    """The page about `error`; where another question may help, with the box of its tool, and examples."""
    values = {
        "title": _TITLES.get(status, f"problem.{status}" if status in _TITLED else "problem"),
        "problem": _read(error),
        "boxed": status in _HELPED,
        "tool": request.url.path.strip("/").partition(".")[0],
        "query": text(request, "q")[:_LONGEST],
        "beside": _beside(request),
        "examples": await examples_of(request) if status in _HELPED else (),
    }
    return render(request, "problem.html", values, status, headers)


def _beside(request: Request) -> Beside:
    try:
        return beside_of(request)
    except UsageError:  # it may be what went wrong
        return Beside()


def _read(error: object) -> QueryError:
    return error if isinstance(error, QueryError) else QueryError(message_of(error), "", 0)


def _again(error: Exception | None) -> dict[str, str]:
    return {"Retry-After": str(error.again_after)} if isinstance(error, BusyError) else {}

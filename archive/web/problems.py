"""How errors are answered: as a page to readers, as a problem (RFC 9457) to programs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archive.errors import LockedError, NothingFound, QueryError, UsageError, Withdrawn
from archive.messages.message import message_of
from archive.web.asking.pool import BusyError
from archive.web.render import render

_STATUS: dict[type[Exception], int] = {
    BusyError: 503,
    Withdrawn: 451,
    NothingFound: 404,
    UsageError: 400,
    LockedError: 409,
}


def status_of(error: Exception) -> int:
    """The HTTP status that an error is answered with: 500 for what no reader can mend."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)


def problem(status: int, detail: str, error: Exception | None = None) -> Response:
    """A problem (RFC 9457); of a query, where it was and what would work; of a busy room, when to ask again."""
    body: dict[str, object] = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if isinstance(error, QueryError):
        body |= {"position": error.position, "suggestion": error.suggestion}
    return JSONResponse(body, status, _again(error), "application/problem+json")


def refused(request: Request, error: Exception) -> Response:
    """The page for an error of the archive's own: its one clear line."""
    status = status_of(error)
    return render(request, "problem.html", _values(status, "", message_of(error)), status, _again(error))


def shown(request: Request, template: str, values: Mapping[str, object], error: Exception) -> Response:
    """The page that was asked with, its query in its box to be mended, and what went wrong as its `problem`."""
    told = error if isinstance(error, QueryError) else QueryError(message_of(error), "", 0)
    return render(request, template, {**values, "problem": told}, status_of(error), _again(error))


def lost(request: Request, error: Exception) -> Response:
    """The page for an address that does not exist, or cannot be used so."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(getattr(error, "detail", error))
    headers = error.headers if isinstance(error, HTTPException) else None  # Allow, where the method is wrong
    if request.url.path.startswith("/api/"):
        answer = problem(status, detail)
        answer.headers.update(headers or {})
        return answer
    values = _values(status, "problem.lost" if status == 404 else "", detail)
    return render(request, "problem.html", values, status, headers)


def broken(request: Request, _: Exception) -> Response:
    """The page for an error of the program; the server prints how it came about, readers see nothing of it."""
    return render(request, "problem.html", _values(500, "problem.broken", ""), 500)


def _again(error: Exception | None) -> dict[str, str]:
    return {"Retry-After": str(error.again_after)} if isinstance(error, BusyError) else {}


_TITLES = {401: "problem.403", **{status: f"problem.{status}" for status in (400, 403, 404, 451, 503)}}


def _values(status: int, key: str, message: object) -> dict[str, object]:
    return {"title": _TITLES.get(status, "problem"), "key": key, "message": "" if key else message}

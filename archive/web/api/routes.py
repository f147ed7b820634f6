"""The routes of the API: each operation answered as JSON, errors as problems (RFC 9457), and the page about it all."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import sqlite_utils
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from archive.custody.withheld import withheld_error
from archive.errors import ArchiveError
from archive.messages.message import Message
from archive.text.urls import url_key
from archive.web.api import operations
from archive.web.api.openapi import document, plain
from archive.web.api.operations import OPERATIONS, Operation
from archive.web.api.questions import Asked
from archive.web.pages.state import base_of, room_of
from archive.web.problems import problem, status_of
from archive.web.render import render


def routes() -> list[BaseRoute]:
    """The routes below /api."""
    return [
        *(Route(one.path, _answer(one)) for one in OPERATIONS),
        Route("/api/openapi.json", _document),
        Route("/api", _page),
    ]


def _answer(one: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        room = room_of(request)
        try:
            values = operations.read(one.parameters, request.query_params, request.path_params)
            if one.name == "lookup" and room.covers(url_key(values["url"])):
                told = withheld_error(room.holdings.root, values["url"])
                withdrawn = told or Message("this page has been withdrawn from use")
                return problem(request, 451, withdrawn)
            asked = Asked(room.holdings, base_of(request), values, room if one.weight == "quick" else None)
            found = await room.asker.ask(_json, one.question, asked, weight=one.weight)
        except ArchiveError as error:
            return problem(request, status_of(error), error, error)
        headers = {"Cache-Control": "private, no-cache"}
        return Response(found, headers=headers, media_type="application/json")

    return answer


def _json(db: sqlite_utils.Database, question: Callable[..., Any], asked: Asked) -> bytes:
    """The answer written out where it was found."""
    return json.dumps(plain(question(db, asked)), ensure_ascii=False, separators=(",", ":")).encode()


async def _document(_: Request) -> Response:
    return JSONResponse(document())


async def _page(request: Request) -> Response:
    return render(request, "api.html", {"operations": OPERATIONS, "base": base_of(request)})

"""A page of a tool: its answer worked out, a mistake told beside its form, and examples where nothing is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from archive.errors import NothingFound, UsageError
from archive.search.answer import Understood
from archive.search.backend import Backend
from archive.search.grammar.parser import parse
from archive.search.query_echo import Piece, query_pieces
from archive.web.asking.pool import BusyError
from archive.web.pages.results import chips_of
from archive.web.problems import examples_of, shown
from archive.web.render import render
from archive.web.waiting import worked_out

Values = Mapping[str, object]


async def tool_page(
    request: Request,
    template: str,
    values: Values,
    answer: Callable[[Backend, Any], Any] | None,
    asked: object,
    drawn: Callable[[Any], Values],
) -> Response:
    """The page `template` with `answer(held, asked)` as its `found` and what is `drawn` of it; without an answer, its
    form alone. `drawn` says by "nothing" whether anything is found.
    """
    shows: dict[str, object] = {**values, "found": None, "echo": (), **before(request)}
    if answer is not None:
        try:
            found = await worked_out(request, answer, asked)
        except (UsageError, NothingFound, BusyError) as problem:
            return await shown(request, template, shows, problem)
        shows |= {"found": found, "echo": echo(getattr(found, "understood", None)), **drawn(found)}
    if shows.pop("nothing", answer is None):
        shows["examples"] = await examples_of(request)
    return render(request, template, shows)


def before(request: Request) -> dict[str, object]:
    """What every page of a tool has before anything is found."""
    return {"chips": chips_of(request), "problem": None, "examples": ()}


def echo(said: Understood | None) -> tuple[Piece, ...]:
    """How a query was understood, to be said; () where there was none."""
    return query_pieces(parse(said.query).root, said.terms) if said and said.query else ()

"""A page of a tool: its answer worked out, a mistake told beside its form, and examples where nothing is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from archive.errors import NothingFound, UsageError
from archive.search.answer import Understood
from archive.search.backend import Backend, Narrowing, narrowed_to
from archive.search.grammar.parser import parse
from archive.search.query_echo import Piece, query_pieces
from archive.web.asking import BusyError
from archive.web.pages.results import chips_of
from archive.web.pages.state import room_of
from archive.web.parameters import Beside, beside_of
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
    beside = beside_of(request)
    shows: dict[str, object] = {**values, "found": None, "echo": (), **before(request, beside)}
    if answer is not None:
        try:
            root, to = narrowing(request, beside)
            found, notes = await worked_out(request, narrowed_to, root, to, answer, asked, keep=not beside.corpus)
        except (UsageError, NothingFound, BusyError) as problem:
            return await shown(request, template, shows, problem)
        shows |= {"found": found, "echo": echo(getattr(found, "understood", None)), **drawn(found)}
        shows["limited"] = (*beside.notes, *notes)
    if shows.pop("nothing", answer is None):
        shows["examples"] = await examples_of(request)
    return render(request, template, shows)


def before(request: Request, beside: Beside) -> dict[str, object]:
    """What every page of a tool has before anything is found."""
    chips = chips_of(request, beside)
    return {"chips": chips, "beside": beside, "limited": (), "problem": None, "examples": ()}


def narrowing(request: Request, beside: Beside) -> tuple[Path, Narrowing]:
    """What a tool reads of what is held, and the folder that a corpus would lie in."""
    return room_of(request).holdings.root, Narrowing(beside.corpus, beside.moment)


async def told(request: Request, answer: Callable[[Backend, Any], Any], asked: object, *, keep: bool = True) -> Any:
    """The answer of a tool as its files have it: the same as its page's."""
    beside = beside_of(request)
    root, to = narrowing(request, beside)
    keep = keep and not beside.corpus  # a corpus is a file, so the database does not tell when it changes
    found, _ = await room_of(request).asker.ask(narrowed_to, root, to, answer, asked, weight="slow", keep=keep)
    return found


def echo(said: Understood | None) -> tuple[Piece, ...]:
    """How a query was understood, to be said; () where there was none."""
    return query_pieces(parse(said.query).root, said.terms) if said and said.query else ()

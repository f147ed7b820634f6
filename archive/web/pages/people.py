"""Persons: whom the articles of a query name with an office, as what, and from when to when."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus.people import ORDERS, People, PeopleRequest
from archive.corpus.people import answer as named
from archive.errors import NothingFound, QueryError
from archive.search.grammar.parser import parse
from archive.search.query_echo import query_pieces
from archive.web.asking.pool import BusyError
from archive.web.pages.exports import csv_answer
from archive.web.pages.state import room_of
from archive.web.parameters import question, text
from archive.web.problems import shown
from archive.web.render import render

_MOST: Final = 100
_HEAD: Final = ("name", "office", "first", "last", "articles")


async def page(request: Request) -> Response:
    """`/people?q=&office=&by=`: names with their offices, in a table; without a query, of the whole archive."""
    asked = _asked(request)
    shows: dict[str, object] = {"asked": asked, "orders": ORDERS, "problem": None, "found": None, "echo": ()}
    shows["csv"] = f"/people.csv?{urlencode(dict(request.query_params))}"
    try:
        found: People = await room_of(request).asker.ask(named, asked, weight="slow", keep=True)
    except (QueryError, NothingFound, BusyError) as problem:
        return shown(request, "people.html", shows, problem)
    if found.understood.query:
        shows["echo"] = query_pieces(parse(found.understood.query).root, found.understood.terms)
    return render(request, "people.html", {**shows, "found": found})


async def as_csv(request: Request) -> Response:
    """`/people.csv`: a line for each office of each name."""
    found: People = await room_of(request).asker.ask(named, _asked(request), weight="slow", keep=True)
    offices = ((one.name, office) for one in found.people for office in one.offices)
    rows = ((name, office.office, office.first, office.last, office.articles) for name, office in offices)
    return csv_answer("people.csv", _HEAD, rows)


def _asked(request: Request) -> PeopleRequest:
    return question(request, PeopleRequest, query=text(request, "q"), limit=_MOST)

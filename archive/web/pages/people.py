"""Persons: whom the articles of a query name with an office, as what, and from when to when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus.people import HEAD, ORDERS, People, PeopleRequest, offices
from archive.corpus.people import answer as named
from archive.errors import NothingFound, QueryError
from archive.search.answer import FacetCount
from archive.search.backend import Backend
from archive.search.engine import search
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import EVERY_ARTICLE, Query
from archive.search.planner.accents import read_phrases
from archive.search.planner.filters import places_named
from archive.search.query_echo import query_pieces
from archive.web.asking.pool import BusyError
from archive.web.pages.exports import csv_answer
from archive.web.pages.results import around, chips_of
from archive.web.pages.state import room_of
from archive.web.parameters import question, text
from archive.web.problems import shown
from archive.web.render import render
from archive.web.waiting import worked_out

_MOST: Final = 100
_MOST_PLACES: Final = 40


async def page(request: Request) -> Response:
    """`/people?q=&office=&by=`: names with their offices, in a table; without a query, of the whole archive."""
    asked = _asked(request)
    shows: dict[str, object] = {"asked": asked, "orders": ORDERS, "problem": None, "found": None, "echo": ()}
    shows |= {"chips": chips_of(request), "places": (), "of_place": _of_place(asked.query)}
    shows["csv"] = f"/people.csv?{urlencode(dict(request.query_params))}"
    try:
        found: People = await worked_out(request, named, asked)
        if found.articles:
            shows["places"] = await worked_out(request, _places, asked.query)
    except (QueryError, NothingFound, BusyError) as problem:
        return shown(request, "people.html", shows, problem)
    if found.understood.query:
        shows["echo"] = query_pieces(parse(found.understood.query).root, found.understood.terms)
    return render(request, "people.html", {**shows, "found": found})


async def as_csv(request: Request) -> Response:
    """`/people.csv`: a line for each office of each name."""
    found: People = await room_of(request).asker.ask(named, _asked(request), weight="slow", keep=True)
    return csv_answer("people.csv", HEAD, offices(found))


def _places(held: Backend, query: str) -> tuple[FacetCount, ...]:
    """The places that the articles of `query` name most, of all articles without one."""
    meant = read_phrases(query) if query else Query("", EVERY_ARTICLE)
    (places,) = search(held, meant, 1, facets=("place",), seconds=None).facets
    return places.values[:_MOST_PLACES]


def _of_place(query: str | Query) -> Callable[[FacetCount], str]:
    """The address of the hits of `query` that name a place."""
    try:
        before, behind = around(read_phrases(query))["place"] if query else ('diadanh:"', '"')
    except QueryError:
        return lambda place: "/"

    def address(place: FacetCount) -> str:
        name = place.label if places_named(place.label) == [place.value] else place.value
        return f"/?{urlencode({'q': f'{before}{name}{behind}'})}"

    return address


def _asked(request: Request) -> PeopleRequest:
    return question(request, PeopleRequest, query=text(request, "q"), limit=_MOST)

"""Persons: whom the articles of a query name with an office, as what, and from when to when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus.people import HEAD, ORDERS, People, PeopleRequest, offices
from archive.corpus.people import answer as named
from archive.errors import QueryError
from archive.search.answer import FacetCount
from archive.search.backend import Backend
from archive.search.engine import search
from archive.search.grammar.tree import EVERY_ARTICLE, Query
from archive.search.planner.accents import read_phrases
from archive.search.planner.filters import places_named
from archive.web.pages.exports import csv_answer
from archive.web.pages.results import around
from archive.web.pages.tool import echo, told, tool_page
from archive.web.parameters import Beside, beside_of, question, text

_MOST: Final = 100
_MOST_PLACES: Final = 40


async def page(request: Request) -> Response:
    """`/people?q=&office=&by=`: names with their offices, in a table; without a query, of the whole archive."""
    asked = _asked(request)
    values = {
        "asked": asked,
        "query": asked.query,
        "orders": ORDERS,
        "csv": f"/people.csv?{urlencode(dict(request.query_params))}",
        "of_place": _of_place(asked.query, beside_of(request)),
    }
    return await tool_page(request, "people.html", values, _named, asked, _drawn)


async def as_csv(request: Request) -> Response:
    """`/people.csv`: a line for each office of each name."""
    found, _ = await told(request, _named, _asked(request))
    return csv_answer("people.csv", HEAD, offices(found))


def _drawn(found: tuple[People, tuple[FacetCount, ...]]) -> dict[str, object]:
    people, places = found
    return {"found": people, "places": places, "echo": echo(people.understood), "nothing": not people.people}


def _named(held: Backend, asked: PeopleRequest) -> tuple[People, tuple[FacetCount, ...]]:
    """The persons, and the places beside them."""
    found = named(held, asked)
    return found, _places(held, str(asked.query)) if found.articles else ()


def _places(held: Backend, query: str) -> tuple[FacetCount, ...]:
    """The places that the articles of `query` name most, of all articles without one."""
    meant = read_phrases(query) if query else Query("", EVERY_ARTICLE)
    (places,) = search(held, meant, 1, facets=("place",), seconds=None).facets
    return places.values[:_MOST_PLACES]


def _of_place(query: str | Query, beside: Beside) -> Callable[[FacetCount], str]:
    """The address of the hits of `query` that name a place."""
    try:
        before, behind = around(read_phrases(query))["place"] if query else ('diadanh:"', '"')
    except QueryError:
        return lambda place: "/"

    def address(place: FacetCount) -> str:
        name = place.label if places_named(place.label) == [place.value] else place.value
        return beside.link("/", q=f"{before}{name}{behind}")

    return address


def _asked(request: Request) -> PeopleRequest:
    return question(request, PeopleRequest, query=text(request, "q"), limit=_MOST)

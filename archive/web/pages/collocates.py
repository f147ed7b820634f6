"""Collocates and keywords: the words near what a query finds, and the words that set its articles apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus import collocates as near
from archive.corpus import keywords as keys
from archive.corpus.frequencies import Unit
from archive.errors import NothingFound, QueryError
from archive.search.backend import Backend
from archive.search.grammar.parser import parse
from archive.search.query_echo import query_pieces
from archive.web.asking.pool import BusyError
from archive.web.pages.exports import csv_answer
from archive.web.pages.results import chips_of
from archive.web.pages.state import room_of
from archive.web.parameters import choice, question, text
from archive.web.problems import shown
from archive.web.render import render
from archive.web.waiting import worked_out

_MOST: Final = 100
_UNITS: Final[tuple[Unit, ...]] = ("word", "syllable", "pair")


async def page(request: Request) -> Response:
    """`/collocates?q=&window=&by=&least=`: the words around a query, in a table."""
    asked = _near(request)
    return await _page(request, "collocates", near.answer, asked, {"measures": near.MEASURES})


async def as_csv(request: Request) -> Response:
    """`/collocates.csv`: the same as a spreadsheet."""
    found = await room_of(request).asker.ask(near.answer, _near(request), weight="slow", keep=True)
    return csv_answer("collocates.csv", near.HEAD, map(astuple, found.words))


async def keywords(request: Request) -> Response:
    """`/keywords?q=&against=&by=&unit=&least=`: what is more common in one query's articles than in another's."""
    asked = _keys(request)
    return await _page(request, "keywords", keys.answer, asked, {"measures": keys.MEASURES, "units": _UNITS})


async def keywords_csv(request: Request) -> Response:
    """`/keywords.csv`: the same as a spreadsheet."""
    found = await room_of(request).asker.ask(keys.answer, _keys(request), weight="slow", keep=True)
    return csv_answer("keywords.csv", keys.HEAD, map(astuple, found.words))


async def _page(
    request: Request, name: str, answer: Callable[[Backend, Any], Any], asked: Any, values: dict[str, object]
) -> Response:
    shows = {**values, "asked": asked, "problem": None, "found": None, "chips": chips_of(request)}
    shows["csv"] = f"/{name}.csv?{urlencode(dict(request.query_params))}"
    if not asked.query:
        return render(request, f"{name}.html", shows)
    try:
        found = await worked_out(request, answer, asked)
    except (QueryError, NothingFound, BusyError) as problem:
        return shown(request, f"{name}.html", shows, problem)
    echo = query_pieces(parse(found.understood.query).root, found.understood.terms)
    return render(request, f"{name}.html", {**shows, "found": found, "echo": echo})


def _near(request: Request) -> near.CollocatesRequest:
    return question(request, near.CollocatesRequest, query=text(request, "q"), limit=_MOST, unit="word")


def _keys(request: Request) -> keys.KeywordsRequest:
    unit = choice(request, "unit", _UNITS)
    return question(request, keys.KeywordsRequest, query=text(request, "q"), limit=_MOST, unit=unit)

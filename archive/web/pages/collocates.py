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
from archive.search.backend import Backend
from archive.web.pages.exports import csv_answer
from archive.web.pages.tool import told, tool_page
from archive.web.parameters import choice, question, text

_MOST: Final = 100
_UNITS: Final[tuple[Unit, ...]] = ("word", "syllable", "pair")


async def page(request: Request) -> Response:
    """`/collocates?q=&window=&by=&least=`: the words around a query, in a table."""
    return await _page(request, "collocates", near.answer, _near(request), {"measures": near.MEASURES})


async def as_csv(request: Request) -> Response:
    """`/collocates.csv`: the same as a spreadsheet."""
    found = await told(request, near.answer, _near(request))
    return csv_answer("collocates.csv", near.HEAD, map(astuple, found.words))


async def keywords(request: Request) -> Response:
    """`/keywords?q=&against=&by=&unit=&least=`: what is more common in one query's articles than in another's."""
    values: dict[str, object] = {"measures": keys.MEASURES, "units": _UNITS}
    return await _page(request, "keywords", keys.answer, _keys(request), values)


async def keywords_csv(request: Request) -> Response:
    """`/keywords.csv`: the same as a spreadsheet."""
    found = await told(request, keys.answer, _keys(request))
    return csv_answer("keywords.csv", keys.HEAD, map(astuple, found.words))


async def _page(
    request: Request, name: str, answer: Callable[[Backend, Any], Any], asked: Any, values: dict[str, object]
) -> Response:
    values |= {"asked": asked, "query": asked.query, "csv": f"/{name}.csv?{urlencode(dict(request.query_params))}"}
    wanted = answer if asked.query else None
    return await tool_page(request, f"{name}.html", values, wanted, asked, lambda found: {"nothing": not found.words})


def _near(request: Request) -> near.CollocatesRequest:
    return question(request, near.CollocatesRequest, query=text(request, "q"), limit=_MOST, unit="word")


def _keys(request: Request) -> keys.KeywordsRequest:
    unit = choice(request, "unit", _UNITS)
    return question(request, keys.KeywordsRequest, query=text(request, "q"), limit=_MOST, unit=unit)

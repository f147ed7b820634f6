"""Collocates and keywords: the words near what a query finds, and the words that set its articles apart."""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus import collocates as near
from archive.corpus import keywords as keys
from archive.corpus.frequencies import Unit
from archive.errors import NothingFound, QueryError
from archive.search.grammar.parser import parse
from archive.search.query_echo import query_pieces
from archive.web.asking.pool import BusyError
from archive.web.pages.exports import csv_answer
from archive.web.pages.state import room_of
from archive.web.parameters import choice, number, text
from archive.web.problems import shown
from archive.web.render import render

_MOST: Final = 100
_UNITS: Final[tuple[Unit, ...]] = ("syllable", "pair")
_NEAR_HEAD: Final = ("word", "together", "alone", "logDice", "log-likelihood", "MI")
_KEY_HEAD: Final = ("word", "here", "there", "keyness", "ratio")


async def page(request: Request) -> Response:
    """`/collocates?q=&window=&by=&least=`: the words around a query, in a table."""
    query, by = text(request, "q"), choice(request, "by", near.MEASURES)
    values = {
        "query": query,
        "by": by,
        "measures": near.MEASURES,
        "window": number(request, "window", 5, 1, near.MOST_WINDOW),
        "least": number(request, "least", 5, 1, 1000),
        "problem": None,
        "found": None,
        "csv": f"/collocates.csv?{urlencode(dict(request.query_params))}",
    }
    if not query:
        return render(request, "collocates.html", values)
    try:
        found = await _near(request)
    except (QueryError, BusyError) as problem:
        return shown(request, "collocates.html", values, problem)
    echo = query_pieces(parse(query).root, found.understood.terms)
    return render(request, "collocates.html", {**values, "found": found, "echo": echo})


async def as_csv(request: Request) -> Response:
    """`/collocates.csv`: the same as a spreadsheet."""
    found = await _near(request)
    rows = ((w.word, w.together, w.alone, w.log_dice, w.log_likelihood, w.mutual_information) for w in found.words)
    return csv_answer("collocates.csv", _NEAR_HEAD, rows)


async def keywords(request: Request) -> Response:
    """`/keywords?q=&against=&by=&unit=&least=`: what is more common in one query's articles than in another's."""
    query, by, unit = text(request, "q"), choice(request, "by", keys.MEASURES), choice(request, "unit", _UNITS)
    values: dict[str, object] = {
        "query": query,
        "against": text(request, "against"),
        "by": by,
        "measures": keys.MEASURES,
        "unit": unit,
        "units": _UNITS,
        "least": number(request, "least", 5, 1, 1000),
        "problem": None,
        "found": None,
        "csv": f"/keywords.csv?{urlencode(dict(request.query_params))}",
    }
    if not query:
        return render(request, "keywords.html", values)
    try:
        found = await _keys(request)
    except (QueryError, NothingFound, BusyError) as problem:
        return shown(request, "keywords.html", values, problem)
    echo = query_pieces(parse(query).root, found.understood.terms)
    return render(request, "keywords.html", {**values, "found": found, "echo": echo})


async def keywords_csv(request: Request) -> Response:
    """`/keywords.csv`: the same as a spreadsheet."""
    found = await _keys(request)
    return csv_answer("keywords.csv", _KEY_HEAD, ((w.word, w.here, w.there, w.keyness, w.ratio) for w in found.words))


async def _near(request: Request) -> near.Collocates:
    query, by = text(request, "q"), choice(request, "by", near.MEASURES)
    window, least = number(request, "window", 5, 1, near.MOST_WINDOW), number(request, "least", 5, 1, 1000)
    return await room_of(request).asker.ask(
        partial(near.collocates, window=window, by=by, least=least, most=_MOST, seconds=None),
        query,
        weight="slow",
    )


async def _keys(request: Request) -> keys.Keywords:
    query, against = text(request, "q"), text(request, "against") or None
    by, unit = choice(request, "by", keys.MEASURES), choice(request, "unit", _UNITS)
    least = number(request, "least", 5, 1, 1000)
    return await room_of(request).asker.ask(
        partial(keys.keywords, by=by, unit=unit, least=least, most=_MOST, seconds=None),
        query,
        against,
        weight="slow",
    )

"""How the articles of a search, or all, fall over time, to take away: what stands below the bars of a page."""

from __future__ import annotations

from functools import partial
from importlib.resources import files
from pathlib import Path

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive.errors import NothingFound
from archive.search import corpora
from archive.search.answer import FacetCount
from archive.search.engine import search
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import EVERY_ARTICLE, Query
from archive.web.charts import histogram
from archive.web.pages.exports import csv_answer
from archive.web.pages.search import Asked, asked_of
from archive.web.pages.state import room_of
from archive.web.render import fill, frame_of


async def as_csv(request: Request) -> Response:
    """`/months.csv?q=&corpus=&as_of=&earlier=`: how many articles are of each month."""
    months = await _counted(request)
    return csv_answer("months.csv", ("month", "articles"), sorted((one.value, one.count) for one in months))


async def as_svg(request: Request) -> Response:
    """`/months.svg`: the drawing alone, to be printed or put into a text."""
    chart = histogram(await _counted(request))
    if chart is None:
        raise NothingFound("a drawing over time needs articles of two months")
    style = files("archive.web").joinpath("static", "chart.css").read_text(encoding="utf-8")
    asked = asked_of(request)
    values = {"chart": chart, "style": style, "title": asked.query or asked.corpus or request.url.netloc}
    named = {"Content-Disposition": 'attachment; filename="months.svg"'}
    drawn = fill("months_alone.html", frame_of(request), values)
    return Response(drawn.strip(), media_type="image/svg+xml", headers=named)


async def _counted(request: Request) -> tuple[FacetCount, ...]:
    room, asked = room_of(request), asked_of(request)
    root = room.holdings.root
    question = partial(_months, asked=asked)
    return await room.asker.ask(question, root, weight="slow")


def _months(db: sqlite_utils.Database, root: Path, asked: Asked) -> tuple[FacetCount, ...]:
    """The months of what is `asked`, of all articles without a query."""
    query = parse(asked.query) if asked.query else Query("", EVERY_ARTICLE)
    within = corpora.load(root, asked.corpus) if asked.corpus else None
    found = search(
        db,
        query,
        1,
        facets=("month",),
        as_of=asked.moment,
        earlier=asked.earlier,
        unlikely=asked.unlikely,
        within=within,
        seconds=None,
    )
    return found.facets[0].values

"""Trends: how often up to five queries match over time, always beside what the archive holds of that time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus import chart as canvas
from archive.corpus.chart import OF_MATCHES, Measure, interval, value
from archive.corpus.periods import WANTED
from archive.corpus.trends import HEAD, MOST_QUERIES, Trends, TrendsRequest, rows
from archive.corpus.trends import answer as over_time
from archive.search.grammar.tree import written
from archive.search.planner.accents import read_phrases
from archive.web.charts import days_of
from archive.web.pages.exports import csv_answer
from archive.web.pages.results import around
from archive.web.pages.tool import told, tool_page
from archive.web.parameters import Beside, beside_of, choice, question, texts
from archive.web.render import fill, frame_of

_MEASURES: Final[tuple[Measure, ...]] = ("per_thousand", "articles", "matches", "per_million_words")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a page of trends asks for."""

    trends: TrendsRequest
    measure: Measure
    beside: Beside

    def address(self, form: str = "") -> str:
        """The address of this page, or of its CSV (`form` ".csv")."""
        queries, dated = [str(query) for query in self.trends.queries], "1" if self.trends.dated_only else ""
        return self.beside.link(
            f"/trends{form}", q=queries, unit=self.trends.unit, measure=self.measure, dated_only=dated
        )


def asked_of(request: Request) -> Asked:
    """The state that the address of `request` gives."""
    queries = tuple(dict.fromkeys(texts(request, "q")))
    measure = choice(request, "measure", _MEASURES)
    # A form without a query asks nothing yet.
    asked = question(request, TrendsRequest, queries=queries or ("",), matches=measure in OF_MATCHES)
    return Asked(asked, measure, beside_of(request))


async def page(request: Request) -> Response:
    """`/trends?q=&q=&unit=&measure=`: a drawing, the numbers beneath it, and what the archive holds."""
    asked = asked_of(request)
    queries = tuple(filter(None, asked.trends.queries))
    values: dict[str, object] = {
        "query": queries[0] if queries else "",
        "queries": queries,
        "asked": {"unit": asked.trends.unit, "measure": asked.measure, "dated_only": asked.trends.dated_only},
        "boxes": (*queries, *[""] * (min(MOST_QUERIES, max(2, len(queries) + 1)) - len(queries))),
        "units": WANTED,
        "measures": _MEASURES,
        "csv": asked.address(".csv"),
        "svg": asked.address(".svg"),
    }

    def drawn(found: Trends) -> dict[str, object]:
        return {
            "chart": canvas.chart(found, asked.measure),
            "canvas": canvas,
            "value": value(asked.measure),
            "interval": interval,
            "alone": False,
            "behind": partial(behind, asked.beside),
            "nothing": not any(series.total for series in found.series),
        }

    return await tool_page(request, "trends.html", values, over_time if queries else None, asked.trends, drawn)


def behind(beside: Beside, query: str, period: str = "") -> str:
    """The address of the articles that a line stands for, or a point of it; `period` as `archive.corpus` names it.

    >>> behind(Beside(), "bão lũ", "2020-Q2")
    '/?q=%22b%C3%A3o+l%C5%A9%22+ngay%3A2020-04..2020-06'
    >>> behind(Beside(), "lũ OR bão", "2020")
    '/?q=%28l%C5%A9+OR+b%C3%A3o%29+ngay%3A2020'
    """
    meant = read_phrases(query)
    if not period:
        return beside.link("/", q=written(meant.root))
    return beside.link("/", q=around(meant)["month"][0] + days_of(period))


async def as_csv(request: Request) -> Response:
    """`/trends.csv`: a line for each query and period."""
    asked = asked_of(request)
    found = await told(request, over_time, asked.trends)
    return csv_answer("trends.csv", HEAD, rows(found))


async def as_svg(request: Request) -> Response:
    """`/trends.svg`: the drawing alone, to be printed or put into a text."""
    asked, frame = asked_of(request), frame_of(request)
    found = await told(request, over_time, asked.trends)
    values = {
        "queries": tuple(filter(None, asked.trends.queries)),
        "asked": {"measure": asked.measure},
        "found": found,
        "chart": canvas.chart(found, asked.measure),
        "canvas": canvas,
        "alone": True,
        "style": files("archive.web").joinpath("static", "chart.css").read_text(encoding="utf-8"),
    }
    named = {"Content-Disposition": 'attachment; filename="trends.svg"'}
    return Response(fill("chart.html", frame, values), media_type="image/svg+xml", headers=named)

"""Trends: how often up to five queries match over time, always beside what the archive holds of that time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus import chart as canvas
from archive.corpus.chart import OF_MATCHES, Measure, interval, value
from archive.corpus.periods import WANTED
from archive.corpus.trends import HEAD, MOST_QUERIES, TrendsRequest, rows
from archive.corpus.trends import answer as over_time
from archive.errors import UsageError
from archive.web.asking.pool import BusyError
from archive.web.pages.exports import csv_answer
from archive.web.pages.state import room_of
from archive.web.parameters import choice, question
from archive.web.problems import shown
from archive.web.render import render

_MEASURES: Final[tuple[Measure, ...]] = ("per_thousand", "articles", "matches", "per_million_words")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a page of trends asks for."""

    trends: TrendsRequest
    measure: Measure

    def address(self, form: str = "") -> str:
        """The address of this page, or of its CSV (`form` ".csv")."""
        pairs = [("q", query) for query in self.trends.queries] + [
            ("unit", self.trends.unit),
            ("measure", self.measure),
            *([("dated_only", "1")] if self.trends.dated_only else []),
        ]
        return f"/trends{form}?{urlencode(pairs)}"


def asked_of(request: Request) -> Asked:
    """The state that the address of `request` gives."""
    typed = [query.strip() for query in request.query_params.getlist("q")]
    queries = tuple(dict.fromkeys(query for query in typed if query))[:MOST_QUERIES]
    measure = choice(request, "measure", _MEASURES)
    # A form without a query asks nothing yet.
    asked = question(request, TrendsRequest, queries=queries or ("",), matches=measure in OF_MATCHES)
    return Asked(asked, measure)


async def page(request: Request) -> Response:
    """`/trends?q=&q=&unit=&measure=`: a drawing, the numbers beneath it, and what the archive holds."""
    asked = asked_of(request)
    queries = tuple(filter(None, asked.trends.queries))
    values: dict[str, object] = {
        "queries": queries,
        "asked": {"unit": asked.trends.unit, "measure": asked.measure, "dated_only": asked.trends.dated_only},
        "boxes": (*queries, *[""] * (min(MOST_QUERIES, max(2, len(queries) + 1)) - len(queries))),
        "units": WANTED,
        "measures": _MEASURES,
        "problem": None,
        "found": None,
    }
    if not queries:
        return render(request, "trends.html", values)
    try:
        found = await room_of(request).asker.ask(over_time, asked.trends, weight="slow", keep=True)
    except (UsageError, BusyError) as problem:
        return shown(request, "trends.html", values, problem)
    return render(
        request,
        "trends.html",
        {
            **values,
            "found": found,
            "chart": canvas.chart(found, asked.measure),
            "canvas": canvas,
            "value": value(asked.measure),
            "interval": interval,
            "csv": asked.address(".csv"),
        },
    )


async def as_csv(request: Request) -> Response:
    """`/trends.csv`: a line for each query and period."""
    asked = asked_of(request)
    found = await room_of(request).asker.ask(over_time, asked.trends, weight="slow", keep=True)
    return csv_answer("trends.csv", HEAD, rows(found))

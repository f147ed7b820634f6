"""The first page: what this archive is and holds, and ways into it; and the page that tells about the archive."""

from __future__ import annotations

from dataclasses import dataclass

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive.search.answer import FacetCount
from archive.search.connection import snapshot
from archive.store.counts import Summary, summary
from archive.store.overview import Overview, overview
from archive.web.charts import country, histogram
from archive.web.language import language_of
from archive.web.pages.search import Asked, of_period, values_of
from archive.web.pages.sources import KINDS, by_unit, held_of_sources, of_sources
from archive.web.pages.state import base_of, room_of
from archive.web.parameters import choice
from archive.web.render import render

_SOURCES = 8


@dataclass(frozen=True, slots=True)
class Held:
    """All that a first page shows of what is held."""

    summary: Summary
    overview: Overview


def held(db: sqlite_utils.Database) -> Held:
    """What a first page shows."""
    with snapshot(db.conn):
        return Held(summary(db), overview(db))


async def page(request: Request, asked: Asked) -> Response:
    """`/` without a query: the box, a map, what is newest, changed and gone, years, sources, and who keeps it."""
    room = room_of(request)
    shown = await room.asker.ask(held, keep=True)
    counts, _ = await room.asker.ask(held_of_sources, keep=True)
    units = choice(request, "units", KINDS)
    by_units = by_unit(counts, units)
    months = [FacetCount(month, month, count) for month, count in shown.overview.months]
    names = {source.id: source.name for source in room.register.all()}
    largest = sorted((one for one in counts if one.articles), key=lambda one: -one.articles)[:_SOURCES]
    return render(
        request,
        "front.html",
        {
            **values_of(asked),
            "settings": room.holdings.settings,
            "held": shown.summary,
            "overview": shown.overview,
            "examples": shown.overview.examples,
            "largest": [(one, names.get(one.id, one.name)) for one in largest],
            "map": country(),
            "units": units,
            "unit": of_sources(by_units, units, language_of(request)) if by_units else None,
            "histogram": histogram(months),
            "months": lambda form: f"/months{form}",
            "of_period": of_period(""),
        },
    )


async def about(request: Request) -> Response:
    """`/about`: who keeps this archive, what is in it and what is not, rights, removal, how to cite it, its counts."""
    room = room_of(request)
    shown = await room.asker.ask(held, keep=True)
    counts, _ = await room.asker.ask(held_of_sources, keep=True)
    years: dict[str, int] = {}
    for month, count in shown.overview.months:
        years[month[:4]] = years.get(month[:4], 0) + count
    kinds: dict[str, list[int]] = {}
    for one in counts:
        source = room.register.find(one.id)
        kind = kinds.setdefault(source.kind if source else "other", [0, 0])
        kind[0] += 1
        kind[1] += one.articles
    return render(
        request,
        "about.html",
        {
            "settings": room.holdings.settings,
            "held": shown.summary,
            "years": sorted(years.items(), reverse=True),
            "kinds": sorted(kinds.items(), key=lambda item: -item[1][1]),
            "base": base_of(request),
        },
    )

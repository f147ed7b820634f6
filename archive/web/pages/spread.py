"""The map of a query: how many articles of each province it finds, out of those that are held of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus.distribution import HEAD, By, Distribution, DistributionRequest, Share
from archive.corpus.distribution import answer as spread
from archive.search.grammar.tree import FILTER_NAMES
from archive.search.planner.accents import read_phrases
from archive.web.charts import Unit, country, step, stepped
from archive.web.language import language_of, word
from archive.web.pages.exports import csv_answer
from archive.web.pages.results import FACETS, around
from archive.web.pages.sources import KINDS, unit_name
from archive.web.pages.tool import told, tool_page
from archive.web.parameters import Beside, beside_of, choice, question, text
from archive.web.render import fill, frame_of, number

Measure = Literal["per_thousand", "articles"]
_MEASURES: Final[tuple[Measure, ...]] = ("per_thousand", "articles")
_BY: Final[dict[str, By]] = {"34": "province_now", "63": "province", "named": "place"}
"""What a map shows: the provinces of newspapers, those of today or of then, or those that texts name."""
_UNITS: Final[tuple[Literal["34", "63", "named"], ...]] = (*KINDS, "named")
STYLE: Final = (
    "path{fill:#f4f1e9;stroke:#5c574b;stroke-opacity:.5;stroke-width:.6}rect{fill:none;stroke:#d9d3c4}"
    "text{font:11px sans-serif;fill:#5c574b;text-anchor:middle}.none path{fill:#fff}.thin path{fill-opacity:.5}"
    ".shade1 path{fill:#f1cdb4}.shade2 path{fill:#e6a582}.shade3 path{fill:#d67c58}.shade4 path{fill:#b94e35}"
    ".shade5 path{fill:#8a1f11}"
)
"""How the map looks where it stands alone: the room's colours by day."""


@dataclass(frozen=True, slots=True)
class _Asked:
    spread: DistributionRequest
    units: Literal["34", "63", "named"]
    measure: Measure
    beside: Beside

    def address(self, form: str = "", **changed: str) -> str:
        """The address of this page, or of a file made of it, with some of this changed."""
        values = {"q": str(self.spread.query), "units": self.units, "measure": self.measure, **changed}
        return self.beside.link(f"/map{form}", **values)


async def page(request: Request) -> Response:
    """`/map?q=&units=34|63|named&measure=`: the map, and a table of the same; without a query, of all that is held."""
    asked = _asked(request)
    query, usual = asked.spread.query, (_UNITS[0], _MEASURES[0] if asked.spread.query else _MEASURES[1])
    values: dict[str, object] = {
        "asked": asked,
        "query": query,
        "hidden": [
            (name, getattr(asked, name))
            for name, default in zip(("units", "measure"), usual, strict=True)
            if getattr(asked, name) != default
        ],
        "kinds": _UNITS,
        "measures": _MEASURES,
    }

    def drawn(found: Distribution) -> dict[str, object]:
        return {**_drawn(request, asked, found), "nothing": not found.articles}

    return await tool_page(request, "map.html", values, spread, asked.spread, drawn)


async def as_csv(request: Request) -> Response:
    """`/map.csv`: a line for each province of which anything is held."""
    found = await _found(request, _asked(request))
    rows = ((unit_name(s.value), s.articles, s.base, s.per_thousand, s.low, s.high) for s in _shares(found))
    return csv_answer("map.csv", HEAD, rows)


async def as_svg(request: Request) -> Response:
    """`/map.svg`: the map alone, to be printed or put into a text."""
    asked = _asked(request)
    values = {**_drawn(request, asked, await _found(request, asked)), "asked": asked, "query": asked.spread.query}
    named = {"Content-Disposition": 'attachment; filename="map.svg"'}
    drawn = fill("map_alone.html", frame_of(request), {**values, "style": STYLE})
    return Response(drawn, media_type="image/svg+xml", headers=named)


def _asked(request: Request) -> _Asked:
    units = choice(request, "units", _UNITS)
    asked = question(request, DistributionRequest, query=text(request, "q"), by=_BY[units])
    measure = choice(request, "measure", _MEASURES if asked.query else _MEASURES[1:])
    return _Asked(asked, units, measure, beside_of(request))


async def _found(request: Request, asked: _Asked) -> Distribution:
    found: Distribution = await told(request, spread, asked.spread)
    return found


def _drawn(request: Request, asked: _Asked, found: Distribution) -> dict[str, object]:
    """The map's shades and bounds, and where each unit leads."""
    shares = _shares(found)
    of, read = {share.value: share for share in shares}, _value(asked.measure)
    width = step(max((read(share) for share in shares if not _is_thin(share, asked)), default=0))
    language, narrow = language_of(request), _narrowing(asked)

    def unit(identity: str) -> Unit:
        name, share = unit_name(identity), of.get(identity)
        if share is None:
            return Unit("", word(language, "map.none", name=name), 0, none=True)
        told = word(
            language,
            "map.told",
            name=name,
            articles=number(share.articles, language),
            base=number(share.base, language),
        )
        return Unit(narrow(identity), told, stepped(read(share), width), thin=_is_thin(share, asked))

    return {
        "map": country(),
        "shares": shares,
        "unit": unit,
        "narrow": narrow,
        "unit_name": unit_name,
        "bounds": [width * at for at in range(6)],
        "most": max(map(read, shares), default=0),
        "read": read,
    }


def _shares(found: Distribution) -> list[Share]:
    """Those of the units that the map has: texts name smaller places too."""
    return [share for share in found.shares if unit_name(share.value)]


def _is_thin(share: Share, asked: _Asked) -> bool:
    return asked.measure == "per_thousand" and share.thin


def _value(measure: Measure) -> Callable[[Share], float]:
    return lambda share: share.articles if measure == "articles" else share.per_thousand or 0.0


def _narrowing(asked: _Asked) -> Callable[[str], str]:
    """The address of the hits of one unit."""
    by, query = asked.spread.by, str(asked.spread.query)
    before, behind = around(read_phrases(query))[by] if query else (f'{FILTER_NAMES[FACETS[by]]}:"', '"')
    name = str if by == "place" else unit_name  # a name alone may be that of a town too
    return lambda identity: asked.beside.link("/", q=f"{before}{name(identity)}{behind}")

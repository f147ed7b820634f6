"""The answer on the search page: the query as understood, counts, facets, a histogram, hits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive import places
from archive.errors import QueryError
from archive.search import corpora
from archive.search.engine import search
from archive.search.grammar import parse
from archive.search.held import Held
from archive.search.pieces import pieces
from archive.search.query import Query
from archive.web.histogram import HEIGHT, WIDTH, histogram
from archive.web.limit import BusyError
from archive.web.narrowing import FACETS, around, limits, without
from archive.web.parameters import text
from archive.web.problems import shown
from archive.web.render import Frame, answer, fill, frame_of
from archive.web.room.search import Asked, values_of
from archive.web.room.state import room_of

PAGE: Final = 20
_COUNTED: Final = ("month", "province_now", "province", "source", "section", "place")
_LISTED: Final = _COUNTED[1:]


async def page(request: Request, asked: Asked) -> Response:
    """The search page with the answer to `asked`, or with the place of its mistake."""
    room, frame, more = room_of(request), frame_of(request), text(request, "more")
    root = room.holdings.root if asked.corpus else None
    kept = not asked.corpus  # a corpus is a file, so the database does not tell when it changes
    try:
        made = await room.asker.ask(make, root, asked, more, frame, weight="page", keep=kept)
    except (QueryError, BusyError) as problem:
        return shown(request, "search.html", values_of(asked), problem)
    return answer(request, frame, made)


def prepare(db: sqlite_utils.Database) -> None:
    """Loads what nearly every page needs: the engine, and the facts that hits are counted by."""
    search(db, "a", 1, facets=_COUNTED, seconds=None)


def make(held: Held, root: Path | None, asked: Asked, more: str, frame: Frame) -> str:
    """The page in its `frame`, made where it was searched; `more` names the facet that is shown whole.

    A corpus, where one is asked for, lies in the archive at `root`.
    """
    query, counted = parse(asked.query), () if asked.unlikely else _COUNTED
    found = search(
        held,
        query,
        PAGE,
        asked.cursor or None,
        asked.order,
        facets=counted,
        as_of=date.fromisoformat(asked.as_of) if asked.as_of else None,
        earlier=asked.earlier,
        unlikely=asked.unlikely,
        seconds=None,  # the asker's limit holds
        within=corpora.load(root, asked.corpus) if root else None,
    )
    facets, standing = {facet.name: facet for facet in found.facets}, limits(query)
    taken = {limit.kind for limit in standing}  # a facet that is limited already tells nothing
    return fill(
        "search.html",
        frame,
        {
            **values_of(asked),
            "answer": found,
            "echo": pieces(query.root, found.understood.terms),
            "limits": [(limit, asked.address(q=without(query, limit))) for limit in standing],
            "narrow": _narrowing(asked, query),
            "more": more,
            "facets": [
                facets[name] for name in _LISTED if name in facets and facets[name].values and FACETS[name] not in taken
            ],
            "histogram": histogram(facets["month"].values) if facets else None,
            "size": (WIDTH, HEIGHT),
            "next_page": asked.address(cursor=found.cursor) if found.cursor else "",
            "first_page": asked.address() if asked.cursor else "",
            "province_name": lambda identity: places.province(identity).name,
        },
    )


def _narrowing(asked: Asked, query: Query) -> Callable[[str, str], str]:
    """What gives the address of the page narrowed to a value of a facet."""
    begin, end = asked.address(q="").partition("?")[::2]
    more = f"&{end}" if end else ""
    addresses = {
        facet: (f"{begin}?q={quote_plus(before)}", f"{quote_plus(behind)}{more}")
        for facet, (before, behind) in around(query).items()
    }

    def narrowing(facet: str, value: str) -> str:
        before, behind = addresses[facet]
        return before + quote_plus(value.replace('"', " ")) + behind

    return narrowing

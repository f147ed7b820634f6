"""The search page: one box, the query as understood, counts, facets, hits, and the whole state in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive import places
from archive.errors import QueryError
from archive.search import corpora
from archive.search.answer import ORDERS, Answer, Order
from archive.search.engine import search
from archive.search.grammar import parse
from archive.store.stats import summary
from archive.web.echo import pieces
from archive.web.histogram import HEIGHT, WIDTH, histogram
from archive.web.narrowing import FACETS, limits, narrowed, without
from archive.web.render import render
from archive.web.room.state import room_of

PAGE: Final = 20
_COUNTED: Final = ("month", "province_now", "province", "source", "section", "place")
_LISTED: Final = _COUNTED[1:]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a search page asks for: all of its state."""

    query: str
    order: Order
    cursor: str
    as_of: str
    earlier: bool
    corpus: str

    def address(self, **changed: str) -> str:
        """The address of the page with some of this changed; a change of anything but the cursor begins anew."""
        values = {
            "q": self.query,
            "order": self.order if self.order != ORDERS[0] else "",
            "as_of": self.as_of,
            "earlier": "1" if self.earlier else "",
            "corpus": self.corpus,
            **changed,
        }
        return f"/?{urlencode({name: value for name, value in values.items() if value})}"


def asked_of(request: Request) -> Asked:
    """The state that the address of `request` gives; what it does not give, or gives wrongly, is the default."""
    values = request.query_params
    return Asked(
        query=" ".join(part for part in (values.get("q", "").strip(), _span(request)) if part),
        order=next((order for order in ORDERS if order == values.get("order")), ORDERS[0]),
        cursor=values.get("cursor", ""),
        as_of=_date(values.get("as_of", "")),
        earlier=values.get("earlier") == "1",
        corpus=values.get("corpus", ""),
    )


async def page(request: Request) -> Response:
    """`/?q=&order=&cursor=&as_of=&earlier=&corpus=`: the answer to a query, or an empty box and what is held."""
    room = room_of(request)
    asked = asked_of(request)
    values: dict[str, object] = {"asked": asked, "q": asked.query, "orders": ORDERS, "problem": None}
    if not asked.query:
        held = await room.asker.ask(summary)
        return render(request, "search.html", {**values, "answer": None, "held": held})

    def question(db: sqlite_utils.Database) -> Answer:
        corpus = corpora.load(room.holdings.root, asked.corpus) if asked.corpus else None
        return search(
            db,
            asked.query,
            PAGE,
            asked.cursor or None,
            asked.order,
            facets=_COUNTED,
            as_of=date.fromisoformat(asked.as_of) if asked.as_of else None,
            earlier=asked.earlier,
            within=corpora.rows_of(db, corpus) if corpus else None,
        )

    try:
        answer = await room.asker.ask(question)
        query = parse(asked.query)
    except QueryError as problem:
        return render(request, "search.html", {**values, "answer": None, "held": None, "problem": problem}, 400)
    facets = {facet.name: facet for facet in answer.facets}
    taken = {limit.kind for limit in limits(query)}  # a facet that is limited already tells nothing
    return render(
        request,
        "search.html",
        {
            **values,
            "answer": answer,
            "held": None,
            "echo": pieces(query.root, answer.understood),
            "limits": [(limit, asked.address(q=without(query, limit))) for limit in limits(query)],
            "narrow": lambda facet, value: asked.address(q=narrowed(query, facet, value)),
            "facets": [facets[name] for name in _LISTED if facets[name].values and FACETS[name] not in taken],
            "histogram": histogram(facets["month"].values),
            "size": (WIDTH, HEIGHT),
            "next_page": asked.address(cursor=answer.cursor) if answer.cursor else "",
            "first_page": asked.address() if asked.cursor else "",
            "province_name": lambda identity: places.province(identity).name,
        },
    )


def _span(request: Request) -> str:
    """What the small form below the histogram sends, as a limit of the query language."""
    first, last = (_date(f"{request.query_params.get(name, '')}-01")[:7] for name in ("from", "to"))
    return f"ngay:{first}..{last}" if first or last else ""


def _date(text: str) -> str:
    """`text` where it is a day in ISO 8601, else "".

    >>> _date("2020-03-05"), _date("2020-13-01"), _date("hôm qua")
    ('2020-03-05', '', '')
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""

"""The search page: one box, the query as understood, counts, facets, hits, and the whole state in the address."""

from __future__ import annotations

from urllib.parse import urlencode

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive import places
from archive.errors import QueryError
from archive.search.answer import ORDERS, Answer
from archive.search.engine import search
from archive.store.stats import stats
from archive.web.render import render
from archive.web.room.state import room_of

_PAGE = 20
_FACETS = ("province_now", "province", "source", "section", "year")
_FIELDS = {"province_now": "tinh34", "province": "tinh", "source": "bao", "section": "muc", "year": "ngay"}


async def page(request: Request) -> Response:
    """`/?q=&order=&cursor=`: the answer to a query, or the empty box with what the archive holds."""
    room = room_of(request)
    query = request.query_params.get("q", "").strip()
    order = next((order for order in ORDERS if order == request.query_params.get("order")), ORDERS[0])
    cursor = request.query_params.get("cursor") or None
    values: dict[str, object] = {"q": query, "order": order, "orders": ORDERS, "cursor": cursor, "problem": None}
    if not query:
        holdings = await room.asker.ask(stats)
        return render(request, "search.html", {**values, "answer": None, "totals": holdings})

    def question(db: sqlite_utils.Database) -> Answer:
        return search(db, query, _PAGE, cursor, order, facets=_FACETS)

    try:
        answer = await room.asker.ask(question)
    except QueryError as problem:
        return render(request, "search.html", {**values, "answer": None, "totals": None, "problem": problem}, 400)
    next_page = f"/?{urlencode({'q': query, 'order': order, 'cursor': answer.cursor})}" if answer.cursor else ""
    return render(
        request,
        "search.html",
        {
            **values,
            "answer": answer,
            "totals": None,
            "narrow": lambda facet, value: f"/?{urlencode({'q': narrowed(query, facet, value), 'order': order})}",
            "next_page": next_page,
            "province_name": lambda identity: places.province(identity).name,
        },
    )


def narrowed(query: str, facet: str, value: str) -> str:
    """`query` limited to one value of a facet, in the query language: what is clicked can be read and changed.

    >>> narrowed("chè OR trà", "section", "Kinh tế")
    '(chè OR trà) muc:"Kinh tế"'
    """
    joined = f"({query})" if " OR " in query or " HOẶC " in query else query
    quoted = value.replace('"', " ")
    return f"{joined} {_FIELDS[facet]}:" + (quoted if facet == "year" else f'"{quoted}"')

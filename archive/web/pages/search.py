"""The search page: its whole state in the address, and the empty box with what the archive holds."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.errors import QueryError
from archive.messages.message import Message
from archive.search.answer import ORDERS, Order

_ADDRESS: Final = re.compile(r"https?://[^\s/]+\.\S+", re.IGNORECASE)
"""What is no query but the address of a page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a search page asks for: all of its state."""

    query: str
    order: Order
    cursor: str
    as_of: str
    earlier: bool
    unlikely: bool
    corpus: str

    @property
    def moment(self) -> date | None:
        """The day of `as_of`; raises QueryError where it is none."""
        try:
            return date.fromisoformat(self.as_of) if self.as_of else None
        except ValueError as error:
            told = Message("as_of={day}: no day of the calendar; write it like 2020-03-05", day=self.as_of)
            raise QueryError(told, "", 0) from error

    def address(self, **changed: str) -> str:
        """The address of the page with some of this changed; a change of anything but the cursor begins anew."""
        values = {
            "q": self.query,
            "order": self.order if self.order != ORDERS[0] else "",
            "as_of": self.as_of,
            "earlier": "1" if self.earlier else "",
            "unlikely": "1" if self.unlikely else "",
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
        as_of=values.get("as_of", "").strip(),
        earlier=values.get("earlier") == "1",
        unlikely=values.get("unlikely") == "1",
        corpus=values.get("corpus", ""),
    )


async def page(request: Request) -> Response:
    """`/?q=&order=&cursor=&as_of=&earlier=&unlikely=&corpus=`: the answer to a query, or the first page."""
    asked = asked_of(request)
    if asked.query:
        from archive.web.pages.results import page as found  # the search engine: no start waits for it

        return await found(request, asked)
    from archive.web.pages.front import page as first

    return await first(request, asked)


def or_captures(page: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """`page`; but the address of a page, typed into its box, leads to what was captured there."""

    async def answer(request: Request) -> Response:
        typed = request.query_params.get("q", "").strip()
        if _ADDRESS.fullmatch(typed):
            return RedirectResponse(f"/lookup?{urlencode({'url': typed})}", 302)
        return await page(request)

    return answer


def values_of(asked: Asked) -> dict[str, object]:
    """What every form of the search page shows."""
    none: dict[str, object] = {"problem": None, "answer": None, "examples": (), "chips": ()}
    return {"asked": asked, "q": asked.query, "orders": ORDERS, **none}


def of_period(query: str) -> Callable[[str], str]:
    """What gives the address of a search for `query` within a month or a year."""
    return lambda period: f"/?{urlencode({'q': f'{query} ngay:{period}'.strip()})}"


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

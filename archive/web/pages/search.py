"""The search page: its whole state in the address, and the empty box with what the archive holds."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.search.answer import ORDERS, Order
from archive.web.charts import days_of
from archive.web.parameters import Beside, beside_of, choice, text

_ADDRESS: Final = re.compile(r"https?://[^\s/]+\.\S+", re.IGNORECASE)
"""What is no query but the address of a page."""


@dataclass(frozen=True, slots=True)
class Asked(Beside):
    """What the address of a search page asks for: all of its state."""

    query: str
    order: Order = ORDERS[0]
    cursor: str = ""

    @property
    def exported(self) -> dict[str, str]:
        """The same as an export is asked for; {} where none holds that: earlier texts, unlikely pages, a corpus as of a
        day.
        """
        if self.earlier or self.unlikely or (self.corpus and self.as_of):
            return {}
        asked = {"q": self.query, "corpus": self.corpus, "as_of": self.as_of}
        return {name: value for name, value in asked.items() if value}

    def address(self, **changed: str) -> str:
        """The address of the page with some of this changed; a change of anything but the cursor begins anew."""
        order = self.order if self.order != ORDERS[0] else ""
        return self.link("/", **{"q": self.query, "order": order, **changed})


def asked_of(request: Request) -> Asked:
    """The state that the address of `request` gives. Raises UsageError for what is no order or no day."""
    return Asked(
        query=" ".join(part for part in (text(request, "q"), _span(request)) if part),
        order=choice(request, "order", ORDERS),
        cursor=text(request, "cursor"),
        **asdict(beside_of(request)),
    )


async def page(request: Request) -> Response:
    """`/?q=&order=&cursor=&as_of=&earlier=&unlikely=&corpus=`: the answer to a query, or the first page."""
    asked = asked_of(request)
    if asked.query:
        from archive.web.pages.results import page as found  # the search engine: no start waits for it

        return await found(request, asked)
    if asked.corpus:
        return RedirectResponse(f"/collections/{quote(asked.corpus, safe='')}", 302)
    from archive.web.pages.front import page as first

    return await first(request, asked)


def or_captures(page: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """`page`; but the address of a page, typed into its box, leads to what was captured there."""

    async def answer(request: Request) -> Response:
        typed = text(request, "q")
        if _ADDRESS.fullmatch(typed):
            return RedirectResponse(f"/lookup?{urlencode({'url': typed})}", 302)
        return await page(request)

    return answer


def values_of(asked: Asked) -> dict[str, object]:
    """What every form of the search page shows."""
    none: dict[str, object] = {"problem": None, "answer": None, "examples": (), "chips": ()}
    return {"asked": asked, "beside": asked, "q": asked.query, "orders": ORDERS, **none}


def of_period(query: str) -> Callable[[str], str]:
    """What gives the address of a search for `query` within a month or a year."""
    return lambda period: f"/?{urlencode({'q': f'{query} ngay:{days_of(period)}'.strip()})}"


def _span(request: Request) -> str:
    """What the small form below the histogram sends, as a limit of the query language, which says what is no month."""
    first, last = ("".join(text(request, name).split()) for name in ("from", "to"))
    return f"ngay:{first}..{last}" if first or last else ""

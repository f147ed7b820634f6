"""The concordance: every place where a query matches, in its context, a line each."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus.concordance import HEAD, SORTS, ConcordanceRequest
from archive.corpus.concordance import answer as lines_of
from archive.errors import QueryError
from archive.search.backend import Backend
from archive.search.grammar.parser import parse
from archive.search.query_echo import query_pieces
from archive.web.asking.pool import BusyError
from archive.web.pages.exports import csv_answer
from archive.web.pages.results import Chips, chips_of
from archive.web.pages.state import room_of
from archive.web.parameters import number, question, text
from archive.web.problems import shown
from archive.web.render import Frame, answer, fill, frame_of, render
from archive.web.waiting import worked_out

_PAGE: Final = 100
_MOST: Final = 5000
WIDTHS: Final = (40, 60, 100)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a concordance asks for: the lines, and which page of them."""

    lines: ConcordanceRequest
    page: int

    def address(self, page: int = 1, form: str = "") -> str:
        """The address of another page of the same lines, or of their CSV (`form` ".csv")."""
        values = {"q": self.lines.query, "sort": self.lines.sort, "width": str(self.lines.width)}
        values |= ({"one_each": "1"} if self.lines.one_each else {}) | ({"page": str(page)} if page > 1 else {})
        return f"/concordance{form}?{urlencode(values)}"


def asked_of(request: Request) -> Asked:
    """The state that the address of `request` gives."""
    query, page = text(request, "q"), number(request, "page", 1, 1, _MOST // _PAGE)
    return Asked(question(request, ConcordanceRequest, query=query, limit=_MOST), page)


def values_of(asked: Asked, chips: Chips) -> dict[str, object]:
    """What the page shows before anything is found."""
    return {"asked": asked.lines, "sorts": SORTS, "widths": WIDTHS, "problem": None, "found": None, "chips": chips}


async def page(request: Request) -> Response:
    """`/concordance?q=&sort=&width=&one_each=&page=`: the lines, a hundred to a page."""
    asked, frame, chips = asked_of(request), frame_of(request), chips_of(request)
    if not asked.lines.query:
        return render(request, "concordance.html", values_of(asked, chips))
    try:
        made = await worked_out(request, _make, asked, frame, chips)
    except (QueryError, BusyError) as problem:
        return shown(request, "concordance.html", values_of(asked, chips), problem)
    return answer(request, frame, made)


def _make(held: Backend, asked: Asked, frame: Frame, chips: Chips) -> str:
    """The page in its `frame`, made where it was searched: of five thousand lines a hundred are shown."""
    found = lines_of(held, asked.lines)
    last = max(1, -(-len(found.lines) // _PAGE))
    here = min(asked.page, last)
    return fill(
        "concordance.html",
        frame,
        {
            **values_of(asked, chips),
            "found": found,
            "echo": query_pieces(parse(found.understood.query).root, found.understood.terms),
            "lines": found.lines[(here - 1) * _PAGE : here * _PAGE],
            "first": (here - 1) * _PAGE + 1,
            "earlier": asked.address(here - 1) if here > 1 else "",
            "later": asked.address(here + 1) if here < last else "",
            "csv": asked.address(form=".csv"),
        },
    )


async def as_csv(request: Request) -> Response:
    """`/concordance.csv`: all lines as a spreadsheet."""
    asked = asked_of(request)
    found = await room_of(request).asker.ask(lines_of, asked.lines, weight="slow")
    return csv_answer("concordance.csv", HEAD, map(astuple, found.lines))

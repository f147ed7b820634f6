"""The concordance: every place where a query matches, in its context, a line each."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus.concordance import HEAD, SORTS, Concordance, ConcordanceRequest
from archive.corpus.concordance import answer as lines_of
from archive.search.backend import Backend
from archive.web.pages.exports import csv_answer
from archive.web.pages.tool import echo, told, tool_page
from archive.web.parameters import Beside, beside_of, number, question, text

_PAGE: Final = 100
_MOST: Final = 5000
WIDTHS: Final = (40, 60, 100)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a concordance asks for: the lines, and which page of them."""

    lines: ConcordanceRequest
    page: int
    beside: Beside

    def address(self, page: int = 1, form: str = "") -> str:
        """The address of another page of the same lines, or of their CSV (`form` ".csv")."""
        one_each, page_asked = "1" if self.lines.one_each else "", str(page) if page > 1 else ""
        values = {"q": str(self.lines.query), "sort": self.lines.sort, "width": str(self.lines.width)}
        return self.beside.link(f"/concordance{form}", **values, one_each=one_each, page=page_asked)


def asked_of(request: Request) -> Asked:
    """The state that the address of `request` gives."""
    query, page = text(request, "q"), number(request, "page", 1, 1, _MOST // _PAGE)
    return Asked(question(request, ConcordanceRequest, query=query, limit=_MOST), page, beside_of(request))


async def page(request: Request) -> Response:
    """`/concordance?q=&sort=&width=&one_each=&page=`: the lines, a hundred to a page."""
    asked = asked_of(request)
    lines = asked.lines
    values = {"asked": lines, "query": lines.query, "sorts": SORTS, "widths": WIDTHS, "csv": asked.address(form=".csv")}

    def drawn(found: tuple[Concordance, int]) -> dict[str, object]:
        shown, kept = found
        last = max(1, -(-kept // _PAGE))
        here = min(asked.page, last)
        return {
            "found": shown,
            "echo": echo(shown.understood),
            "kept": kept,
            "first": (here - 1) * _PAGE + 1,
            "earlier": asked.address(here - 1) if here > 1 else "",
            "later": asked.address(here + 1) if here < last else "",
            "nothing": not kept,
        }

    return await tool_page(request, "concordance.html", values, _of_page if lines.query else None, asked, drawn)


def _of_page(held: Backend, asked: Asked) -> tuple[Concordance, int]:
    """The lines of one page, cut where they were found, and how many there are: up to five thousand."""
    found = lines_of(held, asked.lines)
    here = min(asked.page, max(1, -(-len(found.lines) // _PAGE)))
    return replace(found, lines=found.lines[(here - 1) * _PAGE : here * _PAGE]), len(found.lines)


async def as_csv(request: Request) -> Response:
    """`/concordance.csv`: all lines as a spreadsheet."""
    asked = asked_of(request)
    found = await told(request, lines_of, asked.lines, keep=False)
    return csv_answer("concordance.csv", HEAD, map(astuple, found.lines))

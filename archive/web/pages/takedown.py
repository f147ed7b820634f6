"""The takedown form: what would be taken out is shown first, and nothing is done before it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from archive.custody.takedown import Plan, lift, plan, takedown
from archive.custody.takedown.plan import MORE, How, refuse_empty
from archive.custody.withheld import rules
from archive.errors import ArchiveError, UsageError
from archive.web.pages.archivist import archivist_only, read_own_form, render_form
from archive.web.pages.state import room_of
from archive.web.parameters import text

PLANNED: Final[tuple[How, ...]] = ("hidden", "sealed", "erased")
WAYS: Final = (*PLANNED, "lifted")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says: a URL or an article's id, what to do, why, who ordered it, and what goes with it."""

    target: str = ""
    how: str = WAYS[0]
    reason: str = ""
    authority: str = ""
    more: tuple[str, ...] = ()


@archivist_only
async def page(request: Request) -> Response:
    """`/crawls/takedown?target=`: the form; sent, what it concerns; confirmed, what was done."""
    if request.method == "GET":
        return _form(request, Asked(target=text(request, "target")))
    form = await read_own_form(request)
    asked = Asked(
        form.get("target", "").strip(),
        form.get("how", ""),
        form.get("reason", "").strip(),
        form.get("authority", "").strip(),
        tuple(name for name in MORE if form.get(f"with_{name}") == "yes"),
    )
    try:
        if asked.how not in WAYS:
            raise UsageError("there is no way '{how}' to take down", how=asked.how)
        if not asked.target or not asked.reason or not asked.authority:
            raise UsageError("a takedown names its reason and who ordered it; the log keeps both")
        concerned = await run_sync(_concerned, request, asked)
        if asked.how != "lifted":
            refuse_empty(concerned, in_advance=False)
        if form.get("confirmed") != "yes":
            return render_form(request, "takedown_confirm.html", {"asked": asked, "concerned": concerned})
        done = await run_sync(_done, request, asked)
    except ArchiveError as problem:
        return _form(request, asked, problem)
    return render_form(request, "takedown_done.html", {"asked": asked, "done": done})


def _form(request: Request, asked: Asked, problem: ArchiveError | None = None) -> Response:
    earlier = rules(room_of(request).holdings.root)[::-1]
    values = {"asked": asked, "ways": WAYS, "problem": problem, "earlier": earlier}
    return render_form(request, "takedown.html", values, 400 if problem else 200)


def _concerned(request: Request, asked: Asked) -> Plan:
    """Everything that shows what was asked for, and what stays unless it is asked for as well."""
    how: How = next((way for way in PLANNED if way == asked.how), "hidden")
    return plan(room_of(request).holdings, asked.target, how, asked.more)


def _done(request: Request, asked: Asked) -> tuple[int, int, int, tuple[str, ...]]:
    """Event number, articles and captures taken out, and the packages that may still hold them."""
    holdings = room_of(request).holdings
    if asked.how == "lifted":
        return lift(holdings, asked.target, asked.reason, asked.authority).seq, 0, 0, ()
    how = next(way for way in PLANNED if way == asked.how)
    taken = takedown(holdings, asked.target, how, asked.reason, asked.authority, more=asked.more)
    return taken.rule.seq, taken.articles, taken.captures, taken.packages

"""The takedown form: what would be taken out is shown first, and nothing is done before it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlite_utils
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from archive.barred import rules
from archive.errors import ArchiveError, NothingFound, UsageError
from archive.store.reads import find_article, revisions
from archive.store.removal import Shown, shown_under
from archive.takedown import lift, takedown
from archive.text.urls import url_key
from archive.web.parameters import text
from archive.web.room.archivist import archivist_only, read_own_form, render_form
from archive.web.room.state import room_of

WAYS: Final = ("hidden", "sealed", "erased", "lifted")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says: a URL or an article's id, what to do, why, and who ordered it."""

    target: str = ""
    how: str = WAYS[0]
    reason: str = ""
    authority: str = ""


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
    )
    try:
        if asked.how not in WAYS:
            raise UsageError(f"there is no way '{asked.how}' to take down")
        if not asked.target or not asked.reason or not asked.authority:
            raise UsageError("a takedown names its reason and who ordered it; the log keeps both")
        concerned = await room_of(request).asker.ask(_concerned, asked.target, weight="slow")
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


def _concerned(db: sqlite_utils.Database, target: str) -> tuple[Shown, tuple[str, ...]]:
    """Everything that shows `target`, and the headlines of the articles among it."""
    try:
        keys = {url_key(target)} if "/" in target else {find_article(db, target).row.url_key}
    except NothingFound:
        keys = {url_key(target)}
    shown = shown_under(db, keys)
    return shown, tuple(revisions(db, article)[-1].article.headline.value for article in shown.articles)


def _done(request: Request, asked: Asked) -> tuple[int, int, int, tuple[str, ...]]:
    """Event number, articles and captures taken out, and the packages that may still hold them."""
    holdings = room_of(request).holdings
    if asked.how == "lifted":
        return lift(holdings, asked.target, asked.reason, asked.authority).seq, 0, 0, ()
    how = next(way for way in ("hidden", "sealed", "erased") if way == asked.how)
    taken = takedown(holdings, asked.target, how, asked.reason, asked.authority)
    return taken.rule.seq, taken.articles, taken.captures, taken.packages

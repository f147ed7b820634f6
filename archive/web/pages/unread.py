"""What could not be read: listed by reason, and each page beside what today's parsers make of it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import sqlite_utils
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from archive.errors import NothingFound
from archive.store.captures import Memento, Unread, by_record, unread, unread_reasons
from archive.web.pages.archivist import archivist_only
from archive.web.pages.state import room_of
from archive.web.parameters import number, text
from archive.web.render import render
from archive.web.tasks import explain

_PAGE: Final = 50


@archivist_only
async def page(request: Request) -> Response:
    """`/crawls/unread?source=&reason=&page=`: unread captures, newest first."""
    source, reason = text(request, "source"), text(request, "reason")
    here = number(request, "page", 1, 1, 1_000_000)
    reasons, found = await room_of(request).asker.ask(_of_reason, source, reason, here, weight="slow")
    asked = {name: value for name, value in (("source", source), ("reason", reason)) if value}
    return render(
        request,
        "unread.html",
        {
            "source": source,
            "name_of": room_of(request).name_of,
            "reason": reason,
            "reasons": reasons,
            "found": found[:_PAGE],
            "earlier": f"/crawls/unread?{urlencode({**asked, 'page': here - 1})}" if here > 1 else "",
            "later": f"/crawls/unread?{urlencode({**asked, 'page': here + 1})}" if len(found) > _PAGE else "",
        },
    )


def _of_reason(
    db: sqlite_utils.Database, source: str, reason: str, here: int
) -> tuple[tuple[tuple[str, str, int], ...], tuple[Unread, ...]]:
    return unread_reasons(db, source), unread(db, source, reason, _PAGE + 1, (here - 1) * _PAGE)


@archivist_only
async def explained(request: Request) -> Response:
    """`/crawls/read/<record id>`: the preserved page, and what today's parsers read on it."""
    room = room_of(request)
    record_id = request.path_params["record_id"]

    def question(db: sqlite_utils.Database) -> Memento:
        found = by_record(db, record_id)
        if found is None:
            raise NothingFound("{record_id}: not in this archive", record_id=record_id)
        return found

    memento = await room.asker.ask(question)
    told = await run_sync(explain, room.holdings.root, memento.place)
    return render(
        request,
        "explained.html",
        {
            "memento": memento,
            "told": told,
            "page": room.preserved(memento, "mp_"),
            "whole": room.preserved(memento),
        },
    )

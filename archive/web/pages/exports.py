"""Tables to take away as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from typing import Final

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from archive.errors import UsageError
from archive.export import files
from archive.export.files import ExportRequest
from archive.export.formats import BOM, safe_cell, text_writer
from archive.export.selection import Selection, select
from archive.search import engine, saved
from archive.search import saved as atom
from archive.search.answer import Hit
from archive.search.request import SearchRequest
from archive.text.clock import VIETNAM
from archive.web.pages.downloads import REFERENCES
from archive.web.pages.state import Room, base_of, room_of
from archive.web.parameters import question, text


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The rows below `head` as the file `name`.

    RFC 4180, safe to open in a spreadsheet (`safe_cell`), with the byte order mark that Excel wants.
    """
    out = io.StringIO()
    out.write(BOM)
    table = csv.writer(out)
    table.writerow(head)
    for row in rows:
        table.writerow([safe_cell(cell) for cell in row])
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


# What a query finds, to take away whole: as a spreadsheet, JSON Lines, a bibliography, or as a feed of the newest.

MOST: Final = 10_000
"""Articles in one export; more is `baotinh export`, which waits for nobody."""

_BATCH: Final = 200
_NEWS: Final = 50
FORMS: Final = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "jsonl": ("jsonl", "application/x-ndjson"),
    "bib": REFERENCES["bib"],
    "ris": REFERENCES["ris"],
    "csl.json": REFERENCES["csl.json"],
}
"""The ends of the addresses, each with the format of `archive.export` and its media type."""


def page(form: str) -> Callable[[Request], Awaitable[Response]]:
    """`/export.<form>?q=&corpus=...`: the articles that `baotinh export` writes for the same question, at most MOST."""

    async def answer(request: Request) -> Response:
        room = room_of(request)
        # What is chosen is known before the answer begins, so that a mistake gets its own page.
        asked, chosen = await _chosen(request, room, form)
        description = f"/export.{form}{files.METADATA_ENDING}?{request.url.query}"
        headers = {
            "Content-Disposition": f'attachment; filename="baotinh.{form}"',
            "Link": f'<{description}>; rel="describedby"; type="{files.MEDIA_TYPE}"',
        }
        return StreamingResponse(_parts(room, asked, chosen), media_type=FORMS[form][1], headers=headers)

    return answer


def described(form: str) -> Callable[[Request], Awaitable[Response]]:
    """`/export.<form>-metadata.json?q=&corpus=`: what that export is, as `archive.export.files` describes it."""

    async def answer(request: Request) -> Response:
        room = room_of(request)
        _, chosen = await _chosen(request, room, form)
        url = f"export.{form}?{request.url.query}"
        told = files.written(chosen.about, FORMS[form][0], url, len(chosen))
        return Response(told, media_type=files.MEDIA_TYPE)

    return answer


async def _chosen(request: Request, room: Room, form: str) -> tuple[ExportRequest, Selection]:
    """What is asked for, and the articles that it chooses."""
    asked = question(request, ExportRequest, form=FORMS[form][0], base=base_of(request))
    if not asked.query and not asked.corpus:
        raise UsageError("an export needs a query (q) or a corpus")
    chosen = await room.asker.ask(select, room.holdings.root, asked, weight="slow")
    return asked, chosen[:MOST]


async def feed(request: Request) -> Response:
    """`/feed.atom?q=`: the newest articles of a query, for a feed reader."""
    query = text(request, "q")
    answer = await room_of(request).asker.ask(
        engine.meant, SearchRequest(query, _NEWS, order="newest", counts=False, seconds=None), weight="page"
    )
    name = hashlib.sha256(answer.understood.query.encode()).hexdigest()[:32]
    return _feed(request, query, f"urn:baotinh:query:{name}", answer.hits)


async def saved_feed(request: Request) -> Response:
    """`/saved/<name>.atom`: the newest articles of a saved query; its address stays when the query is saved anew."""
    room = room_of(request)
    one = saved.load(room.holdings.root, request.path_params["name"])
    news = await room.asker.ask(partial(saved.look, seconds=None), saved.everything(one), _NEWS, weight="page")
    return _feed(request, one.name, f"urn:baotinh:saved:{one.name}", news.hits)


def _feed(request: Request, title: str, identity: str, hits: Sequence[Hit]) -> Response:
    base, newest = base_of(request), max((hit.day for hit in hits), default=date(1970, 1, 1))
    body = atom.atom_feed(
        title,
        identity,
        str(request.url),
        hits,
        lambda hit: f"{base}/article/{hit.public_id}",
        datetime.combine(newest, time.min, VIETNAM),
    )
    return Response(body, media_type="application/atom+xml; charset=utf-8")


async def _parts(room: Room, asked: ExportRequest, chosen: Selection) -> AsyncIterator[str]:
    batches = [chosen[start : start + _BATCH] for start in range(0, len(chosen) or 1, _BATCH)]
    for number, batch in enumerate(batches):
        first, last = not number, number == len(batches) - 1
        part = await room.asker.ask(_written, replace(asked, bom=first), batch, weight="slow")
        yield _joined(asked.form, part, first=first, last=last)


def _joined(form: str, part: str, *, first: bool, last: bool) -> str:
    """The text of one portion as it stands among the others: one head of a table, one list of JSON."""
    if form == "csv" and not first:
        return part.partition("\n")[2]
    if form == "csl-json":
        items = part.strip().removeprefix("[").removesuffix("]").strip()
        return ("[\n" if first else ",\n" if items else "") + items + ("\n]\n" if last else "")
    return part


def _written(db: sqlite_utils.Database, asked: ExportRequest, batch: Selection) -> str:
    out = io.StringIO(newline="")
    text_writer(asked.form, asked.base, asked.bom)(batch.articles(db), out)
    return out.getvalue()

"""Tables to take away as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from archive.errors import UsageError
from archive.export.formats import BOM, safe_cell, text_writer
from archive.search import corpora, engine, saved
from archive.search import saved as atom
from archive.search.answer import Hit
from archive.search.backend import Backend, ask
from archive.search.request import SearchRequest
from archive.store.queries import StoredArticle, articles_of
from archive.text.clock import VIETNAM
from archive.web.pages.downloads import REFERENCES
from archive.web.pages.state import Room, base_of, room_of
from archive.web.parameters import text


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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is exported: in which format, of which query or corpus or both, permalinks below `base`."""

    form: str
    query: str
    corpus: str
    root: Path | None  # of the archive where a corpus lies in it
    base: str


def page(form: str) -> Callable[[Request], Awaitable[Response]]:
    """`/export.<form>?q=&corpus=`: the articles of a query, of a frozen corpus or of a query within it, at most MOST.

    They come oldest first, those of a corpus alone in its own order.
    """

    async def answer(request: Request) -> Response:
        room = room_of(request)
        query, corpus = text(request, "q"), text(request, "corpus")
        if not query and not corpus:
            raise UsageError("an export needs a query (q) or a corpus")
        if corpus:
            corpora.load(room.holdings.root, corpus)
        # The first portion is made before the answer begins, so that a mistake gets its own page.
        style, media_type = FORMS[form]
        wanted = _Wanted(style, query, corpus, room.holdings.root if corpus else None, base_of(request))
        first = await _portion(room, wanted, "", 0)
        named = {"Content-Disposition": f'attachment; filename="baotinh.{form}"'}
        return StreamingResponse(_parts(room, wanted, first), media_type=media_type, headers=named)

    return answer


async def feed(request: Request) -> Response:
    """`/feed.atom?q=`: the newest articles of a query, for a feed reader."""
    query = text(request, "q")
    answer = await room_of(request).asker.ask(
        engine.meant, SearchRequest(query, _NEWS, counts=False, seconds=None), weight="page"
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
    base, newest = base_of(request), max((hit.day for hit in hits), default="1970-01-01")
    body = atom.atom_feed(
        title,
        identity,
        str(request.url),
        hits,
        lambda hit: f"{base}/article/{hit.public_id}",
        datetime.fromisoformat(newest).replace(tzinfo=VIETNAM),
    )
    return Response(body, media_type="application/atom+xml; charset=utf-8")


async def _parts(room: Room, wanted: _Wanted, first: tuple[str, str]) -> AsyncIterator[str]:
    part, after = first
    done = 0
    while True:
        done += _BATCH
        last = not after or done >= MOST
        yield _joined(wanted.form, part, first=done == _BATCH, last=last)
        if last:
            return
        part, after = await _portion(room, wanted, after, done)


def _joined(form: str, part: str, *, first: bool, last: bool) -> str:
    """The text of one portion as it stands among the others: one head of a table, one list of JSON."""
    if form == "csv" and not first:
        return part.partition("\n")[2]
    if form == "csl-json":
        items = part.strip().removeprefix("[").removesuffix("]").strip()
        return ("[\n" if first else ",\n" if items else "") + items + ("\n]\n" if last else "")
    return part


async def _portion(room: Room, wanted: _Wanted, after: str, done: int) -> tuple[str, str]:
    return await room.asker.ask(_written, wanted, after, done, weight="slow")


def _written(held: Backend, wanted: _Wanted, after: str, done: int) -> tuple[str, str]:
    """The text of the next articles, and where they ended: a cursor, of a corpus a position, "" at the end."""
    corpus = corpora.load(wanted.root, wanted.corpus) if wanted.root else None
    if corpus is not None and not wanted.query:
        members = [member.article for member in corpus.members]
        ids = members[done : done + _BATCH]
        following = str(done + _BATCH) if len(members) > done + _BATCH else ""
    else:
        asked = SearchRequest(wanted.query, _BATCH, after or None, "oldest", counts=False, seconds=None, within=corpus)
        answer = engine.meant(held, asked)
        ids, following = [hit.public_id for hit in answer.hits], answer.cursor or ""
    out = io.StringIO(newline="")
    text_writer(wanted.form, wanted.base, bom=not done)(_articles(held, ids), out)
    return out.getvalue(), following


def _articles(held: Backend, ids: Sequence[str]) -> list[StoredArticle]:
    """The articles with these public ids, in that order; of several archives, from the one that saw it last."""
    found: dict[str, StoredArticle] = {}
    for part in ask(held, "", None, lambda asking: asking.each(_those, ids)):
        for stored in part:
            before = found.get(stored.row.public_id)
            if before is None or before.row.last_captured <= stored.row.last_captured:
                found[stored.row.public_id] = stored
    return [found[one] for one in ids if one in found]


def _those(db: sqlite_utils.Database, ids: Sequence[str]) -> list[StoredArticle]:
    return list(articles_of(db, ids))

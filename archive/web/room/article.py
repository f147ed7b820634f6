"""The article page: the text as read, where each field came from, how it changed, and how to cite it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import sqlite_utils
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive import places
from archive.cite import STYLES, cite
from archive.errors import NothingFound
from archive.model import Article
from archive.store import reads
from archive.store.mementos import by_record
from archive.store.rows import CaptureRow, RevisionRow, TeaserRow
from archive.web.difference import Change, word_changes
from archive.web.render import render
from archive.web.replay.memento import stamp
from archive.web.room.state import room_of


@dataclass(frozen=True, slots=True)
class _Shown:
    stored: reads.Stored
    captures: tuple[CaptureRow, ...]
    revisions: tuple[RevisionRow, ...]
    teasers: tuple[TeaserRow, ...]
    pointers: tuple[TeaserRow, ...]


async def page(request: Request) -> Response:
    """`/article/<id>`: the article in its current revision."""
    room = room_of(request)
    reference = request.path_params["reference"]

    def question(db: sqlite_utils.Database) -> _Shown:
        stored = reads.find_article(db, reference)
        return _Shown(
            stored,
            reads.captures_of(db, stored.row.id),
            reads.revisions(db, stored.row.id),
            reads.teasers_of(db, stored.row.id),
            reads.pointers_to(db, stored.row.id),
        )

    shown = await room.asker.ask(question)
    base = f"{request.url.scheme}://{request.url.netloc}"
    capture = shown.stored.capture
    return render(
        request,
        "article.html",
        {
            "row": shown.stored.row,
            "article": shown.stored.article,
            "capture": capture,
            "source_name": shown.stored.source_name,
            "captures": shown.captures,
            "revisions": shown.revisions,
            "teasers": shown.teasers,
            "pointers": shown.pointers,
            "fields": found_fields(shown.stored.article),
            "citations": [(style, cite(shown.stored, style, base)) for style in STYLES],
            "province": places.province(shown.stored.row.province) if shown.stored.row.province else None,
            "province_now": places.province_now(shown.stored.row.province_now)
            if shown.stored.row.province_now
            else None,
            "replay": f"{room.replay}/{stamp(capture.captured_at)}/{capture.url}" if room.replay else "",
        },
    )


async def changes(request: Request) -> Response:
    """`/article/<id>/changes`: what changed from each revision to the next, word by word."""
    reference = request.path_params["reference"]

    def question(db: sqlite_utils.Database) -> tuple[reads.Stored, tuple[RevisionRow, ...], dict[int, CaptureRow]]:
        stored = reads.find_article(db, reference)
        revisions = reads.revisions(db, stored.row.id)
        return stored, revisions, {revision.capture: reads.capture(db, revision.capture) for revision in revisions}

    stored, revisions, captures = await room_of(request).asker.ask(question)
    steps = [
        (captures[after.capture], before.number, after.number, field_changes(before.article, after.article))
        for before, after in pairwise(revisions)
    ]
    return render(request, "changes.html", {"row": stored.row, "steps": steps, "revisions": revisions})


async def of_capture(request: Request) -> Response:
    """`/capture/<record id>`: leads to the article that this capture shows."""
    record_id = request.path_params["record_id"]

    def question(db: sqlite_utils.Database) -> str:
        memento = by_record(db, record_id)
        if memento is None or memento.article is None:
            raise NothingFound(f"{record_id}: no article was read from this capture")
        return reads.find_article(db, memento.url).row.public_id

    return RedirectResponse(f"/article/{await room_of(request).asker.ask(question)}", 302)


def found_fields(article: Article) -> list[tuple[str, str, str, float]]:
    """How each field was found: its name, the method, the string as the page has it, and the confidence."""
    rows = []
    for name in ("headline", "lead", "published", "modified", "byline", "source_credit", "section"):
        found = getattr(article, name)
        if found is not None:
            rows.append((name, found.by, found.raw if found.raw is not None else found.value, found.confidence))
    rows.append(("body", article.body_by, "", article.confidence))
    return rows


def field_changes(before: Article, after: Article) -> list[tuple[str, list[tuple[Change, str]]]]:
    """The fields that differ between two revisions, each with its changed words; the body as one text."""
    texts = {
        "headline": (before.headline.value, after.headline.value),
        "lead": (before.lead.value if before.lead else "", after.lead.value if after.lead else ""),
        "body": ("\n\n".join(before.body), "\n\n".join(after.body)),
        "captions": ("\n".join(before.captions), "\n".join(after.captions)),
        "byline": (before.byline.value if before.byline else "", after.byline.value if after.byline else ""),
    }
    return [(name, list(word_changes(old, new))) for name, (old, new) in texts.items() if old != new]

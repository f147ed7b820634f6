"""What changed in an article from each revision to the next, word by word."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive.search.held import of_article
from archive.store import reads
from archive.store.rows import CaptureRow, RevisionRow
from archive.text.difference import Change, field_changes
from archive.web.render import render
from archive.web.room.state import room_of

_MOST_STEPS = 20
Step: TypeAlias = tuple[CaptureRow, int, int, list[tuple[str, list[tuple[Change, str]]]]]
"""The capture of a revision, the number of the one before, its own, and the fields that differ."""


async def page(request: Request) -> Response:
    """`/article/<id>/changes`: a step for each revision after the first."""
    stored, steps = await room_of(request).asker.ask(
        of_article, request.path_params["reference"], _steps, weight="slow"
    )
    return render(request, "changes.html", {"row": stored.row, "steps": steps})


def _steps(db: sqlite_utils.Database, stored: reads.Stored) -> tuple[reads.Stored, list[Step]]:
    revisions = reads.revisions(db, stored.row.id)[-_MOST_STEPS:]
    return stored, [_step(db, before, after) for before, after in pairwise(revisions)]


def _step(db: sqlite_utils.Database, before: RevisionRow, after: RevisionRow) -> Step:
    capture = reads.capture(db, after.capture)
    return capture, before.number, after.number, field_changes(before.article, after.article)

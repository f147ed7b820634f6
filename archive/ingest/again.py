"""Captures that have rows, as today's parsers read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from archive.barred import Barred
from archive.ingest.refiling import Again
from archive.ingest.withheld import withheld
from archive.model import Place, State
from archive.opening.page import identity
from archive.opening.readers import Answer, Readers
from archive.store.rows import CaptureRow


def read_again(readers: Readers, root: Path, rows: Sequence[CaptureRow], barred: Barred | None = None) -> list[Again]:
    """The captures of `rows` in the archive at `root`, in order: what is on them, or why they are unread.

    Nothing of what is `barred` is among it; if not given, what is barred now.
    """
    barred = barred or Barred.load(root)
    answers = readers.read(Place(row.file, row.offset, row.length, row.record_id) for row in rows)
    return [_again(row, answer, barred) for row, answer in zip(rows, answers, strict=True)]


def _again(row: CaptureRow, answer: Answer, barred: Barred) -> Again:
    if answer.page is None:
        return Again(row.id, "unread", answer.reason, "", None)
    page = withheld(answer.page, barred)
    if page.article is not None:
        return Again(row.id, "changed", "", identity(page.article, page), page.article, source=page.source_id)
    state: State = "unread" if page.reason else "kept"
    if page.reading is None:
        return Again(row.id, state, page.reason, "", None, (), page.source_id)
    teasers, read = page.reading.teasers, page.reading.unlikely
    if read is None:
        return Again(row.id, state, page.reason, "", None, teasers, page.source_id)
    key = identity(read, page)
    return Again(row.id, state, page.reason, key, None, teasers, page.source_id, read, page.points_to)

"""What earlier parsers read, brought along into a database that is made of tables, as a re-reading here keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any, Final

import sqlite_utils

from archive.ingest.read import BATCH
from archive.ingest.refiling import reads_alike
from archive.opening.page import timestamp
from archive.store import open_database, writes, writing
from archive.store.article_json import decode
from archive.store.rows import RevisionRow

_REVISIONS: Final = """SELECT a.public_id, c.record_id, r.digest, r.parser, r.article_json FROM revisions r
    JOIN articles a ON a.id = r.article JOIN captures c ON c.id = r.capture ORDER BY r.article, r.number"""
_READINGS: Final = """SELECT a.public_id, c.record_id, r.digest, r.parser, r.article_json, r.replaced_at
    FROM readings r JOIN articles a ON a.id = r.article JOIN captures c ON c.id = r.capture ORDER BY r.id"""
_ARTICLE: Final = "SELECT id FROM articles WHERE public_id = ?"
_CAPTURE: Final = "SELECT id FROM captures WHERE record_id = ?"
_TEXTS: Final = """SELECT c.record_id, r.article_json FROM revisions r JOIN captures c ON c.id = r.capture
    WHERE r.article = ?"""


def keep_readings(old: Path, new: sqlite_utils.Database) -> int:
    """Writes into `new` the readings of the database `old`, then its revisions that are read otherwise now.

    Gives their number: 0 where there is no old database. What is no article any more takes its readings along.
    """
    if not old.exists():
        return 0
    kept = 0
    with closing(open_database(old, readonly=True)) as before:
        rows = chain(before.execute(_READINGS), _replaced(before, new, timestamp(datetime.now(UTC))))
        while batch := list(islice(rows, BATCH)):
            with writing(new):
                kept += sum(_keep(new, *row) for row in batch)
    return kept


def _keep(
    new: sqlite_utils.Database, name: str, record_id: str, digest: str, parser: str, text: str, replaced_at: str
) -> bool:
    article = new.execute(_ARTICLE, (name,)).fetchone()
    if article is None:
        return False
    (capture,) = new.execute(_CAPTURE, (record_id,)).fetchone()
    writes.keep_reading(new, RevisionRow(article[0], 0, capture, digest, parser, decode(text)), replaced_at)
    return True


def _replaced(
    before: sqlite_utils.Database, new: sqlite_utils.Database, now: str
) -> Iterator[tuple[str, str, str, str, str, str]]:
    """The revisions of `before` of articles in `new` that are read otherwise there, or are none there."""
    for name, revisions in groupby(before.execute(_REVISIONS), key=lambda row: row[0]):
        article = new.execute(_ARTICLE, (name,)).fetchone()
        if article is None:
            continue
        texts: dict[str, Any] = dict(new.execute(_TEXTS, article).fetchall())
        for _, record_id, digest, parser, text in revisions:
            read = texts.get(record_id)
            if read != text and not reads_alike(decode(text), None if read is None else decode(read)):
                yield name, record_id, digest, parser, text, now

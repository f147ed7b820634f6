"""What verification compares with a reading of the records: captures of a stretch, their revisions, articles' rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import sqlite_utils

from archive.errors import ArchiveError
from archive.model import Article
from archive.store.article_json import decode, text_digest
from archive.store.article_row import Standing, article_row
from archive.store.reads import captures
from archive.store.rows import ArticleRow, CaptureRow

_TOLD = (
    "url", "slug", "headline", "headline_by", "lead", "body", "captions", "byline", "source_credit", "section",
    "published", "published_precision", "modified", "day", "day_estimated", "words", "confidence",
)  # fmt: skip
"""Columns of an article's row that its text decides."""

_COLUMNS = ", ".join(f"a.{field.name}" for field in fields(ArticleRow))
_TEXTS = f"""SELECT r.number, r.digest, c.text_digest, c.record_id, r.article_json, r.number = a.revision, {_COLUMNS}
FROM revisions r JOIN articles a ON a.id = r.article JOIN captures c ON c.id = r.capture ORDER BY r.id"""  # noqa: S608
_ELSEWHERE = """SELECT a.public_id, a.source, c.source FROM articles a JOIN captures c ON c.id = a.capture
WHERE c.source <> a.source LIMIT 20"""
_UNINDEXED = """SELECT count(*) FROM articles LEFT JOIN exact_docsize e ON e.id = search_rowid
LEFT JOIN folded_docsize f ON f.id = search_rowid WHERE e.id IS NULL OR f.id IS NULL"""


def count_captures(db: sqlite_utils.Database) -> int:
    """How many captures have a row."""
    return int(db.execute("SELECT count(*) FROM captures").fetchone()[0])


def stretch(db: sqlite_utils.Database, start: int, most: int) -> Iterator[CaptureRow]:
    """Up to `most` captures in order of their rows, from the one behind `start` others on; from the first again."""
    first = db.execute("SELECT id FROM captures ORDER BY id LIMIT 1 OFFSET ?", (start,)).fetchone()
    if first is None:
        return
    for row in captures(db, after=first[0] - 1):
        if not most:
            return
        most -= 1
        yield row
    for row in captures(db):
        if not most or row.id >= first[0]:
            return
        most -= 1
        yield row


def revision_of(db: sqlite_utils.Database, capture: int) -> tuple[str, int, Article | None]:
    """Public id of the article and number of the revision that begins with `capture`, its text; ("", 0, None) for none.

    The text is None too where what is stored is no article any more.
    """
    query = """SELECT a.public_id, r.number, r.article_json FROM revisions r JOIN articles a ON a.id = r.article
    WHERE r.capture = ?"""
    row = db.execute(query, (capture,)).fetchone()
    if row is None:
        return "", 0, None
    return row[0], row[1], _decoded(row[2])


def key_of(db: sqlite_utils.Database, article: int | None) -> str:
    """The identity of the article with this row id, "" for none."""
    row = db.execute("SELECT url_key FROM articles WHERE id = ?", (article,)).fetchone()
    return str(row[0]) if row else ""


def contradictions(db: sqlite_utils.Database) -> Iterator[str]:
    """A sentence for each text that is not what the rest of its rows says: digests, flat columns, search index."""
    for number, digest, of_capture, record_id, text, is_current, *columns in db.execute(_TEXTS):
        row = ArticleRow(*columns)
        article = _decoded(text)
        name = f"revision {number} of {row.public_id} (capture {record_id})"
        if article is None:
            yield f"{name}: what is stored is no article"
        elif not text_digest(article) == digest == of_capture:
            yield f"{name}: its text is not that of its digests"
        elif is_current and (other := _other_columns(article, row)):
            yield f"{name}: the article's row has another {', '.join(other)}"
    for public_id, source, other in db.execute(_ELSEWHERE):
        yield f"{public_id}: its source is {source}, that of the capture which shows it {other}"
    if count := db.execute(_UNINDEXED).fetchone()[0]:
        yield f"{count} articles are not in the search index; `baotinh reindex` makes it again"


def _decoded(text: str) -> Article | None:
    try:
        return decode(text)
    except (ValueError, TypeError, KeyError, AttributeError, ArchiveError):
        return None


def _other_columns(article: Article, row: ArticleRow) -> list[str]:
    standing = Standing(
        row.id, row.public_id, row.url_key, row.source, row.capture, row.revision, row.first_captured,
        row.last_captured, row.search_rowid, row.gone_at,
    )  # fmt: skip
    told = article_row(article, None, standing)
    names = (name for name in _TOLD if name != "day" or not row.day_estimated)  # an estimate may be a day with room
    return [name for name in names if getattr(told, name) != getattr(row, name)]

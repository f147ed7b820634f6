"""What verification and rebuild compare: stored texts with a reading of the records, and two databases made of the
same records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import sqlite_utils

from archive.errors import ArchiveError
from archive.messages.message import Message
from archive.model import Article
from archive.store.database import open_beside_writer, translate_errors
from archive.store.queries import captures
from archive.store.rows import ArticleRow, CaptureRow, Standing, article_row, text_digest
from archive.store.writes import STORED, Assembler

_TOLD = (
    "url", "slug", "headline", "headline_by", "lead", "body", "captions", "byline", "source_credit", "section",
    "published", "published_precision", "modified", "day", "day_estimated", "words", "confidence",
)  # fmt: skip
"""Columns of an article's row that its text decides."""

_COLUMNS = ", ".join(f"a.{field.name}" for field in fields(ArticleRow))
_TEXTS = f"""SELECT r.number, r.digest, c.text_digest, c.record_id, r.number = a.revision, {STORED}, {_COLUMNS}
FROM revision_rows r JOIN articles a ON a.id = r.article JOIN captures c ON c.id = r.capture ORDER BY r.id"""  # noqa: S608
_ELSEWHERE = """SELECT a.public_id, a.source, c.source FROM articles a JOIN captures c ON c.id = a.capture
WHERE c.source <> a.source LIMIT 20"""
_UNINDEXED = """SELECT count(*) FROM articles LEFT JOIN exact_docsize e ON e.id = search_rowid
LEFT JOIN folded_docsize f ON f.id = search_rowid WHERE e.id IS NULL OR f.id IS NULL"""


def count_captures(db: sqlite_utils.Database) -> int:
    """How many captures have a row."""
    return int(db.execute("SELECT count(*) FROM captures").fetchone()[0])


def capture_portion(db: sqlite_utils.Database, start: int, most: int) -> Iterator[CaptureRow]:
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
    query = f"""SELECT a.public_id, r.number, {STORED} FROM revision_rows r JOIN articles a ON a.id = r.article
    WHERE r.capture = ?"""  # noqa: S608 - our own names
    row = db.execute(query, (capture,)).fetchone()
    if row is None:
        return "", 0, None
    return row[0], row[1], _decoded(Assembler(db), row[2:])


def key_of(db: sqlite_utils.Database, article: int | None) -> str:
    """The identity of the article with this row id, "" for none."""
    row = db.execute("SELECT url_key FROM articles WHERE id = ?", (article,)).fetchone()
    return str(row[0]) if row else ""


def contradictions(db: sqlite_utils.Database) -> Iterator[str]:
    """A sentence for each text that is not what the rest of its rows says: digests, flat columns, search index."""
    assembler, width = Assembler(db), len(fields(ArticleRow))
    for number, digest, of_capture, record_id, is_current, *rest in db.execute(_TEXTS):
        row = ArticleRow(*rest[-width:])
        article = _decoded(assembler, rest[:-width])
        name = f"revision {number} of {row.public_id} (capture {record_id})"
        if article is None:
            yield Message("{name}: what is stored is no article", name=name)
        elif not text_digest(article) == digest == of_capture:
            yield Message("{name}: its text is not that of its digests", name=name)
        elif is_current and (other := _other_columns(article, row)):
            yield Message("{name}: the article's row has another {other}", name=name, other=", ".join(other))
    for public_id, source, other in db.execute(_ELSEWHERE):
        yield Message(
            "{public_id}: its source is {source}, that of the capture which shows it {other}",
            public_id=public_id,
            source=source,
            other=other,
        )
    if count := db.execute(_UNINDEXED).fetchone()[0]:
        message = "{count} articles are not in the search index; `baotinh rebuild index` makes it again"
        yield Message(message, count=count)


def _decoded(assembler: Assembler, stored: Sequence[Any]) -> Article | None:
    try:
        return assembler.article(stored)
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


What = Literal["article gone", "article new", "article with another text", "page read otherwise"]

_EXAMPLES = 3

# Of each article or page: what it is called, then source, parser, state and reason before and now.
_GONE = """SELECT o.url, a.source, a.parser, a.state, a.reason, b.source, b.parser, b.state, b.reason
FROM before.articles o JOIN before.captures a ON a.id = o.capture LEFT JOIN main.captures b ON b.record_id = a.record_id
WHERE NOT EXISTS (SELECT 1 FROM main.articles n WHERE n.public_id = o.public_id)"""
_NEW = """SELECT n.url, a.source, a.parser, a.state, a.reason, b.source, b.parser, b.state, b.reason
FROM main.articles n JOIN main.captures b ON b.id = n.capture LEFT JOIN before.captures a ON a.record_id = b.record_id
WHERE NOT EXISTS (SELECT 1 FROM before.articles o WHERE o.public_id = n.public_id)"""
_OTHER = """SELECT n.url, a.source, a.parser, a.state, a.reason, b.source, b.parser, b.state, b.reason
FROM main.articles n JOIN before.articles o USING (public_id) JOIN before.captures a ON a.id = o.capture
JOIN main.captures b ON b.id = n.capture WHERE (n.headline, n.lead, n.body, n.captions, n.byline, n.source_credit,
n.section, n.day, n.url, n.source, n.revision) IS NOT (o.headline, o.lead, o.body, o.captions, o.byline,
o.source_credit, o.section, o.day, o.url, o.source, o.revision)"""
_PAGES = """SELECT b.url, a.source, a.parser, a.state, a.reason, b.source, b.parser, b.state, b.reason
FROM before.captures a LEFT JOIN main.captures b USING (record_id) WHERE a.text_digest = ''
AND (b.id IS NULL OR b.text_digest = '' AND (a.state, a.reason, a.source) IS NOT (b.state, b.reason, b.source))"""
_QUERIES: tuple[tuple[What, str], ...] = (
    ("article gone", _GONE),
    ("article new", _NEW),
    ("article with another text", _OTHER),
    ("page read otherwise", _PAGES),
)


@dataclass(slots=True)
class Difference:
    """So many articles or pages that are not as they were, for one reason, with the addresses of some."""

    what: What
    why: str
    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Read:
    # how a capture was read; None for one that has no row
    source: str | None
    parser: str | None
    state: str | None
    reason: str | None


def differences(before: Path, now: Path) -> tuple[Difference, ...]:
    """What articles and pages of the database at `now` are not as in the one at `before`, the most frequent first.

    Raises DamageError or StorageError where one of them cannot be read.
    """
    found: dict[tuple[What, str], Difference] = {}
    with translate_errors(before), closing(open_beside_writer(now)) as connection:
        connection.execute("ATTACH ? AS before", (f"file:{quote(str(before.absolute()))}?mode=ro",))
        for what, query in _QUERIES:
            for url, *columns in connection.execute(query):
                why = _why(_Read(*columns[:4]), _Read(*columns[4:]))
                one = found.setdefault((what, why), Difference(what, why))
                one.count += 1
                if len(one.examples) < _EXAMPLES:
                    one.examples.append(url or "")
    return tuple(sorted(found.values(), key=lambda one: -one.count))


def _why(was: _Read, now: _Read) -> str:
    return "; ".join(_reasons(was, now)) or "the rows before were not what the records show"


def _reasons(was: _Read, now: _Read) -> Iterator[str]:
    if now.state is None:
        yield "its record can no longer be read, or a takedown bars it"
        return
    if was.state is None:
        yield "its record had no row"
        return
    if was.source != now.source:
        yield f"source {was.source or '–'} then, {now.source or '–'} now"
    if was.parser != now.parser and was.parser and now.parser:
        yield f"read by {was.parser} then, {now.parser} now"
    if (was.state == "unread", was.reason) != (now.state == "unread", now.reason):
        yield f"{_stood(was)} then, {_stood(now)} now"


def _stood(read: _Read) -> str:
    return f"{read.state} ({read.reason})" if read.reason else str(read.state)

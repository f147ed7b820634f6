"""What a takedown would touch and what it would leave, asked of the database by its indexes alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import sqlite_utils

from archive.store.leaving import pointing

_NAMED = (
    "SELECT public_id, headline, url, source, day, url_key FROM articles WHERE id IN (SELECT value FROM json_each(?))"
)
_SAME_TEXT = """SELECT o.article FROM revisions r JOIN revisions o ON o.digest = r.digest
    WHERE r.article IN (SELECT value FROM json_each(:ids)) AND o.article NOT IN (SELECT value FROM json_each(:ids))
UNION SELECT o.article FROM same_text s JOIN same_text o ON o.first = s.first
    WHERE s.first > 0 AND s.article IN (SELECT value FROM json_each(:ids))
    AND o.article NOT IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM articles WHERE id = o.article)"""
_FILES = """SELECT url, url_key FROM {table} f WHERE article IN (SELECT value FROM json_each(:ids))
    AND {others} EXISTS (SELECT 1 FROM images o WHERE o.url_key = f.url_key
        AND o.article NOT IN (SELECT value FROM json_each(:ids))
        UNION ALL SELECT 1 FROM attachments o WHERE o.url_key = f.url_key
        AND o.article NOT IN (SELECT value FROM json_each(:ids)))"""
_PLACES = """SELECT file, "offset", length, record_id, url, iif(reason IN ('print', 'amp'), reason, '') FROM captures
    WHERE id IN (SELECT value FROM json_each(?)) ORDER BY file, "offset" """
_VALIDATORS = """SELECT u.url FROM urls u JOIN visits v ON v.url_id = u.id
    WHERE u.key = ? AND (v.etag <> '' OR v.last_modified <> '')"""
_REVISITS = (
    """SELECT id, url_key FROM captures WHERE revisit_of <> '' AND revisit_of IN (SELECT value FROM json_each(?))"""
)


@dataclass(frozen=True, slots=True)
class Named:
    """An article by what a person knows it by; `day` is that under which it is filed."""

    id: str
    headline: str
    url: str
    source: str
    day: str
    url_key: str


@dataclass(frozen=True, slots=True)
class At:
    """A capture: where it lies, its address, and "print" or "amp" where that is what it shows of its article."""

    file: str
    offset: int
    length: int
    record_id: str
    url: str
    rendering: str


def named(db: sqlite_utils.Database, articles: Iterable[int]) -> tuple[Named, ...]:
    """The articles with these row ids."""
    return tuple(Named(*row) for row in db.execute(_NAMED, (json.dumps(list(articles)),)))


def same_text(db: sqlite_utils.Database, articles: Iterable[int]) -> tuple[int, ...]:
    """Other articles with a text of `articles` (row ids): equal, or much alike where `baotinh clusters` was run."""
    return tuple(row[0] for row in db.execute(_SAME_TEXT, {"ids": json.dumps(list(articles))}))


def files_of(db: sqlite_utils.Database, articles: Iterable[int], *, shared: bool) -> dict[str, str]:
    """Pictures and attachments of `articles`, address by URL key: those that others show too, or that none does."""
    ids, found = json.dumps(list(articles)), dict[str, str]()
    for table in ("images", "attachments"):
        query = _FILES.format(table=table, others="" if shared else "NOT")
        found |= {key: url for url, key in db.execute(query, {"ids": ids})}
    return found


def captures_at(db: sqlite_utils.Database, captures: Iterable[int]) -> tuple[At, ...]:
    """Where the captures with these row ids lie."""
    rows = db.execute(_PLACES, (json.dumps(list(captures)),))
    return tuple(At(*row) for row in rows)


def revisits(db: sqlite_utils.Database, record_ids: Iterable[str]) -> dict[int, str]:
    """The captures, at whatever address, that repeat one of `record_ids`, or repeat those: URL key by row id."""
    found: dict[int, str] = {}
    asked = list(record_ids)
    while asked:
        new = {row: key for row, key in db.execute(_REVISITS, (json.dumps(asked),)) if row not in found}
        found |= new
        asked = [at.record_id for at in captures_at(db, new)]
    return found


def pointers(db: sqlite_utils.Database, url_keys: Iterable[str], articles: Iterable[int]) -> int:
    """How many other articles point to one of `url_keys`."""
    return len({*pointing(db, url_keys)} - {*articles})


def validators(frontier: sqlite3.Connection, url_keys: Iterable[str]) -> tuple[str, ...]:
    """The addresses with one of `url_keys` for which the crawler's list keeps an ETag or a date of change."""
    keys = [blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest() for key in sorted(url_keys)]
    found = (frontier.execute(_VALIDATORS, (key,)).fetchone() for key in keys)
    return tuple(row[0] for row in found if row is not None)

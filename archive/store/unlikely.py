"""Pages that read like an article and are probably none: beside the articles, so that nothing counts them with these.

One row for each address, of the latest capture that reads so; none where the address has an article.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

import sqlite_utils

from archive.custody.withheld import www_forms
from archive.model import Article
from archive.store.rows import decode_article
from archive.store.teasers import address_number

SECURE = (  # what is deleted leaves the index at once: a setting that FTS5 keeps with it
    "INSERT INTO unlikely_exact(unlikely_exact, rank) VALUES ('secure-delete', 1)",
    "INSERT INTO unlikely_folded(unlikely_folded, rank) VALUES ('secure-delete', 1)",
)


@dataclass(frozen=True, slots=True)
class UnlikelyRow:
    """A row of `unlikely`. Named and ordered as the table."""

    id: int
    public_id: str
    source: str
    url: str
    url_key: str
    headline: str
    section: str
    published: str | None
    day: str
    day_estimated: int
    province: str
    province_now: str
    capture: int
    parser: str
    probability: float
    doubt: str
    article_json: str

    @property
    def article(self) -> Article:
        """What was read on the page."""
        return decode_article(self.article_json)


_COLUMNS = ", ".join(field.name for field in fields(UnlikelyRow))
_MARKS = ", ".join("?" * len(fields(UnlikelyRow)))


def doubt_of(article: Article) -> str:
    """The sign that speaks most against `article` being one, as its last note names it."""
    return article.notes[-1].partition(": ")[2] or article.notes[-1] if article.notes else ""


def by_key(db: sqlite_utils.Database, key: str) -> UnlikelyRow | None:
    """The page whose article would have the identity `key`."""
    return next(_rows(db, "url_key = ?", (key,)), None)


def by_id(db: sqlite_utils.Database, public_id: str) -> UnlikelyRow | None:
    """The page with this public id; of two that share it the one read first."""
    return next(_rows(db, "public_id = ? ORDER BY id", (public_id,)), None)


def of_capture(db: sqlite_utils.Database, capture: int) -> UnlikelyRow | None:
    """The page as the capture with this row id shows it."""
    return next(_rows(db, "capture = ?", (capture,)), None)


def of_ids(db: sqlite_utils.Database, ids: Sequence[int]) -> Iterator[UnlikelyRow]:
    """The pages with these row ids, in their order."""
    yield from _rows(db, "id IN (SELECT value FROM json_each(?)) ORDER BY id", (json.dumps(list(ids)),))


def every(db: sqlite_utils.Database) -> Iterator[UnlikelyRow]:
    """All pages, in order of their rows."""
    last = 0
    while held := list(_rows(db, "id > ? ORDER BY id LIMIT 200", (last,))):
        yield from held
        last = held[-1].id


def shown_by(db: sqlite_utils.Database, url_keys: Iterable[str]) -> tuple[UnlikelyRow, ...]:
    """The pages that show something of `url_keys`: of these addresses, captured there, or pointing there."""
    found: dict[int, UnlikelyRow] = {}
    for key in {form for wanted in url_keys for form in www_forms(wanted)}:
        where = "url_key = ? OR capture IN (SELECT id FROM captures WHERE url_key = ?) OR id IN "
        where += "(SELECT page FROM unlikely_pointed WHERE key = ?)"
        found |= {row.id: row for row in _rows(db, where, (key, key, address_number(key)))}
    return tuple(found.values())


def write(db: sqlite_utils.Database, row: UnlikelyRow, points_to: Iterable[int]) -> None:
    """Writes `row`, whose id is new, and the numbers of what it `points_to`; the index is the caller's."""
    values = [getattr(row, field.name) for field in fields(UnlikelyRow)]
    db.execute(f"INSERT INTO unlikely ({_COLUMNS}) VALUES ({_MARKS})", values)  # noqa: S608 - our own names
    db.conn.executemany("INSERT INTO unlikely_pointed VALUES (?, ?)", [(key, row.id) for key in sorted({*points_to})])


def delete(db: sqlite_utils.Database, page: int) -> None:
    """Takes the row with this id away; the index is the caller's."""
    db.execute("DELETE FROM unlikely_pointed WHERE page = ?", (page,))
    db.execute("DELETE FROM unlikely WHERE id = ?", (page,))


def _rows(db: sqlite_utils.Database, where: str, values: Sequence[object]) -> Iterator[UnlikelyRow]:
    for row in db.execute(f"SELECT {_COLUMNS} FROM unlikely WHERE {where}", values).fetchall():  # noqa: S608
        yield UnlikelyRow(*row)

"""Which captures belong to what is packaged: of articles all that showed them, their pictures and attachments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlite_utils


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page of a package: the current revision of an article, at the address and time of the capture that shows it."""

    url: str
    captured_at: str
    title: str
    text: str
    public_id: str
    record_id: str
    size: int


_OF_ARTICLES = """
WITH chosen AS (SELECT value AS id FROM json_each(?)),
wanted AS (
    SELECT c.id FROM captures c JOIN chosen ON c.article = chosen.id
    UNION SELECT c.id FROM captures c JOIN images i ON c.url_key = i.url_key JOIN chosen ON i.article = chosen.id
    UNION SELECT c.id FROM captures c JOIN attachments a ON c.url_key = a.url_key JOIN chosen ON a.article = chosen.id
)
SELECT record_id, file, revisit_of FROM captures WHERE id IN (SELECT id FROM wanted)
"""
_PAGES = """
SELECT c.url, c.captured_at, a.headline, a.lead || char(10, 10) || a.body, a.public_id, c.record_id, c.length
FROM articles a JOIN captures c ON c.id = a.capture
"""


def captures_of(db: sqlite_utils.Database, articles: Iterable[int]) -> dict[str, set[str]]:
    """Record ids by file: every capture that showed one of `articles` (row ids), and of its pictures and attachments.

    The originals of revisits among them are included, wherever they lie.
    """
    found: dict[str, set[str]] = {}
    originals: set[str] = set()
    for record_id, file, revisit_of in db.execute(_OF_ARTICLES, (_json(articles),)):
        found.setdefault(file, set()).add(record_id)
        originals |= {revisit_of} - {""}
    for original in originals:
        for record_id, file in db.execute("SELECT record_id, file FROM captures WHERE record_id = ?", (original,)):
            found.setdefault(file, set()).add(record_id)
    return found


def captures_in(db: sqlite_utils.Database, source: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every file with the record ids of its captures, by name; of one source where given."""
    files = db.execute("SELECT DISTINCT file FROM captures WHERE ? IN ('', source) ORDER BY file", (source,)).fetchall()
    for (file,) in files:
        rows = db.execute("SELECT record_id FROM captures WHERE file = ? AND ? IN ('', source)", (file, source))
        yield file, {row[0] for row in rows}


def pages_of(db: sqlite_utils.Database, articles: Iterable[int] | None, source: str = "") -> Iterator[PageLine]:
    """The pages of `articles` (row ids), or of all articles of a source where None, oldest first."""
    if articles is None:
        rows = db.execute(f"{_PAGES} WHERE ? IN ('', a.source) ORDER BY a.search_rowid", (source,))
    else:
        chosen = "a.id IN (SELECT value FROM json_each(?))"
        rows = db.execute(f"{_PAGES} WHERE {chosen} ORDER BY a.search_rowid", (_json(articles),))
    for row in rows:
        yield PageLine(*row)


def _json(numbers: Iterable[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"

"""The captures: of one address over time, in one WARC file, of chosen articles, and those that could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlite_utils

from archive.model import Place
from archive.text.urls import url_key


@dataclass(frozen=True, slots=True)
class Memento:
    """One capture of an address as replay needs it; `captured_at` is UTC ISO 8601, `status` 0 where nothing came."""

    url: str
    captured_at: str
    status: int
    mime: str
    place: Place
    revisit_of: str
    article: int | None


_MEMENTO_COLUMNS = "url, captured_at, status, mime, file, offset, length, record_id, revisit_of, article"
# An answer that was none (0), and 304s, which say only that an older capture still holds, are no page to show.
_SHOWN = "url_key = ? AND status NOT IN (0, 304)"


def timemap(db: sqlite_utils.Database, key: str) -> list[Memento]:
    """Every capture of the address `key` (archive.text.urls.url_key) that can be shown, oldest first."""
    rows = db.execute(
        f"SELECT {_MEMENTO_COLUMNS} FROM captures WHERE {_SHOWN} ORDER BY captured_at, id",  # noqa: S608 - our own names
        (key,),
    )
    return [_memento(row) for row in rows]


def nearest(db: sqlite_utils.Database, key: str, moment: str) -> Memento | None:
    """The capture of `key` nearest in time to `moment` (UTC ISO 8601), the older of two equally near; None without any.

    Two index look-ups, one on either side: the same cost for ten captures and for ten thousand.
    """
    candidates = []
    for comparison, order in (("<=", "DESC"), (">", "ASC")):
        row = db.execute(
            f"SELECT {_MEMENTO_COLUMNS}, abs(julianday(captured_at) - julianday(?)) FROM captures "  # noqa: S608 - our own names
            f"WHERE {_SHOWN} AND captured_at {comparison} ? ORDER BY captured_at {order}, id {order} LIMIT 1",
            (moment, key, moment),
        ).fetchone()
        if row is not None:
            candidates.append((row[-1], _memento(row[:-1])))
    return min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def pictures(db: sqlite_utils.Database, keys: Iterable[str], moment: str) -> dict[str, Memento]:
    """Of the addresses `keys` those held as a picture, each with its capture nearest to `moment`."""
    found = ((key, nearest(db, key, moment)) for key in dict.fromkeys(keys))
    return {
        key: memento
        for key, memento in found
        if memento is not None and memento.status == 200 and memento.mime.startswith("image/")
    }


def by_record(db: sqlite_utils.Database, record_id: str) -> Memento | None:
    """The capture whose response record is `record_id`: where the body of a revisit lies."""
    row = db.execute(
        f"SELECT {_MEMENTO_COLUMNS} FROM captures WHERE record_id = ?",  # noqa: S608 - our own names
        (record_id,),
    ).fetchone()
    return _memento(row) if row else None


def _memento(row: tuple[object, ...]) -> Memento:
    url, captured_at, status, mime, file, offset, length, record_id, revisit_of, article = row
    return Memento(  # the columns are STRICT, so their types are known
        url=str(url),
        captured_at=str(captured_at),
        status=int(str(status)),
        mime=str(mime),
        place=Place(str(file), int(str(offset)), int(str(length)), str(record_id)),
        revisit_of=str(revisit_of),
        article=None if article is None else int(str(article)),
    )


@dataclass(frozen=True, slots=True)
class Extent:
    """The rows of one file: how many there are, and where the last record ends."""

    file: str
    captures: int
    end: int


@dataclass(frozen=True, slots=True)
class CaptureRecord:
    """A row of `captures`, as far as its WARC records alone decide it."""

    record_id: str
    offset: int
    length: int
    url: str
    captured_at: str
    kind: str
    run: str
    status: int
    mime: str
    block_digest: str
    payload_digest: str
    truncated: str
    revisit_of: str
    via: str
    provenance: str


_RECORD_COLUMNS = ", ".join(f'"{name}"' for name in CaptureRecord.__dataclass_fields__)


def extents(db: sqlite_utils.Database) -> tuple[Extent, ...]:
    """Every file that a capture row names, by name."""
    rows = db.execute('SELECT file, count(*), max("offset" + length) FROM captures GROUP BY file ORDER BY file')
    return tuple(Extent(*row) for row in rows)


def rows_by_file(db: sqlite_utils.Database) -> dict[str, int]:
    """How many capture rows name each file; of an index alone, a tenth of what `extents` costs."""
    return dict(db.execute("SELECT file, count(*) FROM captures GROUP BY file").fetchall())


def kept_in(db: sqlite_utils.Database, file: str) -> Iterator[CaptureRecord]:
    """The capture rows of one file in the order of its records."""
    query = f'SELECT {_RECORD_COLUMNS} FROM captures WHERE file = ? ORDER BY "offset", record_id'  # noqa: S608 - our own words
    for row in db.execute(query, (file,)):
        yield CaptureRecord(*row)


def has_capture(db: sqlite_utils.Database, url: str, captured_at: str, payload_digest: str) -> bool:
    """Whether the same fetch (URL key, instant, payload) has a row, out of whatever file."""
    query = "SELECT 1 FROM captures WHERE url_key = ? AND captured_at = ? AND payload_digest = ? LIMIT 1"
    return db.execute(query, (url_key(url), captured_at, payload_digest)).fetchone() is not None


def place_of(db: sqlite_utils.Database, record_id: str) -> tuple[str, int] | None:
    """File and offset of the capture with this WARC record id; None where it has no row."""
    row = db.execute('SELECT file, "offset" FROM captures WHERE record_id = ?', (record_id,)).fetchone()
    return (str(row[0]), int(row[1])) if row else None


def original_of(db: sqlite_utils.Database, url: str) -> tuple[str, str, str, str] | None:
    """The last whole answer 200 held for `url`: record id, URL as fetched, WARC-Date, payload digest; None for none."""
    query = (
        "SELECT record_id, url, captured_at, payload_digest FROM captures WHERE url_key = ? AND url = ? "
        "AND status = 200 AND revisit_of = '' AND truncated = '' AND provenance = 'captured' "
        "ORDER BY captured_at DESC LIMIT 1"
    )
    row = db.execute(query, (url_key(url), url)).fetchone()
    return tuple(row) if row else None


def limit_memory(db: sqlite_utils.Database) -> None:
    """Keeps the memory of this connection small, for a walk through all rows that needs each page once."""
    db.execute("PRAGMA mmap_size = 0")
    db.execute("PRAGMA cache_size = -8192")
    db.execute("PRAGMA temp_store = MEMORY")  # the disk may be full


def unsound(db: sqlite_utils.Database) -> tuple[str, ...]:
    """What SQLite itself finds wrong: pages, indexes, full-text indexes (since SQLite 3.44), references."""
    found = [row[0] for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    found += [
        f"row {row[1]} of {row[0]} refers to no row of {row[2]}" for row in db.execute("PRAGMA foreign_key_check")
    ]
    return tuple(found[:20])


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


@dataclass(frozen=True, slots=True)
class Unread:
    """A capture that could not be read as what it was asked for."""

    record_id: str
    source: str
    url: str
    captured_at: str
    status: int
    mime: str
    reason: str


def unread_reasons(db: sqlite_utils.Database, source: str = "") -> tuple[tuple[str, str, int], ...]:
    """Source, reason and number of unread captures, most first; of one source where given."""
    rows = db.execute(
        "SELECT source, reason, count(*) FROM captures WHERE state = 'unread' AND ? IN ('', source) "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        (source,),
    )
    return tuple((row[0], row[1], row[2]) for row in rows)


def unread(
    db: sqlite_utils.Database, source: str = "", reason: str = "", limit: int = 50, offset: int = 0
) -> tuple[Unread, ...]:
    """At most `limit` unread captures after the first `offset`, newest first; of one source, for one reason."""
    rows = db.execute(
        "SELECT record_id, source, url, captured_at, status, mime, reason FROM captures WHERE state = 'unread' "
        "AND ? IN ('', source) AND ? IN ('', reason) ORDER BY captured_at DESC, record_id LIMIT ? OFFSET ?",
        (source, reason, limit, offset),
    )
    return tuple(Unread(*row) for row in rows)

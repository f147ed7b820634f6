"""What is known of a source's articles, and what became of each: counted for a statement of completeness."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlite_utils

from archive.store.pointers import UNREACHED

Counts = tuple[tuple[str, int], ...]


def articles_by_month(db: sqlite_utils.Database, source: str, since: str, until: str) -> Counts:
    """Articles held, by month of publication ("2020-03"), of the days since..until."""
    query = "SELECT substr(day, 1, 7), count(*) FROM articles WHERE source = ? AND day BETWEEN ? AND ? GROUP BY 1"
    return _pairs(db.execute(f"{query} ORDER BY 1", (source, since, until)))


def captures_by_state(db: sqlite_utils.Database, source: str, since: str, until: str) -> Counts:
    """Captures taken from since to until (UTC days), by what became of them: "new", "unread: no_article"."""
    query = (
        "SELECT CASE reason WHEN '' THEN state ELSE state || ': ' || reason END, count(*) FROM captures "
        "WHERE source = ? AND substr(captured_at, 1, 10) BETWEEN ? AND ? GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return _pairs(db.execute(query, (source, since, until)))


def capture_days(db: sqlite_utils.Database, source: str, since: str, until: str) -> tuple[str, ...]:
    """The days (UTC) on which something was captured, in order."""
    query = (
        "SELECT DISTINCT substr(captured_at, 1, 10) FROM captures WHERE source = ? "
        "AND substr(captured_at, 1, 10) BETWEEN ? AND ? ORDER BY 1"
    )
    return tuple(row[0] for row in db.execute(query, (source, since, until)))


def pointed_to(db: sqlite_utils.Database, source: str) -> tuple[int, int]:
    """Addresses that teasers of this source point to: all, and those that no capture has reached.

    These are the lines of `baotinh teasers --source` without and with `--missing`.
    """
    query = (
        f"SELECT count(*), coalesce(sum({UNREACHED}), 0) "  # noqa: S608 - our own words
        "FROM (SELECT DISTINCT url_key FROM teasers WHERE source = ?) t"
    )
    row = db.execute(query, (source,)).fetchone()
    return int(row[0]), int(row[1])


def missing_examples(db: sqlite_utils.Database, source: str, limit: int) -> tuple[str, ...]:
    """Some addresses that teasers point to and that no capture has reached, the most often seen first."""
    query = (
        f"SELECT t.url, sum(t.sightings) FROM teasers t WHERE t.source = ? AND {UNREACHED} "  # noqa: S608 - our own words
        "GROUP BY t.url_key ORDER BY 2 DESC, 1 LIMIT ?"
    )
    return tuple(row[0] for row in db.execute(query, (source, limit)))


def has_source(db: sqlite_utils.Database, source: str) -> bool:
    """Whether there is a capture of `source`, which need be in no register."""
    return db.execute("SELECT 1 FROM captures WHERE source = ? LIMIT 1", (source,)).fetchone() is not None


def unclaimed_hosts(db: sqlite_utils.Database, known: Iterable[str]) -> tuple[tuple[str, str, int], ...]:
    """Sources that are none of `known`, hosts of their captures, and the number of captures, the most first."""
    host = "substr(url_key, 3, instr(substr(url_key, 3) || '/', '/') - 1)"
    rows = db.execute(
        f"SELECT source, {host} AS host, count(*) FROM captures WHERE source IN (SELECT DISTINCT source FROM captures "  # noqa: S608
        "EXCEPT SELECT value FROM json_each(?)) AND url_key LIKE '//%' GROUP BY 1, 2 ORDER BY 3 DESC, 2",
        (json.dumps(list(known)),),
    )
    return tuple(rows)


@contextmanager
def frontier(path: Path) -> Iterator[sqlite3.Connection | None]:
    """The crawler's list of addresses, for reading; None where there is none, or none that is understood here."""
    if not path.exists():
        yield None
        return
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    try:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(urls)")}
        known = {"source", "url", "kind", "via", "state", "reason", "found_at"} <= columns
        yield connection if known else None
    except sqlite3.DatabaseError:
        yield None
    finally:
        connection.close()


def urls_by_end(connection: sqlite3.Connection, source: str) -> tuple[tuple[str, str, str, int], ...]:
    """Addresses the crawler knows of `source`: kind, state, reason, and their number."""
    query = "SELECT kind, state, reason, count(*) FROM urls WHERE source = ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 4 DESC, 3"
    return tuple((row[0], row[1], row[2], row[3]) for row in connection.execute(query, (source,)))


def urls_by_state(connection: sqlite3.Connection) -> tuple[tuple[str, str, int], ...]:
    """Addresses the crawler knows: source, state, and their number."""
    query = "SELECT source, state, count(*) FROM urls GROUP BY 1, 2 ORDER BY 1, 2"
    return tuple((row[0], row[1], row[2]) for row in connection.execute(query))


def urls_by_origin(connection: sqlite3.Connection, source: str) -> Counts:
    """Article addresses by what they were found on: feed, sitemap, listing, article, a seed."""
    kinds = dict(connection.execute("SELECT url, kind FROM urls WHERE source = ? AND kind <> 'article'", (source,)))
    found: dict[str, int] = {}
    query = "SELECT via, count(*) FROM urls WHERE source = ? AND kind = 'article' GROUP BY via"
    for via, count in connection.execute(query, (source,)):
        origin = "seed" if not via else kinds.get(via, "article")
        found[origin] = found.get(origin, 0) + count
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _pairs(rows: sqlite3.Cursor) -> Counts:
    return tuple((row[0], row[1]) for row in rows)

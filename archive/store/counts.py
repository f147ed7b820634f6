"""Counts over the archive and over one source: what it has, what is known and missing, and what its file expects."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import sqlite_utils

from archive.store.teasers import UNREACHED

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What the archive holds of one source; days are of publication, times of capture, "" where there is none."""

    id: str
    name: str
    province: str
    articles: int
    captures: int
    unread: int
    first_day: str
    last_day: str
    last_captured: str


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over the whole archive. Pairs are (what, how many), the most frequent or the earliest first."""

    articles: int
    revisions: int
    gone: int
    captures: int
    bytes: int  # of the response records, compressed
    teasers: int
    missing: int  # addresses known only from teasers
    states: tuple[tuple[str, int], ...]
    unread: tuple[tuple[str, int], ...]
    parsers: tuple[tuple[str, int], ...]
    years: tuple[tuple[str, int], ...]
    sources: tuple[SourceCount, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a first page says of an archive: cheap to count. Days are of publication, "" where there is none."""

    articles: int
    captures: int
    sources: int
    first_day: str
    last_day: str


def summary(db: sqlite_utils.Database) -> Summary:
    """The few counts of a first page, from indexes alone."""
    row = db.execute(
        "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM captures), "
        "(SELECT count(DISTINCT source) FROM articles), "
        "coalesce((SELECT min(day) FROM articles), ''), coalesce((SELECT max(day) FROM articles), '')"
    ).fetchone()
    return Summary(*row)


def articles_at(db: sqlite_utils.Database, rowids: Iterable[int]) -> dict[str, int]:
    """How many of the articles with these search rowids are of each source."""
    sql = "SELECT source, count(*) FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?)) GROUP BY source"
    return dict(db.execute(sql, (json.dumps(list(rowids)),)).fetchall())


def source_counts(db: sqlite_utils.Database, unread: str = "0") -> tuple[SourceCount, ...]:
    """What the archive holds of each source, by id: from indexes alone but for the sum `unread`."""
    rows = db.execute(
        "SELECT c.source, coalesce(s.name, c.source), coalesce(s.province, ''), coalesce(a.articles, 0), c.captures, "  # noqa: S608 - our own words
        "c.unread, coalesce(a.first_day, ''), coalesce(a.last_day, ''), c.last_captured FROM (SELECT source, "
        f"count(*) AS captures, {unread} AS unread, max(captured_at) AS last_captured FROM captures GROUP BY source) c "
        "LEFT JOIN (SELECT source, count(*) AS articles, min(day) AS first_day, max(day) AS last_day "
        "FROM articles GROUP BY source) a ON a.source = c.source LEFT JOIN sources s ON s.id = c.source "
        "ORDER BY c.source"
    )
    return tuple(SourceCount(*row) for row in rows)


def source_count(db: sqlite_utils.Database, source: str) -> SourceCount | None:
    """What the archive holds of `source`; None where it holds no capture of it."""
    row = db.execute(
        "SELECT c.source, coalesce(s.name, c.source), coalesce(s.province, ''), "
        "(SELECT count(*) FROM articles WHERE source = c.source), count(*), sum(c.state = 'unread'), "
        "coalesce((SELECT min(day) FROM articles WHERE source = c.source), ''), "
        "coalesce((SELECT max(day) FROM articles WHERE source = c.source), ''), max(c.captured_at) "
        "FROM captures c LEFT JOIN sources s ON s.id = c.source WHERE c.source = ? GROUP BY c.source",
        (source,),
    ).fetchone()
    return SourceCount(*row) if row else None


def stats(db: sqlite_utils.Database) -> Stats:
    """The counts of the archive's database."""
    captures, size = db.execute("SELECT count(*), coalesce(sum(length), 0) FROM captures").fetchone()
    return Stats(
        articles=count_articles(db),
        revisions=_count(db, "SELECT count(*) FROM revisions"),
        gone=_count(db, "SELECT count(*) FROM articles WHERE gone_at IS NOT NULL"),
        captures=captures,
        bytes=size,
        teasers=_count(db, "SELECT count(*) FROM teasers"),
        missing=_count(
            db,
            f"SELECT count(DISTINCT url_key) FROM teasers t WHERE {UNREACHED}",  # noqa: S608 - our own words
        ),
        states=_pairs(db, "SELECT state, count(*) AS n FROM captures GROUP BY 1 ORDER BY n DESC, 1"),
        unread=_pairs(
            db, "SELECT reason, count(*) AS n FROM captures WHERE state = 'unread' GROUP BY 1 ORDER BY n DESC, 1"
        ),
        parsers=_pairs(db, "SELECT parser, count(*) AS n FROM revisions GROUP BY 1 ORDER BY n DESC, 1"),
        years=_pairs(db, "SELECT substr(day, 1, 4), count(*) FROM articles GROUP BY 1 ORDER BY 1"),
        sources=source_counts(db, "sum(state = 'unread')"),
    )


def count_articles(db: sqlite_utils.Database) -> int:
    """The number of articles."""
    return _count(db, "SELECT count(*) FROM articles")


def _pairs(db: sqlite_utils.Database, sql: str, values: Sequence[str] = ()) -> Counts:
    return tuple(db.execute(sql, values).fetchall())


def _count(db: sqlite_utils.Database, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])


def articles_by_month(db: sqlite_utils.Database, source: str, since: str, until: str) -> Counts:
    """Articles held, by month of publication ("2020-03"), of the days since..until."""
    query = "SELECT substr(day, 1, 7), count(*) FROM articles WHERE source = ? AND day BETWEEN ? AND ? GROUP BY 1"
    return _pairs(db, f"{query} ORDER BY 1", (source, since, until))


def captures_by_state(db: sqlite_utils.Database, source: str, since: str, until: str) -> Counts:
    """Captures taken from since to until (UTC days), by what became of them: "new", "unread: no_article"."""
    query = (
        "SELECT CASE reason WHEN '' THEN state ELSE state || ': ' || reason END, count(*) FROM captures "
        "WHERE source = ? AND substr(captured_at, 1, 10) BETWEEN ? AND ? GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return _pairs(db, query, (source, since, until))


def capture_days(db: sqlite_utils.Database, source: str, since: str, until: str) -> tuple[str, ...]:
    """The days (UTC) on which something was captured, in order."""
    query = (
        "SELECT DISTINCT substr(captured_at, 1, 10) FROM captures WHERE source = ? "
        "AND substr(captured_at, 1, 10) BETWEEN ? AND ? ORDER BY 1"
    )
    return tuple(row[0] for row in db.execute(query, (source, since, until)))


def pointed_to(db: sqlite_utils.Database, source: str) -> tuple[int, int]:
    """Addresses that teasers of this source point to: all, and those that no capture has reached.

    These are the lines of `baotinh stats --teasers --source` without and with `--missing`.
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


_COLUMNS: Final[Mapping[str, str]] = {
    "headline": "headline <> ''",
    "lead": "lead <> ''",
    "body": "body <> ''",
    "captions": "captions <> ''",
    "byline": "byline <> ''",
    "source_credit": "source_credit <> ''",
    "section": "section <> ''",
    "published": "published IS NOT NULL",
    "modified": "modified IS NOT NULL",
    "slug": "slug <> ''",
    "tags": "EXISTS (SELECT 1 FROM tags WHERE tags.article = articles.id)",
    "images": "EXISTS (SELECT 1 FROM images WHERE images.article = articles.id)",
    "attachments": "EXISTS (SELECT 1 FROM attachments WHERE attachments.article = articles.id)",
    "teasers": "EXISTS (SELECT 1 FROM revision_rows r WHERE r.article = articles.id AND r.number = articles.revision"
    " AND r.pointers_json <> '[]')",
}
"""The fields of model.Article that can be counted, and what it means that an article has one."""


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """How many articles a run read anew or changed, and how many of them have each field that was asked for."""

    articles: int
    fields: tuple[tuple[str, int], ...]


def field_counts(db: sqlite_utils.Database, source: str, run: str, began: str, fields: Iterable[str]) -> FieldCounts:
    """The articles that the run `run` of `source`, begun at `began` (UTC), read new or changed, by field.

    Fields that no column tells (such as `confidence`) are left out.
    """
    of_run = "captured_at >= ? AND run = ? AND state IN ('new', 'changed')"
    which = f"id IN (SELECT article FROM captures WHERE source = ? AND {of_run})"  # noqa: S608 - our own words
    return _filled(db, fields, which, (source, began, run))


def field_totals(db: sqlite_utils.Database, source: str, fields: Iterable[str]) -> FieldCounts:
    """All articles of `source`, and how many of them have each of `fields`; what no column tells is left out."""
    return _filled(db, fields, "source = ?", (source,))


def _filled(db: sqlite_utils.Database, fields: Iterable[str], which: str, values: Sequence[str]) -> FieldCounts:
    names = [name for name in fields if name in _COLUMNS]
    sums = "".join(f", coalesce(sum({_COLUMNS[name]}), 0)" for name in names)
    row = db.execute(f"SELECT count(*){sums} FROM articles WHERE {which}", values).fetchone()  # noqa: S608 - our own words
    return FieldCounts(row[0], tuple(zip(names, row[1:], strict=True)))


def by_day(db: sqlite_utils.Database, source: str) -> tuple[tuple[str, int], ...]:
    """How many articles of `source` were published on each day that has any, the first day first; estimates apart."""
    found = db.execute(
        "SELECT day, count(*) FROM articles WHERE source = ? AND day_estimated = 0 GROUP BY day ORDER BY day", (source,)
    )
    return tuple((str(day), int(number)) for day, number in found)


def last_new(db: sqlite_utils.Database) -> dict[str, str]:
    """When the newest article of each source was captured for the first time (UTC)."""
    return dict(db.execute("SELECT source, max(first_captured) FROM articles GROUP BY source").fetchall())


def published_between(db: sqlite_utils.Database, source: str, first: str, last: str) -> int:
    """How many articles of `source` bear a day from `first` to `last` (YYYY-MM-DD), both included."""
    row = db.execute("SELECT count(*) FROM articles WHERE source = ? AND day BETWEEN ? AND ?", (source, first, last))
    return int(row.fetchone()[0])


def runs_before(db: sqlite_utils.Database, source: str, moment: str) -> int:
    """How many runs of `source` had ended by themselves before `moment` (UTC)."""
    row = db.execute(
        "SELECT count(*) FROM runs WHERE source = ? AND began < ? AND reason = 'finished'", (source, moment)
    )
    return int(row.fetchone()[0])

"""Counts over the whole archive: what it holds, from where, over which time, and what could not be read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import sqlite_utils

from archive.store.pointers import UNREACHED


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


def source_counts(db: sqlite_utils.Database) -> tuple[SourceCount, ...]:
    """What the archive holds of each source, by id, from indexes alone: `unread` is not counted and stays 0."""
    rows = db.execute(
        "SELECT c.source, coalesce(s.name, c.source), coalesce(s.province, ''), coalesce(a.articles, 0), c.captures, "
        "0, coalesce(a.first_day, ''), coalesce(a.last_day, ''), c.last_captured FROM "
        "(SELECT source, count(*) AS captures, max(captured_at) AS last_captured FROM captures GROUP BY source) c "
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
        sources=_sources(db),
    )


def count_articles(db: sqlite_utils.Database) -> int:
    """The number of articles."""
    return _count(db, "SELECT count(*) FROM articles")


def _sources(db: sqlite_utils.Database) -> tuple[SourceCount, ...]:
    rows = db.execute(
        "SELECT c.source, coalesce(s.name, c.source), coalesce(s.province, ''), coalesce(a.articles, 0), c.captures, "
        "c.unread, coalesce(a.first_day, ''), coalesce(a.last_day, ''), c.last_captured FROM "
        "(SELECT source, count(*) AS captures, sum(state = 'unread') AS unread, max(captured_at) AS last_captured "
        "FROM captures GROUP BY source) c LEFT JOIN (SELECT source, count(*) AS articles, min(day) AS first_day, "
        "max(day) AS last_day FROM articles GROUP BY source) a ON a.source = c.source "
        "LEFT JOIN sources s ON s.id = c.source ORDER BY c.source"
    )
    return tuple(SourceCount(*row) for row in rows)


def _count(db: sqlite_utils.Database, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])


def _pairs(db: sqlite_utils.Database, sql: str) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), int(count)) for name, count in db.execute(sql))

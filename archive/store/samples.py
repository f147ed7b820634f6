"""Samples of the rows: pages that a layout is learnt from, articles that show that a site was rebuilt, texts that
train the restorer of accents.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import sqlite_utils

from archive.store.database import open_database
from archive.store.queries import capture
from archive.store.rows import CaptureRow

# The last whole answer for each article, or address that was to be one; a record without its own bytes is none.
_PAGES = """
SELECT id FROM (
    SELECT id, captured_at, row_number() OVER (PARTITION BY coalesce(article, -id) ORDER BY captured_at DESC) AS place
    FROM captures WHERE source = ? AND status = 200 AND revisit_of = '' AND truncated = ''
        AND mime IN (SELECT value FROM json_each(?)) AND captured_at >= ? AND captured_at < ?
        AND (article IS NOT NULL OR (kind = 'article' AND state = 'unread'))
) WHERE place = 1 ORDER BY captured_at, id
"""
_LISTS = """
SELECT id FROM (
    SELECT id, captured_at, row_number() OVER (PARTITION BY url_key ORDER BY captured_at DESC) AS place
    FROM captures WHERE source = ? AND status = 200 AND revisit_of = '' AND article IS NULL AND state = 'kept'
        AND kind IN ('feed', 'sitemap', 'listing', 'page')
) WHERE place = 1 ORDER BY captured_at DESC, id LIMIT ?
"""


HTML: Final = '["text/html", "application/xhtml+xml"]'
DATA: Final = '["application/json", "application/vnd.baotinh.given+json"]'
"""Media types, as JSON: of pages, and of articles that a site gives as data."""


def article_pages(
    db: sqlite_utils.Database, source: str, since: date | None, until: date | None, most: int, mimes: str = HTML
) -> tuple[CaptureRow, ...]:
    """At most so many captures of articles of `source` from the days `since` up to `until`, spread evenly over them."""
    begin = since.isoformat() if since is not None else ""
    end = f"{until.isoformat()}T24" if until is not None else "9"
    ids = [int(row[0]) for row in db.execute(_PAGES, (source, mimes, begin, end))]
    step = max(1.0, len(ids) / most)
    chosen = [ids[int(at * step)] for at in range(min(most, len(ids)))]
    return tuple(capture(db, one) for one in chosen)


def holds_articles(database: Path, source: str, count: int, mimes: str = HTML) -> bool:
    """Whether at least so many article pages of `source` are held; False where there is no database yet."""
    if not database.exists():
        return False
    with closing(open_database(database, readonly=True)) as db:
        return len(article_pages(db, source, None, None, count, mimes)) == count


def lists(db: sqlite_utils.Database, source: str, most: int) -> tuple[CaptureRow, ...]:
    """At most so many captures of feeds, sitemaps and listings of `source`, the last of each address, newest first."""
    return tuple(capture(db, int(row[0])) for row in db.execute(_LISTS, (source, most)))


NEWEST = 100
"""Articles of a source that are looked at, those captured first last."""

_SAMPLE = """
WITH newest AS (SELECT section, day_estimated FROM articles
    WHERE source = ? ORDER BY first_captured DESC, id DESC LIMIT ?)
SELECT count(*), coalesce(sum(day_estimated), 0),
    (SELECT count(DISTINCT section) FROM newest WHERE section GLOB '*[0-9][0-9][0-9]*'),
    (SELECT coalesce(max(section), '') FROM newest WHERE section GLOB '*[0-9][0-9][0-9]*')
FROM newest
"""
# Of a run: the articles on their own pages, and those of them whose pages are not of the learnt layout.
_FIT = """
WITH last (run) AS (SELECT coalesce(?, (SELECT run FROM captures WHERE source = ? AND text_digest <> ''
    ORDER BY captured_at DESC LIMIT 1)))
SELECT count(*), coalesce(sum(c.reason = 'unfit'), 0) FROM last CROSS JOIN captures c ON c.run = last.run
WHERE c.source = ? AND c.captured_at >= coalesce((SELECT began FROM runs WHERE id = last.run), '')
    AND c.text_digest <> '' AND c.reason IN ('', 'unfit')
"""
_FIT_BY_DAY = """
SELECT substr(captured_at, 1, 10), count(*), sum(reason = 'unfit') FROM captures
WHERE source = ? AND captured_at >= ? AND text_digest <> '' AND reason IN ('', 'unfit') GROUP BY 1 ORDER BY 1
"""
_COMMONEST = """
SELECT {0}, count(*) FROM (SELECT {0} FROM articles WHERE source = ? ORDER BY first_captured DESC, id DESC LIMIT ?)
WHERE {0} <> '' GROUP BY {0} ORDER BY count(*) DESC, {0} LIMIT 1
"""


# Chosen before their JSON is read: in one query SQLite reads that of every article of the source.
_WAYS = """
SELECT a.url, coalesce(r.article_json ->> '$.body_by', ''), coalesce(r.article_json ->> '$.headline.by', ''),
    coalesce(r.article_json ->> '$.lead.by', ''), coalesce(r.article_json ->> '$.published.by', ''),
    coalesce(r.article_json ->> '$.section.by', '')
FROM (SELECT * FROM articles WHERE source = ? ORDER BY first_captured DESC, id DESC LIMIT ?) a
    JOIN revisions r ON r.article = a.id AND r.number = a.revision
ORDER BY a.first_captured DESC, a.id DESC
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest articles of a source: how many, undated ones, the commonest headline and byline with their counts,
    different sections with a number in them and one of these; their addresses, and how their fields were found. And
    how many articles a run has read (`visited`), and those that are not in the learnt layout.
    """

    articles: int
    undated: int
    headline: tuple[str, int]
    byline: tuple[str, int]
    counters: int
    counter: str
    urls: tuple[str, ...] = ()
    ways: frozenset[str] = frozenset()
    visited: int = 0
    unfit: int = 0

    @property
    def fit(self) -> float | None:
        """The share of the run's articles whose pages have all that their layout requires; None where it read none."""
        return 1 - self.unfit / self.visited if self.visited else None


def sample(db: sqlite_utils.Database, source: str, run: str | None = None, most: int = NEWEST) -> Sample:
    """The newest articles of `source`, at most so many; and all that `run`, or the last run with any, has read."""
    articles, undated, counters, counter = db.execute(_SAMPLE, (source, most)).fetchone()
    commonest = [
        db.execute(_COMMONEST.format(column), (source, most)).fetchone() or ("", 0) for column in ("headline", "byline")
    ]
    found = db.execute(_WAYS, (source, most)).fetchall()
    urls, ways = tuple(row[0] for row in found), frozenset(way for row in found for way in row[1:])
    visited, unfit = db.execute(_FIT, (run, source, source)).fetchone()
    return Sample(
        articles, undated, tuple(commonest[0]), tuple(commonest[1]), counters, counter, urls, ways, visited, unfit
    )


def fit_by_day(db: sqlite_utils.Database, source: str, since: date | None) -> tuple[tuple[date, int, int], ...]:
    """Of each day from `since` on with captures of articles: how many there are, and how many not in their layout."""
    rows = db.execute(_FIT_BY_DAY, (source, since.isoformat() if since is not None else ""))
    return tuple((date.fromisoformat(day), count, unfit) for day, count, unfit in rows)


# In order of the public id, a digest of the address: the same archive gives the same order, and with it the same model,
# in whatever order its captures came in; and no year or source fills the model's memory before the others are heard.
_TEXTS = (
    "SELECT CASE WHEN headline_by LIKE 'restored%' THEN '' ELSE headline END, lead, body "
    "FROM articles ORDER BY public_id"
)


def texts(db: sqlite_utils.Database) -> Iterator[tuple[str, str, str]]:
    """Headline ("" where it was made from a slug), lead and body of every article; one at a time in memory."""
    yield from db.execute(_TEXTS)


def restored_count(db: sqlite_utils.Database) -> int:
    """Articles whose headline was made from a slug."""
    found = db.execute("SELECT count(*) FROM articles WHERE headline_by LIKE 'restored%'").fetchone()
    return int(found[0])

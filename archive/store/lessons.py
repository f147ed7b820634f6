"""What a site is learnt from: captures of its articles, spread over the time of a layout, and of what lists them."""

from __future__ import annotations

from datetime import date

import sqlite_utils

from archive.store.reads import capture
from archive.store.rows import CaptureRow

# The last whole answer for each article, or address that was to be one; a record without its own bytes is none.
_PAGES = """
SELECT id FROM (
    SELECT id, captured_at, row_number() OVER (PARTITION BY coalesce(article, -id) ORDER BY captured_at DESC) AS place
    FROM captures WHERE source = ? AND status = 200 AND revisit_of = '' AND truncated = ''
        AND mime IN ('text/html', 'application/xhtml+xml') AND captured_at >= ? AND captured_at < ?
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


def article_pages(
    db: sqlite_utils.Database, source: str, since: date | None, until: date | None, most: int
) -> tuple[CaptureRow, ...]:
    """At most so many captures of articles of `source` from the days `since` up to `until`, spread evenly over them."""
    begin = since.isoformat() if since is not None else ""
    end = f"{until.isoformat()}T24" if until is not None else "9"
    ids = [int(row[0]) for row in db.execute(_PAGES, (source, begin, end))]
    step = max(1.0, len(ids) / most)
    chosen = [ids[int(at * step)] for at in range(min(most, len(ids)))]
    return tuple(capture(db, one) for one in chosen)


def lists(db: sqlite_utils.Database, source: str, most: int) -> tuple[CaptureRow, ...]:
    """At most so many captures of feeds, sitemaps and listings of `source`, the last of each address, newest first."""
    return tuple(capture(db, int(row[0])) for row in db.execute(_LISTS, (source, most)))

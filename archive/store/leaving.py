"""Which articles point to an address, so that what a takedown bars leaves them without all being read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

import sqlite_utils

from archive.barred import plain
from archive.model import Teaser
from archive.text.urls import url_key

LEAVING = r"""
CREATE TABLE pointed (                  -- articles of which some reading, current or not, points to an address
    key INTEGER NOT NULL,               -- 8 bytes of BLAKE2b of its url_key: of what was taken down no address stays
    article INTEGER NOT NULL,
    PRIMARY KEY (key, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX teasers_first ON teasers (first_capture);
CREATE INDEX teasers_last ON teasers (last_capture);
CREATE INDEX images_key ON images (url_key);
CREATE INDEX attachments_key ON attachments (url_key);
CREATE INDEX revisions_digest ON revisions (digest);
CREATE TABLE leaving (                  -- run-local: one row
    id INTEGER PRIMARY KEY CHECK (id = 1),
    unswept INTEGER NOT NULL            -- 1 where an earlier program wrote: what was deleted may stand in free pages
) STRICT;
"""


@lru_cache(maxsize=8192)  # the same boxes stand on page after page
def _number_of(url: str) -> int:
    return number(url_key(url))


def number(key: str) -> int:
    """The number under which `pointed` has the address with the URL key `key`, with `www.` or without."""
    return int.from_bytes(
        blake2b(plain(key).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )


def point(db: sqlite_utils.Database, article: int, teasers: Iterable[Teaser]) -> None:
    """Notes to which addresses a reading of `article` (row id) points, in the caller's transaction."""
    rows = sorted({(_number_of(teaser.url), article) for teaser in teasers})
    db.conn.executemany("INSERT OR IGNORE INTO pointed VALUES (?, ?)", rows)


def last_reading(db: sqlite_utils.Database) -> int:
    """The row id of the reading that was kept last."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM readings").fetchone()[0])


def forget_readings(db: sqlite_utils.Database, after: int) -> None:
    """Drops the readings kept since that with the row id `after`: they were no parser's, but cut by a takedown."""
    db.execute("DELETE FROM readings WHERE id > ?", (after,))


def pointing(db: sqlite_utils.Database, keys: Iterable[str]) -> tuple[int, ...]:
    """The articles (row ids) of which some reading points to an address with one of `keys`."""
    found = [db.execute("SELECT article FROM pointed WHERE key = ?", (number(key),)).fetchall() for key in keys]
    return tuple(sorted({row[0] for rows in found for row in rows}))

"""The tables of frontier.sqlite, made and changed only by the migrations in this module.

The archive never needs this file to be read: it says what is still to fetch, when to come back, and why something was
not fetched. Times are seconds since 1970 (`_at`, `due`, `not_before`).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import sqlite_utils
from sqlite_utils import Migrations

from archive.errors import SchemaError
from crawler.scope import as_fetched

migrations = Migrations("frontier")

_FIRST = r"""
CREATE TABLE urls (
    id INTEGER PRIMARY KEY,              -- in order of discovery
    key BLOB NOT NULL,                   -- 16 bytes of BLAKE2b of the URL's key: its identity
    source TEXT NOT NULL,
    authority INTEGER NOT NULL REFERENCES authorities(id),
    url TEXT NOT NULL,                   -- as it goes over the wire
    kind TEXT NOT NULL,                  -- archive.model.PageKind
    priority INTEGER NOT NULL,           -- higher first
    depth INTEGER NOT NULL,              -- links followed from a seed
    hops INTEGER NOT NULL,               -- redirects in a row that led here
    via TEXT NOT NULL,                   -- URL it was found on
    published TEXT NOT NULL,             -- as feed or sitemap say, ISO 8601, or ''
    found_at INTEGER NOT NULL,
    state TEXT NOT NULL,                 -- todo | done | failed | excluded; claimed is todo with a row in `claims`
    reason TEXT NOT NULL,                -- of failed and excluded; of done where it is not plain
    attempts INTEGER NOT NULL,           -- of this visit
    not_before REAL NOT NULL,            -- 0: at once
    run TEXT NOT NULL,                   -- that settled it last
    record TEXT NOT NULL                 -- WARC record id of its last capture
) STRICT;
CREATE UNIQUE INDEX urls_key ON urls (key);
CREATE INDEX urls_ready ON urls (authority, priority DESC, id) WHERE state = 'todo' AND not_before = 0;
CREATE INDEX urls_waiting ON urls (not_before) WHERE state = 'todo' AND not_before > 0;
CREATE TABLE claims (                    -- what a run has in hand: a few hundred rows, so that a claim costs one page
    url_id INTEGER PRIMARY KEY REFERENCES urls(id),
    source TEXT NOT NULL,
    run TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE TABLE visits (                    -- what was met at a URL, and when to come back
    url_id INTEGER PRIMARY KEY REFERENCES urls(id),
    source TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    status INTEGER NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    every INTEGER NOT NULL,              -- seconds between two visits; 0: in each run
    due INTEGER NOT NULL,                -- time of the next visit
    gone_at INTEGER NOT NULL             -- first of the visits in a row that found it gone; 0: it is there
) STRICT;
CREATE INDEX visits_due ON visits (source, due);
CREATE TABLE history (                   -- what happened to each URL
    id INTEGER PRIMARY KEY,
    url_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    run TEXT NOT NULL,
    event TEXT NOT NULL,                 -- fetched | redirected | failed | excluded | again | requeued | interrupted
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX history_url ON history (url_id);
CREATE TABLE authorities (               -- "https://host": what one robots.txt speaks for
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    robots_at INTEGER NOT NULL,          -- 0: never asked
    robots_verdict TEXT NOT NULL,        -- rules | free | closed
    robots_note TEXT NOT NULL,
    robots_text TEXT NOT NULL,
    robots_record TEXT NOT NULL,         -- WARC record id of the answer
    closed_since INTEGER NOT NULL,       -- 0: not closed
    not_before INTEGER NOT NULL          -- of the host: Retry-After outlives the run
) STRICT;
CREATE TABLE decisions (                 -- how hosts were treated, and why
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    run TEXT NOT NULL,
    source TEXT NOT NULL,
    host TEXT NOT NULL,
    decision TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_run ON decisions (run);
CREATE TABLE walks (                     -- how far the backfills of a source have come
    source TEXT NOT NULL,
    pattern TEXT NOT NULL,
    began TEXT NOT NULL,                 -- the day from which dates are walked backwards
    position INTEGER NOT NULL,           -- addresses taken so far
    dry INTEGER NOT NULL,                -- how many of them in a row have brought nothing
    PRIMARY KEY (source, pattern)
) STRICT, WITHOUT ROWID;
CREATE TABLE days (                      -- requests of a source on a day in Vietnam, for daily budgets
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;
"""


@migrations()
def m001_first(db: sqlite_utils.Database) -> None:
    """All tables of the first release."""
    for statement in _FIRST.split(";\n"):
        if statement.strip():
            db.execute(statement)


_SECOND = r"""
CREATE TABLE yields (                    -- what listings, feeds and sitemaps brought, of each the last few visits
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    at INTEGER NOT NULL,
    run TEXT NOT NULL,
    listed INTEGER NOT NULL,             -- articles it points to
    fresh INTEGER NOT NULL,              -- of these, met here for the first time
    mark TEXT NOT NULL,                  -- why nothing was read (http_404, redirected ...); '=': not changed
    UNIQUE (source, url, run)
) STRICT;
CREATE TABLE shapes (                    -- how a host answers for addresses that cannot exist
    authority TEXT NOT NULL,
    number INTEGER NOT NULL,             -- of the request: two say how much one answer differs from the next
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    target TEXT NOT NULL,                -- where it redirects to
    title TEXT NOT NULL,
    shingles BLOB NOT NULL,              -- 4 bytes each: archive.text.shingles
    record TEXT NOT NULL,                -- WARC record id of the answer
    PRIMARY KEY (authority, number)
) STRICT, WITHOUT ROWID;
ALTER TABLE walks ADD COLUMN pages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE walks ADD COLUMN items INTEGER NOT NULL DEFAULT 0;
"""


@migrations()
def m002_yields(db: sqlite_utils.Database) -> None:
    """What each listing brought, how a host says that nothing is there, and how long a walk will be."""
    for statement in _SECOND.split(";\n"):
        if statement.strip():
            db.execute(statement)


_THIRD = r"""
CREATE TABLE unfiled (                   -- runs that kept more than their reader had filed at their end
    source TEXT NOT NULL,
    run TEXT NOT NULL,
    PRIMARY KEY (source, run)
) STRICT, WITHOUT ROWID;
"""


@migrations()
def m003_unfiled(db: sqlite_utils.Database) -> None:
    """Whose files hold captures that no claim speaks of, and the database does not know yet."""
    db.execute(_THIRD.strip().rstrip(";"))


@migrations()
def m004_canonical(db: sqlite_utils.Database) -> None:
    """Each URL in the form that rules are held against: older programs kept what a page said."""
    db.conn.create_function("canonical", 1, canonical, deterministic=True)
    db.execute("UPDATE urls SET url = canonical(url) WHERE url GLOB '*[%]*' OR url GLOB '*/.*'")


_FIFTH = r"""
CREATE TABLE headlines (                 -- what a listing or feed said of a URL at the last visit
    place INTEGER NOT NULL,              -- the row of the listing or feed
    url_id INTEGER NOT NULL,
    said BLOB NOT NULL,                  -- 8 bytes of BLAKE2b of the headline
    PRIMARY KEY (place, url_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE aliases (                   -- what addresses of one article have in common
    alias BLOB PRIMARY KEY,              -- 16 bytes of BLAKE2b
    named BLOB NOT NULL                  -- key of the URL it is asked for at
) STRICT, WITHOUT ROWID;
"""


@migrations()
def m005_headlines(db: sqlite_utils.Database) -> None:
    """The headlines by which listings and feeds say that an article has changed, and the aliases of articles."""
    for statement in _FIFTH.split(";\n"):
        if statement.strip():
            db.execute(statement)


VERSION = 5
"""Kept in the file as `user_version`, once it is known that its tables are these."""


def canonical(url: str) -> str:
    """The canonical form of `url`; itself where it has none, as what a rule had excluded."""
    try:
        return as_fetched(url)
    except ValueError:
        return url


def migrate(db: sqlite_utils.Database) -> None:
    """Brings `db` to today's schema; raises SchemaError where another program's tables are in the way."""
    with closing(sqlite_utils.Database(memory=True)) as empty:
        ours = {migration.name for migration in migrations.pending(empty)}
    unknown = sorted({migration.name for migration in migrations.applied(db)} - ours)
    if unknown:
        raise SchemaError(f"the frontier has migrations this program does not know: {', '.join(unknown)}")
    migrations.apply(db)
    if check(db.conn) != VERSION:
        db.execute(f"PRAGMA user_version = {VERSION}")


def check(connection: sqlite3.Connection) -> int:
    """The version the file has of its own, 0 where it has none; raises SchemaError where its tables are not ours.

    A file of an earlier version is read as it is; whoever writes brings it to today's first.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise SchemaError(f"frontier.sqlite has schema {version}, and this program knows {VERSION}: use a newer one")
    if not version:
        with closing(sqlite_utils.Database(memory=True)) as fresh:
            m001_first(fresh)
            missing = sorted(_columns(fresh.conn) - _columns(connection))
        if missing:
            raise SchemaError(
                f"frontier.sqlite was made by an older program ({'.'.join(missing[0])} is missing): move it away, and"
                " the next crawl begins a new one; nothing archived is lost, but pages are asked for again"
            )
    return version


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(
        connection.execute(
            "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns"
            " WHERE tables.type = 'table' AND tables.name NOT LIKE '\\_sqlite%' ESCAPE '\\'"
        )
    )

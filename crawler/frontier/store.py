"""frontier.sqlite: its tables and migrations, each URL in exactly one state, and every change in one transaction with
its cause. Times are seconds since 1970.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import sqlite_utils
from sqlite_utils import Migrations

from archive.custody import seals
from archive.errors import SchemaError
from archive.messages.message import stored
from archive.model import PageKind
from archive.store.database import opening_turn, translate_errors, translated
from archive.text.urls import url_key
from crawler.scope import as_fetched
from crawler.scope import authority as authority_of

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
    shingles BLOB NOT NULL,              -- 4 bytes each: archive.text.similarity
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


_SIXTH = r"""
CREATE TABLE callbacks (                 -- addresses that a spider of its own reads itself
    key BLOB PRIMARY KEY,                -- 16 bytes of BLAKE2b, as in urls
    name TEXT NOT NULL                   -- of the spider's method
) STRICT, WITHOUT ROWID;
CREATE TABLE items (                     -- what a spider of its own has made of answers
    key BLOB PRIMARY KEY,                -- of the article's address
    said BLOB NOT NULL                   -- 16 bytes of BLAKE2b of the item: the same one is kept once
) STRICT, WITHOUT ROWID;
"""


@migrations()
def m006_spiders(db: sqlite_utils.Database) -> None:
    """What spiders of their own ask for, and what they have made of it."""
    for statement in _SIXTH.split(";\n"):
        if statement.strip():
            db.execute(statement)


VERSION = 6
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
        raise SchemaError(
            "the frontier has migrations this program does not know: {unknown}", unknown=", ".join(unknown)
        )
    migrations.apply(db)
    if check(db.conn) != VERSION:
        db.execute(f"PRAGMA user_version = {VERSION}")


def check(connection: sqlite3.Connection) -> int:
    """The version the file has of its own, 0 where it has none; raises SchemaError where its tables are not ours.

    A file of an earlier version is read as it is; whoever writes brings it to today's first.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise SchemaError(
            "frontier.sqlite has schema {version}, and this program knows {known}: use a newer one",
            version=version,
            known=VERSION,
        )
    if not version:
        with closing(sqlite_utils.Database(memory=True)) as fresh:
            m001_first(fresh)
            missing = sorted(_columns(fresh.conn) - _columns(connection))
        if missing:
            raise SchemaError(
                "frontier.sqlite was made by an older program ({missing} is missing): move it away, "
                "and the next crawl begins a new one; nothing archived is lost, but pages are asked "
                "for again",
                missing=".".join(missing[0]),
            )
    return version


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(
        connection.execute(
            "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns"
            " WHERE tables.type = 'table' AND tables.name NOT LIKE '\\_sqlite%' ESCAPE '\\'"
        )
    )


# What is still to fetch, in SQLite: each URL in exactly one state, and every change in one transaction with its
# cause.

UrlState = Literal["todo", "claimed", "done", "failed", "excluded"]

_CACHE_KIBIBYTES = 8_192  # holds the upper levels of the indexes of a million URLs; with 20 MB no quicker (measured)
_CHECKPOINT_PAGES = 4_000  # keys are random, so a page is written by many batches: once each 16 MB of WAL, not each 4
_BUSY_SECONDS = 60.0
LOWEST = -(1 << 62)  # priority

_ADD = """
INSERT OR IGNORE INTO urls (key, source, authority, url, kind, priority, depth, hops, via, published, found_at, state,
                            reason, attempts, not_before, run, record)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '', '')
"""
READY = """
SELECT urls.id, url, kind, priority, depth, hops, via, published, attempts,
       coalesce(etag, ''), coalesce(last_modified, ''), coalesce(times, 0),
       attempts > 0 OR coalesce(status = 0 OR status >= 500, 0)
FROM urls LEFT JOIN visits ON visits.url_id = urls.id
WHERE authority = ? AND state = 'todo' AND not_before = 0 AND urls.source = ? AND priority >= ?
  AND urls.id NOT IN (SELECT url_id FROM claims)
ORDER BY priority DESC, urls.id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL that may be worth a request. `excluded` names the rule that forbids it, "" where none does."""

    url: str  # as it goes over the wire
    kind: PageKind
    priority: int
    depth: int = 0
    hops: int = 0
    via: str = ""
    published: str = ""
    excluded: str = ""
    modified: str = ""  # when it was changed last, as the page beside it says
    headline: str = ""  # what the page beside it calls it
    key: str = ""  # the URL's key, where it is not that of `url` as it stands: parameters a source drops


@dataclass(frozen=True, slots=True)
class Row:
    """A URL handed out: what it is, where it came from, and what an earlier visit left for a conditional request."""

    id: int
    url: str
    kind: PageKind
    priority: int
    depth: int
    hops: int
    via: str
    published: str
    attempts: int  # before this one
    etag: str
    last_modified: str
    visits: int
    failing: bool = False  # it failed when it was asked for last, in this run or before


def digest_of(key: str) -> bytes:
    """The 16 bytes by which the frontier knows a URL with this key."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        migrate(sqlite_utils.Database(connection, execute_plugins=False))
    except BaseException:
        connection.close()
        raise
    return connection


class FrontierStore:
    """The rows of one frontier, opened by a writer. Raises StorageError, or a kind of it, for what SQLite refuses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._hold = seals.Writing(path.parent, path.name)
        try:
            with translate_errors(path), opening_turn(path):
                self.connection = _opened(path)
        except BaseException:
            self._hold.close()  # who is told to make it anew must find it free
            raise
        self._authorities: dict[str, int] = {}
        self._open = False

    def write(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        """Executes a writing statement in the open transaction, beginning one (IMMEDIATE) where there is none."""
        try:
            if not self._open:
                self.connection.execute("BEGIN IMMEDIATE")
                self._open = True
            return self.connection.execute(statement, values)
        except sqlite3.DatabaseError as error:
            raise translated(error, self.path) from error

    def read(self, statement: str, values: tuple[object, ...] | dict[str, object] = ()) -> sqlite3.Cursor:
        """Executes a reading statement; sees what was written and not yet committed."""
        try:
            return self.connection.execute(statement, values)
        except sqlite3.DatabaseError as error:
            raise translated(error, self.path) from error

    def commit(self) -> None:
        """Ends the open transaction, if there is one."""
        if self._open:
            self._open = False
            with translate_errors(self.path):
                self.connection.execute("COMMIT")

    def forget(self) -> None:
        """Undoes what was not committed."""
        if self._open:
            self._open = False
            with translate_errors(self.path):
                self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Forgets what was not committed, closes, and seals the file where nobody else has it open."""
        self.connection.close()
        self._hold.close()

    def authority(self, url: str, source: str) -> int:
        """The row id of the authority that `url` belongs to."""
        name = authority_of(url)
        if name not in self._authorities:
            self.write(
                "INSERT INTO authorities (name, source, robots_at, robots_verdict, robots_note, robots_text,"
                " robots_record, closed_since, not_before) VALUES (?, ?, 0, '', '', '', '', 0, 0)"
                " ON CONFLICT (name) DO NOTHING",
                (name, source),
            )
            row = self.read("SELECT id FROM authorities WHERE name = ?", (name,)).fetchone()
            self._authorities[name] = cast(int, row[0])
        return self._authorities[name]

    def add(self, candidates: Iterable[Candidate], source: str) -> list[Candidate]:
        """Adds each candidate that is not known yet, as todo or excluded; gives back those that were new.

        A known one that still waits is moved up where it is worth more now.
        """
        new = []
        now = int(time.time())
        for found in candidates:
            key = digest_of(found.key or url_key(found.url))
            state = "excluded" if found.excluded else "todo"
            added = self.write(
                _ADD,
                (
                    key, source, self.authority(found.url, source), found.url, found.kind, found.priority, found.depth,
                    found.hops, found.via, found.published, now, state, found.excluded,
                ),
            )  # fmt: skip
            if added.rowcount:
                new.append(found)
            elif not found.excluded:
                self.write(
                    "UPDATE urls SET priority = ? WHERE key = ? AND state = 'todo' AND priority < ?",
                    (found.priority, key, found.priority),
                )
        return new

    def call_back(self, candidate: Candidate, name: str) -> None:
        """Remembers that the answer from the address of `candidate` is for the spider's method `name`."""
        key = digest_of(candidate.key or url_key(candidate.url))
        self.write("INSERT OR REPLACE INTO callbacks (key, name) VALUES (?, ?)", (key, name))

    def callback(self, row: Row) -> str:
        """The spider's method that the answer to `row` is for; "" for all that the archive reads by itself."""
        found = self.read("SELECT name FROM callbacks WHERE key = (SELECT key FROM urls WHERE id = ?)", (row.id,))
        name: tuple[str] | None = found.fetchone()
        return name[0] if name else ""

    def is_news(self, url: str, item: bytes) -> bool:
        """Whether `item` is another one than was made of the article at `url` before; from now on it is known."""
        key, said = digest_of(url_key(url)), hashlib.blake2b(item, digest_size=16).digest()
        known = self.read("SELECT said FROM items WHERE key = ?", (key,)).fetchone()
        if known == (said,):
            return False
        self.write("INSERT OR REPLACE INTO items (key, said) VALUES (?, ?)", (key, said))
        return True

    def claim(self, authority: int, source: str, run: str, most: int, least: int = LOWEST) -> list[Row]:
        """Up to `most` URLs of an authority that are ready, the most urgent first, none with less than the priority
        `least`; now claimed by `run`.
        """
        found = [Row(*values) for values in self.read(READY, (authority, source, least, most))]
        now = int(time.time())
        for row in found:
            self.write("INSERT INTO claims (url_id, source, run, at) VALUES (?, ?, ?, ?)", (row.id, source, run, now))
        return found

    def settle(self, row: Row, state: UrlState, reason: str, run: str, record: str = "") -> None:
        """Puts a claimed URL into the state it ends in."""
        self.write(
            "UPDATE urls SET state = ?, reason = ?, run = ?, record = CASE ? WHEN '' THEN record ELSE ? END,"
            " attempts = 0 WHERE id = ?",
            (state, reason, run, record, record, row.id),
        )
        self._give_up(row.id)

    def again(self, row: Row, not_before: float, attempts: int) -> None:
        """Puts a claimed URL back, to be asked for after `not_before` (0: at once)."""
        self.write("UPDATE urls SET not_before = ?, attempts = ? WHERE id = ?", (not_before, attempts, row.id))
        self._give_up(row.id)

    def move(self, row: Row, url: str, source: str) -> None:
        """Gives a claimed URL another spelling, one redirect further, and puts it back."""
        self.write(
            "UPDATE urls SET url = ?, authority = ?, hops = hops + 1 WHERE id = ?",
            (url, self.authority(url, source), row.id),
        )
        self._give_up(row.id)

    def release(self, source: str, kept: Collection[int] = ()) -> int:
        """Puts back all that is claimed of `source` but the rows in `kept`; gives back how many.

        The caller holds the source's lock, so no living run but its own has claims on it.
        """
        claimed = [row_id for (row_id,) in self.read("SELECT url_id FROM claims WHERE source = ?", (source,))]
        lost = [row_id for row_id in claimed if row_id not in kept]
        for row_id in lost:
            self._give_up(row_id)
        return len(lost)

    def _give_up(self, row_id: int) -> None:
        self.write("DELETE FROM claims WHERE url_id = ?", (row_id,))

    def remember_unfiled(self, source: str, run: str, *, owed: bool) -> None:
        """Remembers that `run` leaves captures which were not filed, or that none of `source` does any more."""
        if owed:
            self.write("INSERT OR IGNORE INTO unfiled (source, run) VALUES (?, ?)", (source, run))
        else:
            self.write("DELETE FROM unfiled WHERE source = ?", (source,))

    def hold_back(self, authority: int, until: float) -> None:
        """Remembers that a host has asked to be left alone until then: its Retry-After outlives the run."""
        self.write("UPDATE authorities SET not_before = ? WHERE id = ?", (int(until), authority))

    def held_back(self, authority: int) -> int:
        """The time before which nothing may be asked of an authority, 0 where there is none."""
        found = self.read("SELECT not_before FROM authorities WHERE id = ?", (authority,)).fetchone()
        return cast(int, found[0])

    def wake(self, now: float) -> bool:
        """Makes ready what has waited long enough; says whether there was anything."""
        due = self.read("SELECT 1 FROM urls WHERE state = 'todo' AND not_before BETWEEN 1 AND ? LIMIT 1", (now,))
        if due.fetchone() is None:
            return False
        self.write("UPDATE urls SET not_before = 0 WHERE state = 'todo' AND not_before BETWEEN 1 AND ?", (now,))
        return True

    def next_waking(self, source: str, least: int = LOWEST) -> float | None:
        """When the next waiting URL of `source`, of the priority `least` or more, becomes ready; None where none is."""
        found = self.read(
            "SELECT not_before FROM urls WHERE state = 'todo' AND not_before > 0 AND source = ? AND priority >= ?"
            " ORDER BY not_before LIMIT 1",
            (source, least),
        ).fetchone()
        return found[0] if found else None

    def note(self, url: int, run: str, event: str, detail: str = "") -> None:
        """Adds a line to the history of a URL."""
        self.write(
            "INSERT INTO history (url_id, at, run, event, detail) VALUES (?, ?, ?, ?, ?)",
            (url, int(time.time()), run, event, detail),
        )

    def decide(self, run: str, source: str, host: str, decision: str, detail: str) -> None:
        """Stores how a host is treated from now on, and why."""
        self.write(
            "INSERT INTO decisions (at, run, source, host, decision, detail) VALUES (?, ?, ?, ?, ?, ?)",
            (int(time.time()), run, source, host, decision, stored(detail)),
        )

    def counts(self, source: str) -> Iterator[tuple[UrlState, str, int]]:
        """State, reason and number of the URLs of `source`, by a look at every one of them."""
        yield from self.read(
            "SELECT CASE WHEN claims.url_id IS NULL THEN state ELSE 'claimed' END AS now, reason, count(*) FROM urls"
            " LEFT JOIN claims ON claims.url_id = urls.id WHERE urls.source = ?"
            " GROUP BY now, reason ORDER BY now, reason",
            (source,),
        )

"""frontier.sqlite: each URL in exactly one state, every change in one transaction with its cause; times since 1970."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal, cast

from archive.custody import seals
from archive.errors import SchemaError
from archive.messages.message import stored
from archive.model import PageKind
from archive.store.database import opening_turn, translate_errors, translated
from archive.text.urls import url_key
from crawler.scope import authority as authority_of

VERSION = 7
"""Kept in the file as `user_version`; it rises with every change of schema.sql."""


def _create(connection: sqlite3.Connection, path: Path) -> None:
    """Makes the tables where there is none; raises SchemaError where those that are there are not of this version."""
    if not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        script = files("crawler.frontier").joinpath("schema.sql").read_text(encoding="utf-8")
        connection.executescript(f"BEGIN;\n{script}\nPRAGMA user_version = {VERSION};\nCOMMIT;")
    check(connection, path)


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raises SchemaError where the file at `path` is not of this version."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != VERSION:
        message = (
            "{path} has schema {found}, this program {known}: move it away, and the next crawl begins a new one; "
            "nothing archived is lost, but pages are asked for again"
        )
        raise SchemaError(message, path=path, found=found, known=VERSION)


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

    @property
    def digest(self) -> bytes:
        """The bytes by which the frontier knows it."""
        return digest_of(self.key or url_key(self.url))


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


@dataclass(frozen=True, slots=True)
class Redirected:
    """A URL that led to `target` when it was asked for last, in `run`."""

    id: int
    url: str
    run: str
    target: str


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
        _create(connection, path)
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
            key = found.digest
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

    def reopen(self, where: str, values: tuple[object, ...], sets: str = "") -> int:
        """Puts back the URLs that `where` meets, to be asked for at once, and `sets` more of them; their number."""
        back = f"UPDATE urls SET state = 'todo', reason = '', not_before = 0, attempts = 0{sets} WHERE {where}"  # noqa: S608
        return self.write(back, values).rowcount

    def redirected(self, key: str) -> Redirected | None:
        """The URL with this key, where it led on when it was asked for last."""
        found = self.read(
            "SELECT urls.id, url, urls.run, detail FROM urls JOIN history ON history.id ="
            " (SELECT max(id) FROM history WHERE url_id = urls.id AND event = 'redirected')"
            " WHERE key = ? AND state IN ('done', 'failed') AND reason IN ('redirected', 'redirects')",
            (digest_of(key),),
        ).fetchone()
        return Redirected(*found) if found else None

    def fail_redirected(self, row_id: int, due: int) -> None:
        """Makes a URL failed because its redirects lead back to it, to be asked for again at `due` at the latest."""
        self.write("UPDATE urls SET state = 'failed', reason = 'redirects' WHERE id = ?", (row_id,))
        self.write("UPDATE visits SET status = 503, due = min(due, ?) WHERE url_id = ?", (due, row_id))

    def call_back(self, candidate: Candidate, name: str) -> None:
        """Remembers that the answer from the address of `candidate` is for the spider's method `name`."""
        self.write("INSERT OR REPLACE INTO callbacks (key, name) VALUES (?, ?)", (candidate.digest, name))

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

    def remember_unfiled(self, source: str, run: str, *, unfiled: bool) -> None:
        """Remembers that `run` leaves captures which were not filed, or that none of `source` does any more."""
        if unfiled:
            self.write("INSERT OR IGNORE INTO unfiled (source, run) VALUES (?, ?)", (source, run))
        else:
            self.write("DELETE FROM unfiled WHERE source = ?", (source,))

    def set_retry_after(self, authority: int, until: float) -> None:
        """Remembers that a host has asked to be left alone until then: its Retry-After outlives the run."""
        self.write("UPDATE authorities SET not_before = ? WHERE id = ?", (int(until), authority))

    def retry_after(self, authority: int) -> int:
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

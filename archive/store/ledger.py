"""The teaser ledger: every pointer to an article, where it was first and last seen, and in how many captures.

Sightings are gathered over a batch and written at its end, one row per distinct pointer: a site's "newest" box stands
on all its pages, so that 400 pages bring some 12,000 teasers and a tenth as many rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import sqlite_utils

from archive.model import Teaser
from archive.text.urls import url_key

Key = tuple[str, str, str, str]
"""What makes two teasers one: URL key, headline, text, box."""

_url_key = lru_cache(maxsize=8192)(url_key)  # the same boxes stand on page after page


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """A capture on which teasers were seen, ordered by time; the record id decides between two of one instant."""

    captured_at: str
    record_id: str
    capture: int
    source: str


@dataclass(slots=True)
class _Entry:
    url: str
    first: Sighting
    last: Sighting
    count: int


class Ledger:
    """The teasers seen since the last `write`."""

    def __init__(self) -> None:
        self._seen: dict[Key, _Entry] = {}
        self._shown: dict[int, tuple[tuple[Teaser, ...], Sighting]] = {}

    def see(self, teasers: Iterable[Teaser], sighting: Sighting) -> None:
        """Notes that the capture of `sighting` showed `teasers`; one shown twice on a page counts once."""
        for key, teaser in {key_of(teaser): teaser for teaser in teasers}.items():
            entry = self._seen.get(key)
            if entry is None:
                self._seen[key] = _Entry(teaser.url, sighting, sighting, 1)
                continue
            entry.count += 1
            if sighting < entry.first:
                entry.first, entry.url = sighting, teaser.url
            entry.last = max(entry.last, sighting)

    def show(self, article: int, teasers: tuple[Teaser, ...], sighting: Sighting) -> None:
        """Notes that the current revision of `article` (row id), of the capture of `sighting`, shows `teasers`."""
        self._shown[article] = teasers, sighting

    def write(self, db: sqlite_utils.Database) -> None:
        """Writes what was noted, in the caller's transaction, and forgets it."""
        ids = {key: _put(db, key, entry) for key, entry in self._seen.items()}
        for article, (teasers, sighting) in self._shown.items():
            db.execute("DELETE FROM article_teasers WHERE article = ?", (article,))
            rows = []
            for at, (key, teaser) in enumerate({key_of(teaser): teaser for teaser in teasers}.items()):
                known = ids.get(key) or _id(db, key) or _put(db, key, _Entry(teaser.url, sighting, sighting, 1))
                rows.append((article, at, known))
            db.conn.executemany("INSERT INTO article_teasers (article, position, teaser) VALUES (?, ?, ?)", rows)
        self.forget()

    def forget(self) -> None:
        """Drops what was noted since the last `write`, as when its batch is undone."""
        self._seen = {}
        self._shown = {}


def key_of(teaser: Teaser) -> Key:
    """What makes `teaser` one with others."""
    return _url_key(teaser.url), teaser.headline, teaser.text, teaser.box


def is_known(db: sqlite_utils.Database, teaser: Teaser) -> bool:
    """Whether the ledger has a row for `teaser`."""
    return _id(db, key_of(teaser)) is not None


def _id(db: sqlite_utils.Database, key: Key) -> int | None:
    found = db.execute(
        "SELECT id FROM teasers WHERE url_key = ? AND headline = ? AND text = ? AND box = ?", key
    ).fetchone()
    return found[0] if found else None


def _put(db: sqlite_utils.Database, key: Key, entry: _Entry) -> int:
    known = db.execute(
        "SELECT t.id, f.captured_at, f.record_id, l.captured_at, l.record_id FROM teasers t "
        "JOIN captures f ON f.id = t.first_capture JOIN captures l ON l.id = t.last_capture "
        "WHERE t.url_key = ? AND t.headline = ? AND t.text = ? AND t.box = ?",
        key,
    ).fetchone()
    first, last = entry.first, entry.last
    if known is None:
        cursor = db.execute(
            "INSERT INTO teasers (source, url, url_key, headline, text, box, first_capture, last_capture, sightings) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (first.source, entry.url, *key, first.capture, last.capture, entry.count),
        )
        return int(cursor.lastrowid or 0)
    row: int = known[0]
    db.execute("UPDATE teasers SET sightings = sightings + ? WHERE id = ?", (entry.count, row))
    if (first.captured_at, first.record_id) < (known[1], known[2]):
        db.execute(
            "UPDATE teasers SET first_capture = ?, source = ?, url = ? WHERE id = ?",
            (first.capture, first.source, entry.url, row),
        )
    if (last.captured_at, last.record_id) > (known[3], known[4]):
        db.execute("UPDATE teasers SET last_capture = ? WHERE id = ?", (last.capture, row))
    return row

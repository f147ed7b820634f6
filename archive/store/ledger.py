"""The teaser ledger: every pointer to an article, where it was first and last seen, and in how many captures.

Sightings are gathered over a batch and written at its end, one row per distinct pointer: a site's "newest" box stands
on all its pages, so that 400 pages bring some 12,000 teasers and a tenth as many rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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


def _instant(sighting: Sighting) -> tuple[str, str]:
    return sighting.captured_at, sighting.record_id


class Ledger:
    """The teasers seen since the last `write`."""

    def __init__(self) -> None:
        self._seen: dict[Key, _Entry] = {}
        self._shown: dict[int, tuple[tuple[Teaser, ...], Sighting]] = {}
        self._keys: dict[int, tuple[Iterable[Teaser], dict[Key, Teaser]]] = {}  # by the id of what they are keys of

    def see(self, teasers: Iterable[Teaser], sighting: Sighting) -> None:
        """Notes that the capture of `sighting` showed `teasers`; one shown twice on a page counts once."""
        seen, instant = self._seen, _instant(sighting)
        for key, teaser in self._keyed(teasers).items():
            entry = seen.get(key)
            if entry is None:
                seen[key] = _Entry(teaser.url, sighting, sighting, 1)
                continue
            entry.count += 1
            if instant > _instant(entry.last):
                entry.last = sighting
            elif instant < _instant(entry.first):
                entry.first, entry.url = sighting, teaser.url

    def show(self, article: int, teasers: tuple[Teaser, ...], sighting: Sighting) -> None:
        """Notes that the current revision of `article` (row id), of the capture of `sighting`, shows `teasers`."""
        self._shown[article] = teasers, sighting

    def write(self, db: sqlite_utils.Database) -> None:
        """Writes what was noted, in the caller's transaction, and forgets it."""
        ids = _put(db, self._seen)
        unseen = {
            key: _Entry(teaser.url, sighting, sighting, 1)
            for teasers, sighting in self._shown.values()
            for key, teaser in self._keyed(teasers).items()
            if key not in ids
        }
        known = _known(db, unseen)  # of a revision that is not of this batch: it was seen when it was filed
        ids |= known | _put(db, {key: entry for key, entry in unseen.items() if key not in known})
        rows = [
            (article, at, ids[key])
            for article, (teasers, _) in self._shown.items()
            for at, key in enumerate(self._keyed(teasers))
        ]
        db.conn.executemany("DELETE FROM article_teasers WHERE article = ?", [(article,) for article in self._shown])
        db.conn.executemany("INSERT INTO article_teasers (article, position, teaser) VALUES (?, ?, ?)", rows)
        self.forget()

    def forget(self) -> None:
        """Drops what was noted since the last `write`, as when its batch is undone."""
        self._seen = {}
        self._shown = {}
        self._keys = {}

    def _keyed(self, teasers: Iterable[Teaser]) -> dict[Key, Teaser]:
        """`teasers` by their keys, in order; made once for those of a page, which are asked for three times."""
        known = self._keys.get(id(teasers))
        if known is not None and known[0] is teasers:
            return known[1]
        keyed = {key_of(teaser): teaser for teaser in teasers}
        if isinstance(teasers, tuple):
            self._keys[id(teasers)] = teasers, keyed  # the tuple itself is kept, so that its id stays its own
        return keyed


def key_of(teaser: Teaser) -> Key:
    """What makes `teaser` one with others."""
    return _url_key(teaser.url), teaser.headline, teaser.text, teaser.box


def is_known(db: sqlite_utils.Database, teaser: Teaser) -> bool:
    """Whether the ledger has a row for `teaser`."""
    return bool(_known(db, [key_of(teaser)]))


def _known(db: sqlite_utils.Database, keys: Iterable[Key]) -> dict[Key, int]:
    """The rows of those of `keys` that the ledger knows: in one question, as a batch has some thousand."""
    wanted = set(keys)
    rows = db.execute(
        "SELECT url_key, headline, text, box, id FROM teasers WHERE url_key IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted({key[0] for key in wanted})),),
    )
    return {key: row for *parts, row in rows if (key := (parts[0], parts[1], parts[2], parts[3])) in wanted}


def _put(db: sqlite_utils.Database, entries: Mapping[Key, _Entry]) -> dict[Key, int]:
    """Writes `entries`, joined with what the ledger knows of them; gives the row of each."""
    new: list[tuple[object, ...]] = []
    row = int(db.execute("SELECT coalesce(max(id), 0) FROM teasers").fetchone()[0])
    ids = _known(db, entries)
    for key, row_known in ids.items():
        _see_again(db, row_known, entries[key])
    for key, entry in entries.items():
        if key not in ids:
            row += 1
            ids[key] = row
            first, last = entry.first, entry.last
            new.append((row, first.source, entry.url, *key, first.capture, last.capture, entry.count))
    db.conn.executemany(
        "INSERT INTO teasers (id, source, url, url_key, headline, text, box, first_capture, last_capture, sightings) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new,
    )
    return ids


def _see_again(db: sqlite_utils.Database, row: int, entry: _Entry) -> None:
    known = db.execute(
        "SELECT f.captured_at, f.record_id, l.captured_at, l.record_id FROM teasers t "
        "JOIN captures f ON f.id = t.first_capture JOIN captures l ON l.id = t.last_capture WHERE t.id = ?",
        (row,),
    ).fetchone()
    first, last = entry.first, entry.last
    db.execute("UPDATE teasers SET sightings = sightings + ? WHERE id = ?", (entry.count, row))
    if (first.captured_at, first.record_id) < (known[0], known[1]):
        db.execute(
            "UPDATE teasers SET first_capture = ?, source = ?, url = ? WHERE id = ?",
            (first.capture, first.source, entry.url, row),
        )
    if (last.captured_at, last.record_id) > (known[2], known[3]):
        db.execute("UPDATE teasers SET last_capture = ? WHERE id = ?", (last.capture, row))

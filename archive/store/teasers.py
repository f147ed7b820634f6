"""Teasers, the pointers from page to page: where each was first and last seen, who points to an address, and which
articles are known by pointers alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import sqlite_utils

from archive.custody.withheld import without_www
from archive.model import Teaser
from archive.store.rows import packed_url
from archive.text.urls import url_key

_ADD_POINTER = """INSERT INTO pointers (hash, address, url_key, headline, text, box, published)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""

_BY_HASH = """SELECT p.hash, l.id FROM pointers p JOIN ledger l ON l.pointer = p.id
    WHERE p.hash IN (SELECT value FROM json_each(?))"""
_BY_KEY = "SELECT url_key, headline, text, box, id FROM teasers WHERE url_key IN (SELECT value FROM json_each(?))"
_TIMES = """SELECT t.id, f.captured_at, f.record_id, l.captured_at, l.record_id FROM ledger t
    JOIN captures f ON f.id = t.first_capture JOIN captures l ON l.id = t.last_capture
    WHERE t.id IN (SELECT value FROM json_each(?))"""

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
    teaser: Teaser
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
                seen[key] = _Entry(teaser, sighting, sighting, 1)
                continue
            entry.count += 1
            if instant > _instant(entry.last):
                entry.last = sighting
            elif instant < _instant(entry.first):
                entry.first, entry.teaser = sighting, teaser

    def show(self, article: int, teasers: tuple[Teaser, ...], sighting: Sighting) -> None:
        """Notes that the current revision of `article` (row id), of the capture of `sighting`, shows `teasers`."""
        self._shown[article] = teasers, sighting

    def write(self, db: sqlite_utils.Database) -> None:
        """Writes what was noted, in the caller's transaction, and forgets it."""
        ids = _put(db, self._seen)
        unseen = {
            key: _Entry(teaser, sighting, sighting, 1)
            for teasers, sighting in self._shown.values()
            for key, teaser in self._keyed(teasers).items()
            if key not in ids
        }
        # Of a revision that is not of this batch: it was seen when it was filed.
        known = _known(db, {key: entry.teaser for key, entry in unseen.items()})
        _put(db, {key: entry for key, entry in unseen.items() if key not in known})
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
    return bool(_known(db, {key_of(teaser): teaser}))


def _known(db: sqlite_utils.Database, teasers: Mapping[Key, Teaser]) -> dict[Key, int]:
    """The rows of those of `teasers` that the ledger knows: in two questions, as a batch has some thousand.

    Nearly all stand there as they were first seen, and are found by number; the others by their texts.
    """
    by_hash = {_hash(teaser): key for key, teaser in teasers.items()}
    rows = db.execute(_BY_HASH, (json.dumps(list(by_hash)),))
    known = {by_hash[number]: row for number, row in rows}
    if wanted := teasers.keys() - known.keys():
        for *parts, row in db.execute(_BY_KEY, (json.dumps(sorted({key[0] for key in wanted})),)):
            key = parts[0], parts[1], parts[2], parts[3]
            if key in wanted:
                known[key] = row
    return known


def put_pointers(db: sqlite_utils.Database, teasers: Sequence[Teaser]) -> list[int]:
    """The rows of `pointers` for `teasers`, in order: those that are there, and new ones for the others."""
    hashes = [_hash(teaser) for teaser in teasers]
    asked = "SELECT hash, id FROM pointers WHERE hash IN (SELECT value FROM json_each(?))"
    known = dict(db.conn.execute(asked, (json.dumps(hashes),)))
    new = {number: one for number, one in zip(hashes, teasers, strict=True) if number not in known}
    for number, one in new.items():
        key = _url_key(one.url)
        values = number, packed_url(one.url, key), key, one.headline, one.text, one.box, one.published
        known[number] = db.conn.execute(_ADD_POINTER, values).lastrowid
    return [known[number] for number in hashes]


@lru_cache(maxsize=8192)
def _hash(teaser: Teaser) -> int:
    parts = "\0".join((teaser.url, teaser.headline, teaser.text, teaser.box, teaser.published))
    return int.from_bytes(blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def forget_pointers(db: sqlite_utils.Database, pointers: Iterable[int]) -> None:
    """Deletes those of `pointers` (rows) that no revision shows any more, and the ledger does not name."""
    listed = "SELECT 1 FROM revision_rows r, json_each(r.pointers_json) j WHERE r.article = ? AND j.value = ?"
    for pointer in pointers:
        found = db.execute("SELECT url_key FROM pointers WHERE id = ?", (pointer,)).fetchone()
        if found is None or db.execute("SELECT 1 FROM ledger WHERE pointer = ?", (pointer,)).fetchone():
            continue
        if not any(db.execute(listed, (one, pointer)).fetchone() for one in articles_linking_to(db, found)):
            db.execute("DELETE FROM pointers WHERE id = ?", (pointer,))


def _put(db: sqlite_utils.Database, entries: Mapping[Key, _Entry]) -> dict[Key, int]:
    """Writes `entries`, joined with what the ledger knows of them; gives the row of each."""
    new: list[tuple[int, _Entry]] = []
    row = int(db.execute("SELECT coalesce(max(id), 0) FROM ledger").fetchone()[0])
    ids = _known(db, {key: entry.teaser for key, entry in entries.items()})
    _see_again(db, {known: entries[key] for key, known in ids.items()})
    for key, entry in entries.items():
        if key not in ids:
            row += 1
            ids[key] = row
            new.append((row, entry))
    pointers = put_pointers(db, [entry.teaser for _, entry in new])
    db.conn.executemany(
        "INSERT INTO ledger (id, source, pointer, first_capture, last_capture, sightings) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (row, one.first.source, pointer, one.first.capture, one.last.capture, one.count)
            for (row, one), pointer in zip(new, pointers, strict=True)
        ],
    )
    return ids


def _see_again(db: sqlite_utils.Database, seen: Mapping[int, _Entry]) -> None:
    """Adds what was `seen` to rows of the ledger."""
    earlier, later, again = [], [], []
    for row, *instants in db.execute(_TIMES, (json.dumps(list(seen)),)).fetchall():
        entry = seen[row]
        if _instant(entry.first) < tuple(instants[:2]):
            earlier.append((entry.first.capture, entry.first.source, *put_pointers(db, [entry.teaser]), row))
        if _instant(entry.last) > tuple(instants[2:]):
            later.append((entry.count, entry.last.capture, row))
        else:
            again.append((entry.count, row))
    db.conn.executemany("UPDATE ledger SET first_capture = ?, source = ?, pointer = ? WHERE id = ?", earlier)
    db.conn.executemany("UPDATE ledger SET sightings = sightings + ?, last_capture = ? WHERE id = ?", later)
    db.conn.executemany("UPDATE ledger SET sightings = sightings + ? WHERE id = ?", again)


@lru_cache(maxsize=8192)  # the same boxes stand on page after page
def _number_of(url: str) -> int:
    return address_number(url_key(url))


def address_number(key: str) -> int:
    """The number under which `pointed` has the address with the URL key `key`, with `www.` or without."""
    return int.from_bytes(
        blake2b(without_www(key).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )


def note_outlinks(db: sqlite_utils.Database, article: int, teasers: Iterable[Teaser]) -> None:
    """Notes to which addresses a reading of `article` (row id) points, in the caller's transaction."""
    rows = sorted({(_number_of(teaser.url), article) for teaser in teasers})
    db.conn.executemany("INSERT OR IGNORE INTO pointed VALUES (?, ?)", rows)


def note_cut(db: sqlite_utils.Database, article: int, keys: Iterable[str]) -> None:
    """Notes that `article` (row id) points to addresses with these URL keys, too, of which a takedown cuts the lines:
    its lifting reads the article again.
    """
    db.conn.executemany("INSERT OR IGNORE INTO pointed VALUES (?, ?)", [(address_number(key), article) for key in keys])


def last_reading(db: sqlite_utils.Database) -> int:
    """The row id of the reading that was kept last."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM readings").fetchone()[0])


def forget_readings(db: sqlite_utils.Database, after: int) -> None:
    """Drops the readings kept since that with the row id `after`: they were no parser's, but cut by a takedown."""
    db.execute("DELETE FROM readings WHERE id > ?", (after,))


def articles_linking_to(db: sqlite_utils.Database, keys: Iterable[str]) -> tuple[int, ...]:
    """The articles (row ids) of which some reading points to an address with one of `keys`."""
    found = [db.execute("SELECT article FROM pointed WHERE key = ?", (address_number(key),)).fetchall() for key in keys]
    return tuple(sorted({row[0] for rows in found for row in rows}))


UNREACHED = (
    "NOT EXISTS (SELECT 1 FROM articles a WHERE a.url_key = t.url_key) AND NOT EXISTS (SELECT 1 FROM captures x "
    "WHERE x.url_key = t.url_key AND x.status BETWEEN 200 AND 399)"
)
"""Condition on a row t of `teasers`: its address was never reached."""

_POINTED = """
SELECT url, headline, text, source, first_seen, first_seen_on, last_seen, last_seen_on, sightings, coalesce(
    (SELECT public_id FROM articles a WHERE a.url_key = seen.url_key),
    (SELECT a.public_id FROM captures c JOIN articles a ON a.id = c.article
        WHERE c.url_key = seen.url_key AND c.text_digest <> '' ORDER BY c.captured_at DESC LIMIT 1),
    (SELECT a.public_id FROM captures c JOIN articles a ON a.url_key = c.redirect_key
        WHERE c.url_key = seen.url_key AND c.redirect_key <> '' ORDER BY c.captured_at DESC LIMIT 1), '')
FROM (
    SELECT t.url_key, t.url, t.headline, t.text, t.source, l.captured_at AS last_seen, l.url AS last_seen_on,
        first_value(f.captured_at) OVER first AS first_seen, first_value(f.url) OVER first AS first_seen_on,
        sum(t.sightings) OVER (PARTITION BY t.url_key) AS sightings,
        row_number() OVER (PARTITION BY t.url_key ORDER BY l.captured_at DESC, l.record_id DESC, t.id DESC) AS number
    FROM teasers t JOIN captures f ON f.id = t.first_capture JOIN captures l ON l.id = t.last_capture
    WHERE :source IN ('', t.source) {}
    WINDOW first AS (PARTITION BY t.url_key ORDER BY f.captured_at, f.record_id, t.id)
) seen WHERE number = 1 ORDER BY last_seen DESC, url_key
"""


@dataclass(frozen=True, slots=True)
class PointedAddress:
    """An address that teasers point to: the pointer seen last, when and on which pages it was seen first and last.

    `sightings` are the captures that showed one. `article` is the public id of the article at that address, or at the
    one it leads to; "" where the archive has none.
    """

    url: str
    headline: str
    text: str
    source: str
    first_seen: str
    first_seen_on: str
    last_seen: str
    last_seen_on: str
    sightings: int
    article: str


def teasers(db: sqlite_utils.Database, source: str = "") -> Iterator[PointedAddress]:
    """Every address that teasers (of one source, where given) point to, the one seen last first."""
    return _pointed(db, source, "")


def missing(db: sqlite_utils.Database, source: str = "") -> Iterator[PointedAddress]:
    """The addresses among `teasers` that no capture has reached: what the archive has lost, or not fetched yet.

    An address that answered, also by leading elsewhere, is not missing, whether it could be read or not.
    """
    return _pointed(db, source, f"AND {UNREACHED}")


def _pointed(db: sqlite_utils.Database, source: str, condition: str) -> Iterator[PointedAddress]:
    for row in db.execute(_POINTED.format(condition), {"source": source}):
        yield PointedAddress(*row)

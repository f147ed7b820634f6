"""Rows of near-identical texts: what finding them writes, and what `show`, exports and searches ask of them.

In `bands` the first with a text stands under its keys, whoever follows under the same keys set apart: a text printed
n times over is compared with the first of it, and the n - 1 others are not even looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlite_utils

from archive.text.similarity import pack_keys, unpack_keys

SHOWN = 50
"""So many other articles of a cluster are named with an article; `baotinh study clusters` names all."""

_FOLLOWING = 0x5851F42D4C957F2D  # what the keys of who follows are set apart by

_MEMBER = "a.public_id, a.source, a.province, a.published, a.day, a.day_estimated, a.headline, a.source_credit, a.url"


@dataclass(frozen=True, slots=True)
class Pending:
    """An article whose text is to be compared, with what says when it was published."""

    article: int
    public_id: str
    day: str
    published: str | None
    lead: str
    body: str


@dataclass(frozen=True, slots=True)
class Open:
    """An article of which is to be decided who published its text first; `was` is the last decision, 0 for none."""

    article: int
    position: str
    was: int
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a cluster. `published` is cut to its precision, `day_estimated` says that `day` is not exact."""

    id: str
    source: str
    province: str
    published: str | None
    day: str
    day_estimated: bool
    headline: str
    source_credit: str
    url: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles with one text, the first publisher's first; how many they are, of how many sources and provinces."""

    articles: int
    sources: int
    provinces: int
    members: tuple[Member, ...]

    @property
    def first(self) -> Member:
        """The article that was published first."""
        return self.members[0]


def compared_any(db: sqlite_utils.Database) -> bool:
    """Whether near-identical texts have been looked for at all."""
    return db.execute("SELECT 1 FROM same_text LIMIT 1").fetchone() is not None


def stale(db: sqlite_utils.Database, limit: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """Rows whose article has changed or is gone: article, who was first, keys."""
    rows = db.execute("SELECT article, first, keys FROM same_text WHERE stale LIMIT ?", (limit,))
    return [(article, first, unpack_keys(keys)) for article, first, keys in rows]


def pending(db: sqlite_utils.Database, after: int, limit: int) -> list[Pending]:
    """Articles above the row id `after` that have no row here, in order of their row ids."""
    rows = db.execute(
        "SELECT id, public_id, day, published, lead, body FROM articles WHERE id IN (SELECT a.id FROM articles a "
        "WHERE a.id > ? AND NOT EXISTS (SELECT 1 FROM same_text WHERE article = a.id) ORDER BY a.id LIMIT ?) "
        "ORDER BY id",
        (after, limit),
    )
    return [Pending(*row) for row in rows]


def text_of(db: sqlite_utils.Database, article: int) -> str:
    """Lead and body of `article`."""
    row = db.execute("SELECT lead || char(10) || body FROM articles WHERE id = ?", (article,)).fetchone()
    return str(row[0]) if row else ""


def add(db: sqlite_utils.Database, article: int, position: str, band_keys: tuple[int, ...]) -> None:
    """Adds an article that is to be decided."""
    db.execute(
        "INSERT INTO same_text (article, first, position, keys) VALUES (?, 0, ?, ?)",
        (article, position, pack_keys(band_keys)),
    )


def remove(db: sqlite_utils.Database, article: int, band_keys: tuple[int, ...]) -> None:
    """Takes an article out; those that had its text are to be decided again."""
    _leave(db, article, (*band_keys, *_following(band_keys)))
    db.execute("DELETE FROM same_text WHERE article = ?", (article,))
    reopen_followers(db, article)


def open_ones(db: sqlite_utils.Database, limit: int) -> list[Open]:
    """The first articles, in order of position, of which is to be decided."""
    rows = db.execute(
        "SELECT article, position, -first, keys FROM same_text WHERE first < 1 ORDER BY position LIMIT ?", (limit,)
    )
    return [Open(article, position, was, unpack_keys(keys)) for article, position, was, keys in rows]


def earlier_firsts(db: sqlite_utils.Database, one: Open) -> list[int]:
    """Articles that share a key with `one`, come before it, and are the first with their text; the earliest first."""
    rows = db.execute(
        "SELECT DISTINCT s.article, s.position FROM bands b JOIN same_text s ON s.article = b.article "
        "WHERE b.key IN (SELECT value FROM json_each(?)) AND s.first = s.article AND s.position < ? "
        "ORDER BY s.position",
        (json.dumps(one.keys), one.position),
    )
    return [row[0] for row in rows]


def decide(db: sqlite_utils.Database, one: Open, first: int) -> None:
    """Writes who published the text of `one` first."""
    db.execute("UPDATE same_text SET first = ? WHERE article = ?", (first, one.article))
    follows, followed = first != one.article, one.was not in (0, one.article)
    if one.was and follows == followed:
        return
    own, other = one.keys, _following(one.keys)
    rows = [(key, one.article) for key in (other if follows else own)]
    db.conn.executemany("INSERT OR IGNORE INTO bands (key, article) VALUES (?, ?)", rows)
    if one.was:
        _leave(db, one.article, own if follows else other)


def reopen_followers(db: sqlite_utils.Database, article: int) -> None:
    """All that had the text of `article` are to be decided again: it is the first no longer."""
    db.execute("UPDATE same_text SET first = -first WHERE first = ? AND article <> ?", (article, article))


def reopen_later(db: sqlite_utils.Database, one: Open) -> None:
    """Articles after `one` that share a key, and follow none before it, are to be decided again: it is a first now."""
    db.execute(
        "UPDATE same_text SET first = -first WHERE first > 0 AND position > :position AND article IN "
        "(SELECT b.article FROM bands b WHERE b.key IN (SELECT value FROM json_each(:keys))) "
        "AND (SELECT f.position FROM same_text f WHERE f.article = same_text.first) > :position",
        {"position": one.position, "keys": json.dumps((*one.keys, *_following(one.keys)))},
    )


def cluster_of(db: sqlite_utils.Database, article: int, shown: int = SHOWN) -> Cluster | None:
    """The cluster of `article` (row id), itself among its members; None where its text is nobody else's.

    Of a large one the first `shown` members are given.
    """
    first = db.execute("SELECT first FROM same_text WHERE article = ? AND first > 0", (article,)).fetchone()
    return _cluster(db, first[0], shown) if first else None


def clusters(db: sqlite_utils.Database, source: str = "", within: bool = False) -> Iterator[Cluster]:
    """Every cluster of at least two sources (with `within` also of one), the most widely printed first.

    With `source` those in which that source takes part.
    """
    rows = db.execute(
        "SELECT s.first FROM same_text s JOIN articles a ON a.id = s.article WHERE s.first > 0 AND s.stale = 0 "
        "GROUP BY s.first HAVING count(*) > 1 AND (:within OR count(DISTINCT a.source) > 1) "
        "AND (:source = '' OR max(a.source = :source)) "
        "ORDER BY count(DISTINCT a.source) DESC, count(*) DESC, min(s.position)",
        {"within": within, "source": source},
    ).fetchall()
    for (first,) in rows:
        found = _cluster(db, first, -1)
        if found is not None:
            yield found


def firsts(db: sqlite_utils.Database, rowids: Iterable[int]) -> dict[int, int]:
    """For each search rowid of an article whose text another has too: the search rowid of the first publisher's.

    An article that is in no cluster, or was written since they were made, is not among the keys: it stands alone.
    """
    rows = db.execute(
        "SELECT a.search_rowid, f.search_rowid FROM json_each(?) j JOIN articles a ON a.search_rowid = j.value "
        "JOIN same_text s ON s.article = a.id AND s.stale = 0 JOIN articles f ON f.id = s.first "
        "WHERE EXISTS (SELECT 1 FROM same_text o WHERE o.first = s.first AND o.article <> s.article AND o.stale = 0)",
        (json.dumps(list(rowids)),),
    )
    return dict(rows.fetchall())


def counts(db: sqlite_utils.Database) -> tuple[int, int]:
    """Articles compared, and distinct texts among them."""
    row = db.execute("SELECT count(*), count(DISTINCT first) FROM same_text WHERE stale = 0 AND first > 0").fetchone()
    return int(row[0]), int(row[1])


def _following(band_keys: Iterable[int]) -> tuple[int, ...]:
    return tuple(key ^ _FOLLOWING for key in band_keys)


def _leave(db: sqlite_utils.Database, article: int, band_keys: Iterable[int]) -> None:
    db.conn.executemany("DELETE FROM bands WHERE key = ? AND article = ?", [(key, article) for key in band_keys])


def _cluster(db: sqlite_utils.Database, first: int, shown: int) -> Cluster | None:
    where = "FROM same_text s JOIN articles a ON a.id = s.article WHERE s.first = ? AND s.stale = 0"
    articles, sources, provinces = db.execute(
        f"SELECT count(*), count(DISTINCT a.source), count(DISTINCT nullif(a.province, '')) {where}",
        (first,),
    ).fetchone()
    if articles < 2:
        return None
    rows = db.execute(f"SELECT {_MEMBER} {where} ORDER BY s.position LIMIT ?", (first, shown))
    return Cluster(articles, sources, provinces, tuple(map(_member, rows)))


def _member(row: Sequence[Any]) -> Member:
    return Member(*(*row[:5], bool(row[5]), *row[6:]))

"""Saved queries: what is new since somebody last looked.

What was seen is kept as public ids, not as a time: an article captured before the last look and read after it is new,
and a database made again from its WARC files gives no false news.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlite_utils

from archive.errors import DamageError
from archive.search import kept
from archive.search.answer import Hit
from archive.search.damage import damage_named
from archive.search.deadline import deadline
from archive.search.grammar import parse
from archive.search.hits import hits
from archive.search.memory import snapshot
from archive.search.query import written
from archive.search.rowids import rowids
from archive.search.tiers import Tiers

FOLDER: Final = "queries"
MOST_NEW = 500
"""New hits that one look gives; the rest is new at the next."""

_IDS = "SELECT search_rowid, public_id FROM articles WHERE search_rowid BETWEEN ? AND ? ORDER BY search_rowid"


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved query in standard form. `seen` are the public ids of the hits seen so far; times are UTC."""

    name: str
    query: str
    exact: bool
    made_at: str
    looked_at: str
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """What is new: the newest of the `new` articles as hits, out of all that match now."""

    saved: Saved
    total: int
    new: int
    hits: tuple[Hit, ...]


def save(root: Path, name: str, query: str, *, exact: bool = False, replace_it: bool = False) -> Saved:
    """Saves `query` under `name` in the archive at `root`, nothing of it seen yet.

    Raises QueryError; UsageError where the name is bad, or taken and `replace_it` is not asked.
    """
    path = kept.path_of(root, FOLDER, name)
    saved = Saved(name, written(parse(query).root), exact, _now(), "")
    kept.write(path, kept.with_digest(asdict(saved)), replace_it)
    return saved


def load(root: Path, name: str) -> Saved:
    """The saved query `name`; raises NothingFound where there is none, DamageError where its file is no such thing."""
    path = kept.path_of(root, FOLDER, name)
    value = kept.read(path, "saved query")
    try:
        return Saved(**{**value, "seen": tuple(value["seen"])})
    except (KeyError, TypeError) as error:
        raise DamageError(f"{path}: not the JSON of a saved query ({error})") from error


def every(root: Path) -> tuple[Saved, ...]:
    """All saved queries of the archive at `root`, by name."""
    return tuple(load(root, name) for name in kept.names(root, FOLDER))


def forget(root: Path, name: str) -> None:
    """Deletes the saved query `name`; raises NothingFound where there is none."""
    load(root, name)
    kept.path_of(root, FOLDER, name).unlink()


def everything(saved: Saved) -> Saved:
    """`saved` as if nothing of it had been seen: for a feed, which shows the newest whoever has looked."""
    return replace(saved, seen=())


def look(db: sqlite_utils.Database, saved: Saved, most: int = MOST_NEW, seconds: float | None = 60.0) -> News:
    """What `saved` finds that was not seen yet, the newest `most` of it; `mark` then makes it seen."""
    asked = parse(saved.query)
    seen = set(saved.seen)
    with damage_named(), deadline(db.conn, asked.text, seconds), snapshot(db.conn):
        tiers = Tiers(db, asked.root)
        last = 0 if saved.exact else len(tiers.names) - 1
        rows = tiers.rows(last)
        known = _known(db, list(rows))
        new = rowids(rowid for rowid, article in known.items() if article not in seen)
        tier_of = {rowid: tiers.names[at] for at in range(last, -1, -1) for rowid in tiers.rows(at) & new}
        found = [(rowid, tier_of[rowid]) for rowid in new.newest(most)]
        shown = hits(db.conn, asked.root, found, {})
    return News(saved, len(rows), len(new), shown)


def mark(root: Path, news: News) -> Saved:
    """Notes that the hits of `news` were seen, durably; gives the saved query as it is now."""
    seen = tuple(sorted({*news.saved.seen, *(hit.public_id for hit in news.hits)}))
    saved = replace(news.saved, seen=seen, looked_at=_now())
    path = kept.path_of(root, FOLDER, saved.name)
    kept.write(path, kept.with_digest(asdict(saved)), replace=True)
    return saved


def _known(db: sqlite_utils.Database, rows: list[int]) -> dict[int, str]:
    if not rows:
        return {}
    wanted = set(rows)
    pairs = db.conn.execute(_IDS, (rows[0], rows[-1]))
    return {rowid: article for rowid, article in pairs if rowid in wanted}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

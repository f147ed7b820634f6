"""What one connection remembers between two searches, as long as the archive does not change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import sqlite_utils


@dataclass(slots=True)
class Memory:
    """Counts by MATCH, spellings by folded word, words by their beginning, facts of all articles, and what pairs, bits,
    days, trends and shards need.
    """

    version: tuple[int, int]
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    begun: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    facts: Any = None
    pairs: Any = None
    bits: Any = None
    strays: Any = None
    words: Any = None
    covered: dict[int, Any] = field(default_factory=dict)
    shard: Any = None


_MEMORIES: WeakKeyDictionary[sqlite_utils.Database, Memory] = WeakKeyDictionary()


def memory(db: sqlite_utils.Database) -> Memory:
    """The memory of `db`, empty if anybody has written to the database since it was filled.

    Call it inside a `snapshot`: what is remembered is then true of what the snapshot sees.
    """
    version = (db.conn.execute("PRAGMA data_version").fetchone()[0], db.conn.total_changes)
    known = _MEMORIES.get(db)
    if known is None or known.version != version:
        known = _MEMORIES[db] = Memory(version)
    return known


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One state of the database for all reads of the block, whatever is written meanwhile.

    Within a transaction of the caller's it is that transaction's.
    """
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        conn.execute("SELECT count(*) FROM (SELECT 1 FROM articles LIMIT 1)").fetchone()  # BEGIN alone reads nothing
        yield
    finally:
        conn.execute("ROLLBACK")

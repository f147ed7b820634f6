"""Which archives a pattern means, and why one of them cannot be asked."""

from __future__ import annotations

import glob
import os
import sqlite3
from collections.abc import Hashable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

import sqlite_utils

from archive.cluster.pattern import is_several
from archive.errors import NothingFound
from archive.messages.message import Message
from archive.store import schema

_DATABASE: Final = "archive.sqlite"


@dataclass(frozen=True, slots=True)
class Shard:
    """One archive of several: its name in answers, and its database."""

    name: str
    database: Path


def shards_of(*paths: Path | str) -> tuple[Shard, ...]:
    """The archives that `paths` mean, folders or database files, in order of their names; patterns are filled in.

    A path that is no pattern counts whether it is there or not, so that what is missing can be named. The order
    decides between articles of one minute. Raises NothingFound where a pattern meets nothing.
    """
    found: dict[Path, None] = {}
    for pattern in (part for path in paths for part in str(path).split(os.pathsep) if part):
        met = sorted(glob.glob(pattern)) if is_several(pattern) else [pattern]  # noqa: PTH207 - it may begin at the root
        if not met:
            raise NothingFound("no archive is called {pattern}", pattern=pattern)
        found |= dict.fromkeys(_database(Path(one)) for one in met)
    return tuple(Shard(name, path) for name, path in sorted(zip(_names(list(found)), found, strict=True)))


def state_of(shards: Sequence[Shard]) -> tuple[tuple[int, int, int] | None, ...]:
    """What differs as soon as one of `shards` is written to, replaced, or lost."""
    return tuple(_written(path) for shard in shards for path in (shard.database, Path(f"{shard.database}-wal")))


def unusable(shard: Shard) -> str:
    """That `shard` cannot be asked, and why; "" where it can."""
    if not shard.database.is_file():
        return Message("not asked: {shard} is missing", shard=shard.name)
    return _unusable(shard.name, shard.database, state_of([shard]))


def _written(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


@lru_cache(maxsize=1024)
def _unusable(shard: str, database: Path, _state: Hashable) -> str:
    try:
        address = f"file:{quote(str(database.absolute()))}?mode=ro"
        with closing(sqlite_utils.Database(sqlite3.connect(address, uri=True))) as db:
            version = schema.version_of(db)
    except sqlite3.DatabaseError as error:
        return Message("not asked: {shard} cannot be read ({error})", shard=shard, error=error)
    if version != schema.VERSION:
        return Message(
            "not asked: {shard} has schema {version}, this program {ours}; 'baotinh rebuild' on it makes it anew",
            shard=shard,
            version=version,
            ours=schema.VERSION,
        )
    return ""


def _database(path: Path) -> Path:
    return path if path.is_file() or path.suffix == ".sqlite" else path / _DATABASE


def _names(databases: list[Path]) -> list[str]:
    """A name for each: of the folder for archive.sqlite, else of the file; the whole path where two would share one."""
    short = [path.parent.name if path.name == _DATABASE and path.parent.name else path.stem for path in databases]
    return [str(path) if short.count(name) > 1 else name for name, path in zip(short, databases, strict=True)]

"""A process that answers for some shards: `python -m archive.cluster.process DESCRIPTOR`, a pipe to who asks.

A message is a list of (shard, database, function, arguments) with the folders of all archives that are asked as one,
and its answer a list of what each task gave or raised. The databases are opened for reading, guarded, and stay open:
what their connections remember serves the next question. What any of the archives has taken down is withheld of each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import sqlite_utils

from archive.cluster.shard_answers import withhold
from archive.errors import ArchiveError
from archive.processes import send
from archive.search.connection import open_guarded

Task = tuple[int, Path, Callable[..., Any], tuple[Any, ...]]
"""The number of a shard, its database, a function that takes the database first, and its other arguments."""


def serve(asker: Connection) -> None:
    """Answers until the other end closes."""
    opened: dict[int, tuple[object, sqlite_utils.Database]] = {}
    try:
        while True:
            message: tuple[list[Task], tuple[Path, ...]] = asker.recv()
            tasks, roots = message
            send(asker, [_answer(opened, task, roots) for task in tasks])
    except EOFError:
        return
    finally:
        for _, db in opened.values():
            db.close()


def _answer(opened: dict[int, tuple[object, sqlite_utils.Database]], task: Task, roots: tuple[Path, ...]) -> Any:
    shard, path, function, arguments = task
    try:
        status = path.stat()
        identity = (status.st_dev, status.st_ino)  # another after a rebuild
        if shard not in opened or opened[shard][0] != identity:
            opened[shard] = identity, open_guarded(path)
        withhold(opened[shard][1], roots)
        return function(opened[shard][1], *arguments)
    except (ArchiveError, OSError) as error:
        return error


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))

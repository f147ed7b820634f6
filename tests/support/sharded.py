"""Made archives split into shards, and random questions to them."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import sqlite_utils
from search_corpus import SOURCES, Written, invented, stored
from search_queries import random_tree, typed

from archive.cluster.shards import Shards
from archive.errors import ArchiveError
from archive.processes import Beside
from archive.worker import process

ARTICLES = invented(240, seed=3)


def split(folder: Path, by: str, articles: list[Written] = ARTICLES) -> tuple[Shards, sqlite_utils.Database]:
    """The articles as shards by source or by year, and as the one archive that takes in one shard after the other."""
    key = {"source": lambda one: one.source, "year": lambda one: one.day[:4]}[by]
    parts: dict[str, list[Written]] = {}
    for article in articles:
        parts.setdefault(key(article), []).append(article)
    whole = stored([article for name in sorted(parts) for article in parts[name]])
    for name, part in parts.items():
        made(folder / f"archive-{name}.sqlite", part)
    return Shards.open(folder / "archive-*.sqlite", processes=2), whole


def made(path: Path, articles: list[Written]) -> Path:
    db = sqlite_utils.Database(path)
    stored(articles, db)
    sources = {article.source for article in articles}
    for source in SOURCES:
        if source[0] not in sources:
            db.execute("DELETE FROM sources WHERE id = ?", (source[0],))
    db.conn.commit()
    db.close()
    return path


def queries(seed: int, number: int) -> Iterator[tuple[str, random.Random]]:
    chance = random.Random(seed)
    while number:
        text = typed(random_tree(chance, ARTICLES), chance)
        if len(text) < 900:
            number -= 1
            yield text, chance


@dataclass(frozen=True)
class _Thread:
    """What `archive.processes.Beside` asks of a process."""

    thread: threading.Thread

    def wait(self, _seconds: float | None = None) -> int:
        self.thread.join()
        return 0

    def poll(self) -> int | None:
        return None if self.thread.is_alive() else 0

    def kill(self) -> None:
        pass


def begun_here(_module: str) -> Beside:
    """A thread of this process that answers for shards as another process does, through a pipe."""
    ours, theirs = Pipe()
    thread = threading.Thread(target=_serve, args=(theirs,), daemon=True)
    thread.start()
    return Beside(_Thread(thread), ours)  # type: ignore[arg-type]


def _serve(pipe: Connection) -> None:
    with pipe:
        process.serve(pipe)


def told(ask: Callable[[], object]) -> object:
    """What a question gives, or the error it raises."""
    try:
        return ask()
    except ArchiveError as error:
        return type(error), str(error)

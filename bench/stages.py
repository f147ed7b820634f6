"""One stage of `bench.scale` in a process of its own: `python -m bench.stages STAGE SIZE FOLDER ANSWER`."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import archive.cli
from archive.corpus.trends import trends
from archive.holdings import Holdings
from archive.search import search
from archive.search.connection import cache_of, open_guarded, snapshot
from bench import custody, frontier, search_archive
from bench.search import FACETS
from bench.search_questions import questions

PARAGRAPHS = 3  # of a captured page, 3 KB
HANDS = 20  # of claims
PATIENCE = 3600.0  # seconds: on a busy machine the first question to a million takes more than a reader waits
ROUNDS = 3  # of questions; the first round is not counted: it loads the facts of all articles


class Laps:
    """What this process has measured, written where the parent reads it."""

    def __init__(self) -> None:
        self.found: list[dict[str, object]] = []

    @contextmanager
    def lap(self, stage: str, unit: str, units: int, grows: bool = True) -> Iterator[None]:
        """Measures what is done inside as `stage`: CPU of this process and of children that ended, and wall."""
        wall, used = time.perf_counter(), _used()
        yield
        self.add(stage, unit, units, _used() - used, time.perf_counter() - wall, grows)

    def add(self, stage: str, unit: str, units: int, cpu: float, wall: float, grows: bool = True) -> None:
        self.found.append(
            {"stage": stage, "unit": unit, "units": units, "cpu": cpu, "wall": wall, "rss": _most(), "grows": grows}
        )


def enqueue(laps: Laps, size: int, folder: Path) -> None:
    """`size` URLs enqueued, then twenty hands of 64 claimed and settled."""
    with laps.lap("enqueue", "URL", size):
        rows = frontier.filled(folder / "frontier.sqlite", size)
    wall, cpu = time.perf_counter(), _used()
    for _ in range(HANDS):
        frontier.claim(rows)
    units = min(size, frontier.HAND * HANDS)
    laps.add("claim", "URL claimed, settled", units, _used() - cpu, time.perf_counter() - wall)
    rows.close()


def articles(laps: Laps, size: int, folder: Path) -> None:
    made = search_archive.make(folder / "search.sqlite", size, seed=1)
    laps.add("store and index", "article", size, made.cpu, made.wall)
    laps.add("settle the index", "article", size, made.settle_cpu, made.settle_wall)


def ask(laps: Laps, size: int, folder: Path) -> None:
    db = open_guarded(folder / "search.sqlite")
    asked = questions(db, size)

    def once() -> None:
        for question in asked:
            with snapshot(db.conn):
                cache_of(db).counts.clear()
            search(db, question.query, facets=FACETS, seconds=PATIENCE)

    once()
    with laps.lap("search mix", "question", len(asked) * ROUNDS, grows=False):
        for _ in range(ROUNDS):
            once()


def over_time(laps: Laps, size: int, folder: Path) -> None:
    db = open_guarded(folder / "search.sqlite")
    asked = [one.query for one in questions(db, size) if one.kind in ("common word", "two words")]
    trends(db, asked[:1], seconds=PATIENCE)
    with laps.lap("trends", "query, 120 months", len(asked) * ROUNDS, grows=False):
        for _ in range(ROUNDS):
            for query in asked:
                trends(db, [query], seconds=PATIENCE)


def captures(laps: Laps, size: int, folder: Path) -> None:
    with laps.lap("keep a capture", "capture of 3 KB", size):
        custody.make(folder / "data", size, PARAGRAPHS)


def verify(laps: Laps, size: int, folder: Path) -> None:
    with laps.lap("verify, quick", "capture of 3 KB", size):
        _command("verify", "--archive", str(folder / "data"))


def reread(laps: Laps, size: int, folder: Path) -> None:
    with laps.lap("reread, one core", "capture of 3 KB", size):
        _command("reread", "--dry-run", "--workers", "1", "--archive", str(folder / "data"))


def merge(laps: Laps, size: int, folder: Path) -> None:
    Holdings.create(folder / "merged", "bench", "https://bench.example/")
    with laps.lap("merge", "capture of 3 KB", size):
        _command("merge", str(folder / "data"), "--archive", str(folder / "merged"))


RUNS: dict[str, Callable[[Laps, int, Path], None]] = {
    "frontier": enqueue,
    "articles": articles,
    "search": ask,
    "trends": over_time,
    "captures": captures,
    "verify": verify,
    "reread": reread,
    "merge": merge,
}


def main() -> int:
    stage, size, folder, answer = sys.argv[1:]
    laps = Laps()
    RUNS[stage](laps, int(size), Path(folder))
    Path(answer).write_text(json.dumps(laps.found), encoding="utf-8")
    return 0


def _command(*words: str) -> None:
    """Runs a command of ours in this process. Raises SystemExit where it fails; all of them leave by one."""
    try:
        archive.cli.main(list(words))
    except SystemExit as ended:
        if ended.code:
            raise


def _used() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _most() -> int:
    """The most memory this process has held, in bytes; the kernel's ru_maxrss would count the parent's before exec."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    raise SystemExit(main())

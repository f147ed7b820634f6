"""What asking shards in parallel gains: `python -m bench.shards [--articles 100000] [--shards 1 2 4]`.

The same articles in one archive and split by time, asked forty questions with counts and four facets, and eight trends:
the first time by new processes, then again. Beside the wall clock stands the CPU of who asks and of the busiest process
that answers: what the clock would show on a machine where each has a core of its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
import sqlite_utils

from archive.cluster.shards import Shards
from archive.corpus.trends import trends
from archive.search import search
from archive.search.connection import open_guarded
from bench import search_archive
from bench.search import FACETS
from bench.search_questions import questions

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of a question: by the clock, of CPU in all, and of who asks with the busiest who answers."""

    wall: float
    cpu: float
    busiest: float


def make(folder: Path, articles: int, number: int) -> list[Path]:
    """The archive in so many shards, by time."""
    source = search_archive.rows(articles, seed=1)
    paths = [folder / f"{number}-{at}" / "archive.sqlite" for at in range(number)]
    for path in paths:
        path.parent.mkdir(parents=True)
        search_archive.make(path, articles // number, 1, source)
    return paths


def measured(ask: Callable[[str], object], asked: list[str], times: int) -> Cost:
    """What each of `asked` costs, over so many rounds; the median round."""
    rounds = []
    for _ in range(times):
        before, began = _used(), time.perf_counter()
        for text in asked:
            ask(text)
        wall, after = time.perf_counter() - began, _used()
        spent = {pid: used - before.get(pid, 0.0) for pid, used in after.items()}
        own = spent.pop(os.getpid())
        rounds.append(Cost(wall, own + sum(spent.values()), own + max(spent.values(), default=0.0)))
    each = 1000 / len(asked)
    return Cost(*(median(getattr(one, name) for one in rounds) * each for name in ("wall", "cpu", "busiest")))


def _used() -> dict[int, float]:
    us = psutil.Process()
    found = {}
    for process in (us, *us.children()):
        times = process.cpu_times()
        found[process.pid] = times.user + times.system
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.shards", description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--folder", type=Path, help="where the archives are made, and removed again")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    with tempfile.TemporaryDirectory(prefix="baotinh-shards-", dir=options.folder) as name:
        (whole,) = make(Path(name), options.articles, 1)
        split = {
            number: [whole] if number == 1 else make(Path(name), options.articles, number) for number in options.shards
        }
        db = open_guarded(whole)
        made = questions(db, options.articles)
        asked = [one.query for one in made]
        over_time = [one.query for one in made if one.kind in ("common word", "two words")]
        db.close()
        print(f"{'ms a question: clock, CPU, asker and busiest':46}{'first':>24}{'again':>24}{'trends again':>24}")
        _print("one archive", open_guarded(whole), asked, over_time)
        for number, paths in split.items():
            with Shards.open(*paths) as shards:
                _print(f"{number} shards", shards, asked, over_time)
    print(f"load {os.getloadavg()[0]:.0f} at the end")
    return 0


def _print(name: str, held: sqlite_utils.Database | Shards, asked: list[str], over_time: list[str]) -> None:
    def search_in(text: str) -> object:
        return search(held, text, facets=FACETS)

    def trend_in(text: str) -> object:
        return trends(held, [text])

    first, again = measured(search_in, asked, 1), measured(search_in, asked, ROUNDS)
    trend_in(over_time[0])
    later = measured(trend_in, over_time, ROUNDS)
    told = "".join(f"{one.wall:>8.1f}{one.cpu:>8.1f}{one.busiest:>8.1f}" for one in (first, again, later))
    print(f"{name:46}{told}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())

"""What reading again costs on Spark, and what a second worker gains: `make bench-spark`.

A standalone cluster on loopback (a master, one or two workers of one core) reads archives of generated pages of two
sizes again, from the WARC files to the tables. CPU is what the workers' processes used: Spark, the readers, the filing.
What a page costs is the difference between the two sizes, so the start of Spark is left out; wall is what the machine
gave, so what a second worker gains is to be measured where nothing else runs. Rounds go through all in turn; the median
is told.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from archive.cluster.spark.job import reread
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.model import Capture
from archive.sources import Register, parse_source
from archive.warc import cdxj
from bench import site
from bench.spark_cluster import cluster

SOURCES = 4
_TICKS = os.sysconf("SC_CLK_TCK")
_SETTINGS = {"spark.executor.memory": "512m", "spark.driver.host": "127.0.0.1"}


@dataclass(frozen=True, slots=True)
class Job:
    """What a re-reading of so many captures cost, in seconds."""

    captures: int
    wall: float
    cpu: float


class Used(threading.Thread):
    """The CPU of all processes of some sessions, those that have ended as they were last seen."""

    def __init__(self, sessions: Collection[int]) -> None:
        super().__init__(daemon=True)
        self._sessions = frozenset(sessions)
        self._ticks: dict[str, int] = {}
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.2):
            self._look()

    def seconds(self) -> float:
        """Ends the looking; all CPU seconds that were seen."""
        self._done.set()
        self.join()
        self._look()
        return sum(self._ticks.values()) / _TICKS

    def _look(self) -> None:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                told = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(told[3]) in self._sessions:  # session, then user and system time: proc(5), fields 6, 14, 15
                self._ticks[process.name] = max(self._ticks.get(process.name, 0), int(told[11]) + int(told[12]))


def archive(root: Path, pages: int) -> tuple[Holdings, Register]:
    """An archive of `pages` articles of four sources, kept and not read."""
    holdings = Holdings.create(root, "Bench", "mailto:bench@bench.example")
    sources = []
    for number in range(SOURCES):
        name, origin = f"bench-{number}", f"http://b{number}.bench.example"
        told = (
            f'id = "{name}"\nname = "{name}"\nkind = "party"\nprovince = "thai-nguyen"\nstatus = "unverified"\n'
            f'hosts = ["b{number}.bench.example"]\n[[layout]]\nfamily = "nukeviet"\n'
        )
        sources.append(parse_source(told, f"{name}.toml"))
        with Keeper(holdings, name, "run") as keeper:
            for path, (kind, body) in site.pages(pages // SOURCES, 7 + number, origin).items():
                if path.endswith(".html"):
                    keeper.keep(_capture(origin + path, kind, body, name))
    cdxj.build(root)
    return holdings, Register.of(sources)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.spark", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, nargs=2, default=(200, 1000), help="articles of the two archives")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--workers", type=int, nargs="+", default=(1, 2), help="workers of the clusters")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.0f}")
    with tempfile.TemporaryDirectory() as folder:
        made = [archive(Path(folder) / f"{count}", count) for count in options.pages]
        found: dict[int, list[list[Job]]] = {workers: [[] for _ in made] for workers in options.workers}
        for _ in range(options.rounds):
            for workers in options.workers:
                for told, (holdings, register) in zip(found[workers], made, strict=True):
                    told.append(_job(holdings, register, workers))
                    print(f"{workers} workers: {told[-1]}", flush=True)
    _print({workers: [_median(one) for one in told] for workers, told in found.items()})
    print(f"load {os.getloadavg()[0]:.0f} at the end")
    return 0


def _median(jobs: Sequence[Job]) -> Job:
    return Job(jobs[0].captures, median(one.wall for one in jobs), median(one.cpu for one in jobs))


def _print(found: Mapping[int, Sequence[Job]]) -> None:
    """A line for each number of workers and archive, what a page costs beside the larger one, and the gain."""
    print(f"{'workers':>8}{'captures':>10}{'wall, s':>10}{'CPU, s':>10}{'ms CPU a page':>16}{'ms wall a page':>16}")
    walls = {}
    for workers, (small, large) in found.items():
        more = (large.captures - small.captures) / 1000
        walls[workers] = (large.wall - small.wall) / more
        each = f"{(large.cpu - small.cpu) / more:>16.1f}{walls[workers]:>16.1f}"
        for one, told in ((small, ""), (large, each)):
            print(f"{workers:>8}{one.captures:>10}{one.wall:>10.1f}{one.cpu:>10.1f}{told}")
    first, *others = sorted(walls)
    for workers in others:
        print(f"{workers} workers read {walls[first] / walls[workers]:.2f} times what {first} reads by the clock")


def _job(holdings: Holdings, register: Register, workers: int) -> Job:
    """What a re-reading by so many workers costs."""
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder), workers) as (master, running):
        used = Used([one.pid for one in running])
        used.start()
        began = time.perf_counter()
        told = reread(holdings, register, f"{folder}/tables", master, settings=_SETTINGS)
        wall = time.perf_counter() - began
        return Job(told.rows["captures"], wall, used.seconds())


def _capture(url: str, kind: str, body: bytes, source: str) -> Capture:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    return Capture(url, now, b"GET / HTTP/1.1\r\n\r\n", head.encode() + body, source)


if __name__ == "__main__":
    raise SystemExit(main())

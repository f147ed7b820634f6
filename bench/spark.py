"""What reading again costs on Spark: `python -m bench.spark [--pages 200 1000]`, in the environment of `make spark`.

A standalone cluster on loopback (a master, one or two workers of one core) reads archives of generated pages of two
sizes again, from the WARC files to the tables. CPU is what the workers' processes used: Spark, the readers, the filing.
What a page costs is the difference between the two sizes, so the start of Spark is left out; wall is what the machine
gave.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import threading
import time
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from archive.holdings import Holdings
from archive.ingest import Keeper
from archive.model import Capture
from archive.sources import Register, parse_source
from archive.spark.job import reread
from archive.warc import index
from bench import site
from bench.spark_cluster import cluster

SOURCES = 4
_TICKS = os.sysconf("SC_CLK_TCK")
_SETTINGS = {"spark.executor.memory": "512m", "spark.driver.host": "127.0.0.1"}


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
    index.build(root)
    return holdings, Register.of(sources)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.spark", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, nargs=2, default=(200, 1000), help="articles of the two archives")
    parser.add_argument("--workers", type=int, nargs="+", default=(1, 2), help="workers of the clusters")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.0f}")
    print(f"{'workers':>8}{'captures':>10}{'wall, s':>10}{'CPU, s':>10}{'ms CPU a page':>16}")
    with tempfile.TemporaryDirectory() as folder:
        made = [archive(Path(folder) / f"{count}", count) for count in options.pages]
        for workers in options.workers:
            before = (0, 0.0)
            for holdings, register in made:
                captures, wall, used = _job(holdings, register, workers)
                each = f"{1000 * (used - before[1]) / (captures - before[0]):.1f}" if before[0] else ""
                print(f"{workers:>8}{captures:>10}{wall:>10.1f}{used:>10.1f}{each:>16}", flush=True)
                before = (captures, used)
    print(f"load {os.getloadavg()[0]:.0f} at the end")
    return 0


def _job(holdings: Holdings, register: Register, workers: int) -> tuple[int, float, float]:
    """Captures, wall and CPU seconds of a re-reading by so many workers."""
    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder), workers) as (master, running):
        used = Used([one.pid for one in running])
        used.start()
        began = time.perf_counter()
        told = reread(holdings, register, f"{folder}/tables", master, settings=_SETTINGS)
        wall = time.perf_counter() - began
        return told.rows["captures"], wall, used.seconds()


def _capture(url: str, kind: str, body: bytes, source: str) -> Capture:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    return Capture(url, now, b"GET / HTTP/1.1\r\n\r\n", head.encode() + body, source)


if __name__ == "__main__":
    raise SystemExit(main())

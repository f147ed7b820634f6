"""Whether a crawl's memory stays flat: `python -m bench.memory [--pages 20000] [--every 2500]`.

A loopback site of small pages is crawled by the whole road. Each time so many captures have been stored, the memory of
the crawler and of its reader (what files, and what reads for it) is taken, apart: RSS as the system counts it
(libraries that several have loaded count in each), and PSS, in which what processes share is counted once. The last
line is the slope from the first quarter of the pages on, by least squares.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression

import psutil

from bench.measure import ENVIRONMENT
from bench.road import road, serving

MOST = 50_000
"""Pages that one sitemap may list (sitemaps.org)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The memory of a crawl's processes when `pages` captures were stored, in MB."""

    pages: int
    crawler: float
    reader: float
    shared_once: float  # PSS of all

    def told(self) -> str:
        """The sample as a line of the table."""
        both = self.crawler + self.reader
        return f"{self.pages:>8,} {self.crawler:>9.1f} {self.reader:>9.1f} {both:>9.1f} {self.shared_once:>9.1f}"


def watch(process: subprocess.Popen[bytes], database: Path, every: int) -> Iterator[Sample]:
    """A sample each time `every` further captures are stored, until `process` ends."""
    goal = every
    while process.poll() is None:
        time.sleep(0.1)
        stored = _stored(database)
        if stored < goal:
            continue
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            root = psutil.Process(process.pid)
            tree = [one.memory_full_info() for one in (root, *root.children(recursive=True))]
            if len(tree) > 1:
                yield Sample(
                    stored,
                    tree[0].rss / 1e6,
                    sum(one.rss for one in tree[1:]) / 1e6,
                    sum(one.pss for one in tree) / 1e6,
                )
                goal = stored - stored % every + every


def slope(samples: Sequence[Sample], pages: int) -> float:
    """MB by which the RSS of both grows in 10,000 pages, once a quarter of `pages` is there."""
    late = [sample for sample in samples if sample.pages >= pages // 4]
    return linear_regression([one.pages for one in late], [one.crawler + one.reader for one in late]).slope * 10_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=20_000, help=f"{MOST:,} at most")
    parser.add_argument("--every", type=int, default=2_500)
    options = parser.parse_args()
    pages = min(options.pages, MOST)
    print(f"{pages:,} pages, {os.cpu_count()} cores\n")
    print(f"{'pages':>8} {'crawler':>9} {'reader':>9} {'both':>9} {'PSS':>9} MB", flush=True)
    samples = []
    with tempfile.TemporaryDirectory(prefix="baotinh-memory-") as name, serving(pages, 7, "small.html") as base:
        archive = Path(name) / "archive"
        command, environment = road(base, archive), ENVIRONMENT | {"BAOTINH_ALLOW_LOOPBACK": "1"}
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
            for sample in watch(process, archive / "archive.sqlite", options.every):
                samples.append(sample)
                print(sample.told(), flush=True)
    if len(samples) > 2:
        print(f"\nslope {slope(samples, pages):+.2f} MB of RSS in 10,000 pages")
    return process.returncode


def _stored(database: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as db:
        return int(db.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()[0])


if __name__ == "__main__":
    raise SystemExit(main())

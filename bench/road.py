"""The whole road beside bare Scrapy and Scrapy with other readers: `python -m bench.road [--rounds 5] [--pages 2000]`.

One loopback site, served from memory by another process, is crawled by three subjects in turn, A B C A B C, so that a
busy machine slows all alike; the first round is thrown away.

    bare         Scrapy at its defaults, storing nothing
    trafilatura  Scrapy at its defaults, pages read by trafilatura, rows to SQLite
    newspaper4k  the same with newspaper4k, where `--subjects` asks for it: it takes a tenth of a second for a page
    road         baotinh: robots, wire kept as WARC and synced, read, normalised, stored with revisions, indexed

Equal work: the same pages and no images, robots obeyed, no delay (an explicit option that the register allows on
loopback only); Scrapy opens its eight connections, the road the four that a source may have at most. The road does
more: what it stores is counted and printed, to show that it was all there. Start-up (a crawl of a site of one page) is
printed by itself and taken off rates and CPU.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from statistics import median

from archive.holdings import Holdings
from archive.store import open_database
from bench.measure import Cost, run, spread
from bench.site import titles

SUBJECTS = ("bare", "trafilatura", "road")
_SUBJECTS = (*SUBJECTS, "newspaper4k")

SOURCE = """\
id       = "{id}"
name     = "Benchmark"
kind     = "newspaper"
province = "thai-nguyen"
status   = "verified"
hosts    = ["{host}"]

[[layout]]
family = "nukeviet"

[discover]
sitemaps = ["/sitemap.xml"]
article  = ['-\\d+\\.html$']

[politeness]
delay_seconds = {delay}
concurrency   = {concurrency}
"""
"""The source file of a site of `bench.site`."""


@contextlib.contextmanager
def serving(pages: int, seed: int, layout: str = "page.html") -> Iterator[str]:
    """The address of the site, served by a process of its own."""
    command = [sys.executable, "-m", "bench.site", "--pages", str(pages), "--seed", str(seed), "--layout", layout]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def crawl(subject: str, base: str, paths: Path, folder: Path) -> tuple[Cost, str]:
    """The cost of one crawl by `subject` in the empty `folder`, and what it stored, in words."""
    log = folder.parent / f"{subject}.log"
    if subject != "road":
        database = folder / "articles.sqlite"
        cost = run([sys.executable, "-m", "bench.peers", subject, base, str(paths), str(database)], log)
        return cost, f"{_count(database)} articles" if database.exists() else "nothing"
    cost = run(road(base, folder / "archive"), log, BAOTINH_ALLOW_LOOPBACK="1")
    warc = sum(file.stat().st_size for file in (folder / "archive" / "warc").rglob("*.gz*"))
    database = folder / "archive" / "archive.sqlite"
    articles, captures = _count(database), _count(database, "captures")
    return cost, f"{articles} articles of {captures} captures, WARC {warc / 1e6:.0f} MB"


def road(base: str, archive: Path) -> list[str]:
    """The command that crawls the site at `base` into the new `archive`."""
    holdings = Holdings.create(archive, "Benchmark", "bench@example.org")
    open_database(holdings.database).close()
    settings = archive / "archive.toml"
    settings.write_text(settings.read_text().replace("images = true", "images = false"))  # the peers fetch none either
    (holdings.sources / "bench.toml").write_text(
        SOURCE.format(id="bench", host=base.removeprefix("http://"), delay=0, concurrency=4)
    )
    return [str(Path(sys.executable).with_name("baotinh")), "--archive", str(archive), "crawl", "bench"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.road", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds, after one that is thrown away (5)")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--subjects", default=",".join(SUBJECTS), help="some of " + ", ".join(_SUBJECTS))
    options = parser.parse_args()
    subjects = options.subjects.split(",")
    costs: dict[str, list[Cost]] = {subject: [] for subject in subjects}
    starts: dict[str, list[Cost]] = {subject: [] for subject in subjects}
    stored: dict[str, str] = {}
    print(_machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="baotinh-bench-") as name:
        scratch = Path(name)
        with serving(1, options.seed) as small, serving(options.pages, options.seed) as base:
            for number in range(options.rounds + 1):
                for subject in subjects:
                    start, _ = _fresh(subject, small, scratch, 1, options.seed)
                    cost, stored[subject] = _fresh(subject, base, scratch, options.pages, options.seed)
                    if number:  # the first round warms caches
                        starts[subject].append(start)
                        costs[subject].append(cost)
                        print(f"  round {number} {subject:12} {cost.wall:6.1f} s {cost.cpu:6.1f} s CPU", flush=True)
    _report(costs, starts, stored, options.pages)
    return 0


def _fresh(subject: str, base: str, scratch: Path, pages: int, seed: int) -> tuple[Cost, str]:
    paths = scratch / "paths"
    paths.write_text("\n".join(path for path, _ in titles(pages, seed)))
    folder = scratch / subject
    folder.mkdir()
    try:
        return crawl(subject, base, paths, folder)
    finally:
        shutil.rmtree(folder)


def _report(costs: dict[str, list[Cost]], starts: dict[str, list[Cost]], stored: dict[str, str], pages: int) -> None:
    wall = {subject: median(start.wall for start in found) for subject, found in starts.items()}
    cpu = {subject: median(start.cpu for start in found) for subject, found in starts.items()}
    rates = {subject: [pages / (cost.wall - wall[subject]) for cost in found] for subject, found in costs.items()}
    print(f"\n{'':12} {'pages/s':>18} {'x bare':>18} {'ms CPU a page':>18} {'MB RSS':>15} {'start s':>8}  stored")
    for subject, found in costs.items():
        bare = rates.get("bare", rates[subject])
        print(
            f"{subject:12} {spread(rates[subject], '.0f'):>18}"
            f" {spread([own / other for own, other in zip(rates[subject], bare, strict=True)], '.2f'):>18}"
            f" {spread([(cost.cpu - cpu[subject]) / pages * 1000 for cost in found], '.2f'):>18}"
            f" {spread([cost.rss / 1e6 for cost in found], '.0f'):>15} {wall[subject]:>8.1f}  {stored[subject]}"
        )
    for peer in (peer for peer in ("trafilatura", "newspaper4k") if {peer, "road"} <= rates.keys()):
        pairs = zip(rates["road"], rates[peer], strict=True)
        print(f"\nroad against {peer}: {median(own / other for own, other in pairs):.1f} x")


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("scrapy", "trafilatura", "lxml", "isal"))
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}"


def _count(database: Path, table: str = "articles") -> int:
    with contextlib.closing(sqlite3.connect(database)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


if __name__ == "__main__":
    raise SystemExit(main())

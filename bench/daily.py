"""What a library pays for a daily crawl of all sources: `python -m bench.daily [--sources 16] [--articles 20]`.

So many sites on loopback, each on a port of its own and each with the articles of a day, are crawled by one
`baotinh watch --once` at two seconds between requests, `--most` of them at a time. Told are CPU of all our processes,
how idle the machine's cores stay meanwhile, and bytes of WARC and database; then the same for every source of the
register, for a day and for a month. The pages are those of `bench.site`, 77 KB, without pictures: a picture is kept as
it comes, and adds its own size.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from archive.holdings import Holdings
from archive.sources import Register
from archive.store import open_database
from bench.measure import run
from bench.road import SOURCE, serving

_DAYS = 30


def main() -> int:
    """Crawls, and prints what it cost."""
    parser = argparse.ArgumentParser(prog="python -m bench.daily", description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=int, default=16)
    parser.add_argument("--articles", type=int, default=20, help="new ones of a source and day")
    parser.add_argument("--most", type=int, default=8, help="crawls at a time")
    parser.add_argument("--delay", type=float, default=2.0, help="seconds between two requests to a site")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="baotinh-daily-") as name, contextlib.ExitStack() as sites:
        hosts = [sites.enter_context(serving(options.articles, seed)) for seed in range(options.sources)]
        holdings = _archive(Path(name) / "archive", hosts, options.delay)
        command = [str(Path(sys.executable).with_name("baotinh")), "--archive", str(holdings.root), "watch", "--once"]
        command += ["--most", str(options.most), *[f"bao-{number}" for number in range(options.sources)]]
        cost = run(command, Path(name) / "log", BAOTINH_ALLOW_LOOPBACK="1")
        warc = sum(file.stat().st_size for file in (holdings.root / "warc").rglob("*.gz*"))
        with contextlib.closing(sqlite3.connect(holdings.database)) as db:
            articles, captures = (
                db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("articles", "captures")
            )
        database = holdings.database.stat().st_size
    if articles != options.sources * options.articles:
        raise SystemExit(f"{articles} articles of {options.sources * options.articles} are stored")
    cores, sources = os.cpu_count() or 1, len(Register.load().sources)
    print(
        f"{options.sources} sources, {articles} articles, {captures} captures; {options.most} at a time, {cores} cores"
    )
    print(f"{cost.wall:.0f} s by the clock, {cost.cpu:.1f} s of CPU: idle {1 - cost.cpu / cost.wall / cores:.0%}")
    print(f"a source: {cost.cpu / options.sources:.2f} s of CPU, memory of all {cost.rss / 1e6:.0f} MB at most")
    for days, told in ((1, "a day"), (_DAYS, "a month")):
        share = sources * days / options.sources
        print(
            f"{sources} sources, {told}: {cost.cpu * share / 60:.0f} minutes of CPU, "
            f"WARC {warc * share / 1e9:.2f} GB, database {database * share / 1e9:.2f} GB"
        )
    return 0


def _archive(root: Path, hosts: Sequence[str], delay: float) -> Holdings:
    holdings = Holdings.create(root, "Benchmark", "bench@example.org")
    open_database(holdings.database).close()
    for number, host in enumerate(hosts):
        told = SOURCE.format(id=f"bao-{number}", host=host.removeprefix("http://"), delay=delay, concurrency=1)
        (holdings.sources / f"bao-{number}.toml").write_text(told, encoding="utf-8")
    return holdings


if __name__ == "__main__":
    raise SystemExit(main())

"""The frontier at a million URLs: `python -m bench.frontier [--urls 1000000]`.

Prints enqueues a second, what a claim costs at 10,000 URLs and at all of them, and what the process's memory grows by.
A URL passes every step it passes in a crawl: made fit for the wire, checked for scope and traps, keyed, and inserted in
batches of fifty; a claim takes 64 at a time and settles each with its visit and history. Claims are taken from a small
and from the full frontier in turn, so that a busy machine slows both alike; the median of all hands is told. Costs are
CPU time; the rate by the clock stands beside, without the time in which the process was ready and no core was free.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

from archive.model import Link
from archive.settings import Keep
from archive.sources.load import parse_source
from crawler.frontier.discovery import Origin, look
from crawler.frontier.recrawl import Visit, remember
from crawler.frontier.store import FrontierStore

SOURCE = """
id = "bench"
name = "Benchmark"
kind = "newspaper"
province = "thai-nguyen"
status = "verified"
hosts = ["baotinh.example"]
[[layout]]
family = "nukeviet"
[discover]
article = ['-\\d+\\.html$']
listing = ['^/[a-z-]+/$']
"""
SMALL = 10_000
BATCH = 50
HAND = 64
HANDS = 100
SITE = parse_source(SOURCE, "bench.toml")
ORIGIN = Origin("https://baotinh.example/tin-tuc/", "listing", 1)
TODAY = date(2026, 11, 24)


def links(first: int, count: int) -> Iterator[Link]:
    for number in range(first, first + count):
        day = f"{2000 + number % 26}-{1 + number % 12:02}-{1 + number % 28:02}"
        yield Link(f"https://baotinh.example/tin-tuc/hoi-nghi-rut-kinh-nghiem-{number}.html", "article", day)


def enqueue(rows: FrontierStore, first: int) -> None:
    """A batch of `BATCH` URLs from number `first` on passes all steps into the frontier."""
    finding = look(links(first, BATCH), ORIGIN, SITE, Keep(), TODAY)
    rows.add(finding.candidates, "bench")
    rows.commit()


def memory() -> float:
    """The process's resident memory in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def waited() -> float:
    """Seconds this process has stood ready to run and waited for a core."""
    return int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9


def filled(path: Path, urls: int) -> FrontierStore:
    """A frontier with so many URLs to do."""
    rows = FrontierStore(path)
    rows.authority("https://baotinh.example/", "bench")
    for first in range(0, urls, BATCH):
        enqueue(rows, first)
    return rows


def claim(rows: FrontierStore) -> tuple[float, float]:
    """Microseconds that a URL costs to be claimed, and to be settled, of one hand."""
    authority = rows.authority("https://baotinh.example/", "bench")
    began = time.process_time()
    hand = rows.claim(authority, "bench", "run", HAND)
    claimed = time.process_time()
    for row in hand:
        remember(rows, row, "bench", Visit(200, '"etag"', "", "new"), int(time.time()))
        rows.settle(row, "done", "", "run", "urn:uuid:0")
        rows.note(row.id, "run", "fetched", "200 new")
    rows.commit()
    settled = time.process_time()
    share = 1e6 / max(1, len(hand))
    return (claimed - began) * share, (settled - claimed) * share


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.frontier", description=__doc__.partition("\n")[0])
    parser.add_argument("--urls", type=int, default=1_000_000)
    options = parser.parse_args()
    print(f"{options.urls:,} URLs, {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory(prefix="baotinh-frontier-") as name:
        small = filled(Path(name) / "small.sqlite", SMALL)
        path = Path(name) / "frontier.sqlite"
        filled(path, 0).close()
        empty = memory()
        began, cpu, stood = time.perf_counter(), time.process_time(), waited()
        large = filled(path, options.urls)
        cpu, stood = time.process_time() - cpu, waited() - stood
        clock = time.perf_counter() - began - stood
        full = memory()
        hands = [(*claim(small), *claim(large)) for _ in range(HANDS)]
        claimed, settled, far_claimed, far_settled = (median(costs) for costs in zip(*hands, strict=True))
        both = (far_claimed + far_settled) / (claimed + settled)
        print(f"enqueue   {options.urls / cpu:10,.0f} URLs a second of CPU, {options.urls / clock:,.0f} by the clock")
        print(f"claim     {claimed:10.1f} us a URL at {SMALL:,}, {far_claimed:.1f} us at {options.urls:,}")
        print(f"settle    {settled:10.1f} us a URL at {SMALL:,}, {far_settled:.1f} us at {options.urls:,}")
        print(f"ratio     {both:10.2f} of claim and settle, {far_claimed / claimed:.2f} of claim alone")
        print(f"memory    {full - empty:10.1f} MB above the empty frontier's {empty:.0f} MB")
        print(f"file      {path.stat().st_size / 1e6:10.0f} MB")
        small.close()
        large.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

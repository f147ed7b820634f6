"""The frontier at a million URLs: `python -m bench.frontier [--urls 1000000]`.

Prints enqueues a second, what a claim costs at 10,000 URLs and at all of them, and what the process's memory grows by.
A URL passes every step it passes in a crawl: made fit for the wire, checked for scope and traps, keyed, and inserted in
batches of fifty; a claim takes 64 at a time and settles each with its visit and history. Costs are CPU time, for the
disk of a shared machine is anyone's; the rate by the wall clock stands beside.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from archive.model import Link
from archive.settings import Keep
from archive.sources.load import parse_source
from crawler.discovery import Origin, look
from crawler.frontier.rows import Rows
from crawler.frontier.visits import Visit, remember

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
HANDS = 20
SITE = parse_source(SOURCE, "bench.toml")
ORIGIN = Origin("https://baotinh.example/tin-tuc/", "listing", 1)
TODAY = date(2026, 11, 24)


def links(first: int, count: int) -> Iterator[Link]:
    for number in range(first, first + count):
        day = f"{2000 + number % 26}-{1 + number % 12:02}-{1 + number % 28:02}"
        yield Link(f"https://baotinh.example/tin-tuc/hoi-nghi-rut-kinh-nghiem-{number}.html", "article", day)


def enqueue(rows: Rows, first: int) -> None:
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


def claims(rows: Rows, rounds: int) -> tuple[float, float]:
    """Microseconds that a URL costs to be claimed, and to be settled, over `rounds` hands of 64."""
    authority = rows.authority("https://baotinh.example/", "bench")
    claiming = settling = 0.0
    taken = 0
    for _ in range(rounds):
        began = time.process_time()
        hand = rows.claim(authority, "bench", "run", 64)
        claiming += time.process_time() - began
        began = time.process_time()
        for row in hand:
            remember(rows, row, "bench", Visit(200, '"etag"', "", "new"), int(time.time()))
            rows.settle(row, "done", "", "run", "urn:uuid:0")
            rows.note(row.id, "run", "fetched", "200 new")
        rows.commit()
        settling += time.process_time() - began
        taken += len(hand)
    return claiming / taken * 1e6, settling / taken * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.frontier", description=__doc__.partition("\n")[0])
    parser.add_argument("--urls", type=int, default=1_000_000)
    options = parser.parse_args()
    print(f"{options.urls:,} URLs, {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory(prefix="baotinh-frontier-") as name:
        path = Path(name) / "frontier.sqlite"
        rows = Rows(path)
        rows.authority("https://baotinh.example/", "bench")
        rows.commit()
        empty = memory()
        small = (0.0, 0.0)
        began, cpu = time.perf_counter(), time.process_time()
        for first in range(0, options.urls, BATCH):
            enqueue(rows, first)
            if first + BATCH == SMALL:
                small = claims(rows, HANDS)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        full = memory()
        large = claims(rows, HANDS)
        print(f"enqueue   {options.urls / cpu:10,.0f} URLs a second of CPU, {options.urls / seconds:,.0f} by the clock")
        print(f"claim     {small[0]:10.1f} us a URL at {SMALL:,}, {large[0]:.1f} us at {options.urls:,}")
        print(f"settle    {small[1]:10.1f} us a URL at {SMALL:,}, {large[1]:.1f} us at {options.urls:,}")
        print(
            f"ratio     {sum(large) / sum(small):10.2f} of claim and settle, {large[0] / small[0]:.2f} of claim alone"
        )
        print(f"memory    {full - empty:10.1f} MB above the empty frontier's {empty:.0f} MB")
        print(f"file      {path.stat().st_size / 1e6:10.0f} MB")
        rows.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

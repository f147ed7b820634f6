"""What capture costs a crawl: `python -m bench.capture`, pages fetched and dropped beside pages fetched and kept.

One process fetches the pages of `bench.site` (about 100 KB each) in turn, by the crawler's own client: a batch dropped,
a batch kept as response, request and metadata records in a WARC file, synced every 20 captures as a crawl at full speed
does. CPU of this process alone, so that neither the site nor the disk counts; the batches alternate, each pair gives
a difference.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import tempfile
import time
from pathlib import Path

from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from bench.measure import spread
from bench.road import serving
from bench.site import titles
from crawler.http.capture import Errand, fetched_of, request_bytes
from crawler.http.connection import Client

_FIELDS = b"User-Agent: baotinh-bench\r\nAccept: */*\r\n"
_SYNC = 20


async def fetch(client: Client, urls: list[str], keeper: Keeper | None) -> float:
    """Milliseconds of CPU a page."""
    began = time.process_time()
    for number, url in enumerate(urls, 1):
        exchange = await client.fetch(url, lambda target, host: request_bytes(target, host, _FIELDS), 1 << 25, 30)
        fetched = fetched_of(Errand(url, "bench", "20261124T030000Z-bench-0000", "article"), exchange)
        if fetched.status != 200 or fetched.capture is None:
            raise RuntimeError(f"{url}: {fetched.status} {fetched.error}")
        if keeper is not None:
            keeper.keep(fetched.capture)
            if number % _SYNC == 0:
                keeper.sync()
    return (time.process_time() - began) / len(urls) * 1000


async def compare(base: str, count: int, rounds: int, folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds a page of each round: dropped, kept."""
    holdings = Holdings.create(folder / "data", "Benchmark", "bench@example.org")
    client = Client(loopback=True)
    urls = [base + path for path, _ in titles(count, 1)]
    dropped, kept = list[float](), list[float]()
    with Keeper(holdings, "bench", "20261124T030000Z-bench-0000") as keeper:
        for number in range(rounds + 1):
            one = await fetch(client, urls, None)
            other = await fetch(client, urls, keeper)
            if number:
                dropped.append(one)
                kept.append(other)
    client.close()
    return dropped, kept


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder, serving(given.pages, 1) as base:
        dropped, kept = asyncio.run(compare(base, given.pages, given.rounds, Path(folder)))
    costs = [other - one for one, other in zip(dropped, kept, strict=True)]
    print(f"{given.pages} pages, {given.rounds} rounds and one discarded; ms CPU a page")
    print(f"fetched and dropped {spread(dropped, '.3f'):>24}")
    print(f"fetched and kept    {spread(kept, '.3f'):>24}")
    print(f"capture             {spread(costs, '.3f'):>24}")


if __name__ == "__main__":
    main()

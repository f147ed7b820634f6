"""How fast stored captures are read again, without the store: `python -m bench.reread [--pages 600]`.

An archive of generated pages is made in a temporary folder; then its captures are read again from their WARC files as
`baotinh reread` does, to values that wait to be filed: by this process alone, by one process under limits, and by two.
Beside it stands lxml's bare parsing of the same pages. The middle of three rounds; pages a second of wall time, CPU of
all processes a page, and how many times bare parsing that CPU is.

`--rebuild` measures instead what `baotinh rebuild` makes of the archive beside what a crawl does with the same records
in its two processes that read and file, in turns, from the first page to the settled index.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from archive.custody.rebuild import rebuild
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import Ingest
from archive.ingest.reread import read_again
from archive.model import Capture, Place
from archive.sources import Register, parse_source
from archive.store import open_database, queries
from archive.store.rows import CaptureRow
from archive.worker.pool import WorkerPool, parse_to_follow
from bench import site
from bench.readers import NOW, Recorded, parse

_ORIGIN = "http://bench.example"
SOURCE = parse_source(
    'id = "bench"\nname = "Bench"\nkind = "party"\nprovince = "thai-nguyen"\nstatus = "unverified"\n'
    'hosts = ["bench.example"]\n[[layout]]\nfamily = "nukeviet"\n',
    "bench.toml",
)
_ROUNDS = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reread", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=600, help="articles in the archive")
    parser.add_argument("--rebuild", action="store_true", help="a rebuild beside a crawl's own reading and filing")
    options = parser.parse_args()
    pages = recorded(options.pages)
    if options.rebuild:
        return _beside_crawl(pages)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {len(pages)} captures")
    print(f"{'':<34}{'pages/s':>10}{'ms CPU':>10}{'x parsing':>10}")
    _, bare = _laps(lambda: [parse(page) for page in pages])
    _say("lxml, parsing alone", len(pages), _, bare, bare)
    with tempfile.TemporaryDirectory() as folder:
        holdings = Holdings.create(Path(folder) / "archive", "Bench", "mailto:bench@bench.example")
        register = Register.of([SOURCE])
        rows = _rows(holdings, register, pages)
        for processes, name in ((0, "read again, by this process"), (1, "by one under limits"), (2, "by two")):
            began = _used()
            with WorkerPool(holdings.root, register, processes) as readers:
                read_again(
                    readers, holdings.root, rows[: 40 * max(processes, 1)]
                )  # what a process loads when it begins is no page's
                wall, used = _laps(lambda readers=readers: read_again(readers, holdings.root, rows))  # type: ignore[misc]
            if processes:  # what children used is known when they have ended
                used = (_used() - began) / (_ROUNDS + 40 * processes / len(rows))
            _say(name, len(rows), wall, used, bare)
    return 0


def _beside_crawl(pages: list[Recorded]) -> int:
    walls: dict[str, list[float]] = {"crawl": [], "rebuild": []}
    with tempfile.TemporaryDirectory() as folder:
        holdings = Holdings.create(Path(folder) / "archive", "Bench", "mailto:bench@bench.example")
        register = Register.of([SOURCE])
        with Keeper(holdings, "bench", "run") as keeper:
            places = [keeper.keep(capture_of(page)) for page in pages]
        for number in range(_ROUNDS):
            began = time.perf_counter()
            _read_as_crawl(holdings, register, places, Path(folder) / f"{number}.sqlite")
            walls["crawl"].append(time.perf_counter() - began)
            began = time.perf_counter()
            rebuild(holdings, register)
            walls["rebuild"].append(time.perf_counter() - began)
    for name, taken in walls.items():
        print(f"{name:<10}{len(pages) / median(taken):>8.0f} pages/s")
    print(f"rebuild / crawl's reading and filing: {median(walls['crawl']) / median(walls['rebuild']):.2f}")
    return 0


def _read_as_crawl(holdings: Holdings, register: Register, places: list[Place], database: Path) -> None:
    """As `crawler.reader`: one process reads, this one files."""
    with (
        WorkerPool(holdings.root, register, 1, parse_to_follow) as readers,
        Ingest(holdings, register, database) as ingest,
    ):
        for answer in readers.read(places):
            if answer.stored is not None and answer.page is not None:
                ingest.file(answer.stored, answer.page)
            if ingest.due:
                ingest.commit()


def recorded(count: int) -> list[Recorded]:
    """So many pages of the generated site."""
    found = site.pages(count, 7, _ORIGIN).items()
    return [Recorded(_ORIGIN + path, body, kind) for path, (kind, body) in found if path.endswith(".html")]


def _rows(holdings: Holdings, register: Register, pages: list[Recorded]) -> list[CaptureRow]:
    with Keeper(holdings, "bench", "run") as keeper:
        places = [keeper.keep(capture_of(page)) for page in pages]
    with Ingest(holdings, register) as ingest:
        for place in places:
            ingest.read(place)
    db = open_database(holdings.database, readonly=True)
    try:
        return [row for portion in queries.to_reread(db) for row in portion]
    finally:
        db.close()


def capture_of(page: Recorded) -> Capture:
    """`page` as a crawl would have captured it."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {page.content_type}\r\nContent-Length: {len(page.body)}\r\n\r\n"
    request = f"GET / HTTP/1.1\r\nHost: {_ORIGIN}\r\n\r\n"
    return Capture(page.url, NOW, request.encode(), head.encode() + page.body, "bench")


def _laps(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of the middle of three rounds, this process's own CPU alone."""
    walls, used = [], []
    for _ in range(_ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        used.append(time.process_time() - cpu)
    return median(walls), median(used)


def _used() -> float:
    """CPU seconds of this process and of those it began that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _say(name: str, count: int, wall: float, used: float, bare: float) -> None:
    print(f"{name:<34}{count / wall:>10.0f}{used / count * 1000:>10.2f}{used / bare:>10.2f}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())

"""The reading room over many articles: `make bench-room`, or `python -m bench.room [--articles 100000]`.

Serves an archive of invented articles (`bench/search_archive.py`) with `baotinh serve` and asks it from this process:
first pages one after the other, then fifty readers at once with one more beside them who asks nothing but the heaviest
questions. Prints milliseconds on the wall, the server's own milliseconds of CPU, and how long its threads stood ready
and waited for a core: on a machine that others use too, the wall says how busy they are.

Exit code 1 where a target is missed: first page p95 50 ms and at most 40 kB, mix of the fifty p95 200 ms, start-up 1 s,
no answer of 400 or above.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import httpx2

from archive.holdings import Holdings
from bench import search_archive

READERS = 50
THINKING = 2.0  # seconds between two pages of one reader, on average
_WARM = 10  # first pages that are not counted: templates compile, facts of the articles load
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running `baotinh serve`."""

    address: str
    process: int
    root: Path

    def cpu(self) -> float:
        """Seconds of CPU that it and the processes it began have used."""
        spent = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in self._processes()]
        return sum(int(fields[11]) + int(fields[12]) for fields in spent) / _TICK

    def waited(self) -> float:
        """Seconds their living threads have stood ready to run and waited for a core."""
        threads = [thread for one in self._processes() for thread in Path(f"/proc/{one}/task").glob("*/schedstat")]
        return sum(int(thread.read_text().split()[1]) for thread in threads) / 1e9

    def _processes(self) -> list[str]:
        begun = Path(f"/proc/{self.process}/task").glob("*/children")
        return [str(self.process), *(child for one in begun for child in one.read_text().split())]


@dataclass(slots=True)
class Times:
    """How long pages took, in milliseconds on the wall, and what the server spent on each."""

    walls: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    heavy: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    cpu: float = 0.0
    waited: float = 0.0

    @property
    def p95(self) -> float:
        """The time that one page in twenty takes longer than."""
        return quantiles(self.walls, n=20)[-1]

    def __str__(self) -> str:
        p50 = quantiles(self.walls, n=20)[9]
        each = f"{self.cpu:.1f} ms CPU a page"
        if self.heavy:
            each = f"{len(self.heavy)} heavy pages beside, at most {max(self.heavy) / 1000:.1f} s"
        load = f"{self.waited:.1f} s waited; load {os.getloadavg()[0]:.1f}"
        failed = f"; {len(self.failed)} FAILED, as {self.failed[0]}" if self.failed else ""
        return f"{len(self.walls)} pages: p50 {p50:.0f}, p95 {self.p95:.0f} ms; {each}; {load}{failed}"

    def note(self, began: float, answer: httpx2.Response, into: list[float]) -> None:
        """Notes an answer among `into`, or as failed: what the room refused is no page, however fast it came."""
        if answer.is_success:
            into.append(1000 * (time.perf_counter() - began))
        else:
            self.failed.append(f"{answer.status_code} {answer.request.url}")


@contextmanager
def serving(root: Path, patient: bool = False) -> Iterator[Server]:
    """`baotinh serve` on the archive at `root`, on a free port, until the block ends; `patient`: no limit of time."""
    process = _start(root, patient)
    assert process.stderr is not None
    try:
        yield Server(process.stderr.readline().split()[-1], process.pid, root)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def start_ups(root: Path, times: int = 5) -> tuple[float, float]:
    """Seconds until the room listens, and seconds of CPU until it has ended again: the least of some starts."""
    walls, cpus = [], []
    for _ in range(times):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        process = _start(root)
        assert process.stderr is not None
        process.stderr.readline()
        walls.append(time.perf_counter() - began)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(walls), min(cpus)


def words(server: Server) -> list[str]:
    """Headlines of the archive."""
    with httpx2.Client(base_url=server.address, timeout=60) as client:
        text = client.get("/api/search", params={"q": "ngay:2015..", "limit": 200}).text
    return sorted(set(re.findall(r'"headline": ?"([^"]+)"', text)))


def first_pages(server: Server, headlines: Sequence[str], count: int = 100) -> Times:
    """One search after the other, of one or two words each; of the page without a query the size alone."""
    chance, times = random.Random(1), Times()
    with httpx2.Client(base_url=server.address, timeout=60) as client:
        times.sizes.append(len(client.get("/").content))
        for number in range(count + _WARM):
            if number == _WARM:
                cpu, waited = server.cpu(), server.waited()
            query = " ".join(chance.choice(headlines).split()[: chance.choice((1, 2))])
            began = time.perf_counter()
            answer = client.get("/", params={"q": query})
            if number >= _WARM:
                times.note(began, answer, times.walls)
            times.sizes.append(len(answer.content))
    times.cpu, times.waited = 1000 * (server.cpu() - cpu) / count, server.waited() - waited
    return times


def crowd(server: Server, headlines: Sequence[str], seconds: float, heavy: bool = True) -> Times:
    """READERS at once for some seconds, and beside them, if `heavy`, one who asks for the heaviest there is."""
    times = Times()
    cpu, waited = server.cpu(), server.waited()
    asyncio.run(_crowd(server, headlines, seconds, times, heavy))
    times.cpu, times.waited = 1000 * (server.cpu() - cpu) / len(times.walls), server.waited() - waited
    return times


async def _crowd(server: Server, headlines: Sequence[str], seconds: float, times: Times, heavy: bool) -> None:
    until = time.monotonic() + seconds
    limits = httpx2.Limits(max_connections=READERS + 1)
    async with httpx2.AsyncClient(base_url=server.address, limits=limits, timeout=600) as client:
        everybody = [_read(client, random.Random(number), headlines, until, times) for number in range(READERS)]
        if heavy:
            everybody.append(_ask_everything(client, max(headlines, key=len).split()[0], until, times))
        await asyncio.gather(*everybody)


async def _read(
    client: httpx2.AsyncClient, chance: random.Random, headlines: Sequence[str], until: float, times: Times
) -> None:
    await asyncio.sleep(chance.uniform(0, THINKING))
    while time.monotonic() < until:
        one, two = (chance.choice(headlines).split()[0] for _ in range(2))
        pages = (f"/?q={one}", f"/?q={one}+{two}", f"/?q={one}&order=best", "/", "/sources", f"/api/search?q={two}")
        began = time.perf_counter()
        answer = await client.get(chance.choice(pages))
        times.note(began, answer, times.walls)
        await asyncio.sleep(chance.uniform(0, 2 * THINKING))


async def _ask_everything(client: httpx2.AsyncClient, common: str, until: float, times: Times) -> None:
    while time.monotonic() < until:
        for page in ("/concordance?q={}", "/collocates?q={}", "/trends?q={}&measure=matches"):
            began = time.perf_counter()
            times.note(began, await client.get(page.format(common)), times.heavy)


_PATIENT = """
from archive.cli import main
from archive.web.asking import SECONDS
SECONDS.update(dict.fromkeys(SECONDS, 3600.0))
main()
"""


def _start(root: Path, patient: bool = False) -> subprocess.Popen[str]:
    program = [sys.executable, "-c", _PATIENT] if patient else [str(Path(sys.executable).with_name("baotinh"))]
    command = [*program, "--lang", "en", "serve", "--rate", "0"]
    return subprocess.Popen(
        [*command, "--port", "0", "--replay-port", "0"],
        env={**os.environ, "BAOTINH_ARCHIVE": str(root)},
        stderr=subprocess.PIPE,
        text=True,
    )


def main() -> int:
    """Prints the numbers; exit code 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.room", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long the fifty read")
    parser.add_argument("--folder", type=Path, help="keep the archive here, and use the one that is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = (options.folder or Path(temporary)) / "kho"
        if not root.exists():
            search_archive.make(
                Holdings.create(root, "Thư viện", "mailto:kho@vi-du.example").database, options.articles, 7
            )
        return _report(root, options.seconds)


def _report(root: Path, seconds: float) -> int:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    wall, cpu = start_ups(root)
    print(f"listening after {wall:.2f} s ({cpu:.2f} s CPU until it has ended)")
    with serving(root) as server:
        headlines = words(server)
        first = first_pages(server, headlines)
        print(f"first pages, one after the other: {first}; at most {max(first.sizes):,} bytes")
        alone = crowd(server, headlines, seconds / 2, heavy=False)
        print(f"{READERS} readers: {alone}")
        beside = crowd(server, headlines, seconds)
        print(f"{READERS} readers, one asks for everything: {beside}")
    failed = len(first.failed) + len(alone.failed) + len(beside.failed)
    missed = [
        f"{name}: {value:,.2f} instead of {target:,}"
        for name, value, target in (
            ("seconds until it listens", wall, 1),
            ("p95 of first pages, ms", first.p95, 50),
            ("bytes of a first page", max(first.sizes), 40_000),
            ("p95 of the fifty, ms", beside.p95, 200),
            ("answers that failed", failed, 0),
        )
        if value > target
    ]
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

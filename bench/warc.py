"""Writing, reading and verifying WARC beside other tools, interleaved in one run: `python -m bench.warc`.

Pages are those of `bench.site`, about 100 KB each. What counts is CPU of this process, ratios of one run above all.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # has no annotations
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]  # has no annotations
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]  # has no annotations

from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.model import Capture, Place
from archive.warc import cdxj
from archive.warc.reader import read
from archive.warc.writer import Writer
from bench.measure import spread
from bench.site import pages

RUN = "20261124T030000Z-bench-0000"
BASE = "https://bench.example"


def captures(count: int) -> list[Capture]:
    """Captures of `count` article pages, as the wire would have them."""
    site = [(path, body) for path, (mime, body) in pages(count, 1, BASE).items() if mime.startswith("text/html")]
    began = datetime(2026, 11, 24, 3, tzinfo=UTC)
    head = "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n"
    return [
        Capture(
            url=BASE + path,
            began=began + timedelta(seconds=number),
            request=f"GET {path} HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: baotinh\r\n\r\n".encode(),
            response=head.format(len(body)).encode() + body,
            source="bench",
            kind="article",
            run=RUN,
            address="203.0.113.7",
            protocols=("http/1.1",),
        )
        for number, (path, body) in enumerate(site)
    ]


def by_us(root: Path, taken: list[Capture]) -> list[Place]:
    """Our writer, made durable at the end."""
    with Writer(root, "bench", RUN) as writer:
        return [writer.append(capture) for capture in taken]


def by_warcio(root: Path, taken: list[Capture]) -> None:
    """warcio's writer at its defaults: a response and a request, gzip at its level."""
    with (root / "warcio.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for capture in taken:
            head, _, body = capture.response.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            fields = [tuple(line.split(": ", 1)) for line in lines[1:]]
            http = StatusAndHeaders(lines[0].partition(" ")[2], fields, protocol="HTTP/1.1")
            response = writer.create_warc_record(capture.url, "response", payload=io.BytesIO(body), http_headers=http)
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "bench.example")], is_http_request=True)
            writer.write_request_response_pair(
                writer.create_warc_record(capture.url, "request", http_headers=asked), response
            )


def read_by_us(root: Path, places: list[Place]) -> None:
    """Each capture by its place, request and metadata with it."""
    for place in places:
        read(root, place)


def read_by_warcio(root: Path, places: list[Place]) -> None:
    """Each response record by its offset, to its last byte."""
    with (root / places[0].file).open("rb") as stream:
        for place in places:
            stream.seek(place.offset)
            next(iter(ArchiveIterator(stream))).content_stream().read()


def read_by_fastwarc(root: Path, places: list[Place]) -> None:
    """Each response record by its offset, to its last byte."""
    with (root / places[0].file).open("rb") as stream:
        for place in places:
            stream.seek(place.offset)
            next(iter(FastIterator(stream))).reader.read()


def sha256sum(root: Path) -> None:
    """The least that any verification costs: every file read once by coreutils."""
    files = [str(path) for path in sorted(root.glob("warc/*/*.warc.gz"))]
    subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL)


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that `work` takes, in this process and those it waits for."""
    before = _spent()
    work()
    return _spent() - before


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def steps(root: Path, taken: list[Capture], places: list[Place]) -> dict[str, Callable[[], object]]:
    """What is measured, in order; the first of each group is compared with the one named in BASES."""
    holdings = Holdings.create(root, "bench", "https://bench.example/")
    return {
        "write ours (3 records)": lambda: places.extend(by_us(root, taken)),
        "write warcio (2 records)": lambda: by_warcio(root, taken),
        "read ours": lambda: read_by_us(root, places),
        "read warcio": lambda: read_by_warcio(root, places),
        "read fastwarc": lambda: read_by_fastwarc(root, places),
        "index build": lambda: cdxj.build(root),
        "verify quick": lambda: verify(holdings, "quick"),
        "verify full": lambda: verify(holdings, "full"),
        "verify sha256sum": lambda: sha256sum(root),
    }


BASES = {"write": "write warcio (2 records)", "read": "read warcio"}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    taken = captures(given.pages)
    size = sum(len(capture.response) for capture in taken) / len(taken)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{len(taken)} pages of {size / 1000:.0f} KB, {given.rounds} rounds and one discarded; ms CPU a page")
    costs: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.rounds + 1):
            root = Path(folder) / str(number)
            for name, step in steps(root, taken, []).items():
                spent = cpu(step) / len(taken) * 1000
                if number:
                    costs.setdefault(name, []).append(spent)
        lookups(root, taken)
    for name, times in costs.items():
        base = costs[BASES.get(name.split()[0], "verify sha256sum")]
        ratios = [one / other for one, other in zip(times, base, strict=True)]
        print(f"{name:26}{spread(times, '.3f'):>26} ms{spread(ratios, '.2f'):>24} x")


def lookups(root: Path, taken: list[Capture]) -> None:
    """Prints what finding a URL in the index costs."""
    target = root / cdxj.MERGED
    began = time.perf_counter()
    for capture in taken:
        if len(cdxj.find_entries(target, capture.url)) != 1:
            raise RuntimeError(f"{capture.url} is not in the index once")
    print(f"index: find a URL {(time.perf_counter() - began) / len(taken) * 1000:.3f} ms")


if __name__ == "__main__":
    main()

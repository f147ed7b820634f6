"""Custody of a large archive, beside reading its files once: `python -m bench.custody --captures 1000000`.

The archive is synthetic: pages of some paragraphs (3 are about 3 KB, 35 about 30 KB) out of a seeded vocabulary, one
row in the database for each capture. Every command runs in a process of its own, so its memory is its own; of one that
works in several processes it is the sum, pages they share counted in each.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlite_utils

from archive.custody import seals
from archive.custody.verify.files import kept_of
from archive.holdings import Holdings
from archive.model import Capture, StoredCapture
from archive.store import open_database, writes, writing
from archive.store.rows import CaptureRow
from archive.text.urls import url_key
from archive.warc import cdxj
from archive.warc.captures import digest
from archive.warc.http import entity, part
from archive.warc.writer import Writer
from bench.measure import run
from bench.words import Writer as Words

RUN = "20261124T030000Z-custody-0000"
BASE = "https://custody.example"
FIRST = datetime(2026, 11, 24, 3, tzinfo=UTC)


def captures(count: int, seed: int, length: int) -> Iterator[Capture]:
    """`count` captures of pages of `length` paragraphs, each with a text of its own."""
    words = Words(seed)
    chance = random.Random(seed)
    paragraphs = [f"<p>{words.paragraph()}</p>\n" for _ in range(400)]
    for number in range(count):
        body = "".join(chance.choices(paragraphs, k=length)).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        yield Capture(
            url=f"{BASE}/tin-tuc/bai-viet-{number}.html",
            began=FIRST + timedelta(seconds=number),
            request=f"GET /tin-tuc/bai-viet-{number}.html HTTP/1.1\r\nHost: custody.example\r\n\r\n".encode(),
            response=head.encode() + body,
            source="custody",
            kind="article",
            run=RUN,
        )


def make(root: Path, count: int, length: int) -> None:
    """An archive of `count` captures at rest, sealed and indexed."""
    holdings = Holdings.create(root, "bench", "https://bench.example/")
    db = open_database(holdings.database)
    batch: list[StoredCapture] = []
    row = 0
    with Writer(root, "custody", RUN, roll_at=5 * 10**8) as writer:
        for capture in captures(count, 1, length):
            wire = part(capture.response)
            batch.append(StoredCapture(capture, writer.append(capture), digest(entity(wire)), digest(capture.response)))
            if len(batch) == 2000:
                row = _rows(db, batch, row)
    _rows(db, batch, row)
    db.close()
    seals.seal(root, holdings.database.name)


def _rows(db: sqlite_utils.Database, batch: list[StoredCapture], row: int) -> int:
    with writing(db):
        for held in batch:
            row += 1
            kept = kept_of(held)
            about = CaptureRow(
                id=row,
                source="custody",
                url_key=url_key(kept.url),
                file=held.place.file,
                state="kept",
                reason="",
                parser="",
                notes_json="[]",
                article=None,
                text_digest="",
                redirect_key="",
                **{name: getattr(kept, name) for name in kept.__dataclass_fields__},
            )
            writes.add_capture(db, about)
    batch.clear()
    return row


def main() -> None:
    """Makes the archive, runs the commands, prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--captures", type=int, default=20_000)
    parser.add_argument("--paragraphs", type=int, default=3, help="of a page")
    parser.add_argument("--folder", type=Path, help="where to make the archive, removed afterwards")
    given = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        root = Path(folder) / "data"
        began = time.process_time()
        make(root, given.captures, given.paragraphs)
        spent = time.process_time() - began
        files = [path for path in sorted(root.rglob("*")) if path.is_file() and ".lock" not in path.parts]
        size = sum(path.stat().st_size for path in files)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(
            f"{given.captures:,} captures, {size / 1e6:,.0f} MB; made in {spent:.0f} s CPU, {most:.0f} MB", flush=True
        )
        log = Path(folder) / "log"
        baotinh = str(Path(sys.executable).with_name("baotinh"))
        url = f"{BASE}/tin-tuc/bai-viet-{given.captures // 2}.html"
        for words in (["rebuild", "cdxj"], ["verify"], ["verify", "--full"], ["recover"], ["show", url, "--captures"]):
            files = [path for path in sorted(root.rglob("*")) if path.is_file() and ".lock" not in path.parts]
            base = run(["sha256sum", *map(str, files)], log)  # beside each, for other work on the machine
            cost = run([baotinh, "--archive", str(root), *words], log, PYTHONDONTWRITEBYTECODE="")
            name = "baotinh " + " ".join(words[:2])
            per = cost.wall / given.captures * 100_000
            print(
                f"{name:24}{cost.wall:8.1f} s wall {cost.cpu:8.1f} s CPU {cost.rss / 1e6:5.0f} MB; sha256sum of"
                f" every file {base.wall:5.1f} s wall {base.cpu:5.1f} s CPU: {cost.wall / base.wall:5.2f} x wall"
                f" {cost.cpu / base.cpu:5.2f} x CPU; {per:6.2f} s per 100,000 captures",
                flush=True,
            )
        times = []
        for number in range(0, given.captures, max(1, given.captures // 1000)):
            began = time.perf_counter()
            cdxj.find_entries(root / cdxj.MERGED, f"{BASE}/tin-tuc/bai-viet-{number}.html")
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        print(f"finding a URL in the index: median {times[len(times) // 2]:.2f} ms, slowest {times[-1]:.2f} ms")


if __name__ == "__main__":
    main()

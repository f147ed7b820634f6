"""Custody of a large archive, beside reading its files once: `python -m bench.custody`.

The archive is synthetic: pages of about 30 KB out of a seeded vocabulary, one row in the database for each capture.
Every command runs in a process of its own, so its memory is its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive import seals
from archive.holdings import Holdings
from archive.model import Capture, Place
from archive.store import open_database, writes, writing
from archive.store.rows import CaptureRow
from archive.text.urls import url_key
from archive.verify.rows import kept_of
from archive.warc import index
from archive.warc.read import read
from archive.warc.write import Writer
from bench.measure import run
from bench.words import Writer as Words

RUN = "20261124T030000Z-custody-0000"
BASE = "https://custody.example"
FIRST = datetime(2026, 11, 24, 3, tzinfo=UTC)


def captures(count: int, seed: int) -> Iterator[Capture]:
    """`count` captures of pages of about 30 KB, each with a text of its own."""
    words = Words(seed)
    chance = random.Random(seed)
    paragraphs = [f"<p>{words.paragraph()}</p>\n" for _ in range(400)]
    for number in range(count):
        body = "".join(chance.choices(paragraphs, k=35)).encode()
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


def make(root: Path, count: int) -> None:
    """An archive of `count` captures at rest, sealed and indexed."""
    holdings = Holdings.create(root, "bench", "https://bench.example/")
    db = open_database(holdings.database)
    places: list[Place] = []
    with Writer(root, "custody", RUN, roll_at=10**8) as writer:
        for capture in captures(count, 1):
            places.append(writer.append(capture))
            if len(places) == 500:
                _rows(root, db, places)
    _rows(root, db, places)
    db.close()
    seals.seal(root, holdings.database.name)
    index.build(root)


def _rows(root: Path, db: object, places: list[Place]) -> None:
    with writing(db):  # type: ignore[arg-type]
        for place in places:
            kept = kept_of(read(root, place))
            row = CaptureRow(
                id=writes.next_id(db, "captures"),  # type: ignore[arg-type]
                source="custody",
                url_key=url_key(kept.url),
                file=place.file,
                state="kept",
                reason="",
                parser="",
                notes_json="[]",
                article=None,
                text_digest="",
                redirect_key="",
                **{name: getattr(kept, name) for name in kept.__dataclass_fields__},
            )
            writes.add_capture(db, row)  # type: ignore[arg-type]
    places.clear()


def main() -> None:
    """Makes the archive, runs the commands, prints the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--captures", type=int, default=20_000)
    given = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        began = time.perf_counter()
        make(root, given.captures)
        files = [path for path in sorted(root.rglob("*")) if path.is_file() and ".lock" not in path.parts]
        size = sum(path.stat().st_size for path in files)
        print(f"{given.captures:,} captures, {size / 1e6:,.0f} MB, made in {time.perf_counter() - began:.0f} s")
        baotinh = str(Path(sys.executable).with_name("baotinh"))
        log = Path(folder) / "log"
        base = run(["sha256sum", *map(str, files)], log)
        print(f"{'sha256sum of every file':28}{base.wall:8.2f} s wall {base.cpu:8.2f} s CPU {base.rss / 1e6:6.0f} MB")
        url = f"{BASE}/tin-tuc/bai-viet-{given.captures // 2}.html"
        for words in (["verify"], ["verify", "--full"], ["index"], ["index", "--url", url]):
            cost = run([baotinh, "--archive", str(root), *words], log)
            name = "baotinh " + " ".join(words[:2])
            per = cost.wall / given.captures * 100_000
            print(
                f"{name:28}{cost.wall:8.2f} s wall {cost.cpu:8.2f} s CPU {cost.rss / 1e6:6.0f} MB"
                f" {cost.cpu / base.cpu:6.2f} x CPU {per:8.1f} s per 100,000 captures"
            )
        began = time.perf_counter()
        for number in range(0, given.captures, max(1, given.captures // 200)):
            index.find(root / index.MERGED, f"{BASE}/tin-tuc/bai-viet-{number}.html")
        looked = min(given.captures, 200)
        print(f"{'finding a URL in the index':28}{(time.perf_counter() - began) / looked * 1000:8.2f} ms")


if __name__ == "__main__":
    main()

"""One article taken down, and back, out of archives of several sizes: `python -m bench.takedown --sizes 10000,100000`.

The archives are synthetic: articles of some 2 KB out of a seeded vocabulary, each with boxes that point to three before
it, filed as a crawl files them but for the reading of the pages, which are not made to be read; a WARC file for every
1,000 captures. Measured is the whole command, its start and the processes it begins among it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.model import Article, Capture, Found, Moment, Reading, StoredCapture, Teaser
from archive.sources import Register
from archive.text.clock import utc_milliseconds
from archive.text.urls import url_key
from archive.warc import cdxj
from archive.warc.captures import digest
from archive.warc.http import entity, part
from archive.warc.writer import Writer
from archive.worker.page import Page
from bench.search_archive import Texts

SITE = "https://takedown.example"
FIRST = datetime(2026, 11, 24, 3, tzinfo=UTC)
DAYS = 3650
PER_FILE = 1000
WAYS = ("hidden", "sealed", "erased", "lifted")
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_OPTIONS = {"hidden": [], "sealed": ["--seal"], "erased": ["--erase"], "lifted": ["--lift"]}


def articles(count: int) -> Iterator[Article]:
    """`count` articles over ten years, in order of time."""
    texts = Texts(1)
    headlines: list[str] = []
    for number in range(count):
        day = date(2015, 1, 1) + timedelta(days=number * DAYS // count)
        headlines.append(f"{texts.text(6)[:-1]} số {number}")
        boxes = tuple(
            Teaser(f"{SITE}/tin/bai-{other}.html", headlines[other], "", "Tin liên quan")
            for other in range(max(0, number - 3), number)
        )
        yield Article(
            url=f"{SITE}/tin/bai-{number}.html",
            headline=Found(headlines[-1], "h1"),
            body=tuple(texts.text(30) for _ in range(3)),
            body_by="bench",
            parser="bench/1",
            lead=Found(texts.text(10), "p.lead"),
            published=Moment(day.isoformat(), "day", "bench", day.isoformat()),
            teasers=boxes,
        )


def make(root: Path, count: int) -> None:
    """An archive of `count` articles at rest, sealed and indexed."""
    holdings = Holdings.create(root, "bench", "https://bench.example/")
    began = FIRST
    with Ingest(holdings, Register.load()) as ingest:
        for first, batch in enumerate(_in_files(articles(count))):
            crawl = f"20261124T030000Z-takedown-{first:05d}"
            with Writer(root, "takedown", crawl) as writer:
                for article in batch:
                    began += timedelta(seconds=1)
                    held = _kept(writer, article, crawl, began)
                    ingest.file(held, _page(held, article))
                    if ingest.due:
                        ingest.commit()
    cdxj.build(root)


def _in_files(source: Iterator[Article]) -> Iterator[list[Article]]:
    batch: list[Article] = []
    for article in source:
        batch.append(article)
        if len(batch) == PER_FILE:
            yield batch
            batch = []
    if batch:
        yield batch


def _kept(writer: Writer, article: Article, crawl: str, began: datetime) -> StoredCapture:
    html = f"<h1>{article.headline.value}</h1>" + "".join(f"<p>{text}</p>" for text in article.body)
    body = html.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    request = f"GET {article.url.removeprefix(SITE)} HTTP/1.1\r\nHost: takedown.example\r\n\r\n".encode()
    capture = Capture(article.url, began, request, head.encode() + body, "takedown", "article", crawl)
    wire = part(capture.response)
    return StoredCapture(capture, writer.append(capture), digest(entity(wire)), digest(capture.response))


def _page(held: StoredCapture, article: Article) -> Page:
    reading = Reading("article", article)
    when = utc_milliseconds(held.capture.began)
    return replace(Page(None, "takedown", url_key(article.url), when, 200, "text/html"), reading=reading)


def cpu_of(command: list[str], log: Path) -> float:
    """CPU seconds of `command` and all its children. Raises RuntimeError with the end of its output where it fails."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=_ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {process.returncode}\n{log.read_text(errors='replace')[-2000:]}")
    return usage.ru_utime + usage.ru_stime


def measured(root: Path, count: int, log: Path) -> dict[str, list[float]]:
    """The CPU seconds of each way, three times each, of articles in the middle of the archive."""
    baotinh = str(Path(sys.executable).with_name("baotinh"))
    found: dict[str, list[float]] = {way: [] for way in WAYS}
    for number in range(3):
        for at, ways in enumerate((["hidden", "lifted"], ["sealed"], ["erased"])):
            url = f"{SITE}/tin/bai-{count // 2 + 5 * number + at}.html"
            for way in ways:
                words = ["--archive", str(root), "takedown", url, *_OPTIONS[way], "--yes", "--reason", "x"]
                found[way].append(cpu_of([baotinh, *words, "--authority", "y"], log))
    return found


def main() -> None:
    """Makes an archive of each size, measures, and prints how the largest compares with the smallest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="500,5000", help="numbers of articles, parted by commas")
    parser.add_argument("--folder", type=Path, help="where to make the archives, removed afterwards")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    sizes = [int(text) for text in given.sizes.split(",")]
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}", file=sys.stderr)
    least: dict[str, dict[int, float]] = {way: {} for way in WAYS}
    for count in sizes:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            root = Path(folder) / "data"
            began = time.process_time()
            make(root, count)
            size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
            spent = time.process_time() - began
            print(f"{count:,} articles, {size / 1e6:,.0f} MB; made in {spent:.0f} s CPU", file=sys.stderr, flush=True)
            for way, costs in measured(root, count, Path(folder) / "log").items():
                least[way][count] = min(costs)
                each = ", ".join(f"{cost:.2f}" for cost in costs)
                print(f"  {way:8} {least[way][count]:6.2f} s CPU ({each})", file=sys.stderr, flush=True)
    ratios = {way: least[way][sizes[-1]] / least[way][sizes[0]] for way in WAYS}
    for way, ratio in ratios.items():
        print(f"{way:8} {sizes[-1]:,} beside {sizes[0]:,} articles: {ratio:.2f} x CPU", file=sys.stderr)
    if given.json:
        print(json.dumps({"cpu": least, "ratio": ratios}, indent=2))


if __name__ == "__main__":
    main()

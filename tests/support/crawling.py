"""Crawls in the test's own process: real frontier, wire, border and archive, with a small engine in Scrapy's place."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from raw_server import Answer, RawServer, raw_server
from scrapy.settings import Settings

import crawler.settings as project
from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.model import Outcome, Place
from archive.sources import Register
from archive.store import open_database
from crawler import border
from crawler.frontier.scheduler import Frontier
from crawler.frontier.store import FrontierStore
from crawler.http.capture import CaptureHandler
from crawler.report import Report
from crawler.spider import spider_of

Page = str | bytes | Answer
Site = Callable[[str, int], Page | None]
"""The page at a path, given how often it was asked for before; None for 404."""

SOURCE = """
id = "thu"
name = "Cổng thử"
kind = "party"
province = "thai-nguyen"
status = "unverified"
hosts = ["127.0.0.1:{port}"]
homepage = "http://127.0.0.1:{port}/"
[[layout]]
family = "nukeviet"
[discover]
seeds = ["/"]
article = ['-\\d+\\.html$']
listing = ['^/$', '/page-\\d+/$']
[politeness]
delay_seconds = 0
"""


class InlineReader:
    """The reader without a process of its own: pages written by the test need no limits."""

    def __init__(
        self, archive: Path, told: Callable[[Outcome, int], None], failed: Callable[[ArchiveError], None]
    ) -> None:
        self._archive, self._told, self._failed = archive, told, failed
        self._places: list[Place] = []
        self.busy = False
        self.crashes = 0

    async def start(self) -> None:
        holdings = Holdings.open(self._archive)
        self._ingest = Ingest(holdings, Register.load(holdings.sources, shipped=None))

    @property
    def waiting(self) -> int:
        return len(self._places)

    def read(self, places: list[Place]) -> None:
        if places and not self._places:
            asyncio.get_running_loop().call_soon(self._all)
        self._places += places

    def _all(self) -> None:
        places, self._places = self._places, []
        try:
            for place in places:
                self._ingest.read(place)
            for outcome in self._ingest.commit():
                self._told(outcome, len(outcome.links))
        except Exception as error:  # asyncio would write it down, and the crawl wait for ever for what it is owed
            self._failed(ArchiveError(repr(error)))
            raise

    def put_run(self, run: dict[str, Any]) -> None:
        pass

    async def end(self, seconds: float) -> bool:
        self._ingest.close()
        return True

    def kill(self) -> None:
        self._ingest.close()


class Engine:
    """As much of Scrapy's engine as the frontier sees: asks for requests, downloads, hands over what came."""

    def __init__(self, settings: Settings, most: int = 16) -> None:
        self.settings = settings
        self.running = True
        self.most = most
        self.active: set[asyncio.Task[None]] = set()
        self.closing = ""
        self.awake = asyncio.Event()
        self.handed: list[str] = []

    async def crawl_source(self, spider: Any) -> Report | None:
        self.crawler = SimpleNamespace(
            settings=self.settings, engine=self, signals=SimpleNamespace(connect=lambda *a: None), spider=spider
        )
        spider._set_crawler(self.crawler)
        self.scheduler = Frontier(self.crawler)
        self.handler = CaptureHandler.from_crawler(self.crawler)
        self.scheduler.spider = spider
        await self.scheduler.opened()
        while not self.closing and not self.scheduler.reason:
            while not self.needs_backout() and (request := self.scheduler.next_request()):
                task = asyncio.ensure_future(self.download(request))
                self.active.add(task)
                task.add_done_callback(self.active.discard)
            self.awake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.awake.wait(), 5)
        while self.active:
            await asyncio.wait(self.active)
        await self.scheduler.closed(self.scheduler.reason or self.closing or "finished")  # as `close` does
        await self.handler.close()
        for _ in range(3):
            await asyncio.sleep(0)
        return spider.report

    async def download(self, request: Any) -> None:
        self.handed.append(request.url)
        with contextlib.suppress(Exception):
            await self.handler.download_request(request)
        self.scheduler.arrived(request)
        self.awake.set()

    def needs_backout(self) -> bool:
        return len(self.active) >= self.most or bool(self.closing)

    def crawl(self, request: Any) -> None:
        self.scheduler.enqueue_request(request)
        self.awake.set()

    async def close_spider_async(self, reason: str) -> None:
        self.closing = reason
        self.awake.set()


@dataclass
class Crawled:
    """What a crawl came to: its report, the paths the server was asked for in order, and the archive it left."""

    report: Report
    paths: list[str]
    requests: list[bytes]
    archive: Path
    error: ArchiveError | None = None
    times: list[float] = field(default_factory=list)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.archive / "frontier.sqlite")) as connection:
            return connection.execute(statement).fetchall()

    def archived(self, statement: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.archive / "archive.sqlite")) as connection:
            return connection.execute(statement).fetchall()

    def state_of(self, path: str) -> tuple[str, str]:
        found = self.rows(f"SELECT state, reason FROM urls WHERE url LIKE '%{path}'")
        assert len(found) == 1, (path, found)
        return found[0]


def html(title: str, *links: str, body: str = "") -> bytes:
    anchors = "".join(f'<a href="{link}">{link}</a> ' for link in links)
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}{anchors}</body></html>".encode()


def article(title: str, text: str, *links: str) -> bytes:
    """An article in the manner of NukeViet 4.5."""
    anchors = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="generator" content="NukeViet v4.5">'
        f"<title>{title}</title></head><body><div class='news_column'>"
        f'<h1 class="title margin-bottom-lg" itemprop="headline">{title}</h1>'
        '<span class="h5">Thứ năm - 05/03/2020 15:25</span>'
        f'<div class="hometext m-bottom" itemprop="description">{title}: tóm tắt của bài viết này.</div>'
        f'<div class="bodytext margin-bottom-lg" id="news-bodyhtml"><p>{text}</p><p>Hội nghị kết thúc./.</p></div>'
        f'<ul class="detail-related">{anchors}</ul></div></body></html>'
    ).encode()


@cache
def _empty_archive() -> Path:
    """An archive with its databases made, to be copied: making one takes a tenth of a second, mostly for the disk."""
    root = Path(tempfile.mkdtemp(prefix="baotinh-empty-"))
    atexit.register(shutil.rmtree, root)
    holdings = Holdings.create(root, "Thư viện thử", "lien-he@thu.example")
    open_database(holdings.database).close()
    FrontierStore(holdings.frontier).close()
    return root


def answer_of(page: Page | None, *fields: str) -> Answer:
    if isinstance(page, Answer):
        return page
    status = "404 Not Found" if page is None else "200 OK"
    body = b"<p>Not found" if page is None else page.encode() if isinstance(page, str) else page
    kind = "text/plain" if isinstance(page, str) else "text/html; charset=utf-8"
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *fields]
    return Answer(["\r\n".join(head).encode() + b"\r\n\r\n" + body])


def status(line: str, *fields: str, body: bytes = b"") -> Answer:
    return Answer(
        ["\r\n".join([f"HTTP/1.1 {line}", *fields, f"Content-Length: {len(body)}"]).encode() + b"\r\n\r\n" + body]
    )


def pages(mapping: dict[str, Page]) -> Site:
    return lambda path, times: mapping.get(path)


@contextlib.contextmanager
def inline_reading() -> Iterator[None]:
    original = border.Reader
    border.Reader = InlineReader  # type: ignore[misc,assignment]
    try:
        yield
    finally:
        border.Reader = original  # type: ignore[misc]


def crawl(archive: Path, site: Site, source: str = SOURCE, most: int = 16, **orders: object) -> Crawled:
    """One crawl of `site`, served on loopback. The archive at `archive` is made where it is missing.

    A second crawl of the same archive finds the site at a new port: its source file then names both.
    """
    return asyncio.run(crawled(archive, site, source, most, **orders))


async def crawled(archive: Path, site: Site, source: str = SOURCE, most: int = 16, **orders: object) -> Crawled:
    asked: dict[str, int] = {}

    def script(path: str) -> Answer:
        asked[path] = asked.get(path, 0) + 1
        return answer_of(site(path, asked[path] - 1))

    async with raw_server(script) as server:
        return await crawl_served(archive, server, source, most, **orders)


async def crawl_served(archive: Path, server: RawServer, source: str, most: int = 16, **orders: object) -> Crawled:
    if not (archive / "archive.toml").exists():
        shutil.copytree(_empty_archive(), archive, dirs_exist_ok=True)
    file = archive / "sources" / "thu.toml"
    file.write_text(source.replace("{port}", str(server.port)))
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.setdict(
        {
            "ARCHIVE": str(archive),
            "BAOTINH_ALLOW_LOOPBACK": True,
            "BAOTINH_RETRY_SECONDS": 0.05,
            "BAOTINH_PROBES": False,
            **orders,
        },
        "cmdline",
    )
    spider_class = spider_of(Register.load(file, shipped=None).get("thu"))
    spider_class.update_settings(settings)
    begun = len(server.requests)
    with inline_reading():
        spider = spider_class()
        report = await Engine(settings, most).crawl_source(spider)
    assert report is not None, spider.error
    return Crawled(report, server.paths[begun:], server.requests[begun:], archive, spider.error)

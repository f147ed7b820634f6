"""Scrapy started: crawls run to their end in one process, and one address asked with nothing kept (`scrapy fetch`)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.spiderloader import DummySpiderLoader

import crawler.settings as project
from archive.errors import ArchiveError
from archive.sources import Register, Source
from crawler.report import Report
from crawler.spider import RegisterLoader

if TYPE_CHECKING:
    from crawler.spider import SourceSpider
from argparse import Namespace
from pathlib import Path
from typing import ClassVar

from scrapy import Request
from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response

from archive.holdings import Holdings
from crawler.http.capture import ERRORS, introduction, response_of
from crawler.http.connection import Client

_HTTP = "crawler.running.PlainHandler"
_PLAIN: dict[str, Any] = {
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "EXTENSIONS": {},
    "ITEM_PIPELINES": {},
    "BAOTINH_STANDALONE": True,
    "ROBOTSTXT_OBEY": True,
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": 100,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    },
}


class Standalone(ScrapyCommand):
    """A command of Scrapy's that fetches single addresses."""

    handlers: ClassVar[dict[str, str | None]] = {"http": _HTTP, "https": _HTTP}

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Puts the plain road in the frontier's place; `-s` still counts above it."""
        settings = cast("Settings", self.settings)
        settings.setdict(_PLAIN | {"DOWNLOAD_HANDLERS": self.handlers}, "cmdline")
        archive = Path(settings.get("ARCHIVE"))
        if (archive / "archive.toml").exists():
            fields = introduction(Holdings.open(archive).settings.contact)
            settings.set("USER_AGENT", fields.pop("User-Agent"), "project")
            fields = settings.getdict("DEFAULT_REQUEST_HEADERS") | fields
            settings.set("DEFAULT_REQUEST_HEADERS", fields, "project")
        super().process_options(args, opts)


class PlainHandler:
    """Scrapy's door to our wire for an ordinary request: its whole answer comes back as a Response."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._most, self._seconds = settings.getint("DOWNLOAD_MAXSIZE"), settings.getfloat("DOWNLOAD_TIMEOUT")
        self._client = Client(
            loopback=settings.getbool("BAOTINH_ALLOW_LOOPBACK"),
            verify=settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"),
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PlainHandler:
        """The handler of `crawler`, made by Scrapy."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The answer to `request`. Raises Scrapy's download errors where none came."""

        def head(target: str, host: str) -> bytes:
            fields = request.headers.copy()
            fields.setdefault("Host", host)
            if request.body:
                fields["Content-Length"] = str(len(request.body))
            line = f"{request.method} {target} HTTP/1.1\r\n".encode("latin-1")
            return line + fields.to_string() + b"\r\n\r\n" + request.body

        exchange = await self._client.fetch(request.url, head, self._most, self._seconds)
        if exchange.error or exchange.stale or not exchange.answer.status:
            error = exchange.error or "stale"
            raise ERRORS.get(error, DownloadFailedError)(exchange.detail or error)
        return response_of(request, bytes(exchange.answer.data), str(exchange.truncated or ""))

    async def close(self) -> None:
        """Closes the idle connections."""
        self._client.close()


class CutOffError(ArchiveError):
    """The crawl was ended at once, by a second Ctrl-C; what it had kept is kept."""

    exit_code = 130


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the crawl of one source: its report, and the error that ended it, where one did."""

    source: Source
    report: Report | None
    error: ArchiveError | None


def run(sources: Sequence[Source], changes: dict[str, Any]) -> list[Result]:
    """Crawls `sources` side by side, with `changes` to the project's settings, and gives back what came of each.

    Returns when all have ended, by themselves or by SIGINT or SIGTERM; a second signal ends them at once.
    """
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.setdict(changes, priority="cmdline")
    quiet = not settings.getbool("LOG_ENABLED")
    if quiet:
        logging.getLogger("scrapy").setLevel(logging.ERROR)
        logging.getLogger("crawler").setLevel(logging.CRITICAL)  # its errors come back as results
    settings.set("LOG_INSTALL_ROOT_HANDLER", not quiet, priority="cmdline")
    settings.set("SPIDER_LOADER_CLASS", DummySpiderLoader, priority="cmdline")  # ours would load the register once more
    process, spiders = AsyncCrawlerProcess(settings), RegisterLoader(settings, Register.of(sources))
    crawlers = []
    for source in sources:
        made = process.create_crawler(spiders.of(source))
        crawlers.append((source, made))
        process.crawl(made)
    process.start()
    sys.stderr.flush()
    return [_result(source, cast("SourceSpider | None", made.spider)) for source, made in crawlers]


def _result(source: Source, spider: SourceSpider | None) -> Result:
    if spider is None:
        return Result(source, None, ArchiveError("{id}: the crawl did not begin; --verbose shows why", id=source.id))
    error = spider.error
    if spider.report is None and error is None:
        error = CutOffError(
            "{id}: the crawl was cut off before it could report; the next one goes on from there", id=source.id
        )
    return Result(source, spider.report, error)

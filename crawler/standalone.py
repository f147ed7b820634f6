"""The plain road of `scrapy shell`, `fetch` and `parse`: one address, nothing kept, no frontier and no archive needed.

Scrapy's own scheduler and robots.txt, our name and our wire: loopback stays closed unless it is allowed.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any, ClassVar, cast

from scrapy import Request
from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from scrapy.settings import Settings

from archive.holdings import Holdings
from crawler.http.capture import ERRORS, introduction, response_of
from crawler.http.connection import Client

_HTTP = "crawler.standalone.PlainHandler"
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

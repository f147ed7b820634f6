"""The spider, one for every source of the register, and the loader by which Scrapy finds them: `scrapy list` names
them, `scrapy crawl NAME` crawls one.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader

from archive.errors import ArchiveError, CrawlError, SourceError, Unreadable
from archive.errors import UsageError as ArchiveUsageError
from archive.holdings import Holdings
from archive.sources import Register, Source, first_page, further_pages
from archive.sources import mapping as data
from archive.terminal import harmless
from crawler.frontier.limits import CrawlOptions
from crawler.http.capture import introduction
from crawler.rendering import Rendering
from crawler.scope import as_fetched, host_of

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.http.connection import Client
    from crawler.report import Report


_EXPORTER = "scrapy.extensions.feedexport.FeedExporter"


class SourceSpider(Spider):
    """Crawls one source of the register; its class is made by the loader, which sets `name` and `source`.

    `report` is the run's, once it has ended; `error` what ended it before its time. `client` is its way to the wire.
    """

    source: Source
    report: Report | None = None
    error: ArchiveError | None = None
    client: Client | None = None
    rendering: Rendering | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Adds what the operator's archive.toml decides: how we name ourselves, and how large an answer may be.

        Raises UsageError where there is no archive.
        """
        super().update_settings(settings)
        if settings.get("BAOTINH_STANDALONE"):
            return  # the command has set what there is to set
        if settings.getdict("FEEDS"):  # `-o`; imported only where it is asked for
            settings.set("EXTENSIONS", settings.getdict("EXTENSIONS") | {_EXPORTER: 0}, "spider")
        decided = Holdings.open(Path(settings.get("ARCHIVE"))).settings
        fields = settings.getdict("DEFAULT_REQUEST_HEADERS") | introduction(decided.contact)
        limits = {
            "DOWNLOAD_MAXSIZE": decided.keep.page_megabytes,
            "BAOTINH_IMAGE_MAXSIZE": decided.keep.image_megabytes,
            "BAOTINH_ATTACHMENT_MAXSIZE": decided.keep.attachment_megabytes,
            "BAOTINH_REQUISITE_MAXSIZE": decided.keep.requisite_megabytes,
            "BAOTINH_MEDIA_MAXSIZE": decided.keep.video_megabytes,
        }
        settings.set("USER_AGENT", fields.pop("User-Agent"), "spider")
        settings.set("DEFAULT_REQUEST_HEADERS", fields, "spider")
        for name, megabytes in limits.items():
            settings.set(name, megabytes * 1_000_000, "spider")

    async def start(self) -> AsyncIterator[Any]:
        """Where the crawl begins beside the source's seeds: at its lists of data that hold whole articles.

        A spider of its own yields other requests.
        """
        orders = CrawlOptions.of(self.settings)
        if orders.browser:
            self.rendering = Rendering(self)
            async for found in self.rendering.pages([url for owner, url in orders.only if owner == self.name]):
                yield found
        mapping = self.source.json if not orders.only else None
        for one in mapping.lists if mapping is not None and mapping.in_lists else ():
            yield Request(first_page(self.source, one), self.parse_data)

    def served(self, response: Response) -> None:
        """Hands an answer to the browser that has asked for it."""
        if self.rendering is not None:
            self.rendering.served(response)

    def parse_data(self, response: Response) -> Iterator[Any]:
        """The articles in a list of data, as [json] of the source says, their pictures, and the page after it.

        Raises ValueError, after all others, for an item without address, and for an answer that is no JSON.
        """
        mapping, nameless = self.source.json, 0
        if mapping is None:
            return
        items = data.items_of(response.json(), mapping)  # type: ignore[attr-defined]  # of a text; else it is no JSON
        for item in items:
            url = data.filled(mapping.article, item, response.url)
            if not url:
                nameless += 1
                continue
            _, values = data.fields_of(item, mapping)
            yield values | {"url": url}
            for image in data.addresses_in(values.get("images")):
                yield Request(urljoin(response.url, image), meta={"kind": "image"})
        for one in mapping.lists if items else ():
            pages = [as_fetched(page) for page in (first_page(self.source, one), *further_pages(self.source, one))]
            if response.url in pages[:-1]:
                yield Request(pages[pages.index(response.url) + 1], self.parse_data)
        if nameless:
            raise ValueError(f"{nameless} of {len(items)} items have not what makes their address, {mapping.article}")

    def parse(self, response: Response, **_: Any) -> Iterator[Any] | None:
        """An answer came: the frontier's goes back to it, and to the callback that asked for it, if one did; any other
        gives the article as a dict, and the links.
        """
        request = response.request
        if request is None or "errand" not in request.meta:
            return self.read(response)
        self.arrived(request)
        callback = getattr(self, request.meta["callback"] or "-", None)
        return self._called_back(callback, response) if callback is not None and response.status == 200 else None

    def _called_back(self, callback: Callable[[Response], Any], response: Response) -> Iterator[Any]:
        errand = response.meta["errand"]
        try:
            for found in callback(response) or ():
                if isinstance(found, Request):
                    found.meta.setdefault("via", errand.url)
                    found.meta.setdefault("depth", errand.depth + 1)
                yield found
        except Exception as error:
            name = f"{type(self).__base__.__name__}.{callback.__name__}"  # type: ignore[union-attr]
            failed = CrawlError("{url}: {name} failed: {error}", url=errand.url, name=name, error=repr(error))
            self.error = self.error or failed
            self.logger.exception("%s", failed)

    def read(self, response: Response) -> Iterator[Any]:
        """The article on the page as a dict, if there is one, and a request for each link."""
        from archive.parsers.reading import read_page  # the crawl itself reads in another process

        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        try:
            reading = read_page(response.url, response.body, kind, response.status, datetime.now(UTC), self.source)
        except Unreadable as error:
            self.logger.warning("%s: unread (%s)", response.url, error.reason)
            return
        if reading.article is not None:
            yield asdict(reading.article)
        for link in reading.links:
            yield Request(link.url, self.parse)

    def gone_wrong(self, failure: Failure) -> None:
        """No answer came."""
        self.arrived(failure.request)  # type: ignore[attr-defined]  # set by Scrapy before an errback is called

    def arrived(self, request: Any) -> None:
        """Gives `request`, with all that is known of what came, back to the frontier."""
        self.crawler.engine.scheduler.arrived(request)  # type: ignore[union-attr]


class UnknownSourceError(UsageError, KeyError):
    """No source has this name: the KeyError that Scrapy's contract asks for, shown by its command line in one line."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would put it in quotes


class RegisterLoader(SpiderLoader):
    """Scrapy's way to its spiders: the shipped register and the sources of the archive named by the settings.

    A source whose id a spider in SPIDER_MODULES bears as its name is crawled by that one.
    """

    def __init__(self, settings: BaseSettings, register: Register) -> None:
        try:
            super().__init__(settings)
        except ImportError as error:
            message = "BAOTINH_SPIDERS: {error}; name modules that PYTHONPATH has"
            raise ArchiveUsageError(message, error=str(error)) from error
        self._register = register

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> RegisterLoader:
        """The loader that Scrapy asks for. A source file that is not valid is named, and its source left out."""
        try:
            register = Register.valid(Path(settings.get("ARCHIVE")) / "sources")
            for broken in register.broken:
                print(harmless(f"scrapy: {broken}"), file=sys.stderr)
            return cls(settings, register)
        except ArchiveError as error:
            print(harmless(f"scrapy: {error}"), file=sys.stderr)
            raise SystemExit(error.exit_code) from error

    def of(self, source: Source) -> type[SourceSpider]:
        """The spider of `source`; raises SourceError where its own is none."""
        return spider_of(source, self._spiders.get(source.id))

    def load(self, name: str) -> type[Spider]:
        """The spider of the source `name`; raises UnknownSourceError, with the nearest name in it."""
        try:
            return self.of(self._register.get(name))
        except SourceError as error:
            raise UnknownSourceError(str(error), print_help=False) from error

    def list(self) -> builtins.list[str]:
        """The names of all sources that may be crawled."""
        return [source.id for source in self._register.all() if source.crawlable]

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The source that holds the host of `request`, if any."""
        source = self._register.for_host(host_of(request.url))
        return [source.id] if source else []


def spider_of(source: Source, own: type[Spider] | None = None) -> type[SourceSpider]:
    """The spider class of `source`: its `own`, where it has one. Raises SourceError for one that is no SourceSpider."""
    if own is not None and not issubclass(own, SourceSpider):
        raise SourceError("{name}: must be a crawler.spider.SourceSpider", name=f"{own.__module__}.{own.__name__}")
    return type("SourceSpider", (own or SourceSpider,), {"name": source.id, "source": source})

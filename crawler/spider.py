"""The only spider: it asks the frontier for nothing, and hands it whatever came."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Spider

from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.sources import Source
from crawler.identity import introduction

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.connection import Client
    from crawler.report import Report


class SourceSpider(Spider):
    """Crawls one source of the register; its class is made by the loader, which sets `name` and `source`.

    `report` is the run's, once it has ended; `error` what ended it before its time. `client` is its way to the wire.
    """

    source: Source
    report: Report | None = None
    error: ArchiveError | None = None
    client: Client | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Adds what the operator's archive.toml decides: how we name ourselves, and how large an answer may be.

        Raises UsageError where there is no archive.
        """
        super().update_settings(settings)
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
        """Nothing: where a crawl begins is rows of the frontier."""
        return
        yield

    def parse(self, response: Response, **_: Any) -> None:
        """An answer came."""
        self.arrived(response.request)

    def gone_wrong(self, failure: Failure) -> None:
        """No answer came."""
        self.arrived(failure.request)  # type: ignore[attr-defined]  # set by Scrapy before an errback is called

    def arrived(self, request: Any) -> None:
        """Gives `request`, with all that is known of what came, back to the frontier."""
        self.crawler.engine.scheduler.arrived(request)  # type: ignore[union-attr]

"""Every source of the register is a spider: `scrapy list` names them, `scrapy crawl NAME` crawls one."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from archive.cli.terminal import harmless
from archive.errors import ArchiveError, SourceError
from archive.sources import Register, Source
from crawler.scope import host_of
from crawler.spider import SourceSpider


class UnknownSourceError(UsageError, KeyError):
    """No source has this name: the KeyError that Scrapy's contract asks for, shown by its command line in one line."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would put it in quotes


class RegisterLoader:
    """Scrapy's way to its spiders: the shipped register and the sources of the archive named by the settings."""

    def __init__(self, register: Register) -> None:
        self._register = register

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> RegisterLoader:
        """The loader that Scrapy asks for. A source file that is not valid ends the program with one line."""
        try:
            return cls(Register.load(Path(settings.get("ARCHIVE")) / "sources"))
        except ArchiveError as error:
            print(harmless(f"scrapy: {error}"), file=sys.stderr)
            raise SystemExit(error.exit_code) from error

    def load(self, name: str) -> type[Spider]:
        """The spider of the source `name`; raises UnknownSourceError, with the nearest name in it."""
        try:
            return spider_of(self._register.get(name))
        except SourceError as error:
            raise UnknownSourceError(str(error), print_help=False) from error

    def list(self) -> builtins.list[str]:
        """The names of all sources that may be crawled."""
        return [source.id for source in self._register.all() if source.crawlable]

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The source that holds the host of `request`, if any."""
        source = self._register.for_host(host_of(request.url))
        return [source.id] if source else []


def spider_of(source: Source) -> type[SourceSpider]:
    """The spider class of `source`."""
    return type("SourceSpider", (SourceSpider,), {"name": source.id, "source": source})

"""Runs crawls to their end: one Scrapy process for all sources given, and what came of each."""

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

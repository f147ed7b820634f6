"""Spiders for sites that need code: an API, a listing that no link leads to. Each bears the id of its source as `name`.

A spider is a `crawler.spider.SourceSpider` with Scrapy's own interface: `start` yields requests, each with a callback;
a callback yields items and further requests. The frontier stands behind them: robots.txt, pace, scope, budget, what was
asked before and when to come back are its business, and every answer is kept as it came before a callback sees it.

An item is a dict that names an article: `url` (the address that people open), `headline`, `text` (paragraphs, or HTML),
and where known `lead`, `published`, `author`, `section`. It is kept beside the answer, as the page made of it, and read
like every other page: so a rebuild of the archive gives the same rows without the spider.

A request without a callback is for a page that the archive reads by itself; `meta` may say what it is (`kind`:
"article", "image", "attachment") and when it was published.
"""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem


class Archived:
    """The last item pipeline: keeps each item as the page it tells of. An item that tells of none is dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Archived:
        """The pipeline of `crawler`, made by Scrapy."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """`item`, kept. Raises DropItem with the reason where it cannot be."""
        why = self._crawler.engine.scheduler.keep_item(dict(item))  # type: ignore[union-attr]
        if why:
            raise DropItem(why)
        return item

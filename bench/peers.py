"""What the road is measured against, each a process: `python -m bench.peers KIND BASE PATHS [DATABASE]`.

KIND is bare, trafilatura or newspaper4k. All take Scrapy at its defaults, but for the log (DEBUG would cost them a line
per request) and robots.txt, which they obey as the road does. `PATHS` is a file with one path a line.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

SETTINGS = {"LOG_LEVEL": "WARNING", "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False}


class Bare(Spider):
    """Fetches every page and does nothing with it."""

    name = "bare"
    base: str
    paths: str

    async def start(self) -> AsyncIterator[Any]:
        for path in Path(self.paths).read_text().split():
            yield Request(self.base + path)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        yield from ()


class Trafilatura(Bare):
    """Fetches every page, has trafilatura read it, and stores text and fields in SQLite, 300 rows a transaction."""

    name = "trafilatura"
    database: str

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        import trafilatura  # its cost at start is not the bare spider's
        from trafilatura.settings import Document

        read = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        if isinstance(read, Document):
            yield read.as_dict() | {"url": response.url}


class Newspaper(Bare):
    """Fetches every page, has newspaper4k read it, and stores text and fields as the one before does."""

    name = "newspaper4k"
    database: str

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        import newspaper

        read = newspaper.Article(response.url, language="vi", fetch_images=False)
        read.download(input_html=response.text)  # nothing is fetched: the page is given
        read.parse()
        fields = {"authors": read.authors, "tags": list(read.tags or ())}
        yield {
            "url": response.url,
            "title": read.title,
            "date": str(read.publish_date or ""),
            "text": read.text,
        } | fields


class Store:
    """A pipeline as one writes it by hand: a table, a transaction for every 300 rows."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._rows: list[tuple[str, str, str, str, str]] = []

    @classmethod
    def from_crawler(cls, crawler: Any) -> Store:
        return cls(crawler.spider.database)

    def open_spider(self) -> None:
        self._db = sqlite3.connect(self._path)
        self._db.execute("CREATE TABLE articles (url PRIMARY KEY, title, date, text, fields)")

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        fields = {name: value for name, value in item.items() if isinstance(value, str | int | list)}
        self._rows.append((item["url"], item["title"], item["date"], item["text"], json.dumps(fields)))
        if len(self._rows) >= 300:
            self._flush()
        return item

    def close_spider(self) -> None:
        self._flush()
        self._db.close()

    def _flush(self) -> None:
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?)", self._rows)
        self._rows = []


def main(kind: str, base: str, paths: str, database: str = "") -> None:
    settings: dict[str, Any] = dict(SETTINGS)
    spider = {peer.name: peer for peer in (Bare, Trafilatura, Newspaper)}[kind]
    if spider is not Bare:
        settings["ITEM_PIPELINES"] = {Store: 300}
    process = AsyncCrawlerProcess(settings)
    process.crawl(spider, base=base, paths=paths, database=database)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])

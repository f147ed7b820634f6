"""A site that changes between two crawls, and what a crawl of it brings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawling import SOURCE, Answer, Crawled, answer_of, article, crawl_served, html
from raw_server import RawServer, raw_server

ROBOTS = "User-agent: *\nDisallow: /cam/\n"


LINKS = [f"/tin/bai-{n}.html" for n in range(1, 4)]


class Changing:
    """A site whose pages may change between crawls; it answers conditional requests as a good server does."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {"/": html("Trang chủ", *LINKS), "/robots.txt": ROBOTS}
        self.pages |= {link: article(f"Bài {link}", "Nội dung của bài.") for link in LINKS}
        self.server: RawServer

    def __call__(self, path: str) -> Answer:
        page = self.pages.get(path)
        if not isinstance(page, bytes):
            return answer_of(page)
        etag = f'"{hash(page)}"'
        if f"If-None-Match: {etag}".encode() in self.server.requests[-1]:
            return Answer([f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()])
        return answer_of(page, f"ETag: {etag}", "Last-Modified: Thu, 05 Mar 2020 08:25:00 GMT")


def crawls(archive: Path, *steps: Callable[[Changing], dict[str, Any] | None], source: str = SOURCE) -> list[Crawled]:
    """The crawls of a site that each step changes first; a step gives back the orders of its crawl."""

    async def go() -> list[Crawled]:
        site = Changing()
        async with raw_server(site) as server:
            site.server = server
            return [await crawl_served(archive, server, source, **(step(site) or {})) for step in steps]

    return asyncio.run(go())


def nothing(site: Changing) -> None:
    return None

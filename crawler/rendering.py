"""Has pages rendered by a browser that asks this crawl for all it needs: what it receives are captures like others."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
from collections.abc import AsyncIterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, cast

from scrapy import Request, signals

from archive.errors import UsageError
from archive.processes import python
from crawler.scope import as_fetched

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.frontier.scheduler import Frontier
    from crawler.spider import SourceSpider

MADE: Final = "page as a browser has rendered it"
"""What a rendered page is said to be made from."""

_LOOK_SECONDS: Final = 0.3
_LONGEST_LINE: Final = 64 << 20


def executable() -> str:
    """The browser: BAOTINH_CHROMIUM, or chromium on the path. Raises UsageError where it or Playwright is missing."""
    found = os.environ.get("BAOTINH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
    if not find_spec("playwright"):
        raise UsageError("--browser needs Playwright: pip install 'baotinh[browser]'")
    if not found:
        raise UsageError("--browser needs Chromium: install it, or name it with BAOTINH_CHROMIUM")
    return found


class Rendering:
    """The pages of one crawl that a browser renders; `busy` until all are."""

    def __init__(self, spider: SourceSpider) -> None:
        self._spider = spider
        self._answers: dict[str, asyncio.Future[Response | None]] = {}
        self.busy = True
        spider.crawler.signals.connect(self._dropped, signals.request_dropped)

    def served(self, response: Response) -> None:
        """Takes the answer to an address that the browser has asked for."""
        self._settle(response.meta["errand"].url, response)

    def _dropped(self, request: Request) -> None:
        self._settle(as_fetched(request.url), None)

    def _settle(self, url: str, response: Response | None) -> None:
        waiting = self._answer(url)
        if not waiting.done():
            waiting.set_result(response)

    def _answer(self, url: str) -> asyncio.Future[Response | None]:
        return self._answers.setdefault(url, asyncio.get_running_loop().create_future())

    async def pages(self, urls: list[str]) -> AsyncIterator[Any]:
        """The requests that the browser needs, and an item for each page that it has rendered."""
        pipe = asyncio.subprocess.PIPE
        command = python("crawler.browser", executable())
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=_LONGEST_LINE)
        try:
            for url in urls:
                await _send(process, {"open": url})
                while line := await _line(process):
                    if "ask" not in line:
                        break
                    asked = as_fetched(line["ask"])
                    if asked not in self._answers and asked not in urls:
                        yield Request(asked, self._spider.served, meta={"kind": "requisite"})
                    await _send(process, _told(await self._within(asked)))
                if "page" in line:
                    yield {"url": url, "raw_html": line["page"]}
                else:
                    self._spider.logger.error("%s: not rendered: %s", url, line.get("failed", "the browser has ended"))
        finally:
            self.busy = False
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _within(self, url: str) -> Response | None:
        """The answer to `url`; None where robots.txt or another rule forbids it, or nothing usable has come of it."""
        waiting, frontier = self._answer(url), cast("Frontier", self._spider.crawler.engine.scheduler)
        while not (await asyncio.wait({waiting}, timeout=_LOOK_SECONDS))[0]:
            if frontier.reason or frontier.is_settled(url):
                return waiting.result() if waiting.done() else None
        return waiting.result()


async def _send(process: asyncio.subprocess.Process, line: dict[str, Any]) -> None:
    if process.stdin is not None and not process.stdin.is_closing():
        process.stdin.write(json.dumps(line).encode() + b"\n")
        await process.stdin.drain()


async def _line(process: asyncio.subprocess.Process) -> dict[str, str]:
    """The next line that the browser says; {} where it has ended."""
    said = await process.stdout.readline() if process.stdout is not None else b""
    found: dict[str, str] = json.loads(said) if said.strip() else {}
    return found


def _told(response: Response | None) -> dict[str, Any]:
    if response is None:
        return {}
    kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1")
    return {"status": response.status, "type": kind, "body": base64.b64encode(response.body).decode()}

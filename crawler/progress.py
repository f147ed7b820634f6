"""What a person sees while crawls run: one live view of all of them on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from scrapy import signals

from archive.messages.language import number, tr
from archive.terminal import laid, raw
from crawler.frontier.limits import CrawlOptions
from crawler.report import log_line

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text
    from scrapy.crawler import Crawler

    from crawler.frontier.scheduler import Frontier

LIVE_SECONDS = 0.5
LINE_SECONDS = 60.0
_COLUMNS = ("source", "pages", "new", "changed", "same", "unread", "failed", "per s", "to do", "")


@dataclass(slots=True)
class _Row:
    frontier: Frontier
    name: str
    began: float = field(default_factory=time.monotonic)
    last: tuple[float, int] = (0.0, 0)  # when the rate was taken, and the requests counted by then
    rate: float = 0.0

    def event(self, now: float) -> dict[str, object]:
        """The same for a log."""
        names = ("source", "requests", "new", "changed", "same", "unread", "failed", "per_second", "left", "mood")
        return {"event": "progress"} | dict(zip(names, self.values(now), strict=True))

    def cells(self, now: float) -> tuple[str, ...]:
        """What is shown of one crawl now."""
        return tuple(value if isinstance(value, str) else number(value, 1) for value in self.values(now))

    def values(self, now: float) -> tuple[str | float, ...]:
        """The numbers of one crawl now, between its name and its mood."""
        tally = self.frontier.tally
        done = tally.requests
        since, before = self.last
        if now - since >= 1.0:
            self.rate = (done - before) / (now - (since or self.began))
            self.last = (now, done)
        pages = tally.pages
        numbers = (done, pages["new"], pages["changed"], pages["same"], pages["unread"], tally.failed.total())
        return (self.name, *numbers, round(self.rate, 1), self.frontier.todo, self.frontier.mood)


class Board:
    """The crawls of this process and how they stand."""

    open: ClassVar[Board | None] = None

    def __init__(self, as_json: bool = False) -> None:
        self.rows: dict[str, _Row] = {}
        self._as_json = as_json
        self._live: Live | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._said = time.monotonic()
        if sys.stderr.isatty() and not as_json:
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(file=raw(sys.stderr)), auto_refresh=False, transient=True)
            self._live.start()

    def add(self, name: str, frontier: Frontier) -> None:
        """A crawl begins."""
        self.rows[name] = _Row(frontier, name)
        if self._as_json:
            print(log_line({"event": "begun", "source": name}, as_json=True), file=sys.stderr, flush=True)
        if self._timer is None:
            self._heartbeat()

    def remove(self, name: str) -> None:
        """A crawl has ended; the last one takes the board with it."""
        self.rows.pop(name, None)
        if not self.rows:
            self.close()

    def close(self) -> None:
        """Clears the view."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._live is not None:
            self._live.stop()
        Board.open = None

    def _heartbeat(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(LIVE_SECONDS, self._heartbeat)
        now = time.monotonic()
        if self._live is not None:
            self._live.update(self._view(now, self._live.console.width), refresh=True)
        elif now - self._said >= LINE_SECONDS:
            self._said = now
            for row in self.rows.values():
                told = log_line(row.event(now), as_json=True) if self._as_json else plain_line(row.cells(now))
                print(told, file=sys.stderr, flush=True)

    def _view(self, now: float, width: int) -> Text:
        from rich.text import Text

        head = [tr(column) if column else "" for column in _COLUMNS]
        return Text("\n".join(laid(head, [row.cells(now) for row in self.rows.values()], width)))


class Progress:
    """Scrapy's extension that puts each crawl on the board."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """The extension of `crawler`, made by Scrapy."""
        return cls(crawler)

    def _opened(self) -> None:
        scheduler, spider = self._crawler.engine.scheduler, self._crawler.spider
        if scheduler is not None and spider is not None:
            Board.open = Board.open or Board(CrawlOptions.of(self._crawler.settings).log_json)
            Board.open.add(spider.name, scheduler)  # type: ignore[arg-type]

    def _closed(self) -> None:
        if Board.open is not None and self._crawler.spider is not None:
            Board.open.remove(self._crawler.spider.name)


def plain_line(cells: tuple[str, ...]) -> str:
    """The cells of a crawl as a line of text."""
    words = [f"{value} {tr(title)}" for title, value in zip(_COLUMNS[1:-1], cells[1:-1], strict=True)]
    return f"{cells[0]}: {', '.join(words)}" + (f" ({cells[-1]})" if cells[-1] else "")

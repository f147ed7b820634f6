"""Scrapy's scheduler over the frontier's rows: hands out what may be asked for now, and settles what came of it."""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
import time
from collections import deque
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.defer import deferred_from_coro

from archive.errors import ArchiveError, StorageError
from archive.ingest import Keeper
from archive.model import Outcome
from archive.sources.starts import starts
from crawler.border import Border
from crawler.capture import Errand, Fetched
from crawler.discovery import rank
from crawler.frontier.lanes import Lane, Turns
from crawler.frontier.limits import Limits
from crawler.frontier.rows import Candidate, Row
from crawler.frontier.settling import Settling, vietnam_today
from crawler.frontier.visits import begin, seed
from crawler.orders import Orders
from crawler.report import Report, Tally
from crawler.scope import as_fetched, authority, refusal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred

    from crawler.spider import SourceSpider

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.25
FINISH_SECONDS = 120.0


class Frontier(BaseScheduler):
    """The scheduler of one source's crawl. It, and not the engine, says when the crawl is over, and why."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.orders = Orders.of(crawler.settings)
        self.run = ""
        self.reason = ""
        self.error: ArchiveError | None = None
        self.spider: SourceSpider
        self._border: Border | None = None
        self._turns = Turns()
        self._handed: deque[Request] = deque()
        self._out = 0
        self._owed = 0
        self._timer: asyncio.TimerHandle | None = None
        self._tick: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._began = datetime.now(UTC)
        self._stopped_at = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        """The frontier of `crawler`, made by Scrapy."""
        return cls(crawler)

    @property
    def tally(self) -> Tally:
        """The counts of the run so far."""
        return self._settling.tally if self._border is not None else Tally()

    @property
    def queue(self) -> int:
        """How many URLs are to do, as far as is known without counting."""
        return self._settling.queue if self._border is not None else 0

    @property
    def mood(self) -> str:
        """What the crawl is doing, where it is not simply fetching: waiting for a host, for the reader, ending."""
        if self.reason:
            return "ending"
        now = time.monotonic()
        waits = [lane.pace.next_at - now for lane in self._turns if not lane.empty]
        if waits and min(waits) > 5:
            return f"waits {min(waits):.0f} s"
        return "reader is behind" if self._border is not None and self._border.reader.busy else ""

    # What Scrapy's engine calls

    def open(self, spider: Any) -> Deferred[None]:
        """Takes the source's lock, mends what a crash left, and puts the seeds in place."""
        self.spider = spider
        return deferred_from_coro(self._opened())

    def close(self, reason: str) -> Deferred[None]:
        """Waits for what is on its way through the border, and tells the run's report."""
        return deferred_from_coro(self._closed(self.reason or reason))

    def has_pending_requests(self) -> bool:
        """True until the frontier itself has ended the crawl: the engine cannot know what waits for an outcome."""
        return not self.reason

    def enqueue_request(self, request: Request) -> bool:
        """Takes back a request of our own that the engine is woken with; strangers have no row and are dropped."""
        if "errand" not in request.meta:
            return False
        self._handed.append(request)
        return True

    def next_request(self) -> Request | None:
        """The next request that may go out now, or None."""
        if self._handed:
            return self._handed.popleft()
        if self.reason or self._border is None:
            return None
        try:
            return self._take()
        except ArchiveError as error:
            self.fail(error)
            return None

    # What the spider and the border call

    def arrived(self, request: Request) -> None:
        """An answer to `request`, or the news that there is none."""
        self._out -= 1
        lane: Lane = request.meta["lane"]
        fetched: Fetched | None = request.meta.get("fetched")
        try:
            if fetched is None:  # cancelled on its way: as if never asked
                lane.pace.busy -= 1
                self._settling.interrupted(request.meta["row"])
            else:
                self._settle(lane, request.meta["row"], fetched)
        except ArchiveError as error:
            self.fail(error)

    def told(self, outcome: Outcome, links: int) -> None:
        """A capture was read and its rows are committed."""
        self._owed -= 1
        try:
            for candidate in self._settling.told(outcome, links):
                self._lane(candidate.url).more = True
        except ArchiveError as error:
            self.fail(error)
        self._nudge()

    def fail(self, error: ArchiveError) -> None:
        """Ends the crawl because of `error`: what cannot be written must not be fetched."""
        if self.error is None:
            self.error = self.spider.error = error
            logger.error("%s", error)
        self._end("storage" if isinstance(error, StorageError) else "error")

    # Opening and closing

    async def _opened(self) -> None:
        source = self.spider.source
        self.run = f"{self._began:%Y%m%dT%H%M%SZ}-{source.id}-{secrets.token_hex(2)}"
        try:
            self._border = border = await Border.enter(self.orders.archive, self, source.id)
            about = (("robots", "obey"), ("http-header-user-agent", self._crawler.settings["USER_AGENT"]))
            self._keeper = Keeper(border.holdings, source.id, self.run, about)
            self._limits = Limits(border.rows, source, self.orders)
            self._settling = Settling(border, source, self.run, self.orders)
            for place in self._settling.recover():
                border.again(place, self)
                self._owed += 1
            self._seed(border)
            self._settling.count()
            border.flush()
        except ArchiveError as error:
            # Not raised: Scrapy 2.19 stumbles over CloseSpider before its scraper is open. The engine gets no request
            # from us and closes the spider at once.
            self.fail(error)
            return
        self._tick = asyncio.get_running_loop().call_later(0, self._beat)

    def _seed(self, border: Border) -> None:
        source, today = self.spider.source, vietnam_today()
        begin(border.rows, source.id, int(time.time()), again=self.orders.again)
        seeds = []
        for link in starts(source):
            url = as_fetched(link.url)
            excluded = refusal(url, source)
            seeds.append(Candidate(url, link.kind, rank(link.kind, "", 0, 1, today) + 40_000, excluded=excluded))
        seed(border.rows, source.id, seeds)
        for (name,) in border.rows.read("SELECT name FROM authorities WHERE source = ?", (source.id,)).fetchall():
            self._lane(name)

    async def _closed(self, reason: str) -> None:
        self.reason = reason
        for handle in (self._timer, self._tick):
            if handle is not None:
                handle.cancel()
        border = self._border
        if border is None:
            return
        try:
            await self._drain(border, self._patience(reason))
            self.spider.report = report = self._report(border, reason)
            self._keeper.close()
            border.reader.put_run(self._settling.run_row(report))
        except ArchiveError as error:
            self.error = self.spider.error = self.error or error
            self.spider.report = self._report(border, "storage")
        finally:
            await border.leave(self, max(1.0, self._patience(reason)))

    def _patience(self, reason: str) -> float:
        """How many seconds the reader is waited for: a stop has one bound for everything."""
        if reason != "shutdown" or not self._stopped_at:
            return FINISH_SECONDS
        return max(0.0, self._stopped_at + self.orders.drain_seconds - time.monotonic())

    async def _drain(self, border: Border, seconds: float) -> None:
        if self.error is None:
            border.flush()
        deadline = time.monotonic() + seconds
        while self._owed and self.error is None and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        border.rows.release(self.spider.source.id)
        if self.error is None:
            border.flush()

    def _report(self, border: Border, reason: str) -> Report:
        return self._settling.report(self.spider.source, self._began, reason, self.error, border)

    # Handing out

    def _take(self) -> Request | None:
        border, now, wall = self._border, time.monotonic(), time.time()
        if border is None or border.reader.busy:
            return None
        over = self._limits.reached(wall, self._settling.tally)
        if over:
            self._end(over)
            return None
        soonest = math.inf
        for lane in self._turns:
            at = lane.next_at(now, wall)
            if at > now:
                soonest = min(soonest, at)
                continue
            request = self._from(lane, wall)
            if request is not None:
                self._turns.served(lane)
                self._out += 1
                return request
        self._rest(border, soonest, now)
        return None

    def _from(self, lane: Lane, wall: float) -> Request | None:
        while True:
            if not self._settling.fill(lane):
                return None
            url = lane.gate.url_to_ask(wall)
            if url:
                lane.gate.asking = True
                return self._request(lane, None, Errand(url, self.spider.source.id, self.run, "robots"))
            row = lane.ready.popleft()
            if lane.gate.allows(row.url):
                return self._request(lane, row, self._settling.errand(row))
            self._settling.exclude(row, "robots")

    def _request(self, lane: Lane, row: Row | None, errand: Errand) -> Request:
        lane.pace.start()
        self._limits.asked(errand.kind)
        return Request(
            errand.url,
            meta={"errand": errand, "lane": lane, "row": row},
            errback=self.spider.gone_wrong,
            dont_filter=True,
        )

    def _rest(self, border: Border, soonest: float, now: float) -> None:
        """Nothing may be asked for now: sees to it that we are woken when something may, or ends the crawl."""
        if border.due or not self._out:
            border.flush()
        if self._out or self._owed:
            self._wake_at(soonest, now)
            return
        waking = border.rows.next_waking(self.spider.source.id)
        if waking is not None and not all(lane.over for lane in self._turns):
            soonest = min(soonest, now + max(0.0, waking - time.time()))
        if soonest - now <= self.orders.patience:
            self._wake_at(soonest, now)
        else:
            self._end(self._settling.ending(self._turns, soonest))

    def _wake_at(self, soonest: float, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if soonest < math.inf:
            self._timer = asyncio.get_running_loop().call_later(max(0.0, soonest - now), self._nudge)

    def _nudge(self) -> None:
        """Has the engine ask again: it looks by itself only every five seconds."""
        engine = self._crawler.engine
        if self._handed or self.reason or engine is None or not engine.running or engine.needs_backout():
            return
        request = self.next_request()
        if request is not None:
            engine.crawl(request)

    def _beat(self) -> None:
        """Four times a second: what has waited is synced or woken, and a stop asked for is not put off for long."""
        self._tick = asyncio.get_running_loop().call_later(TICK_SECONDS, self._beat)
        border, engine = self._border, self._crawler.engine
        if border is None or engine is None:
            return
        if not engine.running:
            self._stopping()
        try:
            if border.due:
                border.flush()
            if border.rows.wake(time.time()):
                for lane in self._turns:
                    lane.more = True
        except ArchiveError as error:
            self.fail(error)
        self._nudge()

    def _stopping(self) -> None:
        """The engine was told to stop (SIGINT, SIGTERM): answers on their way have some seconds yet, then are cut."""
        self._stopped_at = self._stopped_at or time.monotonic()
        if time.monotonic() - self._stopped_at > 0.6 * self.orders.drain_seconds and self.spider.client is not None:
            self.spider.client.cut_all()

    def _lane(self, url: str) -> Lane:
        """The lane that `url` belongs to, made where it has none yet."""
        border, source = self._border, self.spider.source
        if border is None:
            raise ArchiveError("the frontier is not open")
        number = border.rows.authority(url, source.id)
        lane = self._turns.get(number)
        if lane is None:
            lane = self._settling.lane(number, authority(url))
            self._turns.add(lane)
        return lane

    def _settle(self, lane: Lane, row: Row | None, fetched: Fetched) -> None:
        border, wall = self._border, datetime.now(UTC)
        if border is None:
            return
        decision = lane.pace.finish(fetched, time.monotonic(), wall)
        record = ""
        if fetched.capture is not None:
            record = border.keep(self._keeper, fetched.capture, self).record_id
            self._owed += 1
        if decision is not None:
            border.rows.decide(self.run, self.spider.source.id, lane.host, decision.what, decision.detail)
        self._settling.arrived(lane, row, fetched, record)

    def _end(self, reason: str) -> None:
        """Ends the crawl: nothing more is handed out, what is on its way is waited for."""
        if self.reason:
            return
        self.reason = reason
        if self._tick is not None and self._crawler.engine is not None:
            self._start(self._crawler.engine.close_spider_async(reason=reason))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

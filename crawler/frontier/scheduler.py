"""Scrapy's scheduler over the frontier: hands out what may be asked for now, and takes back what came of it."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.defer import deferred_from_coro

from archive.errors import ArchiveError, StorageError
from archive.messages.language import tr
from archive.model import Outcome
from crawler.frontier.host_queues import HostQueue, share_pace
from crawler.frontier.limits import CrawlOptions
from crawler.frontier.pace import Pace
from crawler.frontier.session import Session
from crawler.frontier.store import Candidate, Row
from crawler.http.capture import Fetched
from crawler.rendering import MADE
from crawler.report import Tally
from crawler.watchdog import StalledError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred

    from crawler.spider import SourceSpider
from collections.abc import Iterable
from urllib.parse import urlsplit

from archive.custody.withheld import REASON, Withheld
from archive.text.urls import url_key
from crawler.frontier.discovery import out_of_scope
from crawler.frontier.host_queues import HostQueues
from crawler.frontier.limits import vietnam_today
from crawler.frontier.pace import RETRY_AFTER_CAP
from crawler.http.capture import Errand
from crawler.scope import authority

BUSY_SECONDS = 1.0
"""When a host that is being asked for something else is looked at again."""


class Dispatcher:
    """The host queues of a session, and the requests made from them; `errback` is called where no answer comes."""

    def __init__(self, session: Session, errback: Callable[[Any], Any]) -> None:
        self._session = session
        self._errback = errback
        self.queues = HostQueues()

    def next(self, now: float, wall: float) -> tuple[Request | None, float]:
        """The next request at `now` (monotonic, `wall` since 1970); without one, when there may be one again."""
        soonest = math.inf
        for queue in self.queues:
            at = queue.next_at(now, wall)
            if at > now:
                soonest = min(soonest, at)
            elif request := self._from(queue, now, wall):
                self.queues.served(queue)
                return request, now
            else:
                soonest = min(soonest, queue.next_at(now, wall))
        return None, soonest

    def found(self, candidates: Iterable[Candidate]) -> None:
        """New URLs have been added: their queues have something ready."""
        for candidate in candidates:
            self.queue(candidate.url).more = True

    def queue(self, url: str) -> HostQueue:
        """The queue that `url` belongs to, made where it has none yet."""
        session = self._session
        number = session.border.rows.authority(url, session.source.id)
        queue = self.queues.get(number)
        if queue is None:
            queue = session.outcomes.make_queue(number, authority(url))
            if queue.foreign:
                queue.elsewhere = not session.border.alone_at(queue.name, session.owner)
            self.queues.add(queue)
        return queue

    def pace(self, queue: HostQueue, url: str) -> Pace:
        """The pace of the host of `url`, asked for `queue`: its robots.txt may lie with another."""
        host = urlsplit(url).netloc
        if host == queue.host:
            return queue.pace
        return next((other.pace for other in self.queues if other.host == host), self._session.outcomes.pace(host))

    def _from(self, queue: HostQueue, now: float, wall: float) -> Request | None:
        session, outcomes = self._session, self._session.outcomes
        while outcomes.fill(queue):
            url = queue.gate.url_to_ask(wall)
            if url:
                wait = self.pace(queue, url).free_at() - now
                if wait > 0:  # of another host, which is busy or has asked to be left alone
                    queue.gate.ask_at = wall + min(wait, RETRY_AFTER_CAP) if wait < math.inf else wall + BUSY_SECONDS
                    return None
                queue.gate.asking = True
                return self._request(queue, None, Errand(url, session.source.id, session.run, "robots"))
            row = queue.ready.popleft()
            withheld = Withheld.load(session.border.holdings.root)  # a takedown may come while the crawl runs
            ruled = out_of_scope(row.url, row.kind, session.source, vietnam_today())
            if withheld.keys and withheld.covers(url_key(row.url)):
                outcomes.exclude(row, REASON)
            elif ruled or (row.via and session.source.discover.is_never(row.url)):
                outcomes.exclude(row, ruled or "never")  # the source file has changed since it was found
            elif queue.gate.allows(row.url):
                return self._request(queue, row, outcomes.errand(row))
            else:
                outcomes.exclude(row, "robots")
        return None

    def _request(self, queue: HostQueue, row: Row | None, errand: Errand) -> Request:
        self.pace(queue, errand.url).start()
        self._session.limits.asked(errand.kind)
        callback = self._session.border.rows.callback(row) if row is not None and self._session.calls_back else ""
        meta = {"errand": errand, "queue": queue, "row": row, "callback": callback}
        return Request(errand.url, meta=meta, errback=self._errback, dont_filter=True)


class Alarm:
    """Has `call` made by the running event loop."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call = call
        self._handle: asyncio.TimerHandle | None = None

    def set(self, seconds: float) -> None:
        """In so many seconds, at once where they are past; never where they are infinite."""
        self.cancel()
        if seconds < math.inf:
            self._handle = asyncio.get_running_loop().call_later(max(0.0, seconds), self._call)

    def cancel(self) -> None:
        """Not any more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


logger = logging.getLogger(__name__)
TICK_SECONDS = 0.25
FINISH_SECONDS = 120.0
LEAVE_SECONDS = 1.0  # that a reader has at least to close the database
"""How long a crawl that has ended by itself waits for the reader."""


class Frontier(BaseScheduler):
    """The scheduler of one source's crawl. It, and not the engine, says when the crawl is over, and why."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.orders = CrawlOptions.of(crawler.settings)
        self.reason = ""  # why the crawl is over; "" while it is not
        self.error: ArchiveError | None = None
        self.spider: SourceSpider
        self._session: Session | None = None
        self._dispatcher: Dispatcher | None = None
        self._requests: deque[Request] = deque()
        self._out = 0  # requests handed out whose answers have not come
        self._unfiled = 0  # captures kept that were not told of
        self._items: dict[str, str] = {}  # of these, what callbacks made: the address by record id
        self._alarm = Alarm(self._wake_engine)
        self._tick: asyncio.TimerHandle | None = None
        self._ending: asyncio.Future[None] | None = None
        self._stopped_at = 0.0
        self._has_run = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        """The frontier of `crawler`, made by Scrapy."""
        return cls(crawler)

    @property
    def tally(self) -> Tally:
        """The counts of the run so far."""
        return self._session.outcomes.tally if self._session else Tally()

    @property
    def todo(self) -> int:
        """How many URLs are to do, as far as is known without counting."""
        return self._session.outcomes.todo if self._session else 0

    @property
    def mood(self) -> str:
        """What the crawl is doing, where it is not simply fetching: waiting for a host, for the reader, ending."""
        if self.reason:
            return tr("ending")
        if self._session and self._session.control.paused:
            return tr("paused")
        wait = self._dispatcher.queues.wait(time.monotonic()) if self._dispatcher else 0.0
        if wait > 5:
            return tr("waits {seconds:.0f} s", seconds=wait)
        return tr("reader is behind") if self._session and self._session.border.reader.busy else ""

    # What Scrapy's engine calls

    def open(self, spider: Any) -> Deferred[None]:
        """Takes the source's lock, mends what a crash left, and puts the seeds in place."""
        self.spider = spider
        return deferred_from_coro(self.opened())

    def close(self, reason: str) -> Deferred[None]:
        """Waits for what is on its way through the border, and tells the run's report."""
        return deferred_from_coro(self.closed(self.reason or reason))

    def has_pending_requests(self) -> bool:
        """True until the frontier itself has ended the crawl: the engine cannot know what waits for an outcome."""
        return not self.reason

    def enqueue_request(self, request: Request) -> bool:
        """Takes a request: one of our own that the engine is woken with, or what the spider asks for, as a new row.

        What is out of scope, or known and not due, is dropped.
        """
        if "errand" in request.meta:
            self._requests.append(request)
            return True
        if self._session is None or self._dispatcher is None or self.reason:
            return False
        try:
            found = self._session.invite(request, getattr(request.callback, "__name__", ""))
            self._dispatcher.found(found)
        except ArchiveError as error:
            self.fail(error)
            return False
        self._wake_engine()
        return bool(found)

    def keep_item(self, item: Mapping[str, Any]) -> str:
        """Keeps what a callback has made of an answer, as the page of an article; gives why not, where it is not."""
        if self._session is None or self.error is not None:
            return "the crawl has ended"
        try:
            made = MADE if self.spider.rendering is not None else f"item of the spider {self.spider.name}"
            kept = self._session.keep_item(item, made)
        except ArchiveError as error:
            self.fail(error)
            return str(error)
        if isinstance(kept, str):
            return kept
        self._items[kept.record_id] = str(item["url"])
        self._unfiled += 1
        return ""

    def is_settled(self, url: str) -> bool:
        """Whether nothing more will come of `url`: a rule forbids it, or it was answered."""
        return self._session is None or self._session.is_settled(url)

    def next_request(self) -> Request | None:
        """The next request that may go out now, or None."""
        if self._requests:
            return self._requests.popleft()
        if self.reason or self._session is None or self._dispatcher is None:
            return None
        try:
            return self._take(self._session, self._dispatcher)
        except ArchiveError as error:
            self.fail(error)
            return None

    # What the spider and the border call

    def arrived(self, request: Request) -> None:
        """An answer to `request`, or the news that there is none."""
        self._out -= 1
        session, dispatcher = self._session, self._dispatcher
        if session is None or dispatcher is None:
            return
        queue: HostQueue = request.meta["queue"]
        row: Row | None = request.meta["row"]
        fetched: Fetched | None = request.meta.pop("fetched", None)  # Scrapy keeps a request for longer than we do
        try:
            if fetched is None:  # cancelled on its way: as if never asked
                dispatcher.pace(queue, request.url).busy -= 1
                session.outcomes.interrupted(row)
            else:
                pace = dispatcher.pace(queue, request.url)
                dispatcher.found(self._answered(session, queue, pace, row, fetched))
        except ArchiveError as error:
            self.fail(error)

    def filed(self, outcome: Outcome, links: int) -> None:
        """A capture was read and its rows are committed."""
        self._unfiled -= 1
        if self._session is None or self._dispatcher is None:
            return
        try:
            item = self._items.pop(outcome.record_id, "")
            if item:
                self._session.outcomes.tally.read(outcome, item)
                if self.spider.rendering is not None:
                    self._dispatcher.found(self._session.pictures_of(outcome, item))
            elif outcome.article and outcome.state in ("new", "changed") and self._crawler.settings.getdict("FEEDS"):
                self._export(outcome.article)
            self._dispatcher.found(self._session.outcomes.filed(outcome))
        except ArchiveError as error:
            self.fail(error)
        self._wake_engine()

    def _export(self, article: str) -> None:
        """Gives the article, as it was read, to whom Scrapy's `item_scraped` is connected: the exporter of `-o`."""
        from archive.api import Archive  # only with `-o`

        with Archive.open(Path(self._crawler.settings["ARCHIVE"])) as held:
            item = asdict(held.article(article).stored.article)
        self._crawler.signals.send_catch_log(signal=signals.item_scraped, item=item, response=None, spider=self.spider)

    def fail(self, error: ArchiveError) -> None:
        """Ends the crawl because of `error`: what cannot be written must not be fetched."""
        if self.error is None:
            self.error = self.spider.error = error
            logger.error("%s", error)
        kinds = {StorageError: "storage", StalledError: "stalled"}
        self._end(next((reason for kind, reason in kinds.items() if isinstance(error, kind)), "error"))

    # Opening and closing

    async def opened(self) -> None:
        """Opens the session; an error ends the crawl before it has begun."""
        agent = str(self._crawler.settings["USER_AGENT"])
        try:
            self._session = session = await Session.open(self, self.spider.source, self.orders, agent)
            self._dispatcher = dispatcher = Dispatcher(session, self.spider.gone_wrong)
            await session.outcomes.know_rules()
            self._unfiled, authorities = session.prepare()
            for name in authorities:
                dispatcher.queue(name)
        except ArchiveError as error:
            # Not raised: Scrapy 2.19 stumbles over CloseSpider before its scraper is open. The engine gets no request
            # from us and closes the spider at once.
            self.fail(error)
            return
        session.border.watch(self, self.orders.stall_seconds)
        self._tick = asyncio.get_running_loop().call_later(0, self._heartbeat)

    async def closed(self, reason: str) -> None:
        """Closes the session and leaves the report with the spider."""
        self.reason = reason
        self._alarm.cancel()
        if self._tick is not None:
            self._tick.cancel()
        session = self._session
        if session is None:
            return
        session.border.unwatch(self)
        try:
            if isinstance(self.error, StalledError):
                session.border.rows.forget()  # half of a change, perhaps: the next run finds all as after a crash
            else:
                await self._drain(session, self._patience(reason))
            self.spider.report = session.conclude(reason, self.error)
        except ArchiveError as error:
            self.error = self.spider.error = self.error or error
            self.spider.report = session.report("storage", self.error)
        finally:
            await session.border.leave(self, max(LEAVE_SECONDS, self._patience(reason)))

    async def _drain(self, session: Session, seconds: float) -> None:
        if self.error is None:
            session.border.flush()
        deadline = time.monotonic() + seconds
        while self._unfiled and self.error is None and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        session.put_back(self.error, unfiled=self._unfiled > 0)
        if self.error is not None:
            raise self.error

    def _patience(self, reason: str) -> float:
        """How many seconds the reader is waited for: a stop has one bound for everything."""
        if reason != "shutdown" or not self._stopped_at:
            return FINISH_SECONDS
        return max(0.0, self._stopped_at + self.orders.drain_seconds - time.monotonic())

    def _end(self, reason: str) -> None:
        """Ends the crawl: nothing more is handed out, what is on its way is waited for."""
        if self.reason:
            return
        self.reason = reason
        if self._tick is not None and self._crawler.engine is not None:
            self._ending = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=reason))

    # Handing out and taking back

    def _take(self, session: Session, dispatcher: Dispatcher) -> Request | None:
        now = time.monotonic()
        self._look_for_room(session)
        if self.reason or session.border.reader.busy:
            return None
        if session.room.pauses(now):
            session.border.flush()  # a transaction of ours that is open would keep the log as long as it is
            return None
        if session.read_control():
            for queue in dispatcher.queues:
                queue.pace.ordered = session.control.delay
        over = session.over()
        if over:
            self._end(over)
            return None
        if session.control.paused:
            session.border.flush()
            return None
        request, soonest = dispatcher.next(now, time.time())
        if request is None:
            self._rest(session, dispatcher, soonest, now)
        else:
            self._out += 1
        return request

    def _answered(
        self, session: Session, queue: HostQueue, pace: Pace, row: Row | None, fetched: Fetched
    ) -> list[Candidate]:
        decision = pace.finish(
            fetched, time.monotonic(), datetime.now(UTC), known=row is not None and bool(row.failing)
        )
        record = ""
        fetched = session.outcomes.soft404.marked(row, fetched)
        if fetched.capture is not None:
            if pace is queue.pace:
                share_pace(queue, fetched.capture.address, session.border.paces)
            record = session.border.keep(session.keeper, fetched.capture, self).record_id
            self._unfiled += 1
        if decision is not None:
            if decision.what == "retry after":
                session.border.rows.set_retry_after(queue.id, time.time() + pace.next_at - time.monotonic())
            session.border.rows.decide(session.run, session.source.id, queue.host, decision.what, decision.detail)
        return session.outcomes.arrived(queue, row, fetched, record)

    # Resting and waking

    def _rest(self, session: Session, dispatcher: Dispatcher, soonest: float, now: float) -> None:
        """Nothing may be asked for now: sees to it that we are woken when something may, or ends the crawl."""
        border = session.border
        if border.due or not self._out:
            border.flush()
        if not self._out and not self._unfiled:
            waking = border.rows.next_waking(session.source.id, self.orders.least_priority)
            if waking is not None and not all(queue.over for queue in dispatcher.queues):
                soonest = min(soonest, now + max(0.0, waking - time.time()))
            if soonest == math.inf and self.spider.rendering is not None and self.spider.rendering.busy:
                return  # the browser asks for more, or is at its end
            if session.outcomes.revisit():
                for queue in dispatcher.queues:
                    queue.more = True
                soonest = now
            if soonest == math.inf and (more := session.outcomes.backfill()):
                dispatcher.found(more)
                soonest = now
            if soonest - now > self.orders.patience:
                self._end(session.outcomes.ending(dispatcher.queues, soonest))
                return
        self._alarm.set(soonest - now)

    def _wake_engine(self) -> None:
        """Has the engine ask again: it looks by itself only every five seconds."""
        engine = self._crawler.engine
        if self._requests or self.reason or engine is None or not engine.running or engine.needs_backout():
            return
        request = self.next_request()
        if request is not None:
            engine.crawl(request)

    def _heartbeat(self) -> None:
        """Four times a second: what has waited is synced or woken, and a stop asked for is not put off for long."""
        self._tick = asyncio.get_running_loop().call_later(TICK_SECONDS, self._heartbeat)
        session, engine = self._session, self._crawler.engine
        if session is None or engine is None:
            return
        session.border.watchdog.feed()
        if engine.running:
            self._has_run = True
        elif self._has_run:  # before that it is opening
            self._stopping()
        self._look_for_room(session)
        try:
            if session.border.due:
                session.border.flush()
            if session.border.rows.wake(time.time()):
                for queue in self._dispatcher.queues if self._dispatcher else ():
                    queue.more = True
        except ArchiveError as error:
            self.fail(error)
        self._wake_engine()

    def _look_for_room(self, session: Session) -> None:
        """Ends the crawl while there is room yet to write what is on its way, and the report: so this is no `fail`."""
        trouble = session.room.trouble(time.monotonic()) if not self.reason else None
        if trouble is not None:
            self.spider.error = trouble
            self._end("disk")

    def _stopping(self) -> None:
        """The engine was told to stop (SIGINT, SIGTERM): answers on their way have some seconds yet, then are cut."""
        self._stopped_at = self._stopped_at or time.monotonic()
        if time.monotonic() - self._stopped_at > 0.6 * self.orders.drain_seconds and self.spider.client is not None:
            self.spider.client.cut_all()

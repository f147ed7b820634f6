"""Which request goes out next: host queues in turn, each behind its robots gate and its host's pace."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

from archive.custody.withheld import REASON, Withheld
from archive.text.urls import url_key
from crawler.frontier.discovery import out_of_scope
from crawler.frontier.gate import Gate
from crawler.frontier.limits import vietnam_today
from crawler.frontier.pace import RETRY_AFTER_CAP, Pace
from crawler.frontier.session import Session
from crawler.frontier.store import Candidate, Row
from crawler.http.capture import Errand
from crawler.scope import authority


@dataclass(slots=True)
class HostQueue:
    """What may be asked of one authority: URLs claimed and ready, the gate before them, and the host's pace.

    `more` says that the database may hold further ready URLs; `batch` is how many are claimed at a time. A `foreign`
    host is another site's, where pages of the source need something from; `elsewhere` says that another crawl asks it.
    """

    id: int
    name: str  # "https://host"
    gate: Gate
    pace: Pace
    batch: int
    foreign: bool = False
    elsewhere: bool = False
    ready: deque[Row] = field(default_factory=deque)
    more: bool = True

    @property
    def host(self) -> str:
        """The host as decisions name it."""
        return self.name.partition("://")[2]

    @property
    def over(self) -> bool:
        """Whether nothing more will be asked of this authority in this run."""
        return self.elsewhere or bool(self.pace.given_up or self.gate.shut)

    @property
    def empty(self) -> bool:
        """Whether no URL is ready here."""
        return not self.ready and not self.more

    def next_at(self, now: float, wall: float) -> float:
        """The monotonic time from which something may be asked here; infinite where nothing may, or is ready."""
        if self.over or self.empty:
            return math.inf
        free = self.pace.free_at()
        if self.gate.open(wall):
            return free
        return max(free, now + self.gate.next_at() - wall)


def share_pace(queue: HostQueue, address: str, paces: dict[str, Pace]) -> None:
    """Gives `queue` the pace of its `address`, from `paces`: hosts on one machine are one guest to it.

    This machine is excepted, where every test site lies.
    """
    known = paces.setdefault(address, queue.pace)
    if known is queue.pace or address in ("127.0.0.1", "::1"):
        return
    known.join(queue.pace)
    queue.pace = known


class HostQueues:
    """Host queues in a ring: whoever was served last comes last."""

    def __init__(self) -> None:
        self._ring: deque[HostQueue] = deque()
        self._by_id: dict[int, HostQueue] = {}

    def __iter__(self) -> Iterator[HostQueue]:
        """The queues, the next to be served first."""
        return iter(tuple(self._ring))

    def __len__(self) -> int:
        """How many queues there are."""
        return len(self._ring)

    def get(self, authority: int) -> HostQueue | None:
        """The queue of an authority, where it has one."""
        return self._by_id.get(authority)

    def add(self, queue: HostQueue) -> None:
        """Adds a queue, to be served next."""
        self._by_id[queue.id] = queue
        self._ring.appendleft(queue)

    def wait(self, now: float) -> float:
        """Seconds until the first host that has something ready may be asked; 0 where none has."""
        return max(0.0, min((queue.pace.next_at - now for queue in self._ring if not queue.empty), default=0.0))

    def served(self, queue: HostQueue) -> None:
        """Puts a queue last."""
        if self._ring[-1] is not queue:
            self._ring.remove(queue)
            self._ring.append(queue)


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

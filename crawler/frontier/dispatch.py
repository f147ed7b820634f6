"""Which request goes out next: host queues in turn, each behind its robots gate and its host's pace."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

from archive.custody.withheld import REASON, Withheld
from archive.text.urls import url_key
from crawler.frontier.discovery import out_of_scope
from crawler.frontier.host_queues import HostQueue, HostQueues
from crawler.frontier.limits import vietnam_today
from crawler.frontier.pace import RETRY_AFTER_CAP, Pace
from crawler.frontier.session import Session
from crawler.frontier.store import Candidate, Row
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

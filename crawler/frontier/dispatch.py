"""Which request goes out next: lanes in turn, each behind its robots gate and its host's pace."""

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
    """The lanes of a session, and the requests made from them; `errback` is called where no answer comes."""

    def __init__(self, session: Session, errback: Callable[[Any], Any]) -> None:
        self._session = session
        self._errback = errback
        self.turns = HostQueues()

    def next(self, now: float, wall: float) -> tuple[Request | None, float]:
        """The next request at `now` (monotonic, `wall` since 1970); without one, when there may be one again."""
        soonest = math.inf
        for lane in self.turns:
            at = lane.next_at(now, wall)
            if at > now:
                soonest = min(soonest, at)
            elif request := self._from(lane, now, wall):
                self.turns.served(lane)
                return request, now
            else:
                soonest = min(soonest, lane.next_at(now, wall))
        return None, soonest

    def found(self, candidates: Iterable[Candidate]) -> None:
        """New URLs have been added: their lanes have something ready."""
        for candidate in candidates:
            self.lane(candidate.url).more = True

    def lane(self, url: str) -> HostQueue:
        """The lane that `url` belongs to, made where it has none yet."""
        session = self._session
        number = session.border.rows.authority(url, session.source.id)
        lane = self.turns.get(number)
        if lane is None:
            lane = session.settling.lane(number, authority(url))
            if lane.foreign:
                lane.elsewhere = not session.border.alone_at(lane.name, session.owner)
            self.turns.add(lane)
        return lane

    def pace(self, lane: HostQueue, url: str) -> Pace:
        """The pace of the host of `url`, asked for `lane`: its robots.txt may lie with another."""
        host = urlsplit(url).netloc
        if host == lane.host:
            return lane.pace
        return next((other.pace for other in self.turns if other.host == host), self._session.settling.pace(host))

    def _from(self, lane: HostQueue, now: float, wall: float) -> Request | None:
        session, settling = self._session, self._session.settling
        while settling.fill(lane):
            url = lane.gate.url_to_ask(wall)
            if url:
                wait = self.pace(lane, url).free_at() - now
                if wait > 0:  # of another host, which is busy or has asked to be left alone
                    lane.gate.ask_at = wall + min(wait, RETRY_AFTER_CAP) if wait < math.inf else wall + BUSY_SECONDS
                    return None
                lane.gate.asking = True
                return self._request(lane, None, Errand(url, session.source.id, session.run, "robots"))
            row = lane.ready.popleft()
            withheld = Withheld.load(session.border.holdings.root)  # a takedown may come while the crawl runs
            ruled = out_of_scope(row.url, row.kind, session.source, vietnam_today())
            if withheld.keys and withheld.covers(url_key(row.url)):
                settling.exclude(row, REASON)
            elif ruled or (row.via and session.source.discover.is_never(row.url)):
                settling.exclude(row, ruled or "never")  # the source file has changed since it was found
            elif lane.gate.allows(row.url):
                return self._request(lane, row, settling.errand(row))
            else:
                settling.exclude(row, "robots")
        return None

    def _request(self, lane: HostQueue, row: Row | None, errand: Errand) -> Request:
        self.pace(lane, errand.url).start()
        self._session.limits.asked(errand.kind)
        callback = self._session.border.rows.callback(row) if row is not None and self._session.calls_back else ""
        meta = {"errand": errand, "lane": lane, "row": row, "callback": callback}
        return Request(errand.url, meta=meta, errback=self._errback, dont_filter=True)

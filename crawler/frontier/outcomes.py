"""What becomes of each URL once its answer has come and been read: the only place where rows change their state."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive.messages.message import restored
from archive.model import Outcome, Place
from archive.sources import Source
from archive.warc.http import part, values
from crawler import robots
from crawler.border import Border, survivors
from crawler.checks import site_moves
from crawler.frontier.discovery import out_of_scope, page_number, ruled_out
from crawler.frontier.following import Backfills, Followed, Following
from crawler.frontier.gate import Gate
from crawler.frontier.host_queues import HostQueue, HostQueues
from crawler.frontier.limits import CrawlOptions, vietnam_today
from crawler.frontier.listing_health import ListingHealth, Lists
from crawler.frontier.pace import Pace
from crawler.frontier.recrawl import DAY, LISTINGS, NOT_THE_PAGE, Visit, remember, requeue_due, requeue_known, was_there
from crawler.frontier.soft404 import Soft404, is_soft404, leads_home
from crawler.frontier.store import Candidate, Redirected, Row
from crawler.http.capture import Errand, Fetched
from crawler.http.verdict import MOST_HOPS, Verdict, classify
from crawler.report import Tally
from crawler.robots import Robots
from crawler.scope import host_of, key_of, trap

_ABSENT = frozenset(("soft_404", "redirect_home"))
"""Reasons that say "nothing is here" as a status 404 does."""

LONGEST_VALIDATOR = 500
"""Characters of an ETag: the longest seen on these sites has 60."""


@dataclass(frozen=True, slots=True)
class _Pending:
    row: Row
    verdict: Verdict
    visit: Visit


class Outcomes:
    """The rows of one run, and what is waited for before they can be settled."""

    def __init__(self, border: Border, source: Source, run: str, orders: CrawlOptions) -> None:
        self._border = border
        self._rows = border.rows
        self._source = source
        self._run = run
        self._orders = orders
        self._pending: dict[str, _Pending] = {}
        self._paces: dict[str, Pace] = {}
        self._known: dict[int, Robots] = {}
        self.tally = Tally()
        self.todo = 0
        self._lists = Lists(border.rows, source, run)
        self._revisited = False
        self.ordered = 0.0  # seconds between two requests to a host that a person has ordered
        self.backfills = Backfills(border.rows, source, vietnam_today())
        self.soft404 = Soft404(border.rows, source)
        self.listing_health = ListingHealth(border.rows, source.id, run)
        self._following = Following(
            border.rows, source, run, orders, border.holdings.settings.keep, self.tally, self.backfills
        )

    def recover(self) -> Iterator[Place]:
        """The places of what dead runs of this source have kept, to be read (again); their lost claims are put back."""
        kept: set[int] = set()
        for survivor in survivors(self._rows, self._border.holdings.root, self._source.id, self._border.mended):
            place, row = survivor.stored.place, survivor.row
            if row is not None:
                wire = part(survivor.stored.capture.response)
                fetched = Fetched(
                    survivor.stored.capture, wire.status, wire.headers, survivor.stored.capture.truncated or "", "", 0.0
                )
                verdict = classify(fetched, row.url, row.attempts + 1, row.hops, self._orders.retry_seconds)
                if verdict.fate != "again":
                    kept.add(row.id)
                    self._pending[place.record_id] = _Pending(row, verdict, _visit(fetched))
            yield place
        self._rows.release(self._source.id, kept)

    def count(self) -> None:
        """Counts what is to do, from where the queue is kept up to date."""
        found = self._rows.read("SELECT count(*) FROM urls WHERE source = ? AND state = 'todo'", (self._source.id,))
        self.todo = found.fetchone()[0]

    def make_queue(self, number: int, name: str) -> HostQueue:
        """A new queue for an authority, with the pace of its host."""
        manners = self._source.politeness
        pace = self.pace(urlsplit(name).netloc)
        pace.hold(self._rows.retry_after(number) - time.time(), time.monotonic())
        batch = 64 if manners.delay_seconds < 0.05 else max(2, int(4 / manners.delay_seconds))
        known = self._known.get(number)
        gate = Gate(self._rows, number, name, self._source, self._orders.retry_seconds, known)
        foreign = not self._source.covers(host_of(f"{name}/"))
        return HostQueue(number, name, gate, pace, batch, foreign)

    def pace(self, host: str) -> Pace:
        """How fast `host` may be asked: the same for all that ask it in this run."""
        if host not in self._paces:
            manners = self._source.politeness
            made = Pace(manners.delay_seconds, manners.concurrency, self._orders.retry_seconds, ordered=self.ordered)
            self._paces[host] = made
        return self._paces[host]

    async def know_rules(self) -> None:
        """Parses what earlier runs have stored of robots.txt, in a thread: it is a stranger's text."""
        stored = self._rows.read(
            "SELECT id, robots_text, robots_note FROM authorities WHERE source = ? AND robots_verdict = 'rules'",
            (self._source.id,),
        ).fetchall()
        self._known = await asyncio.to_thread(
            lambda: {row: robots.parse(text, restored(note)) for row, text, note in stored}
        )

    def fill(self, queue: HostQueue) -> bool:
        """Claims URLs for `queue` where it has none left; says whether it has any now."""
        if not queue.ready and queue.more:
            queue.ready.extend(self._claimed(queue))
            queue.more = len(queue.ready) == queue.batch
            self._border.flush()  # a claim is on the disk before its request goes out: see frontier.recovery
        return bool(queue.ready)

    def _claimed(self, queue: HostQueue) -> list[Row]:
        return self._rows.claim(queue.id, self._source.id, self._run, queue.batch, self._orders.least_priority)

    def errand(self, row: Row) -> Errand:
        """What is to be asked for `row`: with conditions, where an earlier visit left them."""
        conditions: list[tuple[str, str]] = []
        # One visit in twenty goes without: a server that answers 304 to everything would freeze its pages for us. In a
        # backfill listings do, for no link leads on from a 304.
        whole = self._orders.backfill and row.kind == "listing"
        if (
            self._source.politeness.conditional
            and row.visits
            and row.visits % 20
            and not whole
            and not self._orders.only
        ):
            conditions += [("If-None-Match", row.etag)] if row.etag else []
            conditions += [("If-Modified-Since", row.last_modified)] if row.last_modified else []
        told = row.published if row.kind in ("article", "page") else ""
        circumstances = (row.kind, row.via, row.depth, row.attempts + 1, tuple(conditions), told)
        return Errand(row.url, self._source.id, self._run, *circumstances)

    def exclude(self, row: Row, reason: str) -> None:
        """Settles a claimed URL that a rule forbids."""
        self.todo -= 1
        self._rows.settle(row, "excluded", reason, self._run)
        self._rows.note(row.id, self._run, "excluded", reason)
        self.tally.ended("excluded", reason, row.url)

    def interrupted(self, row: Row | None) -> None:
        """Puts back a URL whose fetch was cancelled."""
        if row is not None:
            self._rows.again(row, 0, row.attempts)
            self._rows.note(row.id, self._run, "interrupted")

    def arrived(self, queue: HostQueue, row: Row | None, fetched: Fetched, record: str) -> list[Candidate]:
        """Takes an answer (`record` is its record id, "" where nothing was kept); gives back what is new to fetch."""
        capture = fetched.capture
        if capture is not None:
            self.tally.bytes += len(capture.request) + len(capture.response)
            self.tally.kinds[capture.kind] += 1
        self.tally.statuses[str(fetched.status) if fetched.status else fetched.error or "not http"] += 1
        if row is None:
            return self._robots(queue, fetched, record)
        self.tally.requests += 1
        self.tally.answers[queue.host] += row.kind != "probe" and bool(fetched.status)
        verdict = classify(fetched, row.url, row.attempts + 1, row.hops, self._orders.retry_seconds)
        self.backfills.learn(row.url, fetched.headers)
        if row.kind == "probe":
            self.soft404.learn(row, fetched, record)
            verdict = Verdict("read", "probe") if verdict.fate in ("redirect", "failed") and record else verdict
        elif verdict.fate == "redirect" and is_soft404(fetched):
            verdict = Verdict("failed", "soft_404")
        if verdict.fate == "again":
            self._again(queue, row, verdict)
        elif record:
            self._pending[record] = _Pending(row, verdict, _visit(fetched))
        else:
            return self._settle(_Pending(row, verdict, _visit(fetched)), None, "")
        return []

    def filed(self, outcome: Outcome) -> list[Candidate]:
        """Settles the row whose capture was read; gives back what is new to fetch."""
        pending = self._pending.pop(outcome.record_id, None)
        return self._settle(pending, outcome, outcome.record_id) if pending else []

    @property
    def unread(self) -> frozenset[int]:
        """The rows whose captures are kept and were not told of: by their claims the next run finds and reads them."""
        return frozenset(pending.row.id for pending in self._pending.values())

    def revisit(self) -> int:
        """Puts back what is to be asked for once nothing else is left to do, and gives back how many: lists that rest,
        where those that were read may not be all, and then the articles that are due. No articles where the site has
        moved, for each would lead to the same place.
        """
        if self._revisited or self._orders.only:
            return 0
        if woken := self._lists.wake():
            self.todo += woken
            return woken
        if site_moves(self.tally.leading, self.tally.answers, self.tally.leads):
            return 0
        self._revisited = True
        self._lists.settle()
        again = self._orders.again
        due = requeue_due(self._rows, self._source.id, self._run, int(time.time()), articles=True, again=again)
        self.todo += due
        return due

    def backfill(self) -> list[Candidate]:
        """What a backfill asks for next, when nothing else is left to do."""
        new = self._following.backfill()
        self.todo += len(new)
        return new

    def _robots(self, queue: HostQueue, fetched: Fetched, record: str) -> list[Candidate]:
        self.tally.robots += 1
        words = queue.gate.answered(fetched, time.time(), record)
        queue.more = True  # changed rules may have opened what was excluded
        found = queue.gate.robots
        slower = queue.pace.ask_less(found.crawl_delay if found else None)
        if words:
            self._rows.decide(self._run, self._source.id, queue.host, "robots", words)
        if slower is not None:
            self._rows.decide(self._run, self._source.id, queue.host, slower.what, slower.detail)
        new = self._following.sitemaps(found.sitemaps if found else (), f"{queue.name}/robots.txt")
        self.todo += len(new)
        return new

    def _again(self, queue: HostQueue, row: Row, verdict: Verdict) -> None:
        stale = verdict.reason == "stale"
        self._rows.again(row, 0 if stale else time.time() + verdict.wait, row.attempts + (not stale))
        self._rows.note(row.id, self._run, "again", verdict.reason)
        self.tally.again[verdict.reason] += 1
        queue.more = queue.more or stale

    def _settle(self, pending: _Pending, outcome: Outcome | None, record: str) -> list[Candidate]:
        row, verdict, visit = pending.row, pending.verdict, pending.visit
        self.todo -= 1
        if outcome is not None and verdict.fate == "read":
            visit = replace(visit, state=outcome.state, published=outcome.published)
            self.tally.read(outcome, row.url)
            if outcome.reason in _ABSENT and row.kind != "probe":
                verdict = Verdict("failed", outcome.reason)
            elif outcome.reason in NOT_THE_PAGE:
                visit = replace(visit, status=503)  # as what failed: its validators are those of another text
        if verdict.fate == "redirect" and row.kind == "article" and leads_home(row.url, verdict.target):
            verdict = replace(verdict, reason="redirect_home")
        if verdict.fate == "failed" and (visit.status == 304 or verdict.reason == "redirects"):
            visit = replace(visit, status=503)  # nothing was the same, or no end: it is asked for again as what failed
        if verdict.reason in _ABSENT:
            visit = replace(visit, status=404)  # to be looked for again as what is gone
        self._disappeared(row, verdict, visit)
        remember(self._rows, row, self._source.id, visit, int(time.time()))
        if verdict.fate in ("redirect", "failed"):
            self.backfills.visited(row.url, news=False)
        if verdict.fate == "redirect":
            new = self._redirected(row, verdict, record)
            self.todo += len(new)
            return new
        if verdict.fate == "failed":
            self._rows.settle(row, "failed", verdict.reason, self._run, record)
            self._rows.note(row.id, self._run, "failed", verdict.reason)
            if visit.state != "unread":  # counted there
                self.tally.ended("failed", verdict.reason, row.url)
            self.listing_health.failed(row, verdict.reason)
            return []
        if verdict.fate == "same":
            self.listing_health.unchanged(row)
            self.tally.pages["same"] += row.kind == "article"
        reason = outcome.reason if outcome is not None and verdict.fate == "read" else verdict.reason
        self._rows.settle(row, "done", reason, self._run, record)
        state = outcome.state if outcome is not None else ""
        self._rows.note(row.id, self._run, "fetched", " ".join(filter(None, (str(visit.status), state, reason))))
        new, changed, named = self._following.follow(row, outcome) if outcome is not None else Followed([], [])
        if outcome is not None and verdict.fate == "read":
            fresh = sum(one.kind == "article" for one in new)
            if row.kind in LISTINGS and page_number(row.url) == 1 and not self._orders.backfill:
                fresh = self._lists.read(row, outcome.listed, named, (*new, *changed))
            self.listing_health.read(row, outcome, fresh)
        self.todo += len(new) + len(changed)
        return new + changed

    def _disappeared(self, row: Row, verdict: Verdict, visit: Visit) -> None:
        """Tells of an article that was there and is not any more; its last good capture stays what it said."""
        if row.kind == "article" and visit.status in (404, 410) and was_there(self._rows, row):
            self.tally.gone[verdict.reason] += 1
            self.tally.examples.setdefault(f"gone {verdict.reason}", row.url)
            self._rows.note(row.id, self._run, "gone", verdict.reason)

    def _redirected(self, row: Row, verdict: Verdict, record: str) -> list[Candidate]:
        target = verdict.target
        self._rows.note(row.id, self._run, "redirected", target)
        today = vietnam_today()
        outside = excluded = out_of_scope(target, row.kind, self._source, today)
        if not excluded:
            pages = row.kind not in ("image", "attachment", "requisite", "media")
            excluded = trap(target, self._source) if pages else ruled_out(target, row.kind, self._source, today)
        # What is no web address at all is counted and leaves no row: it has no key, and no authority to be asked.
        known = not excluded.startswith(("scope:scheme", "scope:characters"))
        key = key_of(target, self._source) if known else ""
        if key == key_of(row.url, self._source) and not outside:
            # The same address by another spelling, as http and https: the row moves there, and is asked for again.
            self._rows.move(row, target, self._source.id)
            return [Candidate(target, row.kind, row.priority)]
        self.listing_health.failed(row, verdict.reason)
        circle = [] if excluded else self._circle(row, key)
        stale = next((one for one in circle if one.run != self._run), None)
        if circle and stale is None:
            self._rows.settle(row, "failed", "redirects", self._run, record)
            for number, url in ((row.id, row.url), *((one.id, one.url) for one in circle)):
                self._rows.fail_redirected(number, int(time.time()) + DAY)
                self._rows.note(number, self._run, "failed", "redirects")
                self.tally.ended("failed", "redirects", url)
            return []
        if row.kind == "article" and not excluded:
            self._following.aliases.leads_to(target, key)
        candidate = Candidate(
            target, row.kind, row.priority, row.depth, row.hops + 1, row.url, row.published, excluded, key
        )
        new = self._rows.add([candidate], self._source.id) if known else []
        if stale is not None:  # an earlier run has met it: asked for again before it is believed
            candidate = Candidate(stale.url, row.kind, row.priority, key=key_of(stale.url, self._source))
        if (self._orders.only or stale is not None) and not excluded:
            new = [candidate] if requeue_known(self._rows, candidate, self._run) else new
        if verdict.reason == "redirect_home":
            self._rows.settle(row, "failed", verdict.reason, self._run, record)
            self.tally.ended("failed", verdict.reason, row.url)
        else:
            self._rows.settle(row, "done", "redirected", self._run, record)
        if excluded:
            self.tally.ended("excluded", excluded, target)
        if excluded == "scope:host":
            leads = host_of(row.url), host_of(target)
            self.tally.leading[leads] += 1
            self.tally.leads.setdefault(leads, f"{row.url} {target}")
        return [] if excluded else new

    def _circle(self, row: Row, key: str) -> list[Redirected]:
        """The other addresses of the circle in which `row` leads back to itself by way of `key`, as sites do that want
        a cookie; none where it leads on.
        """
        own, found = key_of(row.url, self._source), list[Redirected]()
        while key != own and len(found) < MOST_HOPS:
            led = self._rows.redirected(key)
            if led is None:
                return []
            found.append(led)
            key = key_of(led.target, self._source)
        return found if key == own else []

    def ending(self, queues: HostQueues, soonest: float) -> str:
        """Why a run ends in which nothing more may be asked for."""
        own = [queue for queue in queues if not queue.foreign]  # without another site's picture a crawl is whole
        if soonest < math.inf and self._waits(own):
            return "waiting"
        for queue in own:
            if queue.pace.given_up:
                return queue.pace.given_up
        if any(queue.gate.shut.startswith("unreachable") for queue in own):
            return "unreachable"
        if any(queue.gate.shut for queue in own):
            return "closed"
        return "by_hand" if self._orders.only else "finished"

    def _waits(self, queues: list[HostQueue]) -> bool:
        """Whether anything waits that is no requisite of another site."""
        if any(not queue.over and not queue.empty for queue in queues):
            return True
        waiting = self._rows.read(
            "SELECT DISTINCT authority FROM urls WHERE state = 'todo' AND not_before > 0 AND source = ?"
            " AND priority >= ?",
            (self._source.id, self._orders.least_priority),
        )
        return not {queue.id for queue in queues}.isdisjoint(number for (number,) in waiting)


def _visit(fetched: Fetched) -> Visit:
    return Visit(fetched.status, _validator(fetched, "etag"), _validator(fetched, "last-modified"))


def _validator(fetched: Fetched, name: str) -> str:
    """The field `name` of an answer as it may go back to its server; "" for what could be two fields, or a load."""
    found = values(fetched.headers, name)
    return found[0] if found and found[0].isprintable() and len(found[0]) <= LONGEST_VALIDATOR else ""

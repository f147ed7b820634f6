"""What becomes of each URL once its answer has come and been read: the only place where rows change their state."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from archive.model import Outcome, PageKind, Place
from archive.sources import Source
from archive.sources.starts import further_pages
from archive.text.urls import url_key
from archive.warc.http import part, values
from crawler.border import Border
from crawler.capture import Errand, Fetched
from crawler.discovery import Origin, look, page_number, rank
from crawler.frontier.gate import Gate
from crawler.frontier.lanes import Lane, Turns
from crawler.frontier.limits import VIETNAM
from crawler.frontier.recovery import survivors
from crawler.frontier.rows import Candidate, Row
from crawler.frontier.visits import Visit, remember, revive
from crawler.orders import Orders
from crawler.politeness import Pace
from crawler.report import Report, Tally
from crawler.scope import refusal, trap
from crawler.verdict import Verdict, judge


@dataclass(frozen=True, slots=True)
class _Pending:
    row: Row
    verdict: Verdict
    visit: Visit


class Settling:
    """The rows of one run, and what is waited for before they can be settled."""

    def __init__(self, border: Border, source: Source, run: str, orders: Orders) -> None:
        self._border = border
        self._rows = border.rows
        self._source = source
        self._run = run
        self._orders = orders
        self._keep = border.holdings.settings.keep
        self._pending: dict[str, _Pending] = {}
        self._paces: dict[str, Pace] = {}
        self.tally = Tally()
        self.queue = 0

    def recover(self) -> Iterator[Place]:
        """The places of what dead runs of this source have kept, to be read (again); their lost claims are put back."""
        kept: set[int] = set()
        for survivor in survivors(self._rows, self._border.holdings.root, self._source.id, self._border.mended):
            place, row = survivor.held.place, survivor.row
            if row is not None:
                wire = part(survivor.held.capture.response)
                fetched = Fetched(
                    survivor.held.capture, wire.status, wire.headers, survivor.held.capture.truncated or "", "", 0.0
                )
                verdict = judge(fetched, row.url, row.attempts + 1, row.hops, self._orders.retry_seconds)
                if verdict.fate != "again":
                    kept.add(row.id)
                    self._pending[place.record_id] = _Pending(row, verdict, _visit(fetched))
            yield place
        self._rows.release(self._source.id, kept)

    def count(self) -> None:
        """Counts what is to do, from where the queue is kept up to date."""
        found = self._rows.read("SELECT count(*) FROM urls WHERE source = ? AND state = 'todo'", (self._source.id,))
        self.queue = found.fetchone()[0]

    def lane(self, number: int, name: str) -> Lane:
        """A new lane for an authority, with the pace of its host."""
        manners = self._source.politeness
        host = urlsplit(name).netloc
        pace = self._paces.setdefault(
            host, Pace(manners.delay_seconds, manners.concurrency, self._orders.retry_seconds)
        )
        hand = 64 if manners.delay_seconds < 0.05 else max(2, int(4 / manners.delay_seconds))
        return Lane(number, name, Gate(self._rows, number, name, self._source, self._orders.retry_seconds), pace, hand)

    def fill(self, lane: Lane) -> bool:
        """Claims URLs for `lane` where it has none at hand; says whether it has any now."""
        if not lane.ready and lane.more:
            lane.ready.extend(self._rows.claim(lane.id, self._source.id, self._run, lane.hand))
            lane.more = len(lane.ready) == lane.hand
            self._border.flush()  # a claim is on the disk before its request goes out: see frontier.recovery
        return bool(lane.ready)

    def errand(self, row: Row) -> Errand:
        """What is to be asked for `row`: with conditions, where an earlier visit left them."""
        conditions: list[tuple[str, str]] = []
        # One visit in twenty goes without: a server that answers 304 to everything would freeze its pages for us.
        if self._source.politeness.conditional and row.visits and row.visits % 20:
            conditions += [("If-None-Match", row.etag)] if row.etag else []
            conditions += [("If-Modified-Since", row.last_modified)] if row.last_modified else []
        return Errand(
            row.url, self._source.id, self._run, row.kind, row.via, row.depth, row.attempts + 1, tuple(conditions)
        )

    def exclude(self, row: Row, reason: str) -> None:
        """Settles a claimed URL that a rule forbids."""
        self.queue -= 1
        self._rows.settle(row, "excluded", reason, self._run)
        self._rows.note(row.id, self._run, "excluded", reason)
        self.tally.ended("excluded", reason, row.url)

    def interrupted(self, row: Row | None) -> None:
        """Puts back a URL whose fetch was cancelled."""
        if row is not None:
            self._rows.again(row, 0, row.attempts)
            self._rows.note(row.id, self._run, "interrupted")

    def arrived(self, lane: Lane, row: Row | None, fetched: Fetched, record: str) -> None:
        """Takes an answer; `record` is its record id, "" where nothing was kept."""
        capture = fetched.capture
        if capture is not None:
            self.tally.bytes += len(capture.request) + len(capture.response)
            self.tally.kinds[capture.kind] += 1
        self.tally.statuses[str(fetched.status) if fetched.status else fetched.error or "not http"] += 1
        if row is None:
            self.tally.robots += 1
            words = lane.gate.answered(fetched, time.time(), record)
            lane.more = True  # changed rules may have opened what was excluded
            slower = lane.pace.ask_less(lane.gate.robots.crawl_delay if lane.gate.robots else None)
            if words:
                self._rows.decide(self._run, self._source.id, lane.host, "robots", words)
            if slower is not None:
                self._rows.decide(self._run, self._source.id, lane.host, slower.what, slower.detail)
            return
        self.tally.requests += 1
        verdict = judge(fetched, row.url, row.attempts + 1, row.hops, self._orders.retry_seconds)
        if verdict.fate == "again":
            self._again(lane, row, verdict)
        elif record:
            self._pending[record] = _Pending(row, verdict, _visit(fetched))
        else:
            self._settle(_Pending(row, verdict, _visit(fetched)), None, "")

    def told(self, outcome: Outcome, links: int) -> list[Candidate]:
        """Settles the row whose capture was read; gives back what is new to fetch."""
        pending = self._pending.pop(outcome.record_id, None)
        new = self._settle(pending, outcome, outcome.record_id) if pending else []
        self.queue += len(new)
        return new

    def _again(self, lane: Lane, row: Row, verdict: Verdict) -> None:
        stale = verdict.reason == "stale"
        self._rows.again(row, 0 if stale else time.time() + verdict.wait, row.attempts + (not stale))
        self._rows.note(row.id, self._run, "again", verdict.reason)
        self.tally.again[verdict.reason] += 1
        lane.more = lane.more or stale

    def _settle(self, pending: _Pending, outcome: Outcome | None, record: str) -> list[Candidate]:
        row, verdict, visit = pending.row, pending.verdict, pending.visit
        self.queue -= 1
        if outcome is not None and verdict.fate == "read":
            visit = replace(visit, state=outcome.state, published=outcome.published)
            self.tally.read(outcome, row.kind, row.url)
        remember(self._rows, row, self._source.id, visit, int(time.time()))
        if verdict.fate == "redirect":
            return self._redirected(row, verdict, record)
        if verdict.fate == "failed":
            self._rows.settle(row, "failed", verdict.reason, self._run, record)
            self._rows.note(row.id, self._run, "failed", verdict.reason)
            self.tally.ended("failed", verdict.reason, row.url)
            return []
        if verdict.fate == "same":
            self.tally.pages["same"] += row.kind == "article"
        reason = outcome.reason if outcome is not None and verdict.fate == "read" else verdict.reason
        self._rows.settle(row, "done", reason, self._run, record)
        state = outcome.state if outcome is not None else ""
        self._rows.note(row.id, self._run, "fetched", " ".join(filter(None, (str(visit.status), state, reason))))
        return self._follow(row, outcome) if outcome is not None else []

    def _redirected(self, row: Row, verdict: Verdict, record: str) -> list[Candidate]:
        target = verdict.target
        self._rows.note(row.id, self._run, "redirected", target)
        if url_key(target) == url_key(row.url) and not refusal(target, self._source):
            # The same address by another spelling, as http and https: the row moves there, and is asked for again.
            self._rows.move(row, target, self._source.id)
            return [Candidate(target, row.kind, row.priority)]
        excluded = refusal(target, self._source, vietnam_today()) or trap(target, self._source)
        candidate = Candidate(target, row.kind, row.priority, row.depth, row.hops + 1, row.url, row.published, excluded)
        new = (
            [candidate]
            if refusal(target, self._source).startswith("scope:char")
            else self._rows.add([candidate], self._source.id)
        )
        if row.kind == "article" and urlsplit(target).path in ("", "/"):
            self._rows.settle(row, "failed", "redirect_home", self._run, record)
            self.tally.ended("failed", "redirect_home", row.url)
        else:
            self._rows.settle(row, "done", "redirected", self._run, record)
        if excluded:
            self.tally.ended("excluded", excluded, target)
        return [] if excluded else new

    def _follow(self, row: Row, outcome: Outcome) -> list[Candidate]:
        origin = Origin(row.url, row.kind, row.depth, page_number(row.url))
        finding = look(outcome.links, origin, self._source, self._keep, vietnam_today(), self._orders.since)
        for reason, number in finding.passed_over:
            self.tally.passed_over[reason] += number
        deeper = [found for found in finding.candidates if found.kind == "listing" and page_number(found.url) > 1]
        others = [found for found in finding.candidates if found not in deeper]
        new = self._rows.add(others, self._source.id)
        news = sum(1 for found in new if found.kind in ("article", "page") and not found.excluded)
        if news or self._orders.backfill or row.kind != "listing":
            deeper += self._next_page(row)
            new += self._rows.add(deeper, self._source.id)
            new += [found for found in deeper if news and not found.excluded and revive(self._rows, found, self._run)]
        self._rename(row, outcome, news)
        for found in new:
            if found.excluded:
                self.tally.ended("excluded", found.excluded, found.url)
            else:
                self.tally.found[found.kind] += 1
        return [found for found in new if not found.excluded]

    def _next_page(self, row: Row) -> list[Candidate]:
        """The page after this one of a listing whose addresses the source can count up."""
        if row.kind != "listing":
            return []
        for listing in self._source.discover.listings:
            pages = (
                [row.url, *further_pages(self._source, listing)]
                if row.url == listing
                else list(further_pages(self._source, listing))
            )
            if row.url in pages[:-1]:
                url = pages[pages.index(row.url) + 1]
                priority = rank("listing", "", row.depth, page_number(url), vietnam_today())
                return [Candidate(url, "listing", priority, row.depth, via=row.url)]
        return []

    def _rename(self, row: Row, outcome: Outcome, news: int) -> None:
        """A page of unknown kind is known once it has been read."""
        if row.kind == "page" and (outcome.article or news):
            kind: PageKind = "article" if outcome.article else "listing"
            self._rows.write("UPDATE urls SET kind = ? WHERE id = ?", (kind, row.id))

    def ending(self, turns: Turns, soonest: float) -> str:
        """Why a run ends in which nothing more may be asked for."""
        if soonest < math.inf:
            return "waiting"
        lanes = list(turns)
        for lane in lanes:
            if lane.pace.given_up:
                return lane.pace.given_up
        if any(lane.gate.shut.startswith("unreachable") for lane in lanes):
            return "unreachable"
        return "closed" if any(lane.gate.shut for lane in lanes) else "finished"

    def report(
        self, source: Source, began: datetime, reason: str, error: ArchiveError | None, border: Border
    ) -> Report:
        """The run's report as things stand."""
        ended = datetime.now(UTC)
        counts = tuple(border.rows.counts(source.id))
        left = sum(number for state, _, number in counts if state in ("todo", "claimed"))
        decisions = border.rows.read(
            "SELECT host, decision, detail FROM decisions WHERE run = ? ORDER BY id", (self._run,)
        )
        return Report(
            run=self._run,
            source=source.id,
            name=source.name,
            began=_timestamp(began),
            ended=_timestamp(ended),
            reason=reason,
            seconds=(ended - began).total_seconds(),
            tally=self.tally,
            left=left,
            todo_by_state=counts,
            known_articles=self._known_articles(),
            warnings=(str(error),) if error is not None else (),
            decisions=tuple(decisions.fetchall()),
        )

    def _known_articles(self) -> int:
        found = self._rows.read(
            "SELECT count(*) FROM urls WHERE source = ? AND kind = 'article' AND state = 'done'", (self._source.id,)
        )
        return int(found.fetchone()[0])

    def run_row(self, report: Report) -> dict[str, Any]:
        """The arguments of `archive.store.writes.put_run`."""
        return {
            "run": report.run,
            "source": report.source,
            "began": report.began,
            "ended": report.ended,
            "reason": report.reason,
            "report": report.as_json(),
        }


def vietnam_today() -> date:
    """The day it is in Vietnam."""
    return datetime.now(VIETNAM).date()


def _visit(fetched: Fetched) -> Visit:
    etag, modified = values(fetched.headers, "etag"), values(fetched.headers, "last-modified")
    return Visit(fetched.status, etag[0] if etag else "", modified[0] if modified else "")


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"

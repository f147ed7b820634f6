"""One run of one source: what it holds open, from the lock it takes to the report it leaves."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy import Request

from archive.custody import control, events
from archive.custody.withheld import REASON, Withheld
from archive.errors import ArchiveError, CrawlError
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.messages.message import Message, restored
from archive.model import Link, Outcome, PageKind, Place
from archive.sources import Register, Source
from archive.sources.discover import starts
from archive.store import open_database
from archive.store.counts import field_counts, published_between, runs_before
from archive.store.samples import sample
from archive.text.clock import utc_milliseconds
from archive.text.urls import url_key
from crawler.border import Border, Owner
from crawler.checks import MONTH_DAYS, RunCounts, SiteMove, broken_expectations, layout_fit, site_moves, site_warnings
from crawler.frontier.discovery import Origin, look, out_of_scope, rank
from crawler.frontier.gate import reopen_allowed, reopen_lifted
from crawler.frontier.limits import BY_HAND, SPENT, CrawlOptions, Limits, check_room, vietnam_today
from crawler.frontier.manual import rank_as_found, wanted_by_hand
from crawler.frontier.outcomes import Outcomes
from crawler.frontier.recrawl import forget_the_future, requeue_due, requeue_known, resume_listings
from crawler.frontier.store import Candidate, digest_of
from crawler.report import Report, foreign_requisites, missing
from crawler.scope import as_fetched, authority, host_of, key_of, refusal
from crawler.watchdog import Room

_SEED_BONUS = 40_000
"""What a seed ranks higher than the same kind of page found by a link."""

_LOGGED = ("requests", "robots", "bytes", "new", "changed", "same", "kept", "left")
"""Numbers of a run's report that stand in the log of events; all of it stands in the run's WARC file."""


class Session:
    """The run of `source` for `owner`: its border, its WARC files, its bounds, and the settling of its URLs."""

    def __init__(self, border: Border, owner: Owner, source: Source, orders: CrawlOptions, user_agent: str) -> None:
        self.began = datetime.now(UTC)
        self.run = f"{self.began:%Y%m%dT%H%M%SZ}-{source.id}-{secrets.token_hex(2)}"
        self.border = border
        self.source = source
        about = (("robots", "obey"), ("http-header-user-agent", user_agent))
        self.keeper = Keeper(border.holdings, source.id, self.run, about)
        self.room = Room(border.holdings, source.id, orders.patience)
        self.limits = Limits(border.rows, source, orders)
        self.outcomes = Outcomes(border, source, self.run, orders)
        self.owner = owner
        self._orders = orders
        self.control = control.NONE
        self._brought = False  # whether items since the spider asked last were news
        self._calls_back = bool(border.rows.read("SELECT 1 FROM callbacks LIMIT 1").fetchone())

    @classmethod
    async def open(cls, owner: Owner, source: Source, orders: CrawlOptions, user_agent: str) -> Session:
        """A session with the lock of `source`; raises LockedError, UsageError, StorageError, and holds nothing then.

        Raises CrawlError where a person has paused its crawls, or its quota of the disk is spent.
        """
        if since := control.read(orders.archive, source.id).paused:
            message = "{source}: paused since {since}; `baotinh crawl --resume {source}` lets it be crawled again"
            raise CrawlError(message, source=source.id, since=since)
        check_room(source, orders)
        if (low := Room(Holdings.open(orders.archive), source.id, orders.patience).low()) is not None:
            raise low
        border = await Border.enter(orders.archive, owner, source.id)
        return cls(border, owner, source, orders, user_agent)

    def prepare(self) -> tuple[int, list[str]]:
        """Takes up what dead runs have kept, puts back what is due, and puts the seeds in place, all durably.

        Gives back how many captures will be told of, and the authorities that may have something to ask.
        """
        unfiled = 0
        for place in self.outcomes.recover():
            self.border.again(place, self.owner)
            unfiled += 1
        rows, source = self.border.rows, self.source
        if self._orders.only:
            own = [url for owner, url in self._orders.only if owner == source.id]
            urls = wanted_by_hand(rows, source, own, "served" if self._orders.browser else "")
            self._calls_back = self._calls_back or self._orders.browser
            self._begin()
            return unfiled, [authority(url) for url in urls]
        if self._orders.probes:
            rows.add(self.outcomes.soft404.probes(), source.id)
        now = int(time.time())
        forget_the_future(rows, source.id, now)
        requeue_due(rows, source.id, self.run, now, articles=False, again=self._orders.again)
        if self._orders.backfill:
            resume_listings(rows, source.id)
        reopen_lifted(rows, source.id, Withheld.load(self.border.holdings.root))
        reopen_allowed(rows, source, vietnam_today())
        rows.add(seeds := self._seeds(), source.id)
        for seed in seeds if self._orders.backfill else ():
            requeue_known(rows, seed, "")
        self._begin()
        names = rows.read(  # its own, and those that others found first, where its pages need something from
            "SELECT name FROM authorities WHERE source = ? OR id IN"
            " (SELECT authority FROM urls WHERE source = ? AND state = 'todo' AND kind = 'requisite')",
            (source.id, source.id),
        ).fetchall()
        return unfiled, [name for (name,) in names]

    def _begin(self) -> None:
        self.outcomes.count()
        self.border.flush()
        began = utc_milliseconds(self.began)
        self.border.reader.put_run({"run": self.run, "source": self.source.id, "began": began})

    def read_control(self) -> bool:
        """Looks at what a person has ordered meanwhile, and writes down what is new of it; whether that has changed."""
        before, self.control = self.control, control.read(self.border.holdings.root, self.source.id)
        if self.control == before:
            return False
        self.outcomes.ordered = self.control.delay
        if self.control.delay != before.delay:
            told = Message("{seconds:g} s between requests at least, as ordered", seconds=self.control.delay)
            self._decide("slower" if self.control.delay > before.delay else "faster", told)
        if self.control.paused != before.paused:
            told = Message("nothing is asked for, as ordered") if self.control.paused else Message("as ordered")
            self._decide("paused" if self.control.paused else "resumed", told)
        return True

    def _decide(self, what: str, told: str) -> None:
        self.border.rows.decide(self.run, self.source.id, host_of(self.source.homepage), what, told)

    def over(self) -> str:
        """The bound that the run has come to, "" for none; a quota that is spent is written down."""
        bound = self.limits.reached(time.time(), self.outcomes.tally.bytes)
        if bound in SPENT:
            self._decide(bound, self.limits.spent(bound))
        return bound

    @property
    def calls_back(self) -> bool:
        """Whether the source has a spider of its own, which reads some answers itself."""
        return self._calls_back

    def invite(self, request: Request, callback: str) -> list[Candidate]:
        """Puts the address of a spider's `request` in place; gives back what is new, or due again, and in scope."""
        told, source = request.meta, self.source
        kind: PageKind = told.get("kind") or ("listing" if callback else "page")
        origin = Origin(told.get("via") or source.homepage, "listing", told.get("depth", 0) - 1)
        link = Link(request.url, kind, told.get("published", ""))
        found = look([link], origin, source, self.border.holdings.settings.keep, vietnam_today())
        self._calls_back = self._calls_back or bool(callback)
        candidates = found.candidates
        if self._orders.only:
            candidates = tuple(replace(one, priority=one.priority + BY_HAND) for one in candidates)
        for one in candidates:
            if callback:
                self.border.rows.call_back(one, callback)
        new = self.border.rows.add(candidates, source.id)
        again = callback and (self._brought or not told.get("depth"))  # pages behind one without news wait their time
        due = [one for one in candidates if again and requeue_known(self.border.rows, one, self.run)]
        self._brought = self._brought and not callback
        self.outcomes.todo += len([one for one in new if not one.excluded]) + len(due)
        return new + due

    def is_settled(self, url: str) -> bool:
        """Whether `url` is known and waits for nothing."""
        key = digest_of(key_of(url, self.source))
        found = self.border.rows.read("SELECT state FROM urls WHERE key = ?", (key,)).fetchone()
        return found is not None and found[0] != "todo"

    def pictures_of(self, outcome: Outcome, url: str) -> list[Candidate]:
        """What a page that was made of answers needs beside them, put in place."""
        needed = [link for link in outcome.links if link.kind in ("image", "attachment")]
        requests = [Request(link.url, meta={"kind": link.kind, "via": url}) for link in needed]
        return [one for request in requests for one in self.invite(request, "")]

    def keep_item(self, item: Mapping[str, Any], made: str) -> Place | str:
        """Where the page lies that a spider's `item` was made into, or why it is not kept; `made` says what it is."""
        from archive.importers.table import page_of_item  # with it come the parsers: 14 MB that other crawls do without

        url = str(item.get("url", ""))
        line = json.dumps(item, ensure_ascii=False, sort_keys=True, default=str).encode()
        saved = page_of_item(item, line, made, datetime.now(UTC))
        tally, withheld = self.outcomes.tally, Withheld.load(self.border.holdings.root)
        if isinstance(saved, str):
            tally.read(Outcome("", "unread", "no_article"), url)
            return saved
        ruled = REASON if withheld.covers(url_key(url)) else out_of_scope(url, "article", self.source, vietnam_today())
        if ruled:
            tally.passed_over[ruled] += 1
            return f"{ruled} ({url})"
        if not self.border.rows.is_news(url, line):
            tally.read(Outcome("", "same"), url)
            return ""
        self._brought = True
        return self.border.keep_saved(self.keeper, saved, self.owner)

    def put_back(self, error: ArchiveError | None, *, unfiled: bool) -> None:
        """Puts back what was claimed and not kept, and remembers whether captures are `unfiled` in the database.

        Durable unless `error` says that nothing can be.
        """
        self.border.rows.release(self.source.id, self.outcomes.unread)
        self.border.rows.remember_unfiled(self.source.id, self.run, unfiled=unfiled)
        if error is None:
            self.border.flush()

    def conclude(self, reason: str, error: ArchiveError | None = None) -> Report:
        """Seals the WARC file, has the run's row written, and gives back its report; raises StorageError."""
        if self._orders.only:
            rank_as_found(self.border.rows, self.source)
            self.border.rows.commit()
        report = self.report(reason, error)
        told = report.as_json()
        self.keeper.describe(told)
        self.keeper.close()
        numbers = {name: told[name] for name in _LOGGED}
        events.append(self.border.holdings.root, "capture", report.run, reason, {"source": report.source, **numbers})
        self.border.reader.put_run(
            {
                "run": report.run,
                "source": report.source,
                "began": report.began,
                "ended": report.ended,
                "reason": report.reason,
                "report": told,
            }
        )
        return report

    def report(self, reason: str, error: ArchiveError | None) -> Report:
        """The run's report as things stand."""
        ended, rows = datetime.now(UTC), self.border.rows
        counts = tuple(rows.counts(self.source.id))
        known, not_due = rows.read(
            "SELECT count(*), coalesce(sum(run <> ? AND reason <> 'redirected'), 0) FROM urls"
            " WHERE source = ? AND kind = 'article' AND state = 'done'",
            (self.run, self.source.id),
        ).fetchone()
        decisions = rows.read("SELECT host, decision, detail FROM decisions WHERE run = ? ORDER BY id", (self.run,))
        notes = (error.message,) if error is not None else ()
        fit, looked = self._looked_over() if reason != "storage" else (None, ())  # there may be no database yet
        left = sum(number for state, _, number in counts if state in ("todo", "claimed"))

        def own(name: str) -> bool:
            return self.source.covers(host_of(f"{name}/"))

        tally = deepcopy(self.outcomes.tally)  # what is read after the report is the next run's to tell
        return Report(
            run=self.run,
            source=self.source.id,
            name=self.source.name,
            began=utc_milliseconds(self.began),
            ended=utc_milliseconds(ended),
            reason=reason,
            seconds=(ended - self.began).total_seconds(),
            tally=tally,
            left=left - foreign_requisites(rows, self.source.id, own),
            known_articles=known,
            not_due=not_due,
            warnings=(*notes, *self.outcomes.backfills.progress(), *self.outcomes.listing_health.notices(), *looked),
            fit=fit,
            decisions=(decided := tuple((host, what, restored(detail)) for host, what, detail in decisions)),
            missing=missing(rows, self.source.id, self.run, own),
            resting=tuple(
                (host, detail)
                for host, decision, detail in decided
                if decision in ("unreachable", "refused") and self.source.covers(host)
            ),
            listings=self.outcomes.listing_health.brought(),
            moved=self._moves(),
            broken=self._broken() if reason == "finished" and error is None else (),
        )

    def _moves(self) -> tuple[SiteMove, ...]:
        """Where the site has moved to, and which source of the register is at home there."""
        tally = self.outcomes.tally
        moves = site_moves(tally.leading, tally.answers, tally.leads)
        register = Register.valid(self.border.holdings.sources) if moves else None
        found = []
        for move in moves:
            owner = register.for_host(move.target) if register is not None else None
            known = owner is not None and owner.id != self.source.id
            found.append(replace(move, into=owner.id, name=owner.name) if owner is not None and known else move)
        return tuple(found)

    def _looked_over(self) -> tuple[float | None, tuple[str, ...]]:
        """How far the site's learnt layout fits what it has brought, and what a person should look at in that."""
        if not self.border.holdings.database.exists():
            return None, ()
        with closing(open_database(self.border.holdings.database, readonly=True)) as db:
            found = sample(db, self.source.id, self.run)
        return layout_fit(self.source, found), site_warnings(self.source, found)

    def _broken(self) -> tuple[str, ...]:
        """The bounds of the source's [expect] that this run, which went to its end, has broken."""
        expect, pages = self.source.expect, self.outcomes.tally.pages
        today = vietnam_today()
        first = (today - timedelta(days=MONTH_DAYS - 1)).isoformat()
        with closing(open_database(self.border.holdings.database, readonly=True)) as db:
            names = [name for name, _ in expect.fields]
            told = field_counts(db, self.source.id, self.run, utc_milliseconds(self.began), names)
            known = runs_before(db, self.source.id, utc_milliseconds(self.began - timedelta(days=MONTH_DAYS + 1)))
            month = published_between(db, self.source.id, first, today.isoformat()) if known else None
        read = sum(pages[state] for state in ("new", "changed", "same"))
        return broken_expectations(expect, RunCounts(read, self.outcomes.listing_health.listed(), told, month))

    def _seeds(self) -> list[Candidate]:
        today, seeds = vietnam_today(), []
        for link in starts(self.source):
            url = as_fetched(link.url)
            priority = rank(link.kind, "", 0, 1, today) + _SEED_BONUS
            seeds.append(Candidate(url, link.kind, priority, excluded=refusal(url, self.source)))
        return seeds

"""How an archive stands today, in three lines: what is new, which source is silent, what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, Literal

import sqlite_utils

from archive.custody.verify.fixity import listed
from archive.custody.verify.scrub import last_checks
from archive.custody.withheld import pending
from archive.holdings import Holdings
from archive.messages.message import Message
from archive.sources import Register, Source
from archive.store import counts
from archive.store.recent import came_since, doubtful, unread_since
from archive.store.runs import Run, ended_well, latest, runs
from archive.text.clock import in_vietnam

Kind = Literal["source", "run", "layout", "unread", "failed", "doubt", "takedown", "fixity"]
"""What waits: a source to verify, a run that ended badly, a layout that has changed, pages not read, addresses not
fetched, articles read with doubt, a takedown not at its end, files not checked in time.
"""

DOUBT: Final = 0.5
"""An article of which the reader is less sure than this is shown to a person."""

_RUNS: Final = 500
_FIT: Final = 0.5  # of pages that a learnt layout fits: below it has changed
_RECENT: Final = timedelta(days=30)
UNCRAWLED: Final = timedelta(days=2)
"""After how long without a crawl that ended a verified source counts as left alone."""

_LEAST_DAYS: Final = 3
_PATIENCE: Final = 3  # times the usual gap between two articles
_MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class News:
    """Articles captured first, changed and gone since `since` (UTC), and the sources of the new ones."""

    since: str
    new: int
    changed: int
    gone: int
    sources: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A verified source that is silent, and why."""

    source: str
    why: Message


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for a person: of which source ("" for the archive), how much, in words with what to do."""

    kind: Kind
    source: str
    count: int
    told: Message


@dataclass(frozen=True, slots=True)
class Status:
    """How the archive stands at `at` (UTC)."""

    at: str
    news: News
    silent: tuple[Silence, ...]
    needs: tuple[Need, ...]

    def lines(self) -> tuple[Message, Message, Message]:
        """The three lines a person reads in the morning."""
        news = Message(
            "New: {new:article|articles} of {sources:source|sources} since {since}, {changed} edited, {gone} gone",
            new=self.news.new,
            sources=self.news.sources,
            since=_local(self.news.since),
            changed=self.news.changed,
            gone=self.news.gone,
        )
        silent = (
            Message("Silent: {sources}", sources=", ".join(one.source for one in self.silent))
            if self.silent
            else Message("Silent: no source")
        )
        waits = len(self.needs)
        needs = Message("Needs you: {waits:thing|things}", waits=waits) if waits else Message("Needs you: nothing")
        return news, silent, needs


def status(db: sqlite_utils.Database, holdings: Holdings, register: Register, now: datetime | None = None) -> Status:
    """How the archive at `holdings` stands: of its database, its log and the crawler's list; reads no WARC file."""
    at = now or datetime.now(UTC)
    last: dict[str, Run] = {}
    for run in runs(db, "", _RUNS):
        last.setdefault(run.source, run)
    needs = (
        *_takedowns(holdings),
        *_runs(last),
        *_layouts(last),
        *_unverified(db, register),
        *_unread(db, at),
        *_doubts(db, at),
        *_failed(holdings),
        *_fixity(holdings, at),
    )
    return Status(_iso(at), _news(db, at - timedelta(days=1)), _silent(db, register, at), needs)


def read_with_doubt(db: sqlite_utils.Database, now: datetime) -> Iterator[tuple[str, str, str, float]]:
    """Articles of the last thirty days read with doubt, the most doubtful first: id, source, headline, confidence."""
    return doubtful(db, (now - _RECENT).date().isoformat(), DOUBT)


def _news(db: sqlite_utils.Database, since: datetime) -> News:
    return News(_iso(since), *came_since(db, _iso(since)))


def silence(source: Source, run: Run | None, last_new: str, now: datetime) -> Message | None:
    """Why a verified `source` is silent at `now`; None where it is not.

    `run` is its last crawl that ended, `last_new` when its newest article was captured first (UTC), "" for none.
    """
    if run is None:
        return Message("verified, and not crawled yet")
    if now - datetime.fromisoformat(run.ended) > UNCRAWLED:
        return Message("not crawled since {day}", day=run.ended[:10])
    if not last_new or now - datetime.fromisoformat(last_new) <= usual_gap(source):
        return None
    return Message("no new article since {day}", day=last_new[:10])


def usual_gap(source: Source) -> timedelta:
    """For how long a source may bring nothing new: three times the gap of its quietest month, three days at least."""
    bounds = source.expect.articles_per_month
    least = bounds[0] if bounds is not None else 0
    return timedelta(days=max(_LEAST_DAYS, ceil(_PATIENCE * _MONTH / max(least, 1))))


def _silent(db: sqlite_utils.Database, register: Register, now: datetime) -> tuple[Silence, ...]:
    ended, newest = latest(db), counts.last_new(db)
    verified = (source for source in register.all() if source.status == "verified")
    found = ((one.id, silence(one, ended.get(one.id), newest.get(one.id, ""), now)) for one in verified)
    return tuple(Silence(source, why) for source, why in found if why is not None)


def _takedowns(holdings: Holdings) -> list[Need]:
    waiting = len(pending(holdings.root))
    told = Message("takedowns not at their end: {count}; any command that writes ends them", count=waiting)
    return [Need("takedown", "", waiting, told)] if waiting else []


def _runs(last: dict[str, Run]) -> list[Need]:
    found = []
    for source, run in sorted(last.items()):
        warnings = run.report.get("warnings") or ()
        if not run.ended or (ended_well(run) and not warnings):
            continue
        why = "; ".join(map(str, warnings)) or run.reason
        told = Message("{source}: the last crawl: {why}; see `baotinh runs {run}`", source=source, why=why, run=run.id)
        found.append(Need("run", source, max(1, len(warnings)), told))
    return found


def _layouts(last: dict[str, Run]) -> list[Need]:
    found = []
    for source, run in sorted(last.items()):
        fit = run.report.get("fit")
        if isinstance(fit, int | float) and fit < _FIT:
            told = Message(
                "{source}: its layout fits {share} % of pages; `baotinh learn {source}`",
                source=source,
                share=round(100 * fit),
            )
            found.append(Need("layout", source, 1, told))
    return found


def _unverified(db: sqlite_utils.Database, register: Register) -> list[Need]:
    held = {one.id: one.captures for one in counts.source_counts(db)}
    return [
        Need(
            "source",
            source.id,
            held[source.id],
            Message("{source}: not verified; `baotinh sources verify {source}`", source=source.id),
        )
        for source in register.all()
        if source.status == "unverified" and source.id in held
    ]


def _unread(db: sqlite_utils.Database, now: datetime) -> list[Need]:
    return [
        Need(
            "unread",
            source,
            count,
            Message("{source}: {count:page|pages} of the last 30 days could not be read", source=source, count=count),
        )
        for source, count in unread_since(db, _iso(now - _RECENT))
    ]


def _doubts(db: sqlite_utils.Database, now: datetime) -> list[Need]:
    found: dict[str, int] = {}
    for _, source, _, _ in read_with_doubt(db, now):
        found[source] = found.get(source, 0) + 1
    return [
        Need(
            "doubt",
            source,
            count,
            Message(
                "{source}: {count:article|articles} of the last 30 days read with doubt", source=source, count=count
            ),
        )
        for source, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    ]


def _failed(holdings: Holdings) -> list[Need]:
    with counts.frontier(holdings.frontier) as connection:
        rows: Sequence[tuple[str, str, int]] = () if connection is None else counts.urls_by_state(connection)
        return [
            Need(
                "failed",
                source,
                count,
                Message(
                    "{source}: {count:address|addresses} could not be fetched; "
                    "`baotinh frontier requeue --source {source} --state failed`",
                    source=source,
                    count=count,
                ),
            )
            for source, state, count in rows
            if state == "failed"
        ]


def _fixity(holdings: Holdings, now: datetime) -> list[Need]:
    files = set(listed(holdings.root))
    last, before = last_checks(holdings.root, files), _iso(now - timedelta(days=holdings.settings.scrub_days))
    due = sum(last.get(file, "") < before for file in files)
    told = Message(
        "{due:file|files} not checked within {days} days; `baotinh verify --in-turn`",
        due=due,
        days=holdings.settings.scrub_days,
    )
    return [Need("fixity", "", due, told)] if due else []


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(moment: str) -> str:
    there = in_vietnam(datetime.fromisoformat(moment))
    return f"{there:%H:%M} {there.day}/{there.month}/{there.year}"

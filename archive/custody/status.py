"""How an archive stands today, in three lines: what is new, which source is silent, what waits for a person."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from shutil import disk_usage
from typing import Final, Literal, get_args

import sqlite_utils

from archive.custody import control
from archive.custody.control import Control
from archive.custody.events import last_checks
from archive.custody.manifest import listed
from archive.custody.withheld import pending
from archive.disk import replace_file
from archive.errors import StorageError
from archive.holdings import Holdings
from archive.messages.message import Message, packed, unpacked
from archive.sources import Register, Source
from archive.store import counts
from archive.store.overview import came_since, doubtful, unread_since
from archive.store.runs import Run, ended_well, latest
from archive.text.clock import in_vietnam, utc_seconds

FILE: Final = ".report.json"
"""In the archive's folder; it is no part of the holdings, and no bag takes it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the report of `day` (in Vietnam) at the moment `at`: "unclear" is one that a crash cut short."""

    day: str
    at: str
    state: Literal["sent", "failed", "unclear"]
    why: Message | None = None

    def trouble(self) -> Message | None:
        """What a person is told of it; None where all went well."""
        if self.state == "sent":
            return None
        if self.state == "unclear":
            return Message(
                "the report of {day} may not have arrived and is not sent twice; `baotinh status --test` tries the way",
                day=self.day,
            )
        message = "the report of {day} could not be sent: {why}; `baotinh status --test` tries the way"
        return Message(message, day=self.day, why=self.why or "")


def last_delivery(root: Path) -> Delivery | None:
    """The last one of the archive at `root`; None where there is none, or none that can be read."""
    try:
        return Delivery(**unpacked(json.loads((root / FILE).read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError):
        return None


def record(root: Path, delivery: Delivery) -> None:
    """Keeps `delivery` durably in place of the one before, on a full disk in the very file. Raises StorageError."""
    told = json.dumps(packed(asdict(delivery)), ensure_ascii=False).encode() + b"\n"
    try:
        replace_file(root / FILE, told, 0o640)
    except StorageError as full:  # of which the report is to tell: the block that the file has is room enough
        try:
            with (root / FILE).open("r+b", buffering=0) as file:
                file.write(told)
                file.truncate()
                os.fsync(file.fileno())
        except OSError:
            raise full from None


Kind = Literal[
    "file", "source", "survey", "run", "layout", "unread", "failed", "doubt", "takedown", "fixity", "disk", "report"
]
"""What waits: a source's file that is not valid, a source to verify, one that a survey found otherwise than its file, a
run that ended badly or warned, a layout that has changed, pages not read, addresses not fetched, articles read with
doubt, a takedown not at its end, files not checked in time, a disk too full for a crawl, a report of a day that did not
go out.
"""

DOUBT: Final = 0.5
"""An article of which the reader is less sure than this is shown to a person."""

_FIT: Final = 0.5  # of pages that a learnt layout fits: below it has changed
_RECENT: Final = timedelta(days=30)
UNCRAWLED: Final = timedelta(days=3)
"""After how long without a crawl that ended a verified source counts as left alone."""

_LEAST_DAYS: Final = 3
_PATIENCE: Final = 3  # times the usual gap between two articles
_MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class News:
    """What came since `since` (UTC): articles captured first, by source, the most first; changed; seen gone."""

    since: str
    new: tuple[tuple[str, int], ...] = ()
    changed: int = 0
    gone: int = 0


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
    """How the archive stands at `at` (UTC): `needs` are alarms, `queue` is work that can wait its turn."""

    at: str
    news: News
    silent: tuple[Silence, ...] = ()
    needs: tuple[Need, ...] = ()
    queue: tuple[Need, ...] = ()
    ordered: tuple[tuple[str, Control], ...] = ()  # what a person has told the crawls of a source

    @property
    def is_well(self) -> bool:
        """Whether no source is silent and nothing needs a person."""
        return not self.silent and not self.needs

    def lines(self) -> tuple[Message, Message, Message]:
        """The three lines a person reads in the morning."""
        news, waits = self.news, len(self.needs)
        return (
            Message(
                "New: {new:article|articles} of {sources:source|sources} since {since}, {changed} edited, {gone} gone",
                new=sum(count for _, count in news.new),
                sources=len(news.new),
                since=_local(news.since),
                changed=news.changed,
                gone=news.gone,
            ),
            Message("Silent: {count:source|sources}", count=len(self.silent))
            if self.silent
            else Message("Silent: no source"),
            Message("Needs you: {waits:thing|things}", waits=waits) if waits else Message("Needs you: nothing"),
        )

    def report(self, most: int = 20) -> Iterator[Message]:
        """The three lines, under each what it speaks of, at most so many of a kind."""
        news, silent, needs = self.lines()
        yield news
        for head, lines in (
            (silent, [Message("{source}: {why}", source=one.source, why=one.why) for one in self.silent]),
            (needs, [one.told for one in self.needs]),
        ):
            yield head
            yield from (Message("  {line}", line=line) for line in lines[:most])
            if len(lines) > most:
                yield Message("  and {count} more; `baotinh status --json` has all", count=len(lines) - most)
        for source, one in self.ordered:
            message = "Slowed down: {source}, {seconds:g} s between requests; `baotinh crawl --resume {source}`"
            if one.paused:
                message = "Paused: {source} since {since}; `baotinh crawl --resume {source}`"
            yield Message(message, source=source, since=one.paused, seconds=one.delay)

    def metrics(self) -> str:
        """What there is to measure, as Prometheus reads it (text format 0.0.4)."""
        kinds = Counter(one.kind for one in self.needs)
        return "\n".join(
            [
                "# TYPE baotinh_status_timestamp_seconds gauge",
                f"baotinh_status_timestamp_seconds {datetime.fromisoformat(self.at).timestamp():.0f}",
                "# TYPE baotinh_new_articles gauge",
                *(f'baotinh_new_articles{{source="{source}"}} {count}' for source, count in sorted(self.news.new)),
                "# TYPE baotinh_changed_articles gauge",
                f"baotinh_changed_articles {self.news.changed}",
                "# TYPE baotinh_gone_articles gauge",
                f"baotinh_gone_articles {self.news.gone}",
                "# TYPE baotinh_silent gauge",
                *(f'baotinh_silent{{source="{one.source}"}} 1' for one in self.silent),
                "# TYPE baotinh_silent_sources gauge",
                f"baotinh_silent_sources {len(self.silent)}",
                "# TYPE baotinh_needs gauge",
                *(f'baotinh_needs{{kind="{kind}"}} {kinds[kind]}' for kind in get_args(Kind)),
                "",
            ]
        )


def status(
    db: sqlite_utils.Database | None,
    holdings: Holdings,
    register: Register,
    days: float = 1.0,
    surveyed: Sequence[Need] = (),
    now: datetime | None = None,
) -> Status:
    """How the archive at `holdings` stands, its news those of so many `days`; `db` is None before its first page.

    It asks the database, the log and the crawler's list, and reads no WARC file. `surveyed` is what surveys found. A
    source that a person has paused or closed is not silent, and its last crawl no trouble; nor is a page by hand.
    """
    at = now or datetime.now(UTC)
    since = utc_seconds(at - timedelta(days=days))
    ordered = control.read_all(holdings.root)
    paused = {source for source, one in ordered.items() if one.paused}
    crawled = {one.id: one for one in register.all() if one.crawlable and one.id not in paused}
    verified = [one for one in crawled.values() if one.status == "verified"]
    if db is None:
        silent = [(one.id, silence(one, None, "", at)) for one in verified]
        needs = (*surveyed, *_disk(holdings), *_report(holdings))
        return Status(utc_seconds(at), News(since), _named(silent), needs, (), tuple(ordered.items()))
    last = {source: run for source, run in latest(db).items() if source in crawled}
    newest = counts.last_new(db)
    silent = [(one.id, silence(one, last.get(one.id), newest.get(one.id, ""), at)) for one in verified]
    return Status(
        utc_seconds(at),
        News(since, *came_since(db, since)),
        _named(silent),
        (
            *_takedowns(holdings),
            *_troubles(last),
            *_layouts(last),
            *surveyed,
            *_fixity(holdings, at),
            *_disk(holdings),
            *_report(holdings),
        ),
        (
            *_unverified(db, register),
            *_unconfirmed(register),
            *_warnings(last),
            *_unread(db, at),
            *_doubts(db, at),
            *_failed(holdings),
        ),
        tuple(ordered.items()),
    )


def read_with_doubt(db: sqlite_utils.Database, now: datetime) -> Iterator[tuple[str, str, str, float, str]]:
    """Articles of the last thirty days read with doubt, the most doubtful first, as `overview.doubtful`."""
    return doubtful(db, (now - _RECENT).date().isoformat(), DOUBT)


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


def _named(silent: Iterable[tuple[str, Message | None]]) -> tuple[Silence, ...]:
    return tuple(Silence(source, why) for source, why in silent if why is not None)


def _takedowns(holdings: Holdings) -> list[Need]:
    waiting = len(pending(holdings.root))
    told = Message("takedowns not at their end: {count}; any command that writes ends them", count=waiting)
    return [Need("takedown", "", waiting, told)] if waiting else []


def _troubles(last: Mapping[str, Run]) -> list[Need]:
    """Of sources whose last crawl could not be made, or says itself that a person is needed."""
    found = []
    for source, run in sorted(last.items()):
        if why := run.report.get("trouble"):  # it names its source
            told = Message("{why}; `baotinh runs {run}`", why=why, run=run.id)
        elif not ended_well(run):
            message = "{source}: the last crawl: {why}; `baotinh runs {run}`"
            told = Message(message, source=source, why=run.reason, run=run.id)
        else:
            continue
        found.append(Need("run", source, 1, told))
    return found


def _warnings(last: Mapping[str, Run]) -> list[Need]:
    found = []
    for source, run in sorted(last.items()):
        warnings = run.report.get("warnings") or ()
        if warnings:
            why = "; ".join(map(str, warnings))
            told = Message("{source}: the last crawl warns: {why}", source=source, why=why)
            found.append(Need("run", source, len(warnings), told))
    return found


def _layouts(last: Mapping[str, Run]) -> list[Need]:
    found = []
    for source, run in sorted(last.items()):
        fit = run.report.get("fit")
        if isinstance(fit, int | float) and fit < _FIT:
            message = "{source}: its layout fits {share} % of pages; `baotinh sources learn {source}`"
            told = Message(message, source=source, share=round(100 * fit))
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


def _unconfirmed(register: Register) -> list[Need]:
    """Of verified sources whose layout was learnt anew, and seen by nobody."""
    message = "{source}: nobody has looked at the layout it was learnt to have; `baotinh sources verify {source}`"
    return [
        Need("layout", source.id, 1, Message(message, source=source.id))
        for source in register.all()
        if source.status == "verified" and (learnt := source.layouts[-1].learned) is not None and not learnt.confirmed
    ]


def _unread(db: sqlite_utils.Database, now: datetime) -> list[Need]:
    return [
        Need(
            "unread",
            source,
            count,
            Message("{source}: {count:page|pages} of the last 30 days could not be read", source=source, count=count),
        )
        for source, count in unread_since(db, utc_seconds(now - _RECENT))
    ]


def _doubts(db: sqlite_utils.Database, now: datetime) -> list[Need]:
    found: dict[str, int] = {}
    for _, source, *_ in read_with_doubt(db, now):
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
    last, before = last_checks(holdings.root, files), utc_seconds(now - timedelta(days=holdings.settings.scrub_days))
    due = sum(last.get(file, "") < before for file in files)
    message = "{due:file|files} not checked within {days} days; `baotinh verify --in-turn`"
    told = Message(message, due=due, days=holdings.settings.scrub_days)
    return [Need("fixity", "", due, told)] if due else []


def _disk(holdings: Holdings) -> list[Need]:
    free, least = disk_usage(holdings.root).free // 1_000_000, holdings.settings.free_megabytes
    message = (
        "{folder}: only {free} MB are free, and a crawl needs {least} (free_megabytes of archive.toml); "
        "make room, and the next crawl goes on"
    )
    told = Message(message, folder=holdings.root, free=free, least=least)
    return [Need("disk", "", 1, told)] if free < least else []


def _report(holdings: Holdings) -> list[Need]:
    last = last_delivery(holdings.root) if holdings.settings.notify.is_on else None
    told = None if last is None else last.trouble()
    return [] if told is None else [Need("report", "", 1, told)]


def _local(moment: str) -> str:
    there = in_vietnam(datetime.fromisoformat(moment))
    return f"{there:%H:%M} {there.day}/{there.month}/{there.year}"

"""A statement of completeness: what is known of a source, what of it is held, and what is not, with the reasons.

It claims nothing it cannot count: known means seen in a feed, sitemap, listing or teaser, or asked for by the crawler.
"""

from __future__ import annotations

import calendar
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from archive.custody import events
from archive.custody.withheld import Withheld
from archive.errors import NothingFound, UsageError
from archive.holdings import Holdings
from archive.store import counts, open_database
from archive.store.counts import Counts
from archive.text.clock import utc_seconds

GAP_DAYS = 7
"""Days without any capture that count as a gap in the watch over a site."""

_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without captures, first and last day, or a month without articles (then of one month)."""

    first: str
    last: str
    kind: str  # "no capture" | "no article"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The statement on one source. Counts are pairs (what, how many); days are ISO dates, UTC for captures.

    `addresses` are those the crawler knows, as (kind, state, reason, count); () where there is no frontier to ask.
    `pointed_to` are addresses in teasers: all, and those not held, with examples. `log_head` fixes the archive's log at
    this moment, `last_fixity` tells of the last verification.
    """

    source: str
    since: str
    until: str
    made_at: str
    operator: str
    software: str
    articles: int
    articles_by_month: Counts
    captures: Counts
    addresses: tuple[tuple[str, str, str, int], ...]
    origins: Counts
    pointed_to: tuple[int, int]
    missing: tuple[str, ...]
    gaps: tuple[Gap, ...]
    withheld: int
    last_fixity: str
    log_head: str


def certificate(holdings: Holdings, source: str, month: str = "", now: datetime | None = None) -> Certificate:
    """The statement on `source`, on all its time or on one month ("2020-03").

    Raises UsageError where `month` is none, NothingFound where the archive holds nothing of the source.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    since, until = _span(month)
    with closing(open_database(holdings.database, readonly=True)) as db:
        captures = counts.captures_by_state(db, source, since, until)
        by_month = counts.articles_by_month(db, source, since, until)
        if not captures and not by_month:
            if month:
                raise NothingFound("the archive holds nothing of {source} in {month}", source=source, month=month)
            raise NothingFound("the archive holds nothing of {source}", source=source)
        days = counts.capture_days(db, source, since, until)
        pointed = counts.pointed_to(db, source)
        missing = counts.missing_examples(db, source, _EXAMPLES)
    with counts.frontier(holdings.frontier) as connection:
        addresses = counts.urls_by_end(connection, source) if connection else ()
        origins = counts.urls_by_origin(connection, source) if connection else ()
    return Certificate(
        source=source,
        since="" if since == _ALWAYS[0] else since,
        until="" if until == _ALWAYS[1] else until,
        made_at=utc_seconds(moment),
        operator=holdings.settings.operator,
        software=events.SOFTWARE,
        articles=sum(count for _, count in by_month),
        articles_by_month=by_month,
        captures=captures,
        addresses=addresses,
        origins=origins,
        pointed_to=pointed,
        missing=missing,
        gaps=(*_gaps(days, since, until, moment.date()), *_empty_months(by_month)),
        withheld=len(Withheld.load(holdings.root).keys),
        last_fixity=_last_fixity(holdings),
        log_head=events.head(holdings.root),
    )


_ALWAYS = ("0000-01-01", "9999-12-31")


def _span(month: str) -> tuple[str, str]:
    if not month:
        return _ALWAYS
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise UsageError("{month} is no month: write it as 2020-03", month=repr(month)) from error
    return first.isoformat(), first.replace(day=calendar.monthrange(first.year, first.month)[1]).isoformat()


def _gaps(days: tuple[str, ...], since: str, until: str, today: date) -> list[Gap]:
    watched = [date.fromisoformat(day) for day in days]
    if not watched:
        return []
    ends = [date.fromisoformat(since) - timedelta(days=1)] if since != _ALWAYS[0] else []
    closing = min(date.fromisoformat(until), today) if until != _ALWAYS[1] else today
    points = [*ends, *watched, closing + timedelta(days=1)]
    return [
        Gap((one + timedelta(days=1)).isoformat(), (other - timedelta(days=1)).isoformat(), "no capture")
        for one, other in pairwise(points)
        if (other - one).days > GAP_DAYS
    ]


def _empty_months(by_month: Counts) -> list[Gap]:
    # between the first and the last month with articles, each month without one
    held = [month for month, _ in by_month]
    if not held:
        return []
    empty: list[Gap] = []
    year, month = map(int, held[0].split("-"))
    while (name := f"{year:04}-{month:02}") < held[-1]:
        if name not in held:
            empty.append(Gap(name, name, "no article"))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return empty


def _last_fixity(holdings: Holdings) -> str:
    checks = [event for event in events.scan(holdings.root)[0] if event.type == "fixity check"]
    return f"{checks[-1].at}: {checks[-1].object}: {checks[-1].outcome}" if checks else ""

"""When to come back to a URL: by what it is, how old it is, whether it changed when we last looked, and what the site
itself says has changed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final, cast
from unicodedata import normalize

from archive.model import PageKind, State
from archive.text.clock import VIETNAM
from crawler.frontier.discovery import is_picture, page_number
from crawler.frontier.store import Candidate, FrontierStore, Row

HOUR, DAY = 3600, 86_400
NEVER: Final = 10 * 365 * DAY
"""Not by itself: a deeper page of a listing is asked for again when the page before it brought something new."""

_LADDER = ((DAY, 6 * HOUR), (7 * DAY, DAY), (30 * DAY, 7 * DAY), (365 * DAY, 30 * DAY))
_SHORTEST, _LONGEST = HOUR, 365 * DAY
_SHEET = 30 * DAY  # a style sheet: what its site looks like changes seldom, and then at the same address


def first_interval(age: float) -> int:
    """Seconds until the second visit of an article that is `age` seconds old: young ones are still being edited."""
    return next((every for limit, every in _LADDER if age < limit), _LONGEST)


LISTINGS: Final = frozenset({"listing", "feed", "sitemap", "page"})
ANSWERED: Final = frozenset((200, 304, 404, 410))
"""Statuses that say what there is: any other says that nobody knows."""


def interval(kind: PageKind, state: State | None, status: int, every: int, age: float, *, gone: bool = False) -> int:
    """Seconds until the next visit of what is none of LISTINGS.

    `state` is None where nothing was read; `every` is the interval so far, 0 at the first visit; `gone` says that the
    visit before found it gone already. An article's interval is halved after a change, and three times as long after
    none, or what its age asks for at least: an article that stays as it is costs seven visits in its first year.
    """
    if kind == "probe":
        return min(max(2 * every, 7 * DAY), 30 * DAY)
    if status in (404, 410):
        return 30 * DAY if gone else DAY
    if kind == "requisite":
        return _SHEET
    if kind in ("image", "attachment", "media"):
        return _LONGEST
    if state is None and status != 304:
        return DAY
    if not every:
        return first_interval(age)
    longer = every // 2 if state == "changed" else max(every * 3, first_interval(age))
    return min(max(longer, _SHORTEST), _LONGEST)


NOTHING_NEW = "nothing_new"
"""Reason of a listing's page that is done, and behind which others were not asked for."""

NOT_THE_PAGE: Final = ("content_coding", "empty", "refused", "server_error", "truncated")
"""Reasons of readings that say: status 200 brought something else than the page, which may come yet."""

_GONE = frozenset((404, 410))

_REMEMBER = """
INSERT INTO visits (url_id, source, first_at, last_at, times, changes, status, etag, last_modified, every, due, gone_at)
VALUES (?, ?, ?, ?, 1, 0, ?, ?, ?, ?, ?, ?)
ON CONFLICT (url_id) DO UPDATE SET last_at = excluded.last_at, times = times + 1, changes = changes + ?,
    status = excluded.status, etag = CASE excluded.status WHEN 200 THEN excluded.etag ELSE etag END,
    last_modified = CASE excluded.status WHEN 200 THEN excluded.last_modified ELSE last_modified END,
    every = excluded.every, due = excluded.due,
    gone_at = CASE WHEN excluded.gone_at = 0 THEN 0 WHEN gone_at = 0 THEN excluded.gone_at ELSE gone_at END
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a fetch met: the status, the validators for a conditional request, and what reading made of it."""

    status: int
    etag: str = ""
    last_modified: str = ""
    state: State | None = None
    published: str = ""  # ISO 8601, as far as anything says


def requeue_due(rows: FrontierStore, source: str, run: str, now: int, *, articles: bool, again: bool) -> int:
    """Puts back those of the `articles`, or of all else, that are due for another visit in `run`, or with `again` all
    that were ever answered; gives back how many URLs.

    Deeper pages of listings that have answered are due NEVER: the page before them says whether they are worth a
    request. Articles come when nothing else is left to do: by then what is new was asked for, and the site has said
    what it has not changed.
    """
    return rows.reopen(
        "state IN ('done', 'failed') AND (kind = 'article') = ? AND run <> ?"
        " AND id IN (SELECT url_id FROM visits WHERE source = ? AND every < ? AND (? OR due <= ?))",
        (articles, run, source, NEVER, again, now),
    )


def remember_listing_end(rows: FrontierStore, row: Row) -> None:
    """Remembers that a listing goes on behind `row`, which brought nothing new: a backfill goes on there."""
    rows.write("UPDATE urls SET reason = ? WHERE id = ?", (NOTHING_NEW, row.id))


def resume_listings(rows: FrontierStore, source: str) -> int:
    """Puts back, for a backfill, the pages of listings where earlier crawls have left off; gives back how many."""
    return rows.reopen("source = ? AND kind = 'listing' AND state = 'done' AND reason = ?", (source, NOTHING_NEW))


def requeue_known(rows: FrontierStore, candidate: Candidate, run: str) -> bool:
    """Puts a known URL back that ended in an earlier run than `run`; says whether it was one."""
    where, values = "key = ? AND state IN ('done', 'failed') AND run <> ?", (candidate.priority, candidate.digest, run)
    return bool(rows.reopen(where, values, ", priority = ?"))


def remember(rows: FrontierStore, row: Row, source: str, visit: Visit, now: int) -> None:
    """Stores what was met at `row`, and when to come back."""
    known = rows.read("SELECT first_at, every, gone_at FROM visits WHERE url_id = ?", (row.id,)).fetchone()
    first_at, every, gone_at = cast(tuple[int, int, int], known or (now, 0, 0))
    age = now - min(first_at, _seconds(visit.published or row.published) or first_at)
    valid = visit.status == 200  # what comes with another status is no validator of anything we hold
    kind: PageKind = "image" if row.kind == "requisite" and is_picture(row.url) else row.kind
    if kind in LISTINGS:
        deep = kind == "listing" and page_number(row.url) > 1
        answered = visit.status in ANSWERED
        next_every = (NEVER if answered else 0) if deep else every if answered else min(every, DAY)  # see Lists.settle
    else:
        next_every = interval(kind, visit.state, visit.status, every, age, gone=gone_at > 0)
    rows.write(
        _REMEMBER,
        (
            row.id, source, now, now, visit.status, visit.etag if valid else "", visit.last_modified if valid else "",
            next_every, now + next_every,
            now if visit.status in _GONE else 0, int(visit.state == "changed"),
        ),
    )  # fmt: skip


def was_there(rows: FrontierStore, row: Row) -> bool:
    """Whether the visit before this one met something at `row`."""
    known = rows.read("SELECT gone_at, status FROM visits WHERE url_id = ?", (row.id,)).fetchone()
    return known is not None and not known[0] and known[1] in (200, 304)


def _seconds(published: str) -> float:
    """The seconds since 1970 of a date in ISO 8601 (cut to a day, a month or a year, perhaps), 0 where it is none."""
    try:
        moment = datetime.fromisoformat(published if len(published) > 7 else f"{published}-01-01"[:10])
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


MANY = 20
"""Times of change on one page, from which they are not believed where most of them are one and the same: a program
that stamps each address with the hour of its own run would have us ask for everything, each time.
"""

_DAY_LENGTH = len("2026-11-24")
_MINUTE_LENGTH = len("2026-11-24T10:00+07:00")

_KNOWN = "SELECT url_id, said FROM headlines WHERE place = ?"
_DUE = "key = ? AND run <> ? AND reason <> 'redirected' AND (state = 'done' OR state = 'failed')"

_VISITED = (
    "SELECT id, changes > 0 FROM urls JOIN visits ON url_id = id"
    " WHERE key = ? AND state = 'done' AND kind = 'article' AND status IN (200, 304) AND last_at >= ?"
)
_BEFORE_CHANGES = """
SELECT (SELECT max(at) FROM history AS before
        WHERE before.url_id = now.url_id AND event = 'fetched' AND before.id < now.id)
FROM history AS now WHERE url_id = ? AND event = 'fetched' AND detail LIKE '200 changed%' ORDER BY id DESC LIMIT 1
"""
_VOUCHED = 30 * DAY  # as long as the site says of an article that it has not changed, it is not due for so long
_CHECKED = 10  # of so many articles one is due by its age whatever the site says


class ReportedChanges:
    """Puts back, during one run, the URLs of which a page says that they have changed."""

    def __init__(self, rows: FrontierStore, run: str) -> None:
        self._rows = rows
        self._run = run

    def by_headline(self, place: Row, found: Sequence[Candidate]) -> list[Candidate]:
        """Those of `found`, on the listing or feed `place`, that have another headline there than at the last visit.

        Puts them back, and remembers what `place` says now.
        """
        before = dict(self._rows.read(_KNOWN, (place.id,)))
        said = {one.key: _digest(one.headline) for one in found if one.headline}
        if not said:
            return []
        changed, now = [], {}
        for one in found:
            if one.key in said:
                number = self._rows.read("SELECT id FROM urls WHERE key = ?", (one.digest,)).fetchone()
                if number is None:
                    continue
                now[number[0]] = said[one.key]
                if before.get(number[0], said[one.key]) != said[one.key] and self._put_back(one):
                    changed.append(one)
        if now != before:
            self._rows.write("DELETE FROM headlines WHERE place = ?", (place.id,))
            for number, digest in now.items():
                self._rows.write(
                    "INSERT OR REPLACE INTO headlines (place, url_id, said) VALUES (?, ?, ?)",
                    (place.id, number, digest),
                )
        return changed

    def by_time(self, found: Sequence[Candidate], now: float | None = None) -> list[Candidate]:
        """Those of `found` that were changed after our last visit, by the time that the page beside them says.

        The articles that were not are not asked for again while it says so, but for one in ten, by which we see whether
        it tells the truth: where one of them had changed and it did not say so, and no more often did, all come by age.
        """
        moment = time.time() if now is None else now
        times = {one.key: one.modified for one in found if one.modified}
        if not _believable(times.values()):
            return []
        changed, unchanged = [], []
        for one in found:
            latest = _latest(one.modified, moment) if one.modified else 0.0
            if latest and self._put_back(one, latest):
                changed.append(one)
            elif latest and (visited := self._rows.read(_VISITED, (one.digest, latest)).fetchone()):
                unchanged.append((cast(int, visited[0]), bool(visited[1]), latest))
        if unchanged:
            self._postpone(unchanged, int(moment))
        return changed

    def _postpone(self, unchanged: Sequence[tuple[int, bool, float]], now: int) -> None:
        told = untold = 0
        for number, _, latest in (one for one in unchanged if one[1]):
            for before in self._rows.read(_BEFORE_CHANGES, (number,)):
                told, untold = told + (latest > before[0]), untold + (latest <= before[0])
        rows = [(number,) for number, _, _ in unchanged if number % _CHECKED]
        if untold > told:
            for row in rows:
                self._rows.write("UPDATE visits SET due = min(due, last_at + every) WHERE url_id = ?", row)
            return
        for row in rows:
            self._rows.write("UPDATE visits SET due = max(due, ?) WHERE url_id = ?", (now + _VOUCHED, *row))

    def _put_back(self, one: Candidate, visited_before: float = 0.0) -> bool:
        where, values = _DUE, list[object]([one.priority, one.digest, self._run])
        if visited_before:
            where += " AND id IN (SELECT url_id FROM visits WHERE url_id = urls.id AND last_at < ?)"
            values.append(visited_before)
        return bool(self._rows.reopen(where, tuple(values), ", priority = max(priority, ?)"))


def _digest(headline: str) -> bytes:
    """What a headline is compared by: its words, without the dots of one that was cut."""
    words = " ".join(normalize("NFC", headline).rstrip(".… ").split())
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _believable(modified: Iterable[str]) -> bool:
    counts = Counter(modified)
    return counts.total() < MANY or max(counts.values()) * 2 <= counts.total()


def _latest(modified: str, now: float) -> float:
    """The latest second that the time `modified` (ISO 8601) can mean, 0 for none or one to come.

    Of a day, it may be its end; but a page that was changed on the day of our visit is asked for again after six hours,
    not in each run of that day.
    """
    try:
        moment = datetime.fromisoformat(modified)
    except ValueError:
        return 0.0  # cut to a month or a year: no news
    day = len(modified) == _DAY_LENGTH
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM if day else UTC)
    seconds = moment.timestamp()
    if seconds > now:
        return 0.0
    if day:
        return min(seconds + DAY, now - 6 * HOUR)
    return seconds + 60 if len(modified) == _MINUTE_LENGTH else seconds


_SLACK = 2 * DAY
"""So far ahead of now a time may be rightly: no waiting is longer than a day."""


def forget_the_future(rows: FrontierStore, source: str, now: int) -> None:
    """Makes due what a visit, a waiting time or a robots.txt of the future keeps from being asked for."""
    future = now + _SLACK
    rows.write("UPDATE visits SET due = ?, last_at = ? WHERE source = ? AND last_at > ?", (now, now, source, future))
    rows.write(
        "UPDATE urls SET not_before = 0 WHERE source = ? AND state = 'todo' AND not_before > ?", (source, future)
    )
    rows.write(
        "UPDATE authorities SET robots_at = 0, closed_since = 0, not_before = 0"
        " WHERE source = ? AND max(robots_at, closed_since, not_before) > ?",
        (source, future),
    )

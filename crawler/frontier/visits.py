"""What was met at each URL, and when to come back: the part of the frontier that makes a second crawl cheap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from archive.model import PageKind, State
from archive.text.urls import url_key
from crawler.discovery import is_picture, is_side, page_number
from crawler.frontier.rows import Candidate, Row, Rows, digest_of
from crawler.revisit import NEVER, interval

NOTHING_NEW = "nothing_new"
"""Reason of a listing's page that is done, and behind which others were not asked for."""

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


def begin(rows: Rows, source: str, now: int, *, again: bool) -> int:
    """Puts back what is due for another visit, or with `again` everything ever answered; gives back how many URLs.

    Deeper pages of listings are due NEVER: the page before them says whether they are worth a request.
    """
    return rows.write(
        "UPDATE urls SET state = 'todo', reason = '', not_before = 0, attempts = 0 WHERE state IN ('done', 'failed')"
        " AND id IN (SELECT url_id FROM visits WHERE source = ? AND every < ? AND (? OR due <= ?))",
        (source, NEVER, again, now),
    ).rowcount


def leave_off(rows: Rows, row: Row) -> None:
    """Remembers that a listing goes on behind `row`, which brought nothing new: a backfill goes on there."""
    rows.write("UPDATE urls SET reason = ? WHERE id = ?", (NOTHING_NEW, row.id))


def take_up(rows: Rows, source: str) -> int:
    """Puts back, for a backfill, the pages of listings where earlier crawls have left off; gives back how many."""
    return rows.write(
        "UPDATE urls SET state = 'todo', reason = '', not_before = 0, attempts = 0"
        " WHERE source = ? AND kind = 'listing' AND state = 'done' AND reason = ?",
        (source, NOTHING_NEW),
    ).rowcount


def seed(rows: Rows, source: str, seeds: list[Candidate]) -> int:
    """Adds the addresses a crawl begins with, or puts them back where they are known; gives back how many were new."""
    new = rows.add(seeds, source)
    for candidate in seeds:
        revive(rows, candidate, "")
    return len(new)


def revive(rows: Rows, candidate: Candidate, run: str) -> bool:
    """Puts a known URL back that ended in an earlier run than `run`; says whether it was one."""
    return bool(
        rows.write(
            "UPDATE urls SET state = 'todo', reason = '', not_before = 0, attempts = 0, priority = ?"
            " WHERE key = ? AND state IN ('done', 'failed') AND run <> ?",
            (candidate.priority, digest_of(candidate.key or url_key(candidate.url)), run),
        ).rowcount
    )


def remember(rows: Rows, row: Row, source: str, visit: Visit, now: int) -> None:
    """Stores what was met at `row`, and when to come back."""
    known = rows.read("SELECT first_at, every, gone_at FROM visits WHERE url_id = ?", (row.id,)).fetchone()
    first_at, every, gone_at = cast(tuple[int, int, int], known or (now, 0, 0))
    deep = row.kind == "listing" and page_number(row.url) > 1
    age = now - min(first_at, _seconds(visit.published or row.published) or first_at)
    valid = visit.status == 200  # what comes with another status is no validator of anything we hold
    seed = row.depth == 0
    kind: PageKind = "image" if row.kind == "requisite" and is_picture(row.url) else row.kind
    next_every = interval(
        kind, deep, visit.state, visit.status, every, age, gone=gone_at > 0, seed=seed, side=is_side(row.url)
    )
    rows.write(
        _REMEMBER,
        (
            row.id, source, now, now, visit.status, visit.etag if valid else "", visit.last_modified if valid else "",
            next_every, now + next_every,
            now if visit.status in _GONE else 0, int(visit.state == "changed"),
        ),
    )  # fmt: skip


def look_each_run(rows: Rows, row: Row) -> None:
    """Remembers that `row`, a listing or feed, has just brought news: it is asked for again in the next run."""
    rows.write("UPDATE visits SET every = 0, due = last_at WHERE url_id = ? AND every < ?", (row.id, NEVER))


def was_there(rows: Rows, row: Row) -> bool:
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

"""What each listing, feed and sitemap brought at its last visits, so that one that runs dry is noticed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from archive.messages.message import Message
from archive.model import Outcome
from crawler.frontier.discovery import page_number
from crawler.frontier.store import FrontierStore, Row

VISITS = 12
"""Visits remembered of each address: enough for a median, and a few hundred rows for each source."""

MOST_URLS = 200
"""Addresses remembered of each source: a sitemap index may name thousands of months."""

UNCHANGED = "="
_USUAL_AFTER = 3  # visits after which one knows what is usual
_WORTH_TELLING = 3  # articles that an address used to list: below, an empty page is no news
_STILL_DAYS = 14
_STILL_VISITS = 4
_FOUND_ELSEWHERE = 10
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class ListingVisit:
    """What a visit to an address brought: articles listed, and those of them met for the first time in that run.

    `at` is seconds since 1970; `mark` says why nothing was read, or UNCHANGED.
    """

    url: str
    at: int
    listed: int
    fresh: int
    mark: str = ""


class ListingHealth:
    """The memory of one source during one run."""

    def __init__(self, rows: FrontierStore, source: str, run: str) -> None:
        self._rows = rows
        self._source = source
        self._run = run
        self._urls = {
            url for (url,) in rows.read("SELECT DISTINCT url FROM listing_visits WHERE source = ?", (source,))
        }

    def read(self, row: Row, outcome: Outcome, fresh: int) -> None:
        """`row` was read: the articles it points to, `fresh` of them new. Where the answer was the same as before, so
        is what it lists.
        """
        if outcome.listed >= 0:
            self._note(row, outcome.listed, fresh, outcome.reason if outcome.state == "unread" else "")
        else:
            self.unchanged(row)

    def unchanged(self, row: Row) -> None:
        """`row` has not changed since it was read last."""
        before = self._last(row.url)
        if before is not None:
            self._note(row, before.listed, 0, UNCHANGED)

    def failed(self, row: Row, reason: str) -> None:
        """`row`, which was read in an earlier run, could not be read now."""
        if row.url in self._urls:
            self._note(row, 0, 0, reason)

    def listed(self) -> int:
        """How many articles the fullest address of this run points to; 0 where none was read."""
        found = self._rows.read(
            "SELECT coalesce(max(listed), 0) FROM listing_visits WHERE source = ? AND run = ?",
            (self._source, self._run),
        ).fetchone()
        return int(found[0])

    def brought(self) -> tuple[ListingVisit, ...]:
        """What each address visited in this run brought, the most news first."""
        found = self._rows.read(
            "SELECT url, at, listed, fresh, mark FROM listing_visits WHERE source = ? AND run = ?"
            " ORDER BY fresh DESC, listed DESC, url",
            (self._source, self._run),
        )
        return tuple(
            ListingVisit(url, at, listed, fresh, "not_modified" if mark == UNCHANGED else mark)
            for url, at, listed, fresh, mark in found
        )

    def notices(self) -> tuple[str, ...]:
        """A sentence for each address visited in this run that has run dry, and for each that stands still."""
        now = self._rows.read("SELECT url FROM listing_visits WHERE source = ? AND run = ?", (self._source, self._run))
        visits = {url: self._visits(url) for (url,) in now.fetchall()}
        dry = [line for url in sorted(visits) if (line := ran_dry(visits[url]))]
        every = self._visits()
        return (*dry, *(line for url in sorted(visits) if (line := stands_still(visits[url], every))))

    def _note(self, row: Row, listed: int, fresh: int, mark: str) -> None:
        if not _watched(row) or (row.url not in self._urls and len(self._urls) >= MOST_URLS):
            return
        self._urls.add(row.url)
        self._rows.write(
            "INSERT OR REPLACE INTO listing_visits (source, url, at, run, listed, fresh, mark)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._source, row.url, int(time.time()), self._run, listed, fresh, mark),
        )
        self._rows.write(
            "DELETE FROM listing_visits WHERE id IN (SELECT id FROM listing_visits WHERE source = ? AND url = ?"
            " ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)",
            (self._source, row.url, VISITS),
        )

    def _last(self, url: str) -> ListingVisit | None:
        visits = self._visits(url)
        return next((visit for visit in reversed(visits) if visit.mark in ("", UNCHANGED)), None)

    def _visits(self, url: str = "") -> list[ListingVisit]:
        found = self._rows.read(
            "SELECT url, at, listed, fresh, mark FROM listing_visits WHERE source = ? AND ? IN ('', url)"
            " ORDER BY at, id",
            (self._source, url),
        )
        return [ListingVisit(*values) for values in found]


def ran_dry(visits: list[ListingVisit]) -> str:
    """The sentence that the last of `visits` to an address, oldest first, listed nothing where it used to; else "".

    Until three visits were made nobody knows what is usual.
    """
    *before, last = visits
    usual = median(visit.listed for visit in before) if len(before) >= _USUAL_AFTER else 0
    if last.listed or usual < _WORTH_TELLING:
        return ""
    full = max((visit.at for visit in before if visit.listed), default=0)
    message = "{url} lists no article; it listed about {usual:.0f}, last on {day}"
    if last.mark:
        message = "{url} lists no article ({mark}); it listed about {usual:.0f}, last on {day}"
    return Message(message, url=last.url, mark=last.mark, usual=usual, day=_day(full))


def stands_still(visits: list[ListingVisit], every: Iterable[ListingVisit]) -> str:
    """The sentence that an address has brought nothing for two weeks while `every` other found articles; else ""."""
    last = visits[-1]
    moved = max((visit.at for visit in visits if visit.fresh or visit.mark not in ("", UNCHANGED)), default=0)
    still = [visit for visit in visits if visit.at > moved and visit.listed]
    since = moved or (still[0].at if still else last.at)
    if not last.listed or len(still) < _STILL_VISITS or last.at - since < _STILL_DAYS * _DAY:
        return ""
    if any(visit.listed != last.listed for visit in still):
        return ""  # another number of articles: others had found them before
    found: Counter[str] = Counter()
    for visit in every:
        found[visit.url] += visit.fresh * (visit.url != last.url and visit.at > since)
    elsewhere = max(found.values(), default=0)
    if elsewhere < _FOUND_ELSEWHERE:
        return ""
    message = "{url} has stood still since {day}: {elsewhere} articles were found elsewhere meanwhile"
    return Message(message, url=last.url, day=_day(since), elsewhere=elsewhere)


def _watched(row: Row) -> bool:
    """Whether what `row` brings is remembered: where a crawl begins, and every feed and sitemap."""
    return row.kind in ("feed", "sitemap") or (
        row.depth == 0 and row.kind in ("listing", "page") and page_number(row.url) == 1
    )


def _day(seconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds)) if seconds else "?"

"""What each list brought at its last visits: which has run dry, and the fewest that together name all the news."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, cast

from archive.messages.message import Message
from archive.model import Outcome, PageKind
from archive.sources import Source
from archive.warc.http import REDIRECTS
from crawler.frontier.discovery import is_side, page_number
from crawler.frontier.recrawl import ANSWERED, DAY, NEVER
from crawler.frontier.store import Candidate, FrontierStore, Row

_HALF_DAY = DAY // 2
"""Each rest ends half a day beside the visits of a site that is visited at one hour, and never at their very second."""
_SIDE_REST, _LONGEST_REST = 6 * DAY + _HALF_DAY, 29 * DAY + _HALF_DAY
"""The first of a list by tag, author or month: others name what it names, and it need not be asked for each day."""

_GONE: Final = frozenset((404, 410))
MOST_WOKEN: Final = 40
"""Lists asked for beside the usual ones in a run: of a site whose pages are all unknown there may be thousands."""
_BEST: Final[dict[PageKind, int]] = {"sitemap": 0, "feed": 1, "listing": 2}  # of two that name the same news
_OF_RUN = """
SELECT id, url, depth, every, times, status FROM urls JOIN visits ON url_id = id
WHERE urls.source = ? AND run = ? AND kind IN ('listing', 'feed', 'sitemap', 'page') AND every < ?
"""
_JUDGED = """
SELECT 1 FROM urls JOIN visits ON url_id = id
WHERE urls.source = ? AND kind IN ('listing', 'feed', 'sitemap', 'page') AND every > 0 AND every < ? LIMIT 1
"""
_RESTING = """
SELECT id, url FROM urls JOIN visits ON url_id = id
WHERE urls.source = ? AND run <> ? AND kind IN ('listing', 'feed', 'sitemap', 'page') AND every < ?
    AND state IN ('done', 'failed') AND reason <> 'redirected' AND status IN (200, 304)
ORDER BY kind = 'page', depth, urls.id
"""


def rest(every: int, *, side: bool = False) -> int:
    """Seconds that a list is left alone which has brought nothing that others had not: about twice as long each time,
    so that what it alone names waits hardly longer than it has named nothing.

    >>> [rest(hours * 3600) // 3600 for hours in (0, 12, 36, 500)]
    [12, 36, 84, 708]
    """
    return min(max(2 * every + _HALF_DAY, _SIDE_REST if side else 0), _LONGEST_REST)


@dataclass(frozen=True, slots=True)
class _Named:
    row: Row
    news: frozenset[str]
    sound: bool  # whether it names something that was known: nothing can have come between


class Lists:
    """The lists of `source` during one run."""

    def __init__(self, rows: FrontierStore, source: Source, run: str) -> None:
        self._rows = rows
        self._source = source.id
        self._run = run
        # A page may be an article where the source does not say what its articles are; else it is one more of a list's.
        self._kinds = ("article", "sitemap") if source.discover.article else ("article", "sitemap", "page")
        self._news: set[str] = set()
        self._named: dict[int, _Named] = {}
        self._woken = False

    def read(self, row: Row, listed: int, found: Iterable[Candidate], met: Sequence[Candidate]) -> int:
        """Takes in what the list `row` names: so many articles, `found` but for what was told before in this run; `met`
        of them are new or changed. Gives back how many of the articles that are new in this run it names.
        """
        kinds = ("article",) if is_side(row.url) else self._kinds
        self._news |= {one.key for one in met if one.kind in kinds}
        named = {one.key: one.kind for one in found if one.kind in kinds and not one.excluded}
        news = frozenset(self._news & named.keys())
        new = sum(named[key] == "article" for key in news)
        self._named[row.id] = _Named(row, news, sound=listed > new or not self._news.issuperset(named))
        return new

    def wake(self) -> int:
        """Puts back the lists that rest, once in a run, where those that were asked for may not be enough: one does not
        answer, or names nothing that was known. Gives back how many.
        """
        if self._woken:
            return 0
        self._woken = True
        asked = self._rows.read(_OF_RUN, (self._source, self._run, NEVER)).fetchall()
        usual = [
            (number, status)
            for number, url, _, every, times, status in asked
            if not every and times > 1 and status not in REDIRECTS and page_number(url) == 1
        ]
        if usual and all(self._is_enough(number, status) for number, status in usual):
            return 0
        resting = self._rows.read(_RESTING, (self._source, self._run, NEVER)).fetchall()
        numbers = [number for number, url in resting if not is_side(url)]
        return sum(self._rows.reopen("id = ?", (number,)) for number in numbers[:MOST_WOKEN])

    def _is_enough(self, number: int, status: int) -> bool:
        named = self._named.get(number)
        return status == 304 or (named.sound if named is not None else status == 200)

    def settle(self) -> None:
        """Says when each list of this run is asked for again, once all of them were read.

        Where nothing is new at all, those that are asked for in each run stay so: none of them has failed to name it.
        As long as no news has told which these are, they are those that the source file names.
        """
        chosen = self._cover()
        judged = self._rows.read(_JUDGED, (self._source, NEVER)).fetchone() is not None
        for number, url, depth, every, _, status in self._rows.read(
            _OF_RUN, (self._source, self._run, NEVER)
        ).fetchall():
            if number in chosen:
                after = 0
            elif status in _GONE | REDIRECTS or (status in ANSWERED and (chosen or every or (depth and not judged))):
                after = rest(every, side=is_side(url))
            else:
                continue
            statement = "UPDATE visits SET every = ?, due = last_at + ? WHERE url_id = ?"
            self._rows.write(statement, (after, after, cast(int, number)))

    def _cover(self) -> set[int]:
        """The fewest lists that name all news, as far as always taking the one that names most gives them."""
        chosen, left = set[int](), set(self._news)
        lists = sorted(self._named.values(), key=lambda one: (_BEST.get(one.row.kind, 3), one.row.depth, one.row.id))
        while left and lists:
            best = max(lists, key=lambda one: len(one.news & left))
            if not best.news & left:
                break
            chosen.add(best.row.id)
            left -= best.news
        return chosen


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

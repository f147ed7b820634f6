"""Which lists are asked for in each run: the fewest that together name all of its news. The others rest.

A feed, the first page and five sections name the same articles; one of them is asked for each day, the others now and
then, and all at once when that one does not answer, or all that it names is new, so that more may have come between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from archive.model import PageKind
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

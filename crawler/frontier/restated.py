"""What the site itself says has changed is due now, whatever its interval: another headline, a newer `lastmod`.

A headline is compared with what the same page said before: places cut headlines in ways of their own. A time of change
is compared with our last visit. Neither is believed of what lies in the future, nor where a page says it of everything.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b
from unicodedata import normalize

from crawler.frontier.rows import Candidate, Row, Rows, digest_of
from crawler.revisit import DAY, HOUR

MANY = 20
"""Times of change on one page, from which they are not believed where most of them are one and the same: a program
that stamps each address with the hour of its own run would have us ask for everything, each time.
"""

_VIETNAM = timezone(timedelta(hours=7))
_DAY_LENGTH = len("2026-11-24")
_MINUTE_LENGTH = len("2026-11-24T10:00+07:00")

_KNOWN = "SELECT url_id, said FROM headlines WHERE place = ?"
_DUE = (
    "UPDATE urls SET state = 'todo', reason = '', not_before = 0, attempts = 0, priority = max(priority, ?)"
    " WHERE key = ? AND run <> ? AND reason <> 'redirected' AND (state = 'done' OR state = 'failed')"
)


class Restated:
    """Puts back, during one run, the URLs of which a page says that they have changed."""

    def __init__(self, rows: Rows, run: str) -> None:
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
                number = self._rows.read("SELECT id FROM urls WHERE key = ?", (digest_of(one.key),)).fetchone()
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
        """Those of `found` that were changed after our last visit, by the time that the page beside them says."""
        moment = time.time() if now is None else now
        times = {one.key: one.modified for one in found if one.modified}
        if not _believable(times.values()):
            return []
        changed = []
        for one in found:
            latest = _latest(one.modified, moment) if one.modified else 0.0
            if latest and self._put_back(one, latest):
                changed.append(one)
        return changed

    def _put_back(self, one: Candidate, visited_before: float = 0.0) -> bool:
        statement = _DUE
        values: list[object] = [one.priority, digest_of(one.key), self._run]
        if visited_before:
            statement += " AND id IN (SELECT url_id FROM visits WHERE url_id = urls.id AND last_at < ?)"
            values.append(visited_before)
        return bool(self._rows.write(statement, tuple(values)).rowcount)


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
        moment = moment.replace(tzinfo=_VIETNAM if day else UTC)
    seconds = moment.timestamp()
    if seconds > now:
        return 0.0
    if day:
        return min(seconds + DAY, now - 6 * HOUR)
    return seconds + 60 if len(modified) == _MINUTE_LENGTH else seconds

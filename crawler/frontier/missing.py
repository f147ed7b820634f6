"""What a crawl did not get and the site may still have: by reason, with an example, and when it is asked for again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.frontier.rows import Rows

_FAILED = """
SELECT reason, name, now, kind, count(*), min(url), min(due) FROM (
    SELECT urls.reason, authorities.name, urls.run = :run AS now, kind, url, coalesce(due, 0) AS due FROM urls
    JOIN authorities ON authorities.id = authority LEFT JOIN visits ON visits.url_id = urls.id
    WHERE urls.source = :source AND state = 'failed' AND (reason GLOB 'http_5*' OR reason IN ('http_408', 'http_425',
        'http_429', 'disconnect', 'time', 'timeout', 'dns', 'address', 'refused', 'connect', 'tls', 'not_http'))
    UNION ALL
    SELECT history.detail, authorities.name, history.run = :run, kind, url, urls.not_before FROM urls
    JOIN authorities ON authorities.id = authority
    JOIN history ON history.id = (SELECT max(id) FROM history WHERE url_id = urls.id AND event = 'again')
    WHERE urls.source = :source AND state = 'todo' AND attempts > 0
) GROUP BY 1, 2, 3, 4 ORDER BY 1, 3 DESC, 5 DESC
"""


@dataclass(frozen=True, slots=True)
class Missing:
    """Addresses that failed for a `reason` that passes: that a page is gone, or none of our business, is an answer."""

    reason: str
    number: int
    now: int  # of them in this run; the others have failed earlier
    url: str  # one of them, of this run where there is one
    due: str  # UTC: when the first of them is asked for again; "" where the next run does

    def told(self) -> str:
        """The same as a sentence."""
        earlier = f", {self.number - self.now} of them in earlier runs" if self.number > self.now else ""
        told = f"missing: {self.number} failed with {self.reason}{earlier}, as {self.url}"
        return f"{told}; asked for again from {self.due or 'the next run'} on"


_LENT = """
SELECT authorities.name, count(*) FROM urls JOIN authorities ON authorities.id = authority
WHERE urls.source = ? AND state IN ('todo', 'claimed') AND kind = 'requisite' GROUP BY 1
"""


def lent(rows: Rows, source: str, own: Callable[[str], bool]) -> int:
    """How many requisites of other sites still wait: a crawl of `source` is whole without them."""
    return sum(number for name, number in rows.read(_LENT, (source,)) if not own(name))


def missing(rows: Rows, source: str, run: str, own: Callable[[str], bool]) -> tuple[Missing, ...]:
    """What of `source` has failed, in `run` or earlier, and has not come since.

    Without what another site lends to a page it is whole: `own` says whether an authority is the source's.
    """
    found: dict[str, Missing] = {}
    for reason, name, now, kind, number, url, due in rows.read(_FAILED, {"run": run, "source": source}):
        if kind == "requisite" and not own(name):
            continue
        when = datetime.fromtimestamp(due, UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if due else ""
        before = found.get(reason, Missing(reason, 0, 0, url, when))
        found[reason] = Missing(
            reason,
            before.number + number,
            before.now + now * number,
            before.url,
            min(filter(None, (before.due, when)), default=""),
        )
    return tuple(found.values())

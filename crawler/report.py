"""What a run did, counted while it runs and told when it ends: as text for people, as JSON for the archive, as lines
of a log.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from archive.messages.language import language, number, spoken, tr
from archive.messages.message import Message, format_size, joined
from archive.model import Outcome
from archive.terminal import shortened
from archive.text.clock import utc_seconds
from crawler.checks import SiteMove
from crawler.frontier.recrawl import NOT_THE_PAGE

if TYPE_CHECKING:
    from crawler.frontier.listing_health import ListingVisit
    from crawler.frontier.store import FrontierStore

_FAILED = """
SELECT reason, name, now, kind, count(*), min(url), min(due) FROM (
    SELECT urls.reason, authorities.name, urls.run = :run AS now, kind, url, coalesce(due, 0) AS due FROM urls
    JOIN authorities ON authorities.id = authority LEFT JOIN visits ON visits.url_id = urls.id
    WHERE urls.source = :source AND (state = 'failed' AND (reason GLOB 'http_5*' OR reason IN (
        'http_206', 'http_304', 'http_408', 'http_425', 'http_429', 'disconnect', 'time', 'timeout', 'dns', 'address',
        'refused', 'connect', 'tls', 'not_http', 'redirects'))
        OR state = 'done' AND reason IN (SELECT value FROM json_each(:unread)))
    UNION ALL
    SELECT history.detail, authorities.name, history.run = :run, kind, url, urls.not_before FROM urls
    JOIN authorities ON authorities.id = authority
    JOIN history ON history.id = (SELECT max(id) FROM history WHERE url_id = urls.id AND event = 'again')
    WHERE urls.source = :source AND state = 'todo' AND attempts > 0
) GROUP BY 1, 2, 3, 4 ORDER BY 1, 3 DESC, 5 DESC
"""


@dataclass(frozen=True, slots=True)
class Missing:
    """Addresses that failed for a `reason` that passes, or came as an error page, a wall against robots, cut or empty
    with status 200: that a page is gone, or none of our business, is an answer.
    """

    reason: str
    number: int
    now: int  # of them in this run; the others have failed earlier
    url: str  # one of them, of this run where there is one
    due: str  # UTC: when the first of them is asked for again; "" where the next run does

    def message(self) -> Message:
        """The same as a sentence."""
        message = "missing: {count} failed with {reason}, as {url}; asked for again from {due} on"
        earlier = self.number - self.now
        if earlier:
            message = (
                "missing: {count} failed with {reason}, {earlier} of them in earlier runs, as {url}; "
                "asked for again from {due} on"
            )
        return Message(
            message,
            count=self.number,
            reason=self.reason,
            earlier=earlier,
            url=self.url,
            due=self.due or Message("the next run"),
        )


_LENT = """
SELECT authorities.name, count(*) FROM urls JOIN authorities ON authorities.id = authority
WHERE urls.source = ? AND state IN ('todo', 'claimed') AND kind = 'requisite' GROUP BY 1
"""


def foreign_requisites(rows: FrontierStore, source: str, own: Callable[[str], bool]) -> int:
    """How many requisites of other sites still wait: a crawl of `source` is whole without them."""
    return sum(number for name, number in rows.read(_LENT, (source,)) if not own(name))


def missing(rows: FrontierStore, source: str, run: str, own: Callable[[str], bool]) -> tuple[Missing, ...]:
    """What of `source` has failed, in `run` or earlier, and has not come since.

    Without what another site lends to a page it is whole: `own` says whether an authority is the source's.
    """
    found: dict[str, Missing] = {}
    values: dict[str, object] = {"run": run, "source": source, "unread": json.dumps(NOT_THE_PAGE)}
    for reason, name, now, kind, count, url, due in rows.read(_FAILED, values):
        if kind == "requisite" and not own(name):
            continue
        when = utc_seconds(datetime.fromtimestamp(due, UTC)) if due else ""
        before = found.get(reason, Missing(reason, 0, 0, url, when))
        found[reason] = Missing(
            reason,
            before.number + count,
            before.now + now * count,
            before.url,
            min(filter(None, (before.due, when)), default=""),
        )
    return tuple(found.values())


@dataclass(slots=True)
class Tally:
    """The counts of a run so far."""

    requests: int = 0  # all but robots.txt
    robots: int = 0
    bytes: int = 0  # of the wire, both directions
    pages: Counter[str] = field(default_factory=Counter)  # captures read, by state
    kinds: Counter[str] = field(default_factory=Counter)  # captures, by what they were asked for as
    unread: Counter[str] = field(default_factory=Counter)  # by reason
    failed: Counter[str] = field(default_factory=Counter)
    excluded: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)  # links that left no row
    statuses: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)  # new URLs, by kind
    restated: int = 0  # known URLs asked for again because a page said that they had changed
    gone: Counter[str] = field(default_factory=Counter)  # articles that were there at the visit before, by reason
    again: Counter[str] = field(default_factory=Counter)  # asked for more than once, by reason
    examples: dict[str, str] = field(default_factory=dict)  # a URL for each reason
    answers: Counter[str] = field(default_factory=Counter)  # by host, robots.txt and probes apart
    leading: Counter[tuple[str, str]] = field(default_factory=Counter)  # redirects out of the source: host, target
    leads: dict[tuple[str, str], str] = field(default_factory=dict)  # an example of each: URL and target

    def read(self, outcome: Outcome, url: str) -> None:
        """Counts what became of a page."""
        self.pages[outcome.state] += 1
        if outcome.state == "unread":
            self.unread[outcome.reason] += 1
            self.examples.setdefault(f"unread {outcome.reason}", url)

    def ended(self, state: str, reason: str, url: str) -> None:
        """Counts a URL that ended without a page."""
        (self.failed if state == "failed" else self.excluded)[reason] += 1
        self.examples.setdefault(f"{state} {reason}", url)


@dataclass(frozen=True, slots=True)
class Report:
    """A run that has ended. Times are UTC with milliseconds."""

    run: str
    source: str
    name: str
    began: str
    ended: str
    reason: str  # finished | limit | budget | night | waiting | refused | unreachable | shutdown | storage | ...
    seconds: float
    tally: Tally
    left: int  # URLs still to do
    not_due: int = 0  # articles that are held and were not asked for
    known_articles: int = 0  # that the frontier has ever seen of this source
    warnings: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    decisions: tuple[tuple[str, str, str], ...] = ()
    moved: tuple[SiteMove, ...] = ()
    listings: tuple[ListingVisit, ...] = ()  # what each feed, sitemap and listing brought
    missing: tuple[Missing, ...] = ()  # what has failed and may come yet, in this run and before
    resting: tuple[tuple[str, str], ...] = ()  # hosts of the source that were left alone before the end, and why
    fit: float | None = None  # share of the articles of this run that the source's learnt layout fits
    broken: tuple[str, ...] = ()  # bounds of the source's [expect] that were broken, a sentence each

    @property
    def fetched(self) -> int:
        """How many answers were kept, robots.txt included."""
        return sum(self.tally.kinds.values())

    @property
    def articles(self) -> int:
        """How many articles were seen, changed or not."""
        return sum(self.tally.pages[state] for state in ("new", "changed", "same"))

    @property
    def trouble(self) -> str:
        """What a person must look into, as one line; "" where nothing is wrong."""
        source = self.source
        match self.reason:
            case "unreachable":
                message = "{source}: the site does not answer ({why}); try again later"
                return Message(message, source=source, why=self.detail_of("unreachable"))
            case "refused":
                message = "{source}: the site refuses us ({why}); write to its owner first"
                return Message(message, source=source, why=self.detail_of("refused"))
            case "closed":
                message = "{source}: robots.txt cannot be read ({why}), which forbids everything"
                return Message(message, source=source, why=self.detail_of("robots"))
            case "waiting":
                message = "{source}: the site asks to come back later ({why}); {left:,} addresses wait"
                return Message(message, source=source, why=self.detail_of("retry after"), left=self.left)
            case "quota":
                message = "{source}: stopped, its quota is spent ({why}); {left:,} addresses wait"
                return Message(message, source=source, why=self.detail_of("quota"), left=self.left)
            case "disk_quota":
                message = "{source}: stopped, its quota of the disk is spent ({why}); raise it, {left:,} addresses wait"
                return Message(message, source=source, why=self.detail_of("disk_quota"), left=self.left)
            case _ if self.moved:
                message = "{source}: {move}; `baotinh runs {run}` shows what to do"
                return Message(message, source=source, move=self.moved[0].message(), run=self.run)
            case "finished" if not self.known_articles and not self.articles:
                return self._without_article()
        if self.broken:
            message = "{source}: less than its [expect] says: {sentence}"
            if len(self.broken) > 1:
                message = "{source}: less than its [expect] says: {sentence} (and {count:,} more)"
            return Message(message, source=source, sentence=self.broken[0], count=len(self.broken) - 1)
        return self._incomplete

    def _without_article(self) -> Message:
        example = next((url for reason, url in self.tally.examples.items() if reason.startswith("failed")), "")
        message = "{source}: no article among {pages:,} answers; look at [discover] and [[layout]] of its source file"
        if example:
            message = "{source}: no article among {pages:,} answers; {example} failed"
        return Message(message, source=self.source, pages=self.tally.requests, example=example)

    @property
    def _incomplete(self) -> str:
        """What this run did not get and should have, as one line; whoever stopped it knows, and has exit code 130."""
        if self.reason == "shutdown":
            return ""
        if self.resting:
            host, why = self.resting[0]
            message = "{source}: {host} was left alone before the end ({why}); {left:,} addresses wait"
            return Message(message, source=self.source, host=host, why=why, left=self.left)
        if failed := [one for one in self.missing if one.now]:
            return Message(
                "{source}: {count:,} addresses are missing ({reasons}), as {url}; "
                "they are asked for again from {due} on",
                source=self.source,
                count=sum(one.now for one in failed),
                reasons=joined([Message("{count:,} {reason}", count=one.now, reason=one.reason) for one in failed]),
                url=failed[0].url,
                due=min(one.due for one in failed) or Message("the next run"),
            )
        if self.reason == "finished" and self.left:
            message = "{source}: the crawl ended with {left:,} addresses left, and nothing says why; crawl again"
            return Message(message, source=self.source, left=self.left)
        return ""

    def detail_of(self, what: str) -> str:
        """The last decision that was about `what`, in words."""
        found = [detail for _, decision, detail in self.decisions if decision == what]
        return found[-1] if found else self.reason

    def as_json(self) -> dict[str, Any]:
        """The report as it is stored and printed with --json."""
        tally = self.tally
        return {
            "run": self.run,
            "source": self.source,
            "began": self.began,
            "ended": self.ended,
            "reason": self.reason,
            "seconds": round(self.seconds, 1),
            "requests": tally.requests,
            "robots": tally.robots,
            "bytes": tally.bytes,
            "new": tally.pages["new"],
            "changed": tally.pages["changed"],
            "same": tally.pages["same"],
            "kept": tally.pages["kept"],
            "not_due": self.not_due,
            "restated": tally.restated,
            "unread": dict(tally.unread),
            "failed": dict(tally.failed),
            "excluded": dict(tally.excluded),
            "passed_over": dict(tally.passed_over),
            "statuses": dict(tally.statuses),
            "kinds": dict(tally.kinds),
            "found": dict(tally.found),
            "gone": dict(tally.gone),
            "again": dict(tally.again),
            "examples": tally.examples,
            "left": self.left,
            "missing": [asdict(one) for one in self.missing],
            "listings": [
                {"url": one.url, "listed": one.listed, "new": one.fresh, "mark": one.mark} for one in self.listings
            ],
            "moved": [asdict(move) for move in self.moved],
            "trouble": self.trouble,
            "fit": self.fit,
            "broken": list(self.broken),
            "warnings": [
                *(move.message() for move in self.moved),
                *(one.message() for one in self.missing),
                *self.warnings,
            ],
            "files": list(self.files),
            "decisions": [list(decision) for decision in self.decisions],
        }

    def as_text(self) -> str:
        """The report in a few lines for a person."""
        pages = self.tally.pages
        seen = {name: number(pages[name]) for name in ("new", "changed", "same")}
        seen["not_due"] = number(self.not_due)
        lines = [
            f"{self.name} ({self.source}): "
            + tr(
                "{reason}, {seconds} s, {requests} requests beside robots.txt, {size}",
                reason=tr(_REASONS.get(self.reason, self.reason)),
                seconds=number(self.seconds, 1),
                requests=number(self.tally.requests),
                size=format_size(self.tally.bytes, language()),
            ),
            "  "
            + tr("articles: {new} new, {changed} changed, {same} unchanged, {not_due} not due", **seen)
            + ("" if pages["new"] or pages["changed"] else tr(" - nothing new, no revision stored")),
        ]
        groups = (("unread", self.tally.unread), ("failed", self.tally.failed), ("excluded", self.tally.excluded))
        for reason, count in sorted(self.tally.gone.items()):
            gone = "gone from the site: {number} {reason}, as {example}; the last good capture stays"
            example = self.tally.examples[f"gone {reason}"]
            lines.append("  " + tr(gone, number=number(count), reason=reason, example=example))
        for title, counts in groups:
            for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
                example = self.tally.examples.get(f"{title} {reason}", "")
                shown = tr(", as {example}", example=example) if example else ""
                lines.append(f"  {tr(title)}: {number(count)} {reason}{shown}")
        if self.left:
            lines.append("  " + tr("left for the next run: {left}", left=number(self.left)))
        lines += [f"  {spoken(one.message())}" for one in self.missing]
        for move in self.moved:
            message = "{move}; if it is the same site, add to its source file:"
            if move.into:
                message = "{move}; if it is so, its source file should say:"
            lines.append("  " + tr(message, move=spoken(move.message())))
            lines += [f"      {line}" for line in move.lines(self.ended[:10])]
        if self.fit is not None:
            lines.append(
                "  " + tr("the learnt layout fits {share} of the articles read last", share=_percent(self.fit))
            )
        lines += ["  " + tr("expected: {sentence}", sentence=spoken(sentence)) for sentence in self.broken]
        lines += [f"  {spoken(warning)}" for warning in self.warnings]
        return shortened("\n".join(lines))


def _percent(share: float) -> str:
    return f"{number(round(100 * share))}%"


_REASONS = {
    "finished": "finished",
    "limit": "stopped at the limit given",
    "budget": "stopped, the day's budget is spent",
    "night": "stopped, this source is asked at night only",
    "waiting": "stopped, the site asks to come back later",
    "refused": "stopped, the site refuses us",
    "unreachable": "stopped, the site does not answer",
    "closed": "stopped, robots.txt cannot be read, which forbids everything",
    "shutdown": "stopped as asked",
    "deadline": "stopped at the time given",
    "by_hand": "captured by hand",
    "quota": "stopped, the quota of bytes is spent",
    "disk_quota": "stopped, the quota of the disk is spent",
    "storage": "stopped, the archive cannot be written",
    "disk": "stopped, the disk is nearly full",
    "stalled": "stopped, the crawl stood still",
}

_NUMBERS: Final = ("run", "reason", "requests", "new", "changed", "same", "not_due", "left", "seconds")


def log_line(event: Mapping[str, Any], *, as_json: bool) -> str:
    """`event` with the time it is told at (UTC, in seconds)."""
    at = utc_seconds(datetime.now(UTC))
    if as_json:
        return json.dumps({"at": at, **event}, ensure_ascii=False)
    rest = " ".join(
        f"{name}={value}" for name, value in event.items() if name not in ("event", "source") and value != ""
    )
    return f"{at} {event.get('source', '')} {event['event']} {rest}".rstrip()


def end_of_crawl(source: str, code: int, error: str, report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The events of a crawl's end: its numbers, and one for each reason for which pages were not read, did not come,
    or are gone, with the address of one of them.
    """
    numbers = {name: report[name] for name in _NUMBERS if name in report}
    yield {"event": "ended", "source": source, "exit": code, "error": error, **numbers}
    for event in ("unread", "failed", "gone"):
        for reason, count in report.get(event, {}).items():
            url = report.get("examples", {}).get(f"{event} {reason}", "")
            told = {"event": event, "reason": reason, "number": count, "url": url}
            yield {**told, "source": source, "run": report.get("run", "")}

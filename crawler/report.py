"""What a run did, counted while it runs and told when it ends: as text for a person, as JSON for the archive."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from archive.cli.terminal import shortened
from archive.cli.words import language, number, spoken, tr
from archive.model import Outcome
from archive.text import numerals
from crawler.frontier.missing import Missing
from crawler.moving import Move

if TYPE_CHECKING:
    from crawler.frontier.yields import Brought


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
    moved: tuple[Move, ...] = ()
    listings: tuple[Brought, ...] = ()  # what each feed, sitemap and listing brought
    missing: tuple[Missing, ...] = ()  # what has failed and may come yet, in this run and before
    resting: tuple[tuple[str, str], ...] = ()  # hosts of the source that were left alone before the end, and why
    fit: float | None = None  # share of the newest articles that the source's learnt layout fits
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
        example = next((url for reason, url in self.tally.examples.items() if reason.startswith("failed")), "")
        match self.reason:
            case "unreachable":
                told = "{source}: the site does not answer ({why}); try again later"
                return tr(told, source=self.source, why=self.told("unreachable"))
            case "refused":
                told = "{source}: the site refuses us ({why}); write to its owner first"
                return tr(told, source=self.source, why=self.told("refused"))
            case "closed":
                told = "{source}: robots.txt cannot be read ({why}), which forbids everything"
                return tr(told, source=self.source, why=self.told("robots"))
            case "waiting":
                told = "{source}: the site asks to come back later ({why}); {left} addresses wait"
                return tr(told, source=self.source, why=self.told("retry after"), left=number(self.left))
            case _ if self.moved:
                told = "{source}: {move}; `baotinh run {run}` shows what to do"
                return tr(told, source=self.source, move=spoken(self.moved[0].told()), run=self.run)
            case "finished" if not self.known_articles and not self.articles:
                told = (
                    "{source}: no article among {pages} answers; look at [discover] and [[layout]] of its source file"
                )
                if example:
                    told = "{source}: no article among {pages} answers; {example} failed"
                return tr(told, source=self.source, pages=number(self.tally.requests), example=example)
        if self.broken:
            more = tr(" (and {count} more)", count=number(len(self.broken) - 1)) if len(self.broken) > 1 else ""
            return (
                tr(
                    "{source}: less than its [expect] says: {sentence}",
                    source=self.source,
                    sentence=spoken(self.broken[0]),
                )
                + more
            )
        return self._incomplete

    @property
    def _incomplete(self) -> str:
        """What this run did not get and should have, as one line; whoever stopped it knows, and has exit code 130."""
        if self.reason == "shutdown":
            return ""
        if self.resting:
            host, why = self.resting[0]
            told = "{source}: {host} was left alone before the end ({why}); {left} addresses wait"
            return tr(told, source=self.source, host=host, why=spoken(why), left=number(self.left))
        if failed := [one for one in self.missing if one.now]:
            told = (
                "{source}: {count} addresses are missing ({reasons}), as {url}; they are asked for again from {due} on"
            )
            reasons = ", ".join(f"{number(one.now)} {one.reason}" for one in failed)
            due = min(one.due for one in failed) or tr("the next run")
            count = number(sum(one.now for one in failed))
            return tr(told, source=self.source, count=count, reasons=reasons, url=failed[0].url, due=due)
        if self.reason == "finished" and self.left:
            told = "{source}: the crawl ended with {left} addresses left, and nothing says why; crawl again"
            return tr(told, source=self.source, left=number(self.left))
        return ""

    def told(self, what: str) -> str:
        """The last decision that was about `what`, in words."""
        found = [detail for _, decision, detail in self.decisions if decision == what]
        return spoken(found[-1]) if found else self.reason

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
            "fit": self.fit,
            "broken": list(self.broken),
            "warnings": [
                *(move.told() for move in self.moved),
                *(one.told() for one in self.missing),
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
                size=numerals.size(self.tally.bytes, language()),
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
        lines += [f"  {spoken(one.told())}" for one in self.missing]
        for move in self.moved:
            lines.append("  " + tr("{move}; if it is the same site, add to its source file:", move=spoken(move.told())))
            lines += [f"      {line}" for line in move.lines(self.ended[:10])]
        if self.fit is not None:
            lines.append("  " + tr("the learnt layout fits {share} of the newest articles", share=_percent(self.fit)))
        lines += ["  " + tr("expected: {sentence}", sentence=spoken(sentence)) for sentence in self.broken]
        lines += [f"  {spoken(warning)}" for warning in self.warnings]
        return shortened("\n".join(lines))


def _percent(share: float) -> str:
    return f"{number(round(100 * share))} %"


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
    "storage": "stopped, the archive cannot be written",
    "disk": "stopped, the disk is nearly full",
    "stalled": "stopped, the crawl stood still",
}

"""How fast a host may be asked: delays, Retry-After, backing off and coming back. A state machine; time is given."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from archive.messages.message import Message
from archive.warc.http import values
from crawler.http.capture import Fetched

CRAWL_DELAY_CAP = 30.0
"""Seconds of a robots.txt's Crawl-delay that are obeyed; more would make a site unreadable, and is reported instead."""

LATENCY_FACTOR = 10.0
LATENCY_CAP = 30.0
BACK_OFF_SECONDS = 30.0
BACK_OFF_CAP = 3600.0
RETRY_AFTER_CAP = 24 * 3600.0
SLOWEST = 16.0  # times the usual delay, after 429 and 503

REFUSALS = 3
"""So many answers 403 or 429 in a row end the run: the site does not want us."""

FAILURES = 5
"""So many requests in a row that bring nothing (no connection, a cut answer, 5xx), and a host rests until a later run.
Waits of 30, 60, 120 and 240 s lie between them, so a restart or a backup of seven minutes is outlived.
"""

FIRST_FAILURES = 3
"""The same where the site has not answered at all in this run: then a person is waiting to be told."""

ANNOUNCED = 12
"""The same where each says Retry-After: then the server lives and says when. Bursts of ten were recorded."""

KNOWN = 8
"""Where a site has answered well in this run, a page that failed before counts as the eighth part of one failure: it
says that it is broken, not that its site is.
"""

FIRST_WAIT_SECONDS = 2.0
_AWAY = frozenset(("dns", "address", "refused", "connect", "tls", "timeout"))


@dataclass(frozen=True, slots=True)
class Decision:
    """A change in how a host is treated, to be stored: what, and why."""

    what: str  # "back off" | "retry after" | "slower" | "faster" | "refused" | "unreachable" | "crawl delay"
    detail: str


@dataclass(slots=True)
class Pace:
    """How fast one host, or the hosts at one address, may be asked. Times are seconds of a monotonic clock.

    `floor` is the source's own delay between the end of one request and the next; nothing makes it shorter.
    """

    floor: float
    connections: int = 1
    base: float = BACK_OFF_SECONDS  # the first wait after an answer 429 or 503 without Retry-After
    crawl_delay: float = 0.0
    busy: int = 0
    slow: float = 1.0
    ordered: float = 0.0  # a delay that a person has ordered meanwhile
    given_up: str = ""  # why nothing more is asked in this run: refused, unreachable
    _answered: bool = False  # at all, in this run
    _alive: bool = False  # and well
    _latency: float = 0.0
    _pushed_back: int = 0
    _refused: int = 0
    _failed: float = 0.0
    _ended: float = -math.inf  # when the last answer came
    _held_until: float = 0.0  # until when the host has asked to be left alone
    _random: random.Random = field(default_factory=lambda: random.Random(0), repr=False)  # noqa: S311 - jitter

    @property
    def delay(self) -> float:
        """Seconds between the end of one request and the next, as things stand."""
        patience = min(LATENCY_FACTOR * self._latency, LATENCY_CAP) if self.floor else 0.0
        return max(self.floor * self.slow, self.crawl_delay, patience, self.ordered)

    @property
    def next_at(self) -> float:
        """When the next request may go out as far as time goes, by the delay as it is now."""
        return max(self._held_until, self._ended + self.delay)

    def free_at(self) -> float:
        """When the next request may go out; infinite while all connections are busy or the host is given up."""
        return math.inf if self.given_up or self.busy >= self.connections else self.next_at

    def ask_less(self, seconds: float | None) -> Decision | None:
        """Takes the Crawl-delay of a robots.txt to heart; the decision says where it was capped."""
        self.crawl_delay = min(seconds or 0.0, CRAWL_DELAY_CAP)
        if not seconds or seconds <= min(self.floor, CRAWL_DELAY_CAP):
            return None
        message = "robots.txt asks for {seconds:g} s"
        if seconds > CRAWL_DELAY_CAP:
            message = "robots.txt asks for {seconds:g} s, {kept:g} s are kept"
        return Decision("crawl delay", Message(message, seconds=seconds, kept=CRAWL_DELAY_CAP))

    def hold(self, seconds: float, now: float) -> None:
        """Lets nothing go out for so long: what is left of a Retry-After that an earlier run was given."""
        self._held_until = max(self._held_until, now + min(seconds, RETRY_AFTER_CAP))

    def join(self, other: Pace) -> None:
        """Takes over what holds for `other`, a host at the same address: both are one guest from now on."""
        self.busy += other.busy
        self.floor, self.ordered = max(self.floor, other.floor), max(self.ordered, other.ordered)
        self._ended, self._held_until = max(self._ended, other._ended), max(self._held_until, other._held_until)

    def start(self) -> None:
        """A request goes out."""
        self.busy += 1

    def finish(self, fetched: Fetched, now: float, wall: datetime, *, known: bool = False) -> Decision | None:
        """An answer, or none, came at `now` (`wall` on the calendar); gives back what that changes, if anything.

        `known` says that the same page has failed before.
        """
        self.busy -= 1
        self._latency = fetched.seconds if not self._latency else 0.7 * self._latency + 0.3 * fetched.seconds
        self._ended = now
        if fetched.error == "stale":
            return None
        wait = retry_after(fetched, wall)
        self._answered = self._answered or bool(fetched.status)
        if fetched.status in (403, 429):
            self._refused += 1
            if self._refused >= REFUSALS:
                self.given_up = "refused"
                return Decision(
                    "refused", Message("{refusals} answers {status} in a row", refusals=REFUSALS, status=fetched.status)
                )
        elif fetched.status:
            self._refused = 0
        if not fetched.status or fetched.error in ("disconnect", "time") or fetched.status >= 500:
            return self._failing(fetched, wait, now, known)
        self._alive, self._failed = True, 0.0
        if fetched.status == 429 or wait is not None:
            return self._pushed(fetched, wait, now)
        return self._welcome()

    def _failing(self, fetched: Fetched, wait: float | None, now: float, known: bool) -> Decision | None:
        self._failed += 1 / KNOWN if known and self._alive and fetched.error not in _AWAY else 1
        why = (
            fetched.detail
            or fetched.error
            or (Message("status {status}", status=fetched.status) if fetched.status else Message("no HTTP answer"))
        )
        most = ANNOUNCED if wait is not None else FAILURES if self._answered else FIRST_FAILURES
        if self._failed >= most:
            self.given_up = "unreachable"
            return Decision(
                "unreachable", why if fetched.error in _AWAY else Message("{why}, {most} in a row", why=why, most=most)
            )
        if fetched.status == 503:
            return self._pushed(fetched, wait, now)
        # One page that fails may be its own fault; a connection that fails is not.
        times = int(self._failed) - (fetched.error not in _AWAY)
        if times < 1:
            return None
        seconds = self._wait(times)
        self._held_until = max(self._held_until, now + seconds)
        return Decision("back off", Message("{why}, {seconds:.1f} s", why=why, seconds=seconds))

    def _pushed(self, fetched: Fetched, wait: float | None, now: float) -> Decision:
        self._pushed_back += 1
        self.slow = min(self.slow * 2, SLOWEST)
        what = "back off" if wait is None else "retry after"
        seconds = self._wait(self._pushed_back) if wait is None else min(wait, RETRY_AFTER_CAP)
        self._held_until = max(self._held_until, now + seconds)
        message = "status {status}, {seconds:.1f} s, then {delay:.1f} s between requests"
        return Decision(
            what,
            Message(message, status=fetched.status, seconds=seconds, delay=self.delay),
        )

    def _welcome(self) -> Decision | None:
        self._pushed_back = 0
        if self.slow == 1.0:
            return None
        self.slow = max(1.0, self.slow * 0.8)
        return (
            Decision("faster", Message("{delay:.1f} s between requests", delay=self.delay))
            if self.slow == 1.0
            else None
        )

    def _wait(self, times: int) -> float:
        base = self.base if self._answered else min(self.base, FIRST_WAIT_SECONDS)
        return min(base * 2.0 ** (times - 1), BACK_OFF_CAP) * self._random.uniform(0.8, 1.2)


def retry_after(fetched: Fetched, wall: datetime) -> float | None:
    """Seconds that the answer's Retry-After asks to wait (RFC 9110 section 10.2.3: seconds, or a date); None without.

    It counts on 429, 503 and 3xx only; what is neither number nor date is passed over.
    """
    if fetched.status not in (429, 503) and not 300 <= fetched.status < 400:
        return None
    for value in values(fetched.headers, "retry-after"):
        if value.strip().isdecimal():
            return float(value.strip()[:9])
        try:
            moment = parsedate_to_datetime(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return max(0.0, (moment - wall).total_seconds())
        except (ValueError, OverflowError):  # a zone of millions of hours, a day before the first
            continue
    return None

"""Answers what a person asks of the frontier: how much is left, what happened to a URL and why, and what is known of a
run that left no report.
"""

from __future__ import annotations

import fcntl
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from archive.custody import control
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.messages.message import Message
from archive.sources import Register
from archive.store.database import open_beside_writer, translate_errors
from archive.store.runs import Run
from archive.text.clock import utc_seconds
from archive.text.urls import url_key
from crawler import robots
from crawler.frontier import store
from crawler.frontier.store import digest_of
from crawler.scope import as_fetched, authority, host_of, key_of, refusal, trap

_STATE = "CASE WHEN claims.url_id IS NULL THEN state ELSE 'claimed' END AS now"


@dataclass(frozen=True, slots=True)
class Count:
    """How many URLs of a source are in a state, for a reason."""

    source: str
    state: str
    reason: str
    kind: str
    urls: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A URL of the frontier as a list shows it."""

    url: str
    source: str
    kind: str
    state: str
    reason: str
    attempts: int
    record: str  # WARC record id of its last capture
    found: str  # UTC


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of a URL's history. `at` is UTC."""

    at: str
    run: str
    event: str
    detail: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of one URL: where it stands, how it was found, what happened, and what the rules say today."""

    url: str
    known: bool
    state: str
    reason: str
    why: str  # in a sentence
    source: str
    kind: str
    record: str  # WARC record id of its last capture
    path: tuple[str, ...]  # from the URL back to where it was found, and so on
    next_visit: str
    history: tuple[Happened, ...]


@contextmanager
def open_readonly(path: Path) -> Iterator[sqlite3.Connection]:
    """The frontier at `path`, for reading beside a crawl.

    Raises NothingFound where nothing was crawled yet, SchemaError where an older program made it.
    """
    if not path.exists():
        raise NothingFound("{path}: nothing has been crawled into this archive yet", path=path)
    with translate_errors(path), closing(open_beside_writer(path)) as connection:
        store.check(connection, path)
        yield connection


def counts(connection: sqlite3.Connection, source: str = "") -> list[Count]:
    """How many URLs are in which state, by source, reason and kind."""
    rows = connection.execute(
        f"SELECT urls.source, {_STATE}, reason, kind, count(*) FROM urls"  # noqa: S608 - our own words
        " LEFT JOIN claims ON claims.url_id = urls.id WHERE ? IN ('', urls.source)"
        " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        (source,),
    )
    return [Count(*row) for row in rows]


def listed(connection: sqlite3.Connection, source: str, state: str, reason: str, limit: int) -> list[Listed]:
    """The first `limit` URLs in a state, the most urgent first; "" stands for any source, state or reason."""
    rows = connection.execute(
        f"SELECT url, urls.source, kind, {_STATE}, reason, attempts, record, found_at"  # noqa: S608 - our own words
        " FROM urls"
        " LEFT JOIN claims ON claims.url_id = urls.id"
        " WHERE ? IN ('', urls.source) AND ? IN ('', now) AND ? IN ('', reason)"
        " ORDER BY priority DESC, urls.id LIMIT ?",
        (source, state, reason, limit),
    )
    return [Listed(*(*row[:-1], _time(row[-1]))) for row in rows]


def explain(connection: sqlite3.Connection, url: str, register: Register) -> Explanation:
    """What is known of `url`, and what the rules say of it today where it is not known."""
    key = digest_of(_key(url, register))
    row = connection.execute(
        f"SELECT urls.id, url, urls.source, kind, {_STATE}, reason, record, via, not_before,"  # noqa: S608
        " coalesce(due, 0) FROM urls"
        " LEFT JOIN claims ON claims.url_id = urls.id LEFT JOIN visits ON visits.url_id = urls.id WHERE key = ?",
        (key,),
    ).fetchone()
    if row is None:
        return _unknown(connection, url, register)
    number, found, source, kind, state, reason, record, via, not_before, due = row
    history = connection.execute("SELECT at, run, event, detail FROM history WHERE url_id = ? ORDER BY id", (number,))
    return Explanation(
        url=found,
        known=True,
        state=state,
        reason=reason,
        why=_why(state, reason, not_before),
        source=source,
        kind=kind,
        record=record,
        path=tuple(_trail(connection, via)),
        next_visit=_time(due) if due and state in ("done", "failed") else "",
        history=tuple(Happened(_time(at), run, event, detail) for at, run, event, detail in history),
    )


def _key(url: str, register: Register) -> str:
    try:
        wire = as_fetched(url)
    except ValueError:
        return url_key(url)
    return key_of(wire, register.for_host(host_of(wire)))


def _trail(connection: sqlite3.Connection, via: str) -> Iterator[str]:
    for _ in range(20):
        if not via:
            return
        yield via
        row = connection.execute("SELECT via FROM urls WHERE key = ?", (digest_of(url_key(via)),)).fetchone()
        via = row[0] if row else ""


def _unknown(connection: sqlite3.Connection, url: str, register: Register) -> Explanation:
    def answer(why: str, source: str = "") -> Explanation:
        return Explanation(url, False, "unknown", "", why, source, "", "", (), "", ())

    try:
        wire = as_fetched(url)
    except ValueError:
        return answer(Message("not an absolute http or https URL"))
    source = register.for_host(host_of(wire))
    if source is None:
        return answer(Message("no source of the register holds the host {host}", host=host_of(wire)))
    reason = refusal(wire, source) or trap(wire, source)
    if reason:
        return answer(Message("a rule forbids it: {reason}", reason=reason), source.id)
    row = connection.execute(
        "SELECT robots_text FROM authorities WHERE name = ? AND robots_verdict = 'rules'", (authority(wire),)
    ).fetchone()
    if row and not robots.parse(row[0]).allows(wire):
        return answer(Message("robots.txt forbids it"), source.id)
    return answer(Message("no page that was read links to it; `baotinh frontier requeue` adds it"), source.id)


def _why(state: str, reason: str, not_before: float) -> str:
    match state:
        case "claimed":
            return Message("a crawl has it in hand now")
        case "todo" if not_before:
            return Message("it failed and is asked for again after {time}", time=_time(not_before))
        case "todo":
            return Message("it waits for its turn")
        case "excluded":
            return Message("a rule forbids it: {reason}", reason=reason)
        case "failed":
            return Message("it was asked for, and failed: {reason}", reason=reason)
    return Message("it was fetched: {reason}", reason=reason) if reason else Message("it was fetched")


def _time(seconds: float) -> str:
    return utc_seconds(datetime.fromtimestamp(seconds, UTC)) if seconds else ""


RUNNING, PAUSED, KILLED = "running", "paused", "killed"
_READ = re.compile(r"\d+ (?P<state>new|changed|same|kept|unread)(?: (?P<reason>.+))?")
_ASKED = frozenset(("fetched", "failed", "redirected", "again"))
_BY_REASON = frozenset(("failed", "excluded", "again", "gone"))


def completed(holdings: Holdings, found: Iterable[Run], newest: Callable[[str], str]) -> list[Run]:
    """The runs as they stand: one without an end gets "running", "paused" or "killed" as its reason, and the numbers
    known of it.

    `newest` gives the id of a source's newest run: only that one can still be running.
    """
    return [run if run.ended else _standing(holdings, run, newest(run.source)) for run in found]


def _standing(holdings: Holdings, run: Run, newest: str) -> Run:
    running = run.id == newest and is_crawled(holdings, run.source)
    alive = PAUSED if control.read(holdings.root, run.source).paused else RUNNING
    return replace(run, reason=alive if running else KILLED, report=_known(holdings, run))


def is_crawled(holdings: Holdings, source: str) -> bool:
    """Whether a crawl of `source` runs now, in whatever process."""
    return _is_locked(holdings.root / ".lock" / f"crawl-{source}")


def _is_locked(lock: Path) -> bool:
    """Whether a living process holds the `lock` that a crawl of a source takes."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _known(holdings: Holdings, run: Run) -> dict[str, object]:
    """The numbers of a run's report that its URLs' histories tell; {} where there is no frontier."""
    numbers: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {}
    with suppress(NothingFound), open_readonly(holdings.frontier) as connection:
        happened = connection.execute(
            "SELECT event, detail, count(*) FROM history WHERE run = ? GROUP BY event, detail", (run.id,)
        )
        for event, detail, count in happened:
            numbers["requests"] += count * (event in _ASKED)
            read = _READ.fullmatch(detail) if event == "fetched" else None
            if event in _BY_REASON:
                reasons.setdefault(event, Counter())[detail] += count
            elif read and read["state"] == "unread":
                reasons.setdefault("unread", Counter())[read["reason"]] += count
            elif event == "fetched":
                numbers[read["state"] if read else "same"] += count
        left = connection.execute("SELECT count(*) FROM urls WHERE source = ? AND state = 'todo'", (run.source,))
        return {**numbers, **{event: dict(counts) for event, counts in reasons.items()}, "left": left.fetchone()[0]}
    return {}

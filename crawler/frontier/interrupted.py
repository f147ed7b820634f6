"""What is known of a run that left no report: what the frontier wrote down of its URLs, and whether it still runs."""

from __future__ import annotations

import fcntl
import re
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.store.runs import Run
from crawler.frontier.explain import looking

RUNNING, KILLED = "running", "killed"
_READ = re.compile(r"\d+ (?P<state>new|changed|same|kept|unread)(?: (?P<reason>.+))?")
_ASKED = frozenset(("fetched", "failed", "redirected", "again"))
_BY_REASON = frozenset(("failed", "excluded", "again", "gone"))


def completed(holdings: Holdings, found: Iterable[Run], newest: Callable[[str], str]) -> list[Run]:
    """The runs as they stand: one without an end gets "running" or "killed" as its reason, and the numbers known of it.

    `newest` gives the id of a source's newest run: only that one can still be running.
    """
    return [run if run.ended else _standing(holdings, run, newest(run.source)) for run in found]


def _standing(holdings: Holdings, run: Run, newest: str) -> Run:
    running = run.id == newest and _held(holdings.root / ".lock" / f"crawl-{run.source}")
    return replace(run, reason=RUNNING if running else KILLED, report=_known(holdings, run))


def _held(lock: Path) -> bool:
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
    with suppress(NothingFound), looking(holdings.frontier) as connection:
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

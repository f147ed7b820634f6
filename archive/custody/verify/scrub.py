"""Closed files read again in turn, the one longest unread first, at a pace that leaves the disk to others.

Which file is due stands in the event log alone, so a scrub can be broken off at any time and goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.custody import events
from archive.custody.verify import fixity
from archive.custody.verify.files import faults_in
from archive.custody.verify.fixity import Finding
from archive.holdings import Holdings
from archive.messages.message import Message

_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """One file read again: its size, when it was last checked before ("" for never), and what was found."""

    file: str
    bytes: int
    last: str
    findings: tuple[Finding, ...]


def scrub(
    holdings: Holdings,
    *,
    bytes_per_second: float = 0,
    limit_bytes: int | None = None,
    now: datetime | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Scrubbed]:
    """Each closed WARC file not checked within `scrub_days`, after it was read and its event written.

    `bytes_per_second` 0 means as fast as the disk allows; `limit_bytes` ends the scrub after the file that reaches it.
    """
    root = holdings.root
    recorded, told = fixity.listed(root), fixity.closed_events(root)
    now = now or datetime.now(UTC)
    before = now - timedelta(days=holdings.settings.scrub_days)
    # What was checked in the future was checked by a wrong clock: it would wait for that day.
    last = {file: at for file, at in last_checks(root, set(recorded)).items() if at <= (now + _SLACK).isoformat()}
    read = 0
    for file in sorted(recorded, key=lambda name: last.get(name, "")):
        if last.get(file, "") >= before.isoformat() or (limit_bytes is not None and read >= limit_bytes):
            return
        began = time.monotonic()
        about = told.get(file, {})
        changed, found = fixity.compared(root, file, recorded[file], str(about.get("digest", "")))
        exists = (root / file).exists()
        known = set() if changed else set(about.get("faults", ()))  # of a file brought in: so it came
        faults = faults_in(root, file) if exists else ()
        findings = (*found, *(fault for fault in faults if fault.offset not in known))
        if changed and not findings:
            findings = (
                Finding(
                    file,
                    "changed",
                    Message(
                        "{changed}, recorded {recorded}; every record reads whole",
                        changed=changed,
                        recorded=recorded[file],
                    ),
                ),
            )
        size = (root / file).stat().st_size if exists else 0
        outcome = "clean" if not findings else f"{len(findings)} findings"
        detail = {"bytes": size, "findings": [f"{finding.problem}: {finding.detail}" for finding in findings[:20]]}
        events.append(root, "fixity check", file, outcome, detail)
        read += size
        yield Scrubbed(file, size, last.get(file, ""), findings)
        if bytes_per_second:
            pause(max(0.0, size / bytes_per_second - (time.monotonic() - began)))


def last_checks(root: Path, files: set[str]) -> dict[str, str]:
    """When each of `files` was last read as a whole: checked alone or with all others, or digested on closing."""
    last: dict[str, str] = {}
    closed: set[str] = set()
    for event in events.scan(root)[0]:
        if event.type in {"message digest calculation", "accession"} and event.object in files:
            closed.add(event.object)
            last[event.object] = event.at
        elif event.type == "fixity check":
            checked = closed if event.object == "archive" else {event.object}
            last.update(dict.fromkeys(checked, event.at))
    return last

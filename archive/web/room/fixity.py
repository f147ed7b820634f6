"""Whether what is stored is still what was stored, as far as the log tells: the last checks, and what is due."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from archive import events
from archive.holdings import Holdings
from archive.verify.fixity import listed
from archive.verify.scrub import last_checks

_CHECKS: Final = 10


@dataclass(frozen=True, slots=True)
class Check:
    """A fixity check in the log: when, of what, how it ended, and what it found."""

    at: str
    object: str
    outcome: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the closed files stand: all of them, those not checked within `days`, the last checks, breaks of the log."""

    files: int
    due: int
    days: int
    oldest: str
    checks: tuple[Check, ...]
    breaks: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether the last check of everything found nothing, and the log hangs together."""
        return not self.breaks and bool(self.checks) and not any(check.findings for check in self.checks[:1])


def standing(holdings: Holdings) -> Standing:
    """How the archive stands by its own log and manifest; reads no WARC file."""
    log, breaks = events.scan(holdings.root)
    files = set(listed(holdings.root))
    last = last_checks(holdings.root, files)
    days = holdings.settings.scrub_days
    before = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    return Standing(
        len(files),
        sum(last.get(file, "") < before for file in files),
        days,
        min((last.get(file, "") for file in files), default=""),
        tuple(_check(event) for event in reversed(log) if event.type == "fixity check")[:_CHECKS],
        breaks,
    )


def _check(event: events.Event) -> Check:
    findings = json.loads(event.detail_json).get("findings", ())
    return Check(event.at, event.object, event.outcome, tuple(map(_told, findings)))


def _told(finding: object) -> str:
    return finding if isinstance(finding, str) else json.dumps(finding, ensure_ascii=False)

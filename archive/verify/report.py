"""What a verification found, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["quick", "full"]

Problem = Literal[
    "changed",  # the bytes of a file are not those that were recorded
    "missing",  # a file that was recorded is not there
    "unlisted",  # a closed file that no manifest line and no event knows
    "unreadable",  # a stretch of a WARC file holds no record
    "digest",  # a record's own digest does not fit its bytes
    "chain",  # the event log was changed or cut
    "manifest",  # a line of the manifest is none
    "text",  # a stored text is not what its record shows
    "row",  # database and WARC disagree
    "duplicate",  # a record bears the id of another one
    "index",  # CDXJ and WARC disagree
    "database",  # SQLite finds its own file unsound
    "open",  # a file left open by a process that died
    "unsealed",  # a database that a process which died has left without its seal
    "pending",  # a takedown that was begun and not brought to its end
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: the file (relative to the archive), where in it, what, and what to do."""

    file: str
    problem: Problem
    detail: str
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A verification: what was looked at (files, bytes, WARC records) and what was found.

    `notes` are remarks that need no one to act: files still being written, what they came with.
    """

    level: Level
    began: str
    ended: str
    files: int
    bytes: int
    records: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

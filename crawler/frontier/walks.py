"""Backfill: date archives and numbered pages walked address by address, over as many runs as it takes."""

from __future__ import annotations

from datetime import date
from itertools import islice

from archive.model import PageKind
from archive.sources import Source
from archive.sources.model import Backfill, NumberedPages
from archive.sources.starts import backfilled
from crawler.discovery import rank
from crawler.frontier.rows import Candidate, Rows
from crawler.scope import as_fetched

STRIDE = 8
"""Addresses taken at a time: few, so that a walk which has run dry is noticed soon."""


class Walks:
    """The walks of a source, each with its position, which outlives the run. A walk ends where it has run dry."""

    def __init__(self, rows: Rows, source: Source, today: date) -> None:
        self._rows = rows
        self._source = source
        self._today = today
        self._of: dict[str, int] = {}  # addresses on their way, and the walk each belongs to

    def feed(self) -> list[Candidate]:
        """The next addresses of the first walk that has any; [] where all have ended."""
        for number, backfill in enumerate(self._source.discover.backfill):
            began, position, dry = self._state(number, backfill)
            if dry >= backfill.stop_after or any(walk == number for walk in self._of.values()):
                continue
            urls = list(islice(backfilled(backfill, began), position, position + STRIDE))
            if not urls:
                continue
            self._rows.write(
                "UPDATE walks SET position = ? WHERE source = ? AND pattern = ?",
                (position + len(urls), self._source.id, backfill.pattern),
            )
            kind: PageKind = "page" if isinstance(backfill, NumberedPages) else "listing"
            priority = rank("listing", "", 0, 1 + position, self._today)
            found = [Candidate(as_fetched(url), kind, priority) for url in urls]
            self._of |= {candidate.url: number for candidate in found}
            return found
        return []

    def walked(self, url: str, *, news: bool) -> None:
        """An address was read, and brought `news` or none."""
        number = self._of.pop(url, None)
        if number is not None:
            self._rows.write(
                "UPDATE walks SET dry = CASE WHEN ? THEN 0 ELSE dry + 1 END WHERE source = ? AND pattern = ?",
                (news, self._source.id, self._source.discover.backfill[number].pattern),
            )

    def told(self) -> tuple[str, ...]:
        """How far each walk has come, in words; nothing of walks not begun."""
        lines = []
        for backfill in self._source.discover.backfill:
            row = self._rows.read(
                "SELECT began, position, dry FROM walks WHERE source = ? AND pattern = ?",
                (self._source.id, backfill.pattern),
            ).fetchone()
            if row:
                whole = _length(backfill, date.fromisoformat(row[0]))
                end = "run dry" if row[2] >= backfill.stop_after else "ended" if whole == row[1] else "to be continued"
                lines.append(f"backfill {backfill.pattern}: {row[1]} of {whole or '?'} addresses, {end}")
        return tuple(lines)

    def _state(self, number: int, backfill: Backfill) -> tuple[date, int, int]:
        pattern = self._source.discover.backfill[number].pattern
        self._rows.write(
            "INSERT INTO walks (source, pattern, began, position, dry) VALUES (?, ?, ?, 0, 0)"
            " ON CONFLICT (source, pattern) DO NOTHING",
            (self._source.id, pattern, self._today.isoformat()),
        )
        row = self._rows.read(
            "SELECT began, position, dry FROM walks WHERE source = ? AND pattern = ?", (self._source.id, pattern)
        ).fetchone()
        return date.fromisoformat(row[0]), row[1], row[2]


def _length(backfill: Backfill, began: date) -> int:
    """How many addresses a walk has in all, 0 where it has no end."""
    if isinstance(backfill, NumberedPages) and backfill.last is None:
        return 0
    return sum(1 for _ in backfilled(backfill, began))

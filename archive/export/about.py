"""What an export is: the question it answers, and the state of the archive it was taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive import events


@dataclass(frozen=True, slots=True)
class About:
    """The question in standard form ("" for all articles), the frozen corpus it was asked of, and when.

    `archive` is the digest at the head of the archive's log (`archive.events`), of several one after the other;
    `made_at` is UTC.
    """

    query: str
    corpus: str
    order: str
    as_of: str
    exact: bool
    archive: str
    made_at: str
    software: str = events.SOFTWARE

    def sentence(self) -> str:
        """What was asked of which archive, and when, in a line."""
        asked = " in ".join(part for part in (self.query, f"corpus {self.corpus}" if self.corpus else "") if part)
        then = f" as of {self.as_of}" if self.as_of else ""
        return f"{asked or 'all articles'}{then}; taken on {self.made_at[:10]} from the archive with log {self.archive}"


def about(
    roots: Path | Sequence[Path],
    query: str = "",
    corpus: str = "",
    order: str = "",
    as_of: str = "",
    exact: bool = False,
) -> About:
    """What an export made now of the archive at `roots`, or of the archives there, says of itself."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    heads = [events.head(root) for root in ([roots] if isinstance(roots, Path) else roots)]
    return About(query, corpus, order, as_of, exact, " ".join(filter(None, heads)), now)

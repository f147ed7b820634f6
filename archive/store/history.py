"""The revisions of an article, as they follow from all its captures in order of time.

The history is a function of the set of captures, never of the order in which they reached the archive: a WARC of 2019
imported today takes its place before the crawls of 2024, shards merge to the same rows in any order, and a rebuild
from the WARC files gives what the crawl gave.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.model import State


@dataclass(frozen=True, slots=True, order=True)
class Sight:
    """A capture that showed an article: when (UTC), which record, the digest of the text it showed, its row.

    Sights are ordered by time; the record id decides between two of one instant.
    """

    captured_at: str
    record_id: str
    digest: str
    capture: int
    rendering: str = ""  # the captured page is not the article's own, but its AMP or print version


def counted(sights: Iterable[Sight]) -> tuple[Sight, ...]:
    """The sights that make an article's history: of its own page, else of its AMP version, else of that for print."""
    known = tuple(sights)
    first = min((sight.rendering for sight in known), default="")
    return tuple(sight for sight in known if sight.rendering == first)


def states(sights: Iterable[Sight]) -> tuple[tuple[Sight, State], ...]:
    """Each sight in order of time with its state: `new` the first, `changed` where the text is not the one before it.

    A text that returns after another stood in its place is a change again.
    """
    told: list[tuple[Sight, State]] = []
    before = None
    for sight in sorted(sights):
        told.append((sight, "new" if before is None else "same" if sight.digest == before else "changed"))
        before = sight.digest
    return tuple(told)

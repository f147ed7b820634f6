"""What commands say of files that a dead process left open."""

from __future__ import annotations

from pathlib import Path

from archive.cli.output import say
from archive.cli.words import number
from archive.holdings import Holdings
from archive.store import open_database
from archive.store.places import extents, frugal
from archive.verify.fixity import closed_events
from archive.warc.recover import Recovered


def tell(done: Recovered) -> None:
    """Says what became of a file that was left open."""
    say("{file}: left open by a process that died; {outcome}", file=done.file, outcome=done.outcome)
    if done.cut_bytes:
        cut, at = number(done.cut_bytes), number(done.cut_at)
        say("  {bytes} bytes cut at {at}, kept in {tail}", bytes=cut, at=at, tail=done.tail)


def read_whole(holdings: Holdings) -> frozenset[Path]:
    """The files of which every capture has a row, by their numbers alone: they need not be opened."""
    if not holdings.database.exists():
        return frozenset()
    db = open_database(holdings.database, readonly=True)
    try:
        frugal(db)
        rows = {extent.file: extent.captures for extent in extents(db)}
    finally:
        db.close()
    told = closed_events(holdings.root)
    whole = (file for file, about in told.items() if about.get("captures", -1) == rows.get(file, 0))
    return frozenset(holdings.root / file for file in whole)

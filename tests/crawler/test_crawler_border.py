"""The border of an archive is one for all the sources that a process crawls."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from archive.errors import ArchiveError, LockedError
from archive.holdings import Holdings
from archive.model import Outcome
from crawler.border import Border


class Waiting:
    """A source's frontier that nothing is told."""

    def told(self, outcome: Outcome, links: int) -> None: ...

    def fail(self, error: ArchiveError) -> None: ...


def archive(root: Path) -> Path:
    Holdings.create(root, "Thư viện thử", "lien-he@thu.example")
    return root


def test_sources_that_enter_at_the_same_time_share_one_border(tmp_path: Path) -> None:
    root, owners = archive(tmp_path / "a"), [Waiting() for _ in range(4)]

    async def all_enter() -> None:
        borders = await asyncio.gather(*(Border.enter(root, one, f"bao-{n}") for n, one in enumerate(owners)))
        assert len(set(map(id, borders))) == 1
        for owner in owners:
            await borders[0].leave(owner, 30)
        assert not Border._open

    asyncio.run(all_enter())


def test_a_source_that_is_locked_closes_nothing_for_the_others(tmp_path: Path) -> None:
    root, owner = archive(tmp_path / "a"), Waiting()

    async def enter() -> None:
        with pytest.raises(LockedError), Holdings.open(root).lock("crawl-bao-0"):
            await Border.enter(root, Waiting(), "bao-0")
        assert not Border._open
        first, second = await asyncio.gather(
            Border.enter(root, owner, "bao-0"), Border.enter(root, Waiting(), "bao-0"), return_exceptions=True
        )
        assert isinstance(second, LockedError)
        assert isinstance(first, Border)
        first.rows.add([], "bao-0")
        await first.leave(owner, 30)

    asyncio.run(enter())

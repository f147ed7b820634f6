"""An archive with parts on other disks, links in their places: what is made anew or removed is what lies behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from takedown_archive import NAMED, REGISTER, SECRET, WHO, ask, made_at, urls

from archive.custody import seals
from archive.custody.rebuild import rebuild
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.warc.reader import scan


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


def moved(path: Path, disk: Path) -> Path:
    disk.mkdir(exist_ok=True)
    path.rename(disk / path.name)
    path.symlink_to(disk / path.name)
    return disk / path.name


def test_a_rebuild_makes_the_database_where_it_lies(holdings: Holdings, tmp_path: Path) -> None:
    there = moved(holdings.database, tmp_path / "disk")
    takedown(holdings, NAMED, "hidden", "x", WHO)
    before = there.stat().st_ino
    rebuild(holdings, REGISTER)
    assert holdings.database.readlink() == there
    assert there.stat().st_ino != before
    assert len(ask(holdings, "SELECT * FROM articles")) == 2
    assert sorted(path.name for path in there.parent.glob("archive.*")) == ["archive.sqlite"]
    assert seals.is_sealed(holdings.root, holdings.database.name)
    assert verify(holdings, "full", record=False).findings == ()


def test_what_is_erased_is_erased_behind_a_link_too(holdings: Holdings, tmp_path: Path) -> None:
    for path in holdings.warcs():
        moved(path, tmp_path / "disk")
    takedown(holdings, NAMED, "erased", "x", WHO)
    rebuild(holdings, REGISTER)
    assert NAMED not in urls(holdings)
    behind = sorted((tmp_path / "disk").iterdir())
    assert NAMED not in {held.capture.url for path in behind for held in scan(path)}
    assert len(behind) == len(holdings.warcs())
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in holdings.root.rglob("*.sqlite"))
    assert verify(holdings, "full", record=False).findings == ()

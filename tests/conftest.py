"""Fixtures that many modules share: an archive with nothing in it yet, and the database of any archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils
from small_archive import database

from archive.holdings import Holdings


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    """A new archive; modules that need one with something in it say so with a fixture of the same name."""
    return Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")


@pytest.fixture
def db(holdings: Holdings) -> Iterator[sqlite_utils.Database]:
    """The database of `holdings`, open to write."""
    with database(holdings) as opened:
        yield opened

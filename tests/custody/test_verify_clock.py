"""Fault 24, seen afterwards: dates of a WARC file that go back in time are noted, and are no damage."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from one_capture import BEGAN, RUN, capture

from archive.custody.rebuild import rebuild
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.sources import Register
from archive.warc.writer import Writer


@pytest.mark.fault(24)
@pytest.mark.parametrize(("minutes", "noted"), [((0, 1, 2), 0), ((0, -10, 5), 0), ((0, 5, -1440, -1439, 10), 1)])
def test_only_a_clock_that_was_set_back_is_noted_once_and_is_no_finding(
    tmp_path: Path, minutes: tuple[int, ...], noted: int
) -> None:
    holdings = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")
    with Writer(holdings.root, "tinh-uy-mau", RUN) as writer:
        for number, minute in enumerate(minutes):
            url = f"https://tinhuy.example/tin/{number}.html"
            writer.append(capture(url=url, began=BEGAN + timedelta(minutes=minute)))
    rebuild(holdings, Register.load())
    report = verify(holdings, "full", record=False)
    assert report.clean, report.findings
    assert sum("the clock had gone back" in note for note in report.notes) == noted

"""Pages that cost the reader its time or its life: fault 20 of the matrix, and what lies behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading_process import Sabotage, in_filing, in_reading, kept, read_all


@pytest.mark.parametrize("sabotage", [in_reading, in_filing])
def test_a_page_that_takes_too_long_is_unread_by_the_time_limit(tmp_path: Path, sabotage: Sabotage) -> None:
    places = kept(tmp_path / "a", 3)
    endless = sabotage(places[1], "sum(iter(int, 1))")  # a loop in C
    outcomes, _, _ = read_all(tmp_path / "a", places, "reader.PAGE_CPU_SECONDS = 1\n" + endless)
    states = {outcome.record_id: (outcome.state, outcome.reason) for outcome in outcomes}
    assert states[places[1].record_id] == ("unread", "time_limit")
    assert len(states) == 3


def test_a_reader_that_cannot_work_at_all_is_told_once_and_not_started_for_ever(tmp_path: Path) -> None:
    places = kept(tmp_path / "a", 2)
    outcomes, errors, crashes = read_all(tmp_path / "a", places, "os._exit(9)")
    assert outcomes == []
    assert len(errors) == 1
    assert "ended 4 times in a row (code 9)" in str(errors[0])
    assert crashes == 4

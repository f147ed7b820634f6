"""docs/scaling.md shows what was measured: its table and its picture are made of docs/scaling.json."""

from __future__ import annotations

from pathlib import Path

from bench.growth import broken, stages
from docs.growth import measurements, picture, table

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_shows_every_measurement_and_the_picture_is_of_them() -> None:
    page = (DOCS / "scaling.md").read_text(encoding="utf-8")
    assert table() in page
    assert (DOCS / "scaling.svg").read_text(encoding="utf-8") == picture()
    assert len(measurements()) == sum(line.count(" | ") > 4 for line in table().splitlines()[2:])


def test_no_stage_that_was_measured_breaks_the_law_and_none_was_measured_at_one_size_alone() -> None:
    assert broken(measurements()) == []
    assert all(len({one.size for one in points}) > 1 for points in stages(measurements()).values())

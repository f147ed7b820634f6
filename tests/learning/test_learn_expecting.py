"""What a source brings is measured from what is held: whole months by median and spread, else the newest days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.learning.five import Measured, measure, newest_rate, steady, whole_months
from archive.store import open_database
from archive.store.counts import FieldCounts

TODAY = date(2026, 12, 2)


def days(*months: tuple[int, int, int]) -> list[tuple[date, int]]:
    """Articles spread over months: year, month, how many."""
    return [
        (date(year, month, 1 + at), count // 10 + (at < count % 10))
        for year, month, count in months
        for at in range(10)
    ]


def measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: list[tuple[date, int]], absent: tuple[str, ...] = ()
) -> Measured:
    monkeypatch.setattr("archive.learning.five.by_day", lambda *_: [(day.isoformat(), count) for day, count in found])
    db: Any = open_database(tmp_path / "archive.sqlite")
    try:
        return measure(db, "thu", TODAY, absent)
    finally:
        db.close()


def test_nothing_is_expected_of_a_field_that_a_person_says_is_absent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "archive.learning.five.field_totals",
        lambda _db, _source, names: FieldCounts(40, tuple((name, 40) for name in names)),
    )
    found = measured(monkeypatch, tmp_path, [], absent=("lead", "section"))
    assert [name for name, _ in found.fields] == ["headline", "body", "published", "byline", "images"]


@pytest.mark.parametrize(("held", "of", "brought", "in_run"), [(30, 36, 48, 71), (20, 20, 23, 24), (400, 400, 19, 20)])
def test_what_a_run_brings_may_be_another_draw_of_the_same_articles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: int, of: int, brought: int, in_run: int
) -> None:
    """Fewer pictures in the first crawl than in the sample before it; a byline that one article has not."""
    counts = FieldCounts(of, (("images", held),))
    monkeypatch.setattr("archive.learning.five.field_totals", lambda *_: counts)
    least = dict(measured(monkeypatch, tmp_path, []).fields)["images"]
    assert least * in_run <= brought
    assert least > 0.4, "half of them without it is an alarm"


def test_the_first_month_and_this_one_are_not_whole() -> None:
    found = days((2026, 8, 90), (2026, 9, 100), (2026, 10, 120), (2026, 11, 110), (2026, 12, 9))
    begun = [(date(2026, 7, 20), 3), *found]
    assert whole_months(begun, TODAY) == [90, 100, 120, 110]
    assert whole_months([], TODAY) == []


def test_months_held_give_median_and_spread(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = measured(monkeypatch, tmp_path, days((2026, 8, 90), (2026, 9, 100), (2026, 10, 120), (2026, 11, 110)))
    assert (found.middle, found.months) == (105, 4)
    assert found.per_month is not None
    low, high = found.per_month
    assert 0 < low < 90, "a quiet month is no alarm"
    assert 120 < high < 200, "twice as much is one"


@pytest.mark.parametrize("gap", [(2026, 9, 0), (2026, 9, 4)])
def test_months_of_which_hardly_anything_is_held_say_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gap: tuple[int, int, int]
) -> None:
    found = measured(monkeypatch, tmp_path, days((2026, 8, 2), gap, (2026, 10, 3), (2026, 11, 200)))
    assert found.months == 0
    assert found.days > 0
    assert found.per_month is not None
    low, high = found.per_month
    assert low <= 400 <= high, "two hundred in ten days of November, and the rest was linked to from them"


def test_older_months_that_were_only_linked_to_are_left_out() -> None:
    assert steady([2, 3, 1, 90, 110, 100]) == [90, 110, 100]
    assert steady([2, 3, 1, 110, 100]) == []
    assert steady([]) == []


def test_too_few_days_or_articles_give_no_bounds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert newest_rate([(TODAY, 40)]) == (0.0, 0), "a bulk import of one day"
    assert newest_rate([(TODAY - timedelta(days=at), 1) for at in range(4, 0, -1)]) == (0.0, 0)
    assert measured(monkeypatch, tmp_path, [(TODAY, 40)]).per_month is None

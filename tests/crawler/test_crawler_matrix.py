"""The fault matrix is whole: every row has a test, every test a row that there is, and `make faults` runs them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.faults import MATRIX, TESTS, holders

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def held() -> dict[int, list[str]]:
    return holders()


@pytest.mark.parametrize("row", range(1, len(MATRIX) + 1))
def test_each_row_is_held_by_a_test(held: dict[int, list[str]], row: int) -> None:
    assert held[row], MATRIX[row - 1]


def test_no_marker_names_a_row_that_is_none(held: dict[int, list[str]]) -> None:
    assert held.keys() == set(range(1, len(MATRIX) + 1))


def test_make_faults_runs_the_slow_ones_and_all_that_are_marked(held: dict[int, list[str]]) -> None:
    (target,) = [part for part in (ROOT / "Makefile").read_text().split("\n\n") if part.startswith("faults:")]
    assert "pytest -q tests/slow/faults" in target
    assert "pytest -q -m fault tests --ignore=tests/slow" in target
    slow = {name.partition("::")[0] for names in held.values() for name in names if name.startswith("slow/")}
    assert all(name.startswith("slow/faults/") and (TESTS / name).exists() for name in slow)

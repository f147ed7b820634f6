"""The law of growth is fitted as it is, and a stage that breaks it is named."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bench.growth import Measurement, broken, creep, draw, exponent, fitted, table, verdict

SIZES = (10_000, 100_000, 1_000_000)


def measured(
    stage: str, size: int, cpu: float, units: int = 0, grows: bool = True, own: int = 40_000_000
) -> Measurement:
    return Measurement(stage, size, "article", units or size, cpu, cpu * 2, 64_000_000, own, grows)


@given(st.floats(0.1, 3), st.floats(1e-6, 1e3))
def test_the_exponent_of_a_power_is_that_power(power: float, factor: float) -> None:
    found = exponent([(size, factor * size**power) for size in SIZES])
    assert found == pytest.approx(power, abs=1e-6)


def test_n_log_n_passes_and_a_square_does_not() -> None:
    tame = [measured("sorting", size, 1e-4 * size * math.log(size)) for size in SIZES]
    wild = [measured("comparing", size, 1e-8 * size**2) for size in SIZES]
    assert broken(tame + wild) == ["comparing: 2.00, worse than n log n"]
    assert fitted(tame) == pytest.approx(1.09, abs=0.01)


def test_the_limit_lies_above_n_log_n_of_the_shortest_run_allowed() -> None:
    assert exponent([(size, size * math.log(size)) for size in (1000, 10_000)]) == pytest.approx(1.125, abs=0.001)


def test_one_size_has_no_exponent_and_is_not_called_good() -> None:
    assert verdict(fitted([measured("merge", 10_000, 3.0)])) == "too short to fit"
    assert exponent([(10, 1), (10, 2)]) is None


def test_times_too_short_to_tell_are_left_out_of_the_fit() -> None:
    points = [measured("verify", 1000, 0.04), measured("verify", 10_000, 0.1), measured("verify", 100_000, 1.0)]
    assert fitted(points) == pytest.approx(1.0)


def test_a_sample_of_claims_counts_for_the_whole_frontier() -> None:
    claim = measured("claim", 1_000_000, 0.1, units=1000)
    assert claim.each == pytest.approx(100)
    assert claim.total == pytest.approx(100)


def test_a_question_is_weighed_alone_and_not_once_for_each_article() -> None:
    asked = measured("search mix", 1_000_000, 1.2, units=120, grows=False)
    assert asked.total == pytest.approx(0.01)


def test_the_table_gives_every_size_a_row_and_the_exponent_to_the_last() -> None:
    rows = table([measured("merge", size, size * 1e-3) for size in reversed(SIZES)]).splitlines()[2:]
    assert [row.split(" | ")[1] for row in rows] == ["10,000", "100,000", "1,000,000"]
    assert [row.split(" | ")[-2:] for row in rows] == [["", " |"], ["", " |"], ["1.00", "0 |"]]
    assert rows[0].split(" | ")[3:6] == ["1,000", "64", "40"]


def test_memory_that_grows_with_the_archive_is_named() -> None:
    flat = [measured("merge", size, size * 1e-3) for size in SIZES]
    grown = [measured("search mix", size, 1.0, own=40_000_000 + 132 * size) for size in SIZES]
    assert broken(flat + grown) == ["search mix: 100 bytes of memory for each article more"]
    cached = [measured("enqueue", size, size * 1e-3, own=30_000_000 + min(24_000_000, 240 * size)) for size in SIZES]
    assert broken(cached) == []
    assert creep(flat[:1]) is None


def test_the_curves_are_well_formed_and_have_a_point_for_each_measurement() -> None:
    found = [measured(stage, size, size * 1e-3) for stage in ("merge", "verify & more") for size in SIZES]
    tree = etree.fromstring(draw(found).encode())
    names = {"s": "http://www.w3.org/2000/svg"}
    assert len(tree.findall(".//s:circle", names)) == 6
    assert "verify & more" in [text.text for text in tree.findall(".//s:text", names)]
    assert len({circle.get("cy") for circle in tree.findall(".//s:circle", names)}) == 3


def test_nothing_measured_is_no_drawing() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        draw([])

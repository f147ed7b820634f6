"""The measures and intervals are those of the books: values printed there, and counted by hand."""

from __future__ import annotations

from math import exp, factorial, log

import pytest

from archive.corpus.measures import dispersion, keyness, log_ratio, poisson, text_keyness, wilson


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [  # R. G. Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_wilsons(found: int, of: int, low: float, high: float) -> None:
    assert [round(one, 4) for one in wilson(found, of)] == [low, high]
    assert wilson(of - found, of) == pytest.approx((1 - wilson(found, of)[1], 1 - wilson(found, of)[0]))


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [  # F. Garwood, "Fiducial limits for the Poisson distribution", 1936; Pearson and Hartley, table 40
        (0, 0.000, 3.689),
        (1, 0.0253, 5.572),
        (2, 0.242, 7.225),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (20, 12.217, 30.888),
        (50, 37.111, 65.919),
    ],
)
def test_the_interval_of_a_number_of_events_is_garwoods(events: int, low: float, high: float) -> None:
    assert poisson(events) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize("events", [1, 7, 30, 120])
def test_at_each_end_of_an_interval_one_of_forty_is_as_far_out(events: int) -> None:
    def most(number: int, mean: float) -> float:
        return sum(exp(-mean) * mean**one / factorial(one) for one in range(number + 1))

    low, high = poisson(events)
    assert most(events, high) == pytest.approx(0.025)
    assert 1 - most(events - 1, low) == pytest.approx(0.025)


def test_the_interval_of_many_events_goes_on_where_the_exact_one_ends() -> None:
    for exact, near in zip(poisson(1000), poisson(1001), strict=True):
        assert near - exact == pytest.approx(1.0, abs=0.04)


def test_dispersion_is_the_one_that_gries_works_out() -> None:
    # S. Th. Gries, "Dispersions and adjusted frequencies in corpora", 2008: a in five parts of 9, 10, 10, 10, 11 words.
    assert dispersion([(1, 9), (2, 10), (3, 10), (4, 10), (5, 11)]) == pytest.approx(0.18)
    assert dispersion([(5, 10), (50, 100)]) == 0
    assert dispersion([(3, 10), (0, 990)]) == pytest.approx(0.99)


def test_log_ratio_counts_doublings_and_a_zero_as_a_half() -> None:
    assert log_ratio(80, 10, 1000, 1000) == 3
    assert log_ratio(10, 40, 1000, 1000) == -2
    assert log_ratio(4, 0, 1000, 1000) == 3


def test_g2_is_that_of_rayson_and_garside() -> None:
    # E1 = 1000 x 30 / 3000 = 10, E2 = 2000 x 30 / 3000 = 20
    assert keyness(20, 10, 1000, 2000) == pytest.approx(2 * (20 * log(20 / 10) + 10 * log(10 / 20)))


def test_text_keyness_is_g2_of_the_articles_within_each_source() -> None:
    # 12 of 20 here, 3 of 30 there: 50 articles, 15 of them with the word.
    cells = ((12, 20 * 15 / 50), (3, 30 * 15 / 50), (8, 20 * 35 / 50), (27, 30 * 35 / 50))
    alone = 2 * sum(observed * log(observed / expected) for observed, expected in cells)
    assert text_keyness([(12, 3, 20, 30)]) == pytest.approx(alone)
    assert text_keyness([(12, 3, 20, 30), (3, 12, 30, 20)]) == pytest.approx(0)  # more here in one, there in the other
    assert text_keyness([(12, 3, 20, 30), (9, 40, 9, 40)]) == pytest.approx(alone)  # a source that has it on every page

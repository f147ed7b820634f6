"""How a host's pace follows from what it answers. Time is given, so nothing here sleeps."""

from __future__ import annotations

import math
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wall_clock import WALL, answer, ask

from archive.sources.model import Politeness
from crawler.frontier.host_queues import HostQueue, share_pace
from crawler.frontier.pace import CRAWL_DELAY_CAP, FAILURES, FIRST_FAILURES, Pace, retry_after


def test_one_connection_means_one_request_at_a_time() -> None:
    pace = Pace(floor=2.0)
    pace.start()
    assert pace.free_at() == math.inf
    pace.finish(answer(200), 10.0, WALL)
    assert pace.free_at() == 12.0


def test_the_floor_is_kept_however_fast_the_site_is() -> None:
    pace = Pace(floor=2.0)
    for now in range(0, 100, 2):
        ask(pace, float(now), answer(200, seconds=0.001))
        assert pace.free_at() - now >= 2.0


def test_a_slow_site_is_asked_more_slowly() -> None:
    pace = Pace(floor=1.0)
    for _ in range(30):
        ask(pace, 0.0, answer(200, seconds=2.0))
    assert pace.delay == pytest.approx(20.0, rel=0.01)


def test_a_crawl_delay_is_obeyed_and_a_mad_one_is_capped_and_told() -> None:
    pace = Pace(floor=1.0)
    pace.ask_less(10.0)
    assert pace.delay == 10.0
    decision = pace.ask_less(86400.0)
    assert pace.delay == CRAWL_DELAY_CAP
    assert decision is not None
    assert "86400" in decision.detail


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        ("Tue, 24 Nov 2026 03:02:00 GMT", 120.0),
        ("Tue, 24 Nov 2020 03:02:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("Thu, 01 Jan 2026 00:00:00 +99999999999999", None),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0.0),
        ("9" * 5000, 999_999_999.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value: str, seconds: float | None) -> None:
    assert retry_after(answer(503, ("Retry-After", value)), WALL) == seconds


@pytest.mark.parametrize("status", [429, 503, 301])
def test_retry_after_holds_back_the_whole_host(status: int) -> None:
    pace = Pace(floor=1.0)
    ask(pace, 100.0, answer(status, ("retry-after", "60")))
    assert pace.free_at() == 160.0


def test_retry_after_with_200_says_nothing() -> None:
    pace = Pace(floor=1.0)
    ask(pace, 100.0, answer(200, ("Retry-After", "60")))
    assert pace.free_at() == 101.0


def test_a_retry_after_of_a_year_is_a_day() -> None:
    pace = Pace(floor=1.0)
    ask(pace, 0.0, answer(503, ("Retry-After", "31536000")))
    assert pace.free_at() == 86400.0


def test_waits_without_retry_after_double() -> None:
    pace, waits, now = Pace(floor=1.0, base=30.0), [], 0.0
    for _ in range(4):
        ask(pace, now, answer(503))
        waits.append(pace.free_at() - now)
        now = pace.free_at()
    for wait, nominal in zip(waits, (2, 30, 60, 120), strict=False):
        assert wait >= nominal * 0.8 or nominal == 2


def test_success_makes_a_host_that_was_slowed_fast_again() -> None:
    pace = Pace(floor=1.0)
    ask(pace, 0.0, answer(429))
    slowed = pace.delay
    assert slowed > 1.0
    for now in range(1, 20):
        ask(pace, float(now * 100), answer(200))
    assert pace.delay == 1.0


def test_three_refusals_in_a_row_give_the_host_up_and_two_do_not() -> None:
    pace = Pace(floor=1.0)
    ask(pace, 0.0, answer(403))
    ask(pace, 1.0, answer(429))
    ask(pace, 2.0, answer(200))
    assert pace.given_up == ""
    for now in (3.0, 4.0, 5.0):
        ask(pace, now, answer(403))
    assert pace.given_up == "refused"
    assert pace.free_at() == math.inf


def test_a_site_that_never_answered_is_given_up_sooner_than_one_that_goes_away() -> None:
    strange, known = Pace(floor=1.0), Pace(floor=1.0)
    ask(known, 0.0, answer(200))
    for number in range(1, FAILURES + 1):
        for pace in (strange, known):
            if not pace.given_up:
                ask(pace, number * 10_000.0, answer(0, error="refused"))
        assert (strange.given_up != "") == (number >= FIRST_FAILURES)
        assert (known.given_up != "") == (number >= FAILURES)


def test_a_connection_that_had_died_meanwhile_is_no_failure() -> None:
    pace = Pace(floor=1.0)
    for now in range(20):
        assert ask(pace, float(now), answer(0, error="stale")) is None
    assert pace.given_up == ""


@given(st.lists(st.tuples(st.sampled_from([200, 304, 404, 403, 429, 500, 503, 0]), st.floats(0, 5)), max_size=60))
def test_nothing_a_site_answers_makes_us_ask_faster_than_the_floor(answers: list[tuple[int, float]]) -> None:
    pace, now = Pace(floor=1.5), 0.0
    for status, seconds in answers:
        if pace.given_up:
            break
        now = max(now, pace.free_at()) + seconds
        ask(pace, now, answer(status, error="" if status else "timeout", seconds=seconds))
        assert pace.given_up or pace.free_at() >= now + 1.5


def test_a_night_may_span_midnight() -> None:
    manners = Politeness(night_only=True, night=(time(22), time(6)))
    assert [manners.open_at(time(hour)) for hour in (21, 22, 23, 0, 5, 6, 12)] == [
        False,
        True,
        True,
        True,
        True,
        False,
        False,
    ]


def queue_of(pace: Pace) -> HostQueue:
    return HostQueue(1, "https://a.example", None, pace, 4)  # type: ignore[arg-type]


def test_hosts_at_one_address_share_one_pace() -> None:
    first, second = queue_of(Pace(floor=2.0)), queue_of(Pace(floor=5.0))
    paces: dict[str, Pace] = {}
    first.pace.start()
    share_pace(first, "203.0.113.7", paces)
    second.pace.start()
    share_pace(second, "203.0.113.7", paces)
    assert first.pace is second.pace
    assert (first.pace.busy, first.pace.floor) == (2, 5.0)


def test_other_addresses_and_this_machine_are_not_thrown_together() -> None:
    queues = [queue_of(Pace(floor=2.0)) for _ in range(4)]
    paces: dict[str, Pace] = {}
    for queue, address in zip(queues, ("203.0.113.7", "203.0.113.8", "127.0.0.1", "127.0.0.1"), strict=True):
        share_pace(queue, address, paces)
    assert len({id(queue.pace) for queue in queues}) == 4

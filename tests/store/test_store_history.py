"""The revision history follows from the captures alone, not from the order in which they came in."""

from __future__ import annotations

from archive.store.lookups import Sight, states


def test_the_first_capture_is_new_and_an_equal_one_after_it_the_same() -> None:
    told = states([Sight("2024-01-02T00:00:00.000Z", "b", "x", 2), Sight("2024-01-01T00:00:00.000Z", "a", "x", 1)])
    assert [(sight.capture, state) for sight, state in told] == [(1, "new"), (2, "same")]


def test_a_text_that_returns_after_another_is_a_change_again() -> None:
    told = states([Sight(f"2024-01-0{day}T00:00:00.000Z", "r", digest, day) for day, digest in enumerate("aabaab", 1)])
    assert [state for _, state in told] == ["new", "same", "changed", "changed", "same", "changed"]


def test_the_record_id_decides_between_two_captures_of_one_instant() -> None:
    at = "2024-01-01T00:00:00.000Z"
    one, two = Sight(at, "urn:uuid:1", "x", 9), Sight(at, "urn:uuid:2", "y", 3)
    assert states([two, one]) == states([one, two]) == ((one, "new"), (two, "changed"))

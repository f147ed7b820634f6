"""What programs of our own send each other arrives as it was, whatever kind of dataclass it is."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import Pipe

import pytest

from archive.processes import send
from archive.search.answer import Hit, Marked


@dataclass(frozen=True, slots=True)
class One:
    held: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Read:
    """Made of a text, which is not what it holds."""

    number: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", int(self.number) + 1)


@dataclass(slots=True)
class Filled:
    """Holds what its making does not take."""

    name: str
    found: list[int] = field(default_factory=list, init=False)
    by: str = field(default="", kw_only=True)


@dataclass
class Open:
    """May be given more than its fields."""

    name: str


def filled() -> Filled:
    one = Filled("tên", by="ai")
    one.found.append(7)
    return one


def opened() -> Open:
    one = Open("tên")
    one.more = 3  # type: ignore[attr-defined]
    return one


MARKED = Marked("Hội nghị tỉnh ủy", ((0, 8),))
HIT = Hit(
    *("a", "Hội", "bao", "Báo", date(2020, 3, 5), None, "ha-noi", "ha-noi", MARKED, "exact", "https://a/", MARKED, 7)
)


@pytest.mark.parametrize(
    "value",
    [HIT, [HIT, HIT], {"hội": Counter({"a": 3})}, One((1, 2)), Nothing(), Read(4), filled(), OSError(2, "mất"), int],
    ids=str,
)
def test_a_value_arrives_as_it_was(value: object) -> None:
    ours, theirs = Pipe()
    send(ours, value)
    received = theirs.recv()
    assert type(received) is type(value)
    assert str(received) == str(value)
    assert isinstance(value, OSError) or received == value


def test_what_is_held_beside_the_fields_arrives_too() -> None:
    ours, theirs = Pipe()
    send(ours, opened())
    assert vars(theirs.recv()) == {"name": "tên", "more": 3}


def test_hits_are_smaller_than_pickle_alone_makes_them() -> None:
    ours, theirs = Pipe()
    send(ours, HIT)
    assert len(theirs.recv_bytes()) < len(pickle.dumps(HIT))


def test_nobody_at_the_other_end_is_an_error_of_the_system() -> None:
    ours, theirs = Pipe()
    theirs.close()
    with pytest.raises(OSError, match="Broken pipe"):
        send(ours, HIT)

"""The captures of one address over time: a line with a mark for each, and a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from archive.store.captures import Memento
from archive.store.rows import CaptureRow
from archive.text.clock import in_vietnam

WIDTH: Final = 600
"""Of the drawing; its height is a line of text."""
_BETWEEN = 4  # marks nearer to each other than this are one


Taken = TypeVar("Taken", Memento, CaptureRow)


@dataclass(frozen=True, slots=True)
class Mark(Generic[Taken]):
    """Captures that fall on one place of the line: where it is, the first of them, how many, whether one is shown."""

    x: float
    memento: Taken
    count: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Timeline(Generic[Taken]):
    """The captures before and behind the one shown, its place among all, from 1; marks, and where years begin."""

    before: Taken | None
    after: Taken | None
    place: int
    count: int
    marks: tuple[Mark[Taken], ...]
    years: tuple[tuple[float, int], ...]


def timeline(captures: Sequence[Taken], shown: str) -> Timeline[Taken]:
    """The line of `captures`, oldest first, of which the record `shown` is one."""
    at = next(at for at, one in enumerate(captures) if _record(one) == shown)
    first, last = day_of(captures[0]).year, day_of(captures[-1]).year + 1
    begin = datetime(first, 1, 1).toordinal()
    scale = WIDTH / (datetime(last, 1, 1).toordinal() - begin)
    marks: list[Mark[Taken]] = []
    for number, one in enumerate(captures):
        x = round((day_of(one).toordinal() - begin) * scale, 1)
        if marks and x - marks[-1].x < _BETWEEN:
            last_mark = marks.pop()
            marks.append(Mark(last_mark.x, last_mark.memento, last_mark.count + 1, last_mark.shown or number == at))
        else:
            marks.append(Mark(x, one, 1, number == at))
    every = 1 + (last - first) // 9
    years = tuple(
        (round((datetime(year, 1, 1).toordinal() - begin) * scale, 1), year) for year in range(first, last, every)
    )
    return Timeline(
        next((one for one in reversed(captures[:at]) if _second(one) < _second(captures[at])), None),
        next((one for one in captures[at:] if _second(one) > _second(captures[at])), None),
        at + 1,
        len(captures),
        tuple(marks),
        years,
    )


def calendar(captures: Sequence[Memento]) -> list[tuple[int, list[list[Memento]]]]:
    """`captures`, oldest first, by year and month in Vietnam: the newest year first, twelve months each."""
    years: dict[int, list[list[Memento]]] = {}
    for one in captures:
        day = day_of(one)
        years.setdefault(day.year, [[] for _ in range(12)])[day.month - 1].append(one)
    return sorted(years.items(), reverse=True)


def _record(capture: Memento | CaptureRow) -> str:
    return capture.record_id if isinstance(capture, CaptureRow) else capture.place.record_id


def _second(capture: Memento | CaptureRow) -> str:
    """The second it was taken in: addresses of captures tell no more."""
    return capture.captured_at[:19]


def day_of(capture: Memento | CaptureRow) -> datetime:
    """When `capture` was taken, on the clocks of Vietnam."""
    return in_vietnam(datetime.fromisoformat(capture.captured_at))

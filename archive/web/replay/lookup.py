"""Which capture replay shows, of one archive or of several: each is found with the number of the part that holds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from archive.search.held import Held, ask
from archive.store.mementos import Memento, by_record, nearest, timemap

Placed = tuple[int, Memento | None]
"""A capture and the part that holds it; 0 and None where none does."""


def nearest_of(held: Held, key: str, moment: str) -> Placed:
    """The capture of the address `key` nearest to `moment` (UTC ISO 8601), the older of two equally near."""
    return min(_every(held, nearest, key, moment), key=lambda one: _distance(one[1], moment), default=(0, None))


def record_of(held: Held, record_id: str) -> Placed:
    """The capture whose response record is `record_id`."""
    return next(iter(_every(held, by_record, record_id)), (0, None))


def timemap_of(held: Held, key: str) -> list[Memento]:
    """Every capture of the address `key` that can be shown, oldest first."""
    parts = ask(held, key, None, lambda asking: asking.each(timemap, key))
    return sorted((one for part in parts for one in part), key=lambda one: one.captured_at)


def _every(held: Held, question: Callable[..., Memento | None], *values: Any) -> list[tuple[int, Memento]]:
    answers = ask(
        held, str(values[0]), None, lambda asking: list(zip(asking.parts, asking.each(question, *values), strict=True))
    )
    return [(part, one) for part, one in answers if one is not None]


def _distance(memento: Memento, moment: str) -> tuple[float, str]:
    there, wanted = datetime.fromisoformat(memento.captured_at), datetime.fromisoformat(moment)
    return abs((there - wanted).total_seconds()), memento.captured_at

"""How the cost of a call grows with the size of what it is given: measured at doubling sizes, fitted as a power.

Measured is processor time of this process, the least of a few calls, never the clock. Only its growth is judged: on a
slow or busy machine every size is dearer, and the exponent stays. Counting what Python executes would be exact, but
regular expressions, which are what grows, count as one. A growth is a fault only where it is found each time anew.
"""

from __future__ import annotations

import gc
import math
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

Make = Callable[[int], Callable[[], object]]
"""Gives, for a size, the call to measure: what it is given is made before."""

SIZES: Final = (2048, 4096, 8192, 16384, 32768, 65536)
MOST: Final = 1.3
"""The exponent above which growth is a fault: n log n fits 1.1 at these sizes, a square 2."""

FLOOR: Final = 0.2
"""Seconds of processor time for the largest size below which growth is neither felt nor told from noise."""

_PATIENCE: Final = 3.0  # seconds of processor time after which a call is broken off; its size counts with so much
_TELLING: Final = 0.002  # a cost against which another one can be held
_LEAST: Final = 64
_TOO_SHORT: Final = 0.0005  # a cost that says nothing of growth
_TIMES: Final = 3
_AGAIN: Final = 3


class TooLong(BaseException):
    """A call has cost all the patience there is; no call may catch it."""


def cost(call: Callable[[], object]) -> float:
    """The processor time of a call, at most _PATIENCE; what it raises was its answer."""
    gc.disable()  # what it costs to look through all objects of a test run is no cost of the call
    began = time.process_time()
    try:
        with _broken_off(), suppress(Exception, SystemExit):
            call()
    except TooLong:
        return _PATIENCE
    finally:
        gc.enable()
    return time.process_time() - began


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The power of size that costs follow: least squares of their logarithms."""
    logs = [(math.log(size), math.log(spent)) for size, spent in points]
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def growth(make: Make, sizes: Sequence[int] = SIZES, floor: float = FLOOR) -> float:
    """The power of its size that the call's cost grows with; 0 where the largest costs less than `floor`.

    All sizes are measured only where parts of the largest do not tell.
    """
    told = _told_by_parts(make, sizes[-1], floor)
    if told is not None:
        return told
    while (
        sizes[0] > _LEAST and cost(make(sizes[0])) > _PATIENCE / 16
    ):  # what is broken off soon is told by smaller ones
        sizes = (sizes[0] // 2, *sizes)
    found = math.inf
    for _ in range(_AGAIN):
        points = _measured(make, sizes)
        if points[-1][1] < floor:
            return 0.0
        telling = [point for point in points if point[1] > _TOO_SHORT][-4:]
        found = min(found, exponent(telling)) if len(telling) > 1 else found
        if found <= MOST:
            return found
    return found


def _told_by_parts(make: Make, largest: int, floor: float) -> float | None:
    """The power where a 32nd, an eighth or a half of the largest size tell it, None where they do not.

    It is 0 where even a square of what a part costs stays below `floor`, and the power from one part to the next where
    that is plainly linear: at an eighth neither more nor less, for what costs the same at each size hides a square.
    """
    before = 0.0
    for part, least, most in ((32, math.inf, 0.0), (8, 0.8, 1.1), (2, 0.0, 1.2)):
        spent = cost(make(largest // part))
        if spent < floor / part**2:
            return 0.0
        if spent >= _PATIENCE:
            return None
        if before > _TELLING:
            before = max(min(before, cost(make(largest // part // 4))), 1e-7)
            power = math.log(spent / before) / math.log(4)
            if least <= power <= most:
                return power
        before = spent
    return None


def _measured(make: Make, sizes: Sequence[int]) -> list[tuple[int, float]]:
    points: list[tuple[int, float]] = []
    for size in sizes:
        points.append((size, min(cost(make(size)) for _ in range(_TIMES if not points or points[-1][1] < 0.5 else 1))))
        if points[-1][1] >= _PATIENCE:
            break
    return [(size, max(spent, 1e-7)) for size, spent in points]


@contextmanager
def _broken_off() -> Iterator[None]:
    # a timer of this process's own processor time: others on the machine take none of it
    def end(number: int, frame: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)

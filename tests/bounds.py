"""What reading may cost: processor time and memory, measured where it is read."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


def within(work: Callable[[], Result], seconds: float = 2.0, megabytes: float = 300) -> Result:
    """What `work` gives, which takes no more than that.

    Others on the machine make a time longer, never shorter: work that takes too long is done again, twice at most.
    """
    for _ in range(3):
        with suppress(OSError):  # some sandboxes' kernels forget no maximum: growth counts from it there
            Path("/proc/self/clear_refs").write_text("5")
        most, began = _most_memory(), time.process_time()
        done = work()
        taken = time.process_time() - began
        grown = (_most_memory() - most) / 1024
        assert grown < megabytes, f"{grown:.0f} MB"
        if taken < seconds:
            return done
    raise AssertionError(f"{taken:.1f} s")


def _most_memory() -> int:
    """The most kilobytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

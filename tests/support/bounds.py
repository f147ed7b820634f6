"""What reading may cost in memory, measured where it is read. What it costs in time is measured in bench/hostile.py."""

from __future__ import annotations

import re
import resource
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


def within(work: Callable[[], Result], megabytes: float = 300) -> Result:
    """What `work` gives, which takes no more memory than that."""
    with suppress(OSError):  # some sandboxes' kernels forget no maximum: growth counts from it there
        Path("/proc/self/clear_refs").write_text("5")
    most = _most_memory()
    done = work()
    grown = (_most_memory() - most) / 1024
    assert grown < megabytes, f"{grown:.0f} MB"
    return done


def _most_memory() -> int:
    """The most kilobytes that this process ever held; of getrusage, that includes what its parent held."""
    told = re.search(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(told[1]) if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

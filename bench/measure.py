"""Runs a command and measures its whole process tree: wall clock, CPU, and the most memory it held at once."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""What a command finds. Where no bytecode is written, each start compiles 1,400 modules: 2 s and 20 MB (measured)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost. Seconds; memory in bytes, summed over the tree, so pages shared by two processes count twice.

    `rss` is all that was resident, `own` what of it was no page of a file: those the system takes back.
    """

    wall: float
    cpu: float
    rss: int
    own: int


def run(command: Sequence[str], log: Path, **environment: str) -> Cost:
    """The cost of `command`; its output goes to `log`. Raises RuntimeError with the end of the log where it fails."""
    with log.open("wb") as out:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=ENVIRONMENT | environment)
        watch = _Watch(process.pid)
        watch.start()
        # wait4 gives the CPU of the process and of all children it has waited for: the whole tree, when it ends well.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.done.set()
        watch.join()
    if process.returncode != 0:
        tail = log.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}\n{tail}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, watch.rss, watch.own)


def spread(values: Sequence[float], form: str) -> str:
    """The median of `values` with the least and the greatest: "512 (480-530)"."""
    return f"{median(values):{form}} ({min(values):{form}}-{max(values):{form}})"


class _Watch(threading.Thread):
    """Samples the memory of a process tree ten times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.rss = self.own = 0
        self._pid = pid

    def run(self) -> None:
        while not self.done.wait(0.1):
            try:
                root = psutil.Process(self._pid)
                held = [_memory(process) for process in (root, *root.children(recursive=True))]
            except psutil.NoSuchProcess:
                return
            self.rss = max(self.rss, sum(rss for rss, _ in held))
            self.own = max(self.own, sum(own for _, own in held))


def _memory(process: psutil.Process) -> tuple[int, int]:
    try:
        found = process.memory_info()
    except psutil.NoSuchProcess:
        return 0, 0
    return int(found.rss), int(found.rss - found.shared)

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

_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""What a command finds. Where no bytecode is written, each start compiles 1,400 modules: 2 s and 20 MB (measured)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost. Seconds; `rss` in bytes, summed over the tree, so pages shared by two processes count twice."""

    wall: float
    cpu: float
    rss: int


def run(command: Sequence[str], log: Path, **environment: str) -> Cost:
    """The cost of `command`; its output goes to `log`. Raises RuntimeError with the end of the log where it fails."""
    with log.open("wb") as out:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=_ENVIRONMENT | environment)
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
    return Cost(wall, usage.ru_utime + usage.ru_stime, watch.most)


def spread(values: Sequence[float], form: str) -> str:
    """The median of `values` with the least and the greatest: "512 (480-530)"."""
    return f"{median(values):{form}} ({min(values):{form}}-{max(values):{form}})"


class _Watch(threading.Thread):
    """Samples the memory of a process tree ten times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.most = 0
        self._pid = pid

    def run(self) -> None:
        while not self.done.wait(0.1):
            try:
                root = psutil.Process(self._pid)
                total = sum(_rss(process) for process in (root, *root.children(recursive=True)))
            except psutil.NoSuchProcess:
                return
            self.most = max(self.most, total)


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0

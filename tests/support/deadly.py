"""A reader that the second capture of a range costs its process's life; that process imports it from here."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from archive.cluster.spark import tasks
from archive.restorer import Loader
from archive.sources import Register


def read_spot(root: Path, register: Register, learnt: Loader, spot: tasks.Spot) -> tuple[Any, Any]:
    """Reads as any other, but for the second capture."""
    if spot.id == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return tasks.read_spot(root, register, learnt, spot)

"""Which of our modules a road runs through: those of whose functions one is called on it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
OURS = tuple(f"{ROOT / package}/" for package in ("archive", "crawler"))


def modules(road: Callable[[], object]) -> list[str]:
    """The files, relative to the project, of whose functions one runs in `road()`; loading a module runs none."""
    found: set[str] = set()

    def seen(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(OURS) and code.co_name != "<module>":
            found.add(code.co_filename)

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        road()
    finally:
        sys.setprofile(before)
    return sorted(str(Path(name).relative_to(ROOT)) for name in found)

"""What became of one thing that was brought in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Brought:
    """A WARC file of the archive (`file`, relative to it) and what it was made from.

    `how`: "copied" byte for byte; "packed" anew, every record byte for byte; "written" out of pages that were no WARC;
    "known", for it came before. `skipped` are sentences about what was passed over, and why; `damaged` counts
    the places in which the file is not what it was: cut, or bytes changed.
    """

    file: str
    origin: str
    how: Literal["copied", "packed", "written", "known"]
    captures: int
    skipped: tuple[str, ...] = ()
    damaged: int = 0

"""What became of one thing that was brought in, now or earlier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archive import events


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


def brought_before(root: Path, digest: str) -> Iterator[Brought]:
    """What was made of the file or folder with this `digest` before, and is held; raises DamageError for a bad log."""
    for event in events.read(root):
        detail = json.loads(event.detail_json)
        if detail.get("origin_digest") == digest and (root / event.object).exists():
            yield Brought(event.object, str(detail.get("origin", "")), "known", int(detail.get("captures", 0)))


def members_before(root: Path, digest: str) -> dict[str, Brought]:
    """Of a package with this `digest`, what was made of the files in it, by their names there.

    Not all of them are among these where bringing it in was broken off.
    """
    return {one.origin.partition("!")[2]: one for one in brought_before(root, digest)}

"""What became of the last report of a day: kept, so that none is sent twice, and one that failed is told."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from archive.disk import replace_file
from archive.messages.message import Message, packed, unpacked

FILE: Final = ".report.json"
"""In the archive's folder; it is no part of the holdings, and no bag takes it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the report of `day` (in Vietnam) at the moment `at`: "unclear" is one that a crash cut short."""

    day: str
    at: str
    state: Literal["sent", "failed", "unclear"]
    why: Message | None = None

    def trouble(self) -> Message | None:
        """What a person is told of it; None where all went well."""
        if self.state == "sent":
            return None
        if self.state == "unclear":
            return Message(
                "the report of {day} may not have arrived and is not sent twice; `baotinh status --test` tries the way",
                day=self.day,
            )
        return Message(
            "the report of {day} could not be sent: {why}; `baotinh status --test` tries the way",
            day=self.day,
            why=self.why or "",
        )


def last_delivery(root: Path) -> Delivery | None:
    """The last one of the archive at `root`; None where there is none, or none that can be read."""
    try:
        return Delivery(**unpacked(json.loads((root / FILE).read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError):
        return None


def record(root: Path, delivery: Delivery) -> None:
    """Keeps `delivery` durably in place of the one before. Raises StorageError."""
    told = json.dumps(packed(asdict(delivery)), ensure_ascii=False)
    replace_file(root / FILE, told.encode() + b"\n", 0o640)

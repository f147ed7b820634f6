"""What an article is that no capture of a page shows: a secondary record, made from a row of somebody's file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from archive.store.rows import CaptureRow

PROVENANCE: Final = "secondary"

FILE: Final = "made-from"
FILE_DIGEST: Final = "made-from-digest"
ROW: Final = "made-from-row"
OWNER: Final = "made-from-owner"
"""The notes of such a capture: the file of whose row it is made, the file's digest, the row, and whose file it is."""


@dataclass(frozen=True, slots=True)
class Secondary:
    """Whence a secondary record comes: file, "sha256:<hex>" of it, row in it (a name, in a folder), whose file it is.

    What is not noted is "", as of an item of a spider, which is in no file.
    """

    file: str
    digest: str
    row: str
    owner: str

    def __str__(self) -> str:
        """In one line: "row 12 of bai-bao.jsonl (Thư viện tỉnh), sha256:..."."""
        whose = f" ({self.owner})" if self.owner else ""
        row = f"row {self.row} of " if self.row else ""
        return ", ".join(filter(None, (f"{row}{self.file}{whose}", self.digest)))


def secondary(capture: CaptureRow) -> Secondary | None:
    """Whence the record comes that stands for `capture`; None where that is a capture of a page."""
    if capture.provenance != PROVENANCE:
        return None
    notes: dict[str, str] = dict(json.loads(capture.notes_json))
    return Secondary(notes.get(FILE, ""), notes.get(FILE_DIGEST, ""), notes.get(ROW, ""), notes.get(OWNER, ""))

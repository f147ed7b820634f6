"""WARC files of other makers, taken as they are or packed anew, never rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from archive.holdings import Holdings
from archive.importers.brought import Brought
from archive.importers.intake import accept, begin
from archive.importers.raw import raw_records, unpacked
from archive.warc.digests import wrong
from archive.warc.held import read_fields
from archive.warc.members import Fault
from archive.warc.record import GZIP_MAGIC
from archive.warc.scan import Parsed, captures, records

_PIECE = 1 << 20


def bring_warc(
    holdings: Holdings, path: Path, source: str, digest: str, name: str = "", origin: str = ""
) -> Iterator[Brought]:
    """The WARC file that the one at `path` became; `name` and `origin` where it came out of a package."""
    look = _Look()
    count = sum(1 for _ in captures(look.at(path), "", look.skip))
    with path.open("rb") as stream:
        whole = stream.read(2) == GZIP_MAGIC and not look.crowded
    skipped: list[str] = []
    broken = 0
    with begin(holdings.root, source, name or path.name) as intake:
        if whole:
            with path.open("rb") as stream:
                while piece := stream.read(_PIECE):
                    intake.write(piece)
        else:
            with unpacked(path) as stream:
                for record in raw_records(stream):
                    if isinstance(record, Fault):
                        skipped.append(f"{path.name} at {record.offset} unpacked: {record.reason}")
                        broken += 1
                    else:
                        intake.add(record)
            look = _Look()
            count = sum(1 for _ in captures(look.at(intake.path), "", look.skip))
        skipped += [f"{Path(intake.file).name} at {fault.offset}: {fault.reason}" for fault in look.skipped]
        detail = {
            "faults": look.faults,
            "how": "copied" if whole else "packed",
            "origin": origin or path.name,
            "origin_digest": digest,
            "passed_over": len(look.skipped),
            "software": look.software,
        }
        accept(holdings.root, intake, count, detail)
    how: Literal["copied", "packed"] = "copied" if whole else "packed"
    yield Brought(intake.file, str(path), how, count, tuple(skipped), len(look.faults) + broken)


class _Look:
    # one pass over a file: what is wrong in it, what no capture is made of, and who wrote it
    def __init__(self) -> None:
        self.skipped: list[Fault] = []
        self.faults: list[int] = []
        self.software = ""
        self.crowded = False  # several records in one gzip member: none but the first can be opened alone

    def at(self, path: Path) -> Iterator[Parsed | Fault]:
        for item in records(path):
            if isinstance(item, Fault):
                self.faults.append(item.offset)
                self.crowded = self.crowded or item.reason.endswith("should end it")
            else:
                if item.record.type == "warcinfo" and not self.software:
                    self.software = dict(read_fields(item.record.block)).get("software", "")
                if any(wrong(item.record, ours=False)):
                    self.faults.append(item.offset)
            yield item

    def skip(self, fault: Fault) -> None:
        self.skipped.append(fault)

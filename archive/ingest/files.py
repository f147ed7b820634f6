"""Reads all captures of a WARC file that lies in the archive, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from archive.ingest.read import Ingest
from archive.model import Outcome
from archive.warc.members import OPEN, Fault
from archive.warc.scan import scan


def read_file(
    ingest: Ingest, root: Path, path: Path, skip: Callable[[str], None], only_new: bool = False
) -> Iterator[tuple[Outcome, ...]]:
    """The outcomes of every capture in the file at `path` (below the archive's `root`), a committed batch at a time.

    `skip` hears of each stretch that is passed over: "warc/x/y.warc.gz at 1234: why". With `only_new`, captures that
    have a row already are not opened.
    """
    file = str(path.relative_to(root)).removesuffix(OPEN)

    def passed_over(fault: Fault) -> None:
        skip(f"{file} at {fault.offset}: {fault.reason}")

    for held in scan(path, file, passed_over):
        if only_new and ingest.has(held):
            continue
        ingest.take(held)
        if ingest.due:
            yield ingest.commit()
    yield ingest.commit()

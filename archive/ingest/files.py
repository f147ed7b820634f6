"""Reads all captures of a WARC file that lies in the archive, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from archive.ingest.read import Ingest
from archive.model import Held, Outcome
from archive.opening.readers import Readers
from archive.warc.members import OPEN, Fault
from archive.warc.scan import scan


def read_file(
    ingest: Ingest, readers: Readers, root: Path, path: Path, skip: Callable[[str], None], only_new: bool = False
) -> Iterator[tuple[Outcome, ...]]:
    """The outcomes of every capture in the file at `path` (below the archive's `root`), a committed batch at a time.

    `readers` open the pages (`archive.opening.readers.per_core`). `skip` hears of each stretch that is passed over:
    "warc/x/y.warc.gz at 1234: why". With `only_new`, captures that have a row already are counted and not opened.
    """
    file = str(path.relative_to(root)).removesuffix(OPEN)

    def passed_over(fault: Fault) -> None:
        skip(f"{file} at {fault.offset}: {fault.reason}")

    def wanted() -> Iterator[Held]:
        for held in scan(path, file, passed_over):
            if only_new and ingest.has(held):
                ingest.known += 1
            else:
                yield held

    yield from read_held(ingest, readers, wanted())


def read_held(ingest: Ingest, readers: Readers, held: Iterable[Held]) -> Iterator[tuple[Outcome, ...]]:
    """The outcomes of captures read back already, a committed batch at a time."""
    for answer in readers.read(held):
        if answer.page is not None:
            ingest.file(answer.item, answer.page)
        else:
            ingest.refuse_held(answer.item, answer.reason)
        if ingest.due:
            yield ingest.commit()
    yield ingest.commit()

"""One closed WARC file: its bytes against what was recorded, its records against index and database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from archive.barred import Barred
from archive.errors import ArchiveError
from archive.ingest.withheld import withheld_among
from archive.model import Held
from archive.opening.readers import per_core
from archive.sources import Register
from archive.store import open_database
from archive.store.places import frugal
from archive.verify import fixity, rows
from archive.verify.records import checked, faults_in
from archive.verify.report import Finding, Level
from archive.warc import index
from archive.warc.members import Fault
from archive.warc.parting import Parting
from archive.warc.scan import Parsed, captures


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed file as it was recorded: its digest in the manifest and in the log ("" for none), faults it came with.

    `database`: whether there is one to compare its records with.
    """

    file: str
    manifest: str
    log: str
    faults: frozenset[int]
    database: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one file: its size (-1 where it is missing), its records where they were opened."""

    bytes: int
    records: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Opening:
    # a file whose records are being read
    file: str
    parting: Parting = field(default_factory=Parting)
    findings: list[Finding] = field(default_factory=list)
    records: int = 0
    latest: datetime | None = None  # of the captures so far
    back: list[str] = field(default_factory=list)  # where the clock had gone back
    lines: int = 0  # the sum of the tallies of what its index should hold


def look(root: Path, closed: Closed, level: Level) -> Looked:
    """What is not as it was recorded in one file of the archive at `root`; of use in a process of its own."""
    path = root / closed.file
    changed, found = fixity.compared(root, closed.file, closed.manifest, closed.log)
    if not path.exists():
        return Looked(-1, 0, found)
    records, faults, back = 0, tuple[Finding, ...](), tuple[str, ...]()
    if level == "full":
        records, faults, back = _opened(root, closed)
    elif changed:
        faults = tuple(faults_in(root, closed.file))
    # So it came, and so its event says; of a file that has changed since, nothing is known any more.
    known = frozenset[int]() if changed else closed.faults
    as_it_came = [fault for fault in faults if fault.file == closed.file and _came(fault, known)]
    notes = [f"{fault.file} at {fault.offset}: {fault.detail} ({_CAME})" for fault in as_it_came]
    findings = [*found, *(fault for fault in faults if fault not in as_it_came)]
    if changed and not any(fault.file == closed.file for fault in faults):
        detail = f"{changed}, recorded {closed.manifest}; {_BETWEEN}"
        findings.append(Finding(closed.file, "changed", detail))
    return Looked(path.stat().st_size, records, tuple(findings), (*notes, *back))


def _came(fault: Finding, known: frozenset[int]) -> bool:
    return fault.offset in known or fault.problem == "duplicate"  # which no change of ours could make


_SLACK = timedelta(hours=1)  # answers asked for together end in any order, and are written as they end
_CAME = "so it was when it was brought in"
_BETWEEN = "every record reads whole, so the change lies between their contents"


def _opened(root: Path, closed: Closed) -> tuple[int, tuple[Finding, ...], tuple[str, ...]]:
    # every record of the file, against its own digests, against the index, and against the database
    opening = _Opening(closed.file)
    unsound: tuple[Finding, ...] = ()
    try:
        _compare(root, opening, closed.database)
    except (sqlite3.Error, ArchiveError) as error:
        if not closed.database:
            raise
        unsound = (Finding(rows.DATABASE, "database", str(error)),)
        opening = _Opening(closed.file)
        _compare(root, opening, database=False)
    part = index.part_of(root, root / closed.file)
    if closed.file.startswith("warc/") and part.exists() and not index.holds(part, opening.lines):
        named = part.relative_to(root).as_posix()
        opening.findings.append(Finding(named, "index", f"not the captures of {closed.file}"))
    return opening.records, (*opening.findings, *unsound), tuple(opening.back)


def _compare(root: Path, opening: _Opening, database: bool) -> None:
    records = _counted(opening, checked(root, opening.file, opening.findings.append, opening.parting))
    held = _indexed(opening, captures(records, opening.file))
    if not database:
        for _ in held:
            pass
        return
    db = open_database(root / rows.DATABASE, readonly=True)
    try:
        frugal(db)
        barred = Barred.load(root)
        with _reading(root, barred) as is_withheld:
            opening.findings += rows.row_findings(db, opening.file, held, barred, is_withheld, opening.parting)
    finally:
        db.close()


@contextmanager
def _reading(root: Path, barred: Barred) -> Iterator[Callable[[Held], bool]]:
    """Tells whether a capture shows what is `barred`, at whatever address, by reading it: few have no row."""
    with ExitStack() as stack:
        readers = cache(lambda: stack.enter_context(per_core(root, Register.load(root / "sources"))))
        yield lambda held: bool(barred.keys) and any(withheld_among(readers(), [held], barred))


def _counted(opening: _Opening, items: Iterable[Parsed | Fault]) -> Iterator[Parsed | Fault]:
    for item in items:
        opening.records += isinstance(item, Parsed)
        yield item


def _indexed(opening: _Opening, held: Iterable[Held]) -> Iterator[Held]:
    for item in held:
        opening.lines += index.tally(index.line_of(item, part=opening.parting))
        _follow_clock(opening, item)
        yield item


def _follow_clock(opening: _Opening, item: Held) -> None:
    # A date before those written earlier: the machine's clock was set back. Other makers have other orders.
    if item.provenance != "captured":
        return
    began, before = item.capture.began, opening.latest
    if before is not None and before - began > _SLACK:
        told = f"captured {began.isoformat()}, behind one of {before.isoformat()}: the clock had gone back"
        opening.back.append(f"{opening.file} at {item.place.offset}: {told}")
    opening.latest = began if before is None or before - began > _SLACK else max(before, began)

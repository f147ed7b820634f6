"""One verification of a whole archive, at one of two depths, its result an event.

`quick` reads every file once and asks whether its bytes are those that were recorded. `full` opens every record too,
checks its own digests, and compares index and database with it. Both find any changed bit of an archive at rest.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlite_utils

from archive import events, seals
from archive.barred import Barred
from archive.disk import opened
from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.model import Held
from archive.store import open_database
from archive.store.places import unsound
from archive.verify import fixity, rows
from archive.verify.records import checked, faults_in
from archive.verify.report import Finding, Level, Report
from archive.warc import index
from archive.warc.members import OPEN, Fault
from archive.warc.scan import Parsed, captures

Progress = Callable[[int, int], None]
"""Called with the bytes of WARC done and all there are."""

DATABASES = ("archive.sqlite", "frontier.sqlite")


@dataclass(slots=True)
class _Run:
    # a verification under way
    root: Path
    level: Level
    db: sqlite_utils.Database | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    records: int = 0


def verify(holdings: Holdings, level: Level = "quick", progress: Progress | None = None, record: bool = True) -> Report:
    """What is not as it was recorded. Nothing is repaired; with `record`, the result becomes an event.

    Raises StorageError where a file cannot be opened at all.
    """
    began = _now()
    root = holdings.root
    run = _Run(root, level)
    run.findings += fixity.log_findings(root)
    run.findings += fixity.aside_findings(root)
    run.findings += fixity.settings_findings(root)
    recorded, told = fixity.listed(root), fixity.closed_events(root)
    run.findings += fixity.name_findings(root, recorded, told)
    run.findings += (Finding(file, "index", "not as it was built; build it again") for file in index.changed(root))
    run.db = _database(run, holdings)
    total = sum(path.stat().st_size for path in holdings.warcs())
    try:
        for file, digest in recorded.items():
            _closed(run, file, digest, told.get(file, {}))
            if progress:
                progress(run.bytes, total)
        for path in holdings.warcs():
            if path.name.endswith(OPEN):
                _left_open(run, path)
        _extents(run, {file: int(detail.get("captures", 0)) for file, detail in told.items()})
    finally:
        if run.db is not None:
            run.db.close()
    report = Report(level, began, _now(), run.files, run.bytes, run.records, tuple(run.findings), tuple(run.notes))
    if record:
        _sign(root, report)
    return report


def _closed(run: _Run, file: str, recorded: str, told: dict[str, Any]) -> None:
    changed, found = fixity.compared(run.root, file, recorded, str(told.get("digest", "")))
    run.findings += found
    path = run.root / file
    if not path.exists():
        return
    run.files += 1
    run.bytes += path.stat().st_size
    faults = _opened(run, file) if run.level == "full" else tuple(faults_in(run.root, file)) if changed else ()
    known = set(told.get("faults", ())) if not changed else set()
    for fault in faults:
        if fault.file == file and fault.offset in known:
            run.notes.append(f"{file} at {fault.offset}: {fault.detail} (so it was when it was brought in)")
        else:
            run.findings.append(fault)
    if changed and not any(fault.file == file for fault in faults):
        detail = f"{changed}, recorded {recorded}; every record reads whole, so the change lies between their contents"
        run.findings.append(Finding(file, "changed", detail))


def _opened(run: _Run, file: str) -> tuple[Finding, ...]:
    # every record of the file, against its own digests, against the index, and against the database
    found: list[Finding] = []
    lines: list[bytes] = []
    held = _indexed(captures(_counted(run, checked(run.root, file, found.append)), file), lines)
    if run.db is None:
        for _ in held:
            pass
    else:
        try:
            found += rows.row_findings(run.db, file, held, Barred.load(run.root))
        except sqlite3.Error as error:
            found.append(Finding(rows.DATABASE, "database", str(error)))
            run.db.close()
            run.db = None
            return _opened(run, file)
    part = index.part_of(run.root, run.root / file)
    if file.startswith("warc/") and part.exists() and part.read_bytes() != b"".join(sorted(lines)):
        found.append(Finding(part.relative_to(run.root).as_posix(), "index", f"not the captures of {file}"))
    return tuple(found)


def _counted(run: _Run, items: Iterable[Parsed | Fault]) -> Iterator[Parsed | Fault]:
    for item in items:
        run.records += isinstance(item, Parsed)
        yield item


def _indexed(held: Iterable[Held], lines: list[bytes]) -> Iterator[Held]:
    for item in held:
        lines.append(index.line_of(item))
        yield item


def _left_open(run: _Run, path: Path) -> None:
    file = path.relative_to(run.root).as_posix().removesuffix(OPEN)
    with opened(path, os.O_RDONLY) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            run.notes.append(f"{file} is being written and was not looked at")
            return
    run.findings.append(Finding(file, "open", "left open by a process that died; `baotinh recover` closes it"))
    run.findings += faults_in(run.root, file)


def _database(run: _Run, holdings: Holdings) -> sqlite_utils.Database | None:
    # the database to compare with, where it can be opened, after its seal and its own soundness were looked at
    sealed_well = True
    for file in DATABASES:
        if not seals.is_sealed(run.root, file):
            if (run.root / file).exists():
                run.notes.append(f"{file} is not sealed: it is being written, or its writer died")
                sealed_well = sealed_well and file != rows.DATABASE
            continue
        for broken in seals.check(run.root, file):
            run.findings.append(Finding(broken.file, "changed", broken.reason, broken.offset))
            sealed_well = sealed_well and broken.file != rows.DATABASE
    if not holdings.database.exists():
        run.notes.append("there is no database; `baotinh rebuild` makes it from the WARC files")
        return None
    try:
        db = open_database(holdings.database, readonly=True)
        if run.level == "full" or not sealed_well:
            run.findings += (Finding(rows.DATABASE, "database", sentence) for sentence in unsound(db))
    except (ArchiveError, sqlite3.Error) as error:
        run.findings.append(Finding(rows.DATABASE, "database", str(error)))
        return None
    return db


def _extents(run: _Run, counts: dict[str, int]) -> None:
    if run.db is None:
        return
    try:
        run.findings += rows.extent_findings(run.root, run.db, counts)
    except sqlite3.Error as error:
        run.findings.append(Finding(rows.DATABASE, "database", str(error)))


def _sign(root: Path, report: Report) -> None:
    outcome = "clean" if report.clean else f"{len(report.findings)} findings"
    shown = [f"{finding.file}: {finding.problem}: {finding.detail}" for finding in report.findings[:100]]
    detail = {
        "bytes": report.bytes,
        "files": report.files,
        "findings": shown,
        "level": report.level,
        "records": report.records,
    }
    events.append(root, "fixity check", "archive", outcome, detail)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"

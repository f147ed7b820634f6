"""Proof that the holdings are what they were: files, records, log, index and databases against each other."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import sqlite_utils

from archive.custody import events, manifest, seals
from archive.custody.verify import fixity
from archive.custody.verify.files import (
    DATABASE,
    ClosedFile,
    FileReport,
    check_file,
    compare,
    extent_findings,
    faults_in,
)
from archive.custody.verify.fixity import Finding, Level, Problem, Report
from archive.custody.withheld import pending
from archive.disk import bears, opened
from archive.errors import ArchiveError, DamageError, LockedError, StorageError
from archive.holdings import Holdings
from archive.messages.message import Message, message_of
from archive.processes import safe_path
from archive.store import open_database
from archive.store.captures import limit_memory, unsound
from archive.text.clock import utc_milliseconds
from archive.warc import cdxj
from archive.warc.members import OPEN

Progress = Callable[[int, int], None]
"""Called with the bytes of WARC done and all there are."""

_ACCEPTED = Message("{file} was damaged and taken as it is on {day} (event {seq})")
_PROCESSES = 2
_WORTH_A_PROCESS = 64 << 20  # bytes of WARC; below, a second process takes longer to begin than to work


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

    Where that finds no room, the report says so; a medium for reading, and a log that is damaged, are noted. Raises
    StorageError where a file cannot be opened at all.
    """
    began = utc_milliseconds(datetime.now(UTC))
    root = holdings.root
    run = _Run(root, level)
    log = events.read_log(root)
    run.findings += fixity.log_findings(root, log)
    run.findings += fixity.aside_findings(root, log)
    run.findings += fixity.settings_findings(root, log)
    run.findings += fixity.query_findings(root)
    run.notes += (_ACCEPTED.format(file=one.object, day=one.at[:10], seq=one.seq) for one in log.accepted)
    _pending(run, holdings)
    recorded, told = manifest.listed(root), log.closed
    run.findings += fixity.name_findings(root, recorded, told)
    run.findings += (Finding(file, "index", "not as it was built; build it again") for file in cdxj.changed(root))
    run.db = _database(run, holdings, any(file.startswith("warc/") for file in recorded))
    total = sum(map(_size, holdings.warcs()))
    try:
        for looked in _closed_files(run, recorded, told):
            run.files += looked.bytes >= 0
            run.bytes += max(looked.bytes, 0)
            run.records += looked.records
            run.findings += (finding for finding in looked.findings if finding not in run.findings)
            run.notes += looked.notes
            if progress:
                progress(run.bytes, total)
        for path in holdings.warcs():
            if path.name.endswith(OPEN):
                _left_open(run, path)
        _texts(run, log.full)
        _extents(run, {file: int(detail.get("captures", 0)) for file, detail in told.items()})
    finally:
        if run.db is not None:
            run.db.close()
    ended = utc_milliseconds(datetime.now(UTC))
    report = Report(level, began, ended, run.files, run.bytes, run.records, tuple(run.findings), tuple(run.notes))
    if record:
        try:
            _sign(root, report)
        except (StorageError, DamageError) as error:  # what cannot be written to can be looked at all the same
            sentence = Message("{error}; this result is not in the log", error=error)
            if isinstance(error, DamageError) or getattr(error.__cause__, "errno", 0) == errno.EROFS:
                return replace(report, notes=(*report.notes, sentence))
            return replace(report, unlogged=sentence)
    return report


def _closed_files(run: _Run, recorded: dict[str, str], told: dict[str, dict[str, Any]]) -> Iterator[FileReport]:
    about = {file: told.get(file, {}) for file in recorded}
    closed = [
        ClosedFile(file, digest, str(of.get("digest", "")), frozenset(of.get("faults", ())), run.db is not None)
        for (file, digest), of in zip(recorded.items(), about.values(), strict=True)
    ]
    looking = partial(check_file, run.root, level=run.level)
    size = sum(_size(run.root / file) for file in recorded)
    if run.level == "quick" or len(closed) < 2 or size < _WORTH_A_PROCESS or (os.cpu_count() or 1) < 2:
        yield from map(looking, closed)
        return
    # Spawned, not forked: this process may have threads, and has the database open.
    with safe_path(), ProcessPoolExecutor(_PROCESSES, get_context("spawn"), initializer=_end_with_the_terminal) as pool:
        try:
            yield from pool.map(looking, closed)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _end_with_the_terminal() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C goes to all processes: no traceback of each


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # it was closed, and has another name, since its name was read
        return 0


def _left_open(run: _Run, path: Path) -> None:
    file = path.relative_to(run.root).as_posix().removesuffix(OPEN)
    try:
        with opened(path, os.O_RDONLY) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            written = not bears(path, descriptor)
    except BlockingIOError:
        written = True
    except StorageError:
        written = not path.exists()
        if not written:
            raise
    if written:  # or closed in this moment: the next verification looks at it
        run.notes.append(Message("{file} is being written and was not looked at", file=file))
        return
    run.findings.append(Finding(file, "open", "left open by a process that died; `baotinh recover` closes it"))
    run.findings += faults_in(run.root, file)


def _database(run: _Run, holdings: Holdings, filed: bool) -> sqlite_utils.Database | None:
    # the database to compare with, where it can be opened, after its seal and its own soundness were looked at
    sealed_well = True
    for file in seals.DATABASES:
        written = seals.is_written(run.root, file)
        found = () if written else seals.check(run.root, file)
        if written or (found and seals.is_written(run.root, file)):  # it may have been opened since
            run.notes.append(Message("{file} is being written and was not looked at", file=file))
            sealed_well = sealed_well and file != DATABASE
            continue
        for broken in found:
            if broken.problem == "missing" and file == DATABASE:
                continue  # told below, with the way to make it again
            run.findings.append(_broken(file, broken))
            sealed_well = sealed_well and file != DATABASE
    if not holdings.database.exists():
        sentence = Message("there is no database; `baotinh rebuild` makes it from the WARC files")
        if filed:
            run.findings.append(Finding(DATABASE, "missing", sentence))
        else:
            run.notes.append(sentence)
        return None
    try:
        db = open_database(holdings.database, readonly=True)
        limit_memory(db)
        if run.level == "full" or not sealed_well:
            run.findings += (Finding(DATABASE, "database", sentence) for sentence in unsound(db))
    except (ArchiveError, sqlite3.Error) as error:
        run.findings.append(Finding(DATABASE, "database", message_of(error)))
        return None
    return db


def _broken(file: str, broken: seals.Break) -> Finding:
    if broken.problem == "unsealed":
        return Finding(file, "unsealed", Message("{reason}; `baotinh recover` seals it again", reason=broken.reason))
    return Finding(broken.file, broken.problem, broken.reason, broken.offset)


def _pending(run: _Run, holdings: Holdings) -> None:
    for rule in pending(run.root):
        told = f"event {rule.seq} of {rule.at[:10]}: {rule.action} {rule.urls[0] if rule.urls else ''}"
        try:
            with holdings.lock("takedown"):
                pass
        except LockedError:
            run.notes.append(Message("a takedown is under way ({told})", told=told))
            continue
        except StorageError:
            pass  # a medium that cannot be written to: nobody is at work on it
        broken = "a takedown that was broken off ({told}); `baotinh recover`, or any command that writes, ends it"
        run.findings.append(Finding(events.NAME, "pending", Message(broken, told=told)))


def _extents(run: _Run, counts: dict[str, int]) -> None:
    if run.db is None:
        return
    try:
        run.findings += extent_findings(run.root, run.db, counts)
    except sqlite3.Error as error:
        run.findings.append(Finding(DATABASE, "database", message_of(error)))


def _texts(run: _Run, turn: int) -> None:
    # after the records themselves were looked at: what cannot be read back is told once
    if run.db is None or run.level != "full":
        return
    try:
        findings, notes = compare(run.root, run.db, turn)
    except (sqlite3.Error, ArchiveError) as error:
        run.findings.append(
            Finding(DATABASE, "text", Message("the stored texts could not be compared: {error}", error=error))
        )
        return
    run.findings += findings
    run.notes += notes


def _sign(root: Path, report: Report) -> None:
    outcome = "clean" if report.clean else f"{len(report.findings)} findings"
    shown = [f"{finding.file}: {finding.problem}: {finding.detail}" for finding in report.findings[:100]]
    detail = {name: getattr(report, name) for name in ("bytes", "files", "level", "records")}
    events.append(root, "fixity check", "archive", outcome, {**detail, "findings": shown})


_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """One file read again: its size, when it was last checked before ("" for never), and what was found."""

    file: str
    bytes: int
    last: str
    findings: tuple[Finding, ...]


def scrub(
    holdings: Holdings,
    *,
    bytes_per_second: float = 0,
    limit_bytes: int | None = None,
    now: datetime | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Scrubbed]:
    """Each closed WARC file not checked within `scrub_days`, after it was read and its event written.

    `bytes_per_second` 0 means as fast as the disk allows; `limit_bytes` ends the scrub after the file that reaches it.
    """
    root = holdings.root
    recorded, told = manifest.listed(root), events.closed_events(root)
    now = now or datetime.now(UTC)
    before = now - timedelta(days=holdings.settings.scrub_days)
    # What was checked in the future was checked by a wrong clock: it would wait for that day.
    last = {
        file: at for file, at in events.last_checks(root, set(recorded)).items() if at <= (now + _SLACK).isoformat()
    }
    read = 0
    for file in sorted(recorded, key=lambda name: last.get(name, "")):
        if last.get(file, "") >= before.isoformat() or (limit_bytes is not None and read >= limit_bytes):
            return
        began = time.monotonic()
        about = told.get(file, {})
        changed, found = fixity.compared(root, file, recorded[file], str(about.get("digest", "")))
        exists = (root / file).exists()
        known = set() if changed else set(about.get("faults", ()))  # of a file brought in: so it came
        faults = faults_in(root, file) if exists else ()
        findings = (*found, *(fault for fault in faults if fault.offset not in known))
        if changed and not findings:
            whole = "{changed}, recorded {recorded}; every record reads whole"
            findings = (Finding(file, "changed", Message(whole, changed=changed, recorded=recorded[file])),)
        size = (root / file).stat().st_size if exists else 0
        outcome = "clean" if not findings else f"{len(findings)} findings"
        detail = {"bytes": size, "findings": [f"{finding.problem}: {finding.detail}" for finding in findings[:20]]}
        events.append(root, "fixity check", file, outcome, detail)
        read += size
        yield Scrubbed(file, size, last.get(file, ""), findings)
        if bytes_per_second:
            pause(max(0.0, size / bytes_per_second - (time.monotonic() - began)))


__all__ = ["Finding", "Level", "Problem", "Report", "Scrubbed", "scrub", "verify"]

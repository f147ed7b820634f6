"""Proof that the holdings are what they were: files, records, log, index and databases against each other."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import sqlite_utils

from archive.custody import events, seals
from archive.custody.verify import files as rows
from archive.custody.verify import fixity
from archive.custody.verify.files import ClosedFile, FileReport, check_file, faults_in
from archive.custody.verify.fixity import Finding, Level, Problem, Report
from archive.custody.withheld import REASON, pending
from archive.disk import bears, opened
from archive.errors import ArchiveError, DamageError, LockedError, StorageError
from archive.holdings import Holdings
from archive.ingest.reread import Reread, read_again
from archive.messages.message import Message, message_of
from archive.model import Article
from archive.processes import safe_path
from archive.sources import Register
from archive.store import comparison, open_database, unlikely
from archive.store.captures import limit_memory, unsound
from archive.store.rows import CaptureRow, text_digest
from archive.text.clock import utc_milliseconds
from archive.warc import cdxj
from archive.warc.members import OPEN, locate
from archive.worker import pool as reading_pool
from archive.worker.page import model_of
from archive.worker.pool import WorkerPool

MOST = 20_000
"""Captures read again by one full verification. Of a larger archive each full verification reads the next so many."""

_SHOWN = 50
_PORTION = 200
_DATABASE = "archive.sqlite"
_CHANCE = frozenset({"time_limit", "parser_crash", "too_large"})  # reasons of the machine that read, not of the page


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found, and in `notes` what it could not compare and how much of the archive it was."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def compare(root: Path, db: sqlite_utils.Database, turn: int) -> Comparison:
    """Compares up to MOST captures, the `turn`-th share of the archive, with what their records show today.

    Every text of the database is compared with its own digests and rows besides.
    """
    most = MOST
    sentences = list(islice(comparison.contradictions(db), _SHOWN + 1))
    count = comparison.count_captures(db)
    start = turn * most % count if count > most else 0
    older, found, differ, learnt = 0, 0, list[str](), _learnt_since(root)
    with WorkerPool(root, Register.load(root / "sources"), reading_pool.cores()) as readers:
        rows = comparison.capture_portion(db, start, most)
        while portion := list(islice(rows, _PORTION)):
            told = [row for row in portion if not row.revisit_of and row.reason not in _CHANCE]
            told = [row for row in told if locate(root, row.file).exists()]  # else that is the finding
            for row, again in zip(told, read_again(readers, root, told), strict=True):
                if again.reason == REASON or again.reason in _CHANCE or again.reason == "damaged":
                    continue  # withheld since; or told where the record itself is looked at
                if _is_older(db, row, again):
                    older += 1
                elif again.article is not None and not row.text_digest:
                    found += 1
                elif sentence := _difference(db, row, again.article, again.key) or _doubted(db, row, again.unlikely):
                    if row.captured_at < learnt.get(row.source, ""):
                        older += 1
                    else:
                        differ.append(sentence)
    sentences += differ[:_SHOWN]
    if more := len(differ[_SHOWN:]):
        sentences.append(Message("{differ} more captures are not stored as their records show them", differ=more))
    notes = []
    if count > most:
        said = "{most} of {count} captures were read again and compared; the next --full reads the next {most}"
        notes.append(Message(said, most=most, count=count))
    if older:
        said = "{older} captures were read by earlier parsers and not compared; `baotinh reread` settles it"
        notes.append(Message(said, older=older))
    if found:
        said = "{found} captures show an article today and have none; `baotinh reread` files it"
        notes.append(Message(said, found=found))
    return Comparison(tuple(Finding(_DATABASE, "text", sentence) for sentence in sentences), tuple(notes))


def _learnt_since(root: Path) -> dict[str, str]:
    """When the layout of each source was learnt, where nothing was read again since: what was read before is older."""
    again = [event.at for event in events.of(root, "migration", about=_DATABASE)]
    files = {path.name.removesuffix(".layout.toml"): path for path in (root / "sources").glob("*.layout.toml")}
    times = {
        source: utc_milliseconds(datetime.fromtimestamp(path.stat().st_mtime, UTC)) for source, path in files.items()
    }
    return {source: at for source, at in times.items() if at > max(again, default="")}


def _is_older(db: sqlite_utils.Database, row: CaptureRow, again: Reread) -> bool:
    # by another parser, or with a headline of another model: a better reader does not change a page
    if again.article is None:
        return False
    _, _, stored = comparison.revision_of(db, row.id)
    if stored is not None and model_of(stored.headline.by) != model_of(again.article.headline.by):
        return True
    return bool(row.parser) and row.parser != again.article.parser


def _difference(db: sqlite_utils.Database, row: CaptureRow, shown: Article | None, key: str) -> str:
    public_id, number, stored = comparison.revision_of(db, row.id)
    name = f"capture {row.record_id} of {row.url}"
    if shown is None:
        told = "{name}: its record shows no article, the database has one; {way}"
        return Message(told, name=name, way=_WAY) if row.text_digest else ""
    if text_digest(shown) != row.text_digest:
        return Message("{name}: its record shows another text than is stored; {way}", name=name, way=_WAY)
    if (filed := comparison.key_of(db, row.article)) != key:
        told = "{name}: its record shows {key}, and it is filed under {filed}; {way}"
        return Message(told, name=name, key=key, filed=filed or "no article", way=_WAY)
    if number and stored is not None and stored != shown:
        other = ", ".join(one.name for one in fields(Article) if getattr(stored, one.name) != getattr(shown, one.name))
        told = "{name}: revision {number} of {public_id} has another {other} than its record shows; {way}"
        return Message(told, name=name, number=number, public_id=public_id, other=other, way=_WAY)
    return ""


def _doubted(db: sqlite_utils.Database, row: CaptureRow, shown: Article | None) -> str:
    # a page that was read so by an earlier parser, or not yet, is no contradiction
    stored = unlikely.of_capture(db, row.id)
    if stored is None or shown is None or shown.parser != stored.parser or shown == stored.article:
        return ""
    name = f"capture {row.record_id} of {row.url}"
    told = "{name}: what it reads like, {public_id}, is stored otherwise than its record shows; {way}"
    return Message(told, name=name, public_id=stored.public_id, way=_WAY)


_WAY = "`baotinh reread` files what the record shows"

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

    Where the log cannot be written, a note says so. Raises StorageError where a file cannot be opened at all.
    """
    began = utc_milliseconds(datetime.now(UTC))
    root = holdings.root
    run = _Run(root, level)
    log = fixity.read_log(root)
    run.findings += fixity.log_findings(root, log)
    run.findings += fixity.aside_findings(root, log)
    run.findings += fixity.settings_findings(root, log)
    run.findings += fixity.query_findings(root)
    run.notes += (_ACCEPTED.format(file=one.object, day=one.at[:10], seq=one.seq) for one in log.accepted)
    _pending(run, holdings)
    recorded, told = fixity.listed(root), log.closed
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
            return replace(
                report, notes=(*report.notes, Message("{error}; this result is not in the log", error=error))
            )
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
            sealed_well = sealed_well and file != rows.DATABASE
            continue
        for broken in found:
            if broken.problem == "missing" and file == rows.DATABASE:
                continue  # told below, with the way to make it again
            run.findings.append(_broken(file, broken))
            sealed_well = sealed_well and file != rows.DATABASE
    if not holdings.database.exists():
        sentence = Message("there is no database; `baotinh rebuild` makes it from the WARC files")
        if filed:
            run.findings.append(Finding(rows.DATABASE, "missing", sentence))
        else:
            run.notes.append(sentence)
        return None
    try:
        db = open_database(holdings.database, readonly=True)
        limit_memory(db)
        if run.level == "full" or not sealed_well:
            run.findings += (Finding(rows.DATABASE, "database", sentence) for sentence in unsound(db))
    except (ArchiveError, sqlite3.Error) as error:
        run.findings.append(Finding(rows.DATABASE, "database", message_of(error)))
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
        run.findings += rows.extent_findings(run.root, run.db, counts)
    except sqlite3.Error as error:
        run.findings.append(Finding(rows.DATABASE, "database", message_of(error)))


def _texts(run: _Run, turn: int) -> None:
    # after the records themselves were looked at: what cannot be read back is told once
    if run.db is None or run.level != "full":
        return
    try:
        compared = compare(run.root, run.db, turn)
    except (sqlite3.Error, ArchiveError) as error:
        run.findings.append(
            Finding(rows.DATABASE, "text", Message("the stored texts could not be compared: {error}", error=error))
        )
        return
    run.findings += compared.findings
    run.notes += compared.notes


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
    recorded, told = fixity.listed(root), fixity.closed_events(root)
    now = now or datetime.now(UTC)
    before = now - timedelta(days=holdings.settings.scrub_days)
    # What was checked in the future was checked by a wrong clock: it would wait for that day.
    last = {file: at for file, at in last_checks(root, set(recorded)).items() if at <= (now + _SLACK).isoformat()}
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


def last_checks(root: Path, files: set[str]) -> dict[str, str]:
    """When each of `files` was last read as a whole: checked alone or with all others, or digested on closing."""
    last: dict[str, str] = {}
    closed: set[str] = set()
    for event in events.scan(root)[0]:
        if event.type in {"message digest calculation", "accession"} and event.object in files:
            closed.add(event.object)
            last[event.object] = event.at
        elif event.type == "fixity check":
            checked = closed if event.object == "archive" else {event.object}
            last.update(dict.fromkeys(checked, event.at))
    return last


__all__ = ["Finding", "Level", "Problem", "Report", "Scrubbed", "scrub", "verify"]

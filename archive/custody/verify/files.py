"""One closed WARC file: its bytes against what was recorded, its records against index and database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

import sqlite_utils

from archive.custody import events
from archive.custody.verify import fixity
from archive.custody.verify.fixity import Finding, Level
from archive.custody.withheld import REASON, Withheld
from archive.errors import ArchiveError
from archive.ingest.reread import Reread, read_again, withheld_keys
from archive.messages.message import Message, message_of
from archive.model import Article, StoredCapture
from archive.sources import Register
from archive.store import comparison, open_database, unlikely
from archive.store.captures import CaptureRecord, extents, has_capture, kept_in, limit_memory, place_of
from archive.store.rows import CaptureRow, text_digest
from archive.text.clock import utc_milliseconds
from archive.text.urls import url_key
from archive.warc import cdxj, http
from archive.warc.captures import read_fields
from archive.warc.http import ParsedAnswers, Part
from archive.warc.members import Fault, locate
from archive.warc.reader import Parsed, captures, records
from archive.warc.record import digest_faults
from archive.worker import pool as reading_pool
from archive.worker.page import model_of
from archive.worker.pool import WorkerPool, per_core

MOST = 20_000
"""Captures read again by one full verification. Of a larger archive each full verification reads the next so many."""

_SHOWN = 50
_PORTION = 200
_DATABASE = "archive.sqlite"
_CHANCE = frozenset({"time_limit", "parser_crash", "too_large"})  # reasons of the machine that read, not of the page


def compare(root: Path, db: sqlite_utils.Database, turn: int) -> tuple[list[Finding], list[str]]:
    """What is found where up to MOST captures, the `turn`-th share of the archive, are compared with their records as
    today's parsers read them; and notes of what could not be compared, and how much of the archive it was.

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
    notes: list[str] = []
    if count > most:
        message = "{most} of {count} captures were read again and compared; the next --full reads the next {most}"
        notes.append(Message(message, most=most, count=count))
    if older:
        message = "{older} captures were read by earlier parsers and not compared; `baotinh reread` settles it"
        notes.append(Message(message, older=older))
    if found:
        message = "{found} captures show an article today and have none; `baotinh reread` files it"
        notes.append(Message(message, found=found))
    return [Finding(_DATABASE, "text", sentence) for sentence in sentences], notes


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
        message = "{name}: its record shows no article, the database has one; {way}"
        return Message(message, name=name, way=_WAY) if row.text_digest else ""
    if text_digest(shown) != row.text_digest:
        return Message("{name}: its record shows another text than is stored; {way}", name=name, way=_WAY)
    if (filed := comparison.key_of(db, row.article)) != key:
        message = "{name}: its record shows {key}, and it is filed under {filed}; {way}"
        return Message(message, name=name, key=key, filed=filed or "no article", way=_WAY)
    if number and stored is not None and stored != shown:
        other = ", ".join(one.name for one in fields(Article) if getattr(stored, one.name) != getattr(shown, one.name))
        message = "{name}: revision {number} of {public_id} has another {other} than its record shows; {way}"
        return Message(message, name=name, number=number, public_id=public_id, other=other, way=_WAY)
    return ""


def _doubted(db: sqlite_utils.Database, row: CaptureRow, shown: Article | None) -> str:
    # a page that was read so by an earlier parser, or not yet, is no contradiction
    stored = unlikely.of_capture(db, row.id)
    if stored is None or shown is None or shown.parser != stored.parser or shown == stored.article:
        return ""
    name = f"capture {row.record_id} of {row.url}"
    message = "{name}: what it reads like, {public_id}, is stored otherwise than its record shows; {way}"
    return Message(message, name=name, public_id=stored.public_id, way=_WAY)


_WAY = "`baotinh reread` files what the record shows"


Found = Callable[[Finding], None]


def checked(root: Path, file: str, report: Found, part: Part = http.part) -> Iterator[Parsed | Fault]:
    """The records of `file`, each checked on the way; `report` is told of stretches and digests that are not right."""
    ours = False
    for item in records(locate(root, file)):
        if isinstance(item, Fault):
            report(Finding(file, "unreadable", f"{item.length} bytes: {item.reason}", item.offset))
        else:
            if item.record.type == "warcinfo":
                ours = dict(read_fields(item.record.block)).get("software", "").startswith("baotinh/")
            for sentence in digest_faults(item.record, ours, part):
                report(Finding(file, "digest", sentence, item.offset))
        yield item


def faults_in(root: Path, file: str) -> Iterator[Finding]:
    """Everything that is wrong inside `file`."""
    found: list[Finding] = []
    for _ in checked(root, file, found.append):
        yield from found
        found.clear()
    yield from found


DATABASE = "archive.sqlite"
_NO_RECORD: Final = Message("capture {record_id}: no response begins at {offset} of {file}")


def extent_findings(root: Path, db: sqlite_utils.Database, captures: dict[str, int]) -> Iterator[Finding]:
    """Rows that point outside of their file, judged by sizes alone; `captures` counts the captures of closed files."""
    for extent in extents(db):
        path = locate(root, extent.file)
        if not path.exists():
            told = "{captures} captures lie in {file}, which is not there"
            yield _of_rows(told, captures=extent.captures, file=extent.file)
        elif path.stat().st_size < extent.end:
            yield _of_rows("a capture ends at {end} of {file}, behind its end", end=extent.end, file=extent.file)
        elif extent.captures > captures.get(extent.file, extent.captures):
            told, count = "{captures} captures in {file}, which holds {held}", captures[extent.file]
            yield _of_rows(told, captures=extent.captures, file=extent.file, held=count)


def _of_rows(told: str, **values: object) -> Finding:
    return Finding(DATABASE, "row", Message(told, **values))


def row_findings(
    db: sqlite_utils.Database,
    file: str,
    stored: Iterable[StoredCapture],
    withheld: Withheld,
    is_withheld: Callable[[StoredCapture], bool],
    part: Part = http.part,
) -> Iterator[Finding]:
    """Where rows and captures of `file`, both in order of their offsets, differ; takes memory for one of each.

    What a takedown bars has no row, and must have none: by its address, or as `is_withheld` tells, by what it shows.
    """
    rows = kept_in(db, file)
    row = next(rows, None)
    for item in stored:
        there = kept_of(item, part)
        while row is not None and row.offset < there.offset:
            yield _of_rows(_NO_RECORD, record_id=row.record_id, offset=row.offset, file=file)
            row = next(rows, None)
        hidden = bool(withheld.keys) and withheld.covers(url_key(there.url))
        if row is None or row.offset > there.offset:
            if not (hidden or _has_row(db, there) or is_withheld(item)):
                other = place_of(db, there.record_id)
                no_row = "the capture of {url} at {offset} of {file} has no row; `baotinh ingest` reads it"
                missing = _of_rows(no_row, url=there.url, offset=there.offset, file=file)
                yield _duplicate(file, there, other) if other else missing
            continue
        if hidden:
            yield _of_rows("capture {record_id} is barred by a takedown and has a row", record_id=there.record_id)
        if row != there:
            differing = [
                name for name in CaptureRecord.__dataclass_fields__ if getattr(row, name) != getattr(there, name)
            ]
            told = "; ".join(f"{name} {getattr(row, name)!r}, WARC {getattr(there, name)!r}" for name in differing)
            yield Finding(DATABASE, "row", f"capture {there.record_id} at {there.offset} of {file}: {told}")
        row = next(rows, None)
    while row is not None:
        yield _of_rows(_NO_RECORD, record_id=row.record_id, offset=row.offset, file=file)
        row = next(rows, None)


def kept_of(stored: StoredCapture, part: Part = http.part) -> CaptureRecord:
    """The row that `stored` has, as far as its records decide it."""
    capture, place = stored.capture, stored.place
    wire = part(capture.response)
    return CaptureRecord(
        record_id=place.record_id,
        offset=place.offset,
        length=place.length,
        url=capture.url,
        captured_at=utc_milliseconds(capture.began),
        kind=capture.kind,
        run=capture.run,
        status=wire.status,
        mime=http.media_type(wire.headers)[0],
        block_digest=stored.block_digest,
        payload_digest=stored.payload_digest,
        truncated=capture.truncated or "",
        revisit_of=stored.revisit_of or "",
        via=capture.via,
        provenance=stored.provenance,
    )


def _has_row(db: sqlite_utils.Database, there: CaptureRecord) -> bool:
    return has_capture(db, there.url, there.captured_at, there.payload_digest)


def _duplicate(file: str, there: CaptureRecord, other: tuple[str, int]) -> Finding:
    message = "{url} bears the WARC-Record-ID of the record at {offset} of {file}, and has no row for that"
    detail = Message(message, url=there.url, offset=other[1], file=other[0])
    return Finding(file, "duplicate", detail, there.offset)


@dataclass(frozen=True, slots=True)
class ClosedFile:
    """A closed file as it was recorded: its digest in the manifest and in the log ("" for none), faults it came with.

    `database`: whether there is one to compare its records with.
    """

    file: str
    manifest: str
    log: str
    faults: frozenset[int]
    database: bool


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was found in one file: its size (-1 where it is missing), its records where they were opened."""

    bytes: int
    records: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Opening:
    # a file whose records are being read
    file: str
    parting: ParsedAnswers = field(default_factory=ParsedAnswers)
    findings: list[Finding] = field(default_factory=list)
    records: int = 0
    latest: datetime | None = None  # of the captures so far
    back: list[str] = field(default_factory=list)  # where the clock had gone back
    lines: int = 0  # the sum of the tallies of what its index should hold


def check_file(root: Path, closed: ClosedFile, level: Level) -> FileReport:
    """What is not as it was recorded in one file of the archive at `root`; of use in a process of its own."""
    path = root / closed.file
    changed, found = fixity.compared(root, closed.file, closed.manifest, closed.log)
    if not path.exists():
        return FileReport(-1, 0, found)
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
    return FileReport(path.stat().st_size, records, tuple(findings), (*notes, *back))


def _came(fault: Finding, known: frozenset[int]) -> bool:
    return fault.offset in known or fault.problem == "duplicate"  # which no change of ours could make


_SLACK = timedelta(hours=1)  # answers asked for together end in any order, and are written as they end
_CAME = "so it was when it was brought in"
_BETWEEN = "every record reads whole, so the change lies between their contents"


def _opened(root: Path, closed: ClosedFile) -> tuple[int, tuple[Finding, ...], tuple[str, ...]]:
    # every record of the file, against its own digests, against the index, and against the database
    opening = _Opening(closed.file)
    unsound: tuple[Finding, ...] = ()
    try:
        _compare(root, opening, closed.database)
    except (sqlite3.Error, ArchiveError) as error:
        if not closed.database:
            raise
        unsound = (Finding(DATABASE, "database", message_of(error)),)
        opening = _Opening(closed.file)
        _compare(root, opening, database=False)
    part = cdxj.part_of(root, root / closed.file)
    if closed.file.startswith("warc/") and part.exists() and not cdxj.holds(part, opening.lines):
        named = part.relative_to(root).as_posix()
        opening.findings.append(Finding(named, "index", Message("not the captures of {file}", file=closed.file)))
    return opening.records, (*opening.findings, *unsound), tuple(opening.back)


def _compare(root: Path, opening: _Opening, database: bool) -> None:
    records = _counted(opening, checked(root, opening.file, opening.findings.append, opening.parting))
    stored = _indexed(opening, captures(records, opening.file))
    if not database:
        for _ in stored:
            pass
        return
    with closing(open_database(root / DATABASE, readonly=True)) as db:
        limit_memory(db)
        withheld = Withheld.load(root)
        with _reading(root, withheld) as is_withheld:
            opening.findings += row_findings(db, opening.file, stored, withheld, is_withheld, opening.parting)


@contextmanager
def _reading(root: Path, withheld: Withheld) -> Iterator[Callable[[StoredCapture], bool]]:
    """Tells whether a capture shows what is `withheld`, at whatever address, by reading it: few have no row."""
    with ExitStack() as stack:
        readers = cache(lambda: stack.enter_context(per_core(root, Register.load(root / "sources"))))
        yield lambda stored: bool(withheld.keys) and any(withheld_keys(readers(), [stored], withheld))


def _counted(opening: _Opening, items: Iterable[Parsed | Fault]) -> Iterator[Parsed | Fault]:
    for item in items:
        opening.records += isinstance(item, Parsed)
        yield item


def _indexed(opening: _Opening, stored: Iterable[StoredCapture]) -> Iterator[StoredCapture]:
    for item in stored:
        opening.lines += cdxj.tally(cdxj.line_of(item, part=opening.parting))
        _follow_clock(opening, item)
        yield item


def _follow_clock(opening: _Opening, item: StoredCapture) -> None:
    # A date before those written earlier: the machine's clock was set back. Other makers have other orders.
    if item.provenance != "captured":
        return
    began, before = item.capture.began, opening.latest
    if before is not None and before - began > _SLACK:
        message = "captured {began}, behind one of {before}: the clock had gone back"
        told = Message(message, began=began.isoformat(), before=before.isoformat())
        opening.back.append(f"{opening.file} at {item.place.offset}: {told}")
    opening.latest = began if before is None or before - began > _SLACK else max(before, began)

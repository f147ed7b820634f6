"""Files left `.open` by a process that died: the torn end is laid aside, what is whole is kept, and the file is closed.

Only the end is ever cut, and its bytes stay beside the file as `….tail`. Damage before the end is reported, never
touched. A file whose writer lives (it holds the lock) is left alone. Measured: kill -9 tears a file written record by
record in one call 0-3 times in 20, and nothing that was synced is ever missing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from archive.custody import events, manifest
from archive.disk import append, is_held, opened, refused, replace_file, sync_folder
from archive.errors import DamageError
from archive.messages.message import message_of
from archive.warc.captures import ANSWERS, fields_block, metadata_record, read_fields, same_fetch
from archive.warc.members import OPEN, Fault, members
from archive.warc.record import Fields, Record, compress, parse
from archive.warc.writer import LEVEL, seal

TAIL = ".tail"

RECOVERED = ("recovered", "the records behind the response were lost when its writer died")
"""The note of a capture whose response was whole and whose metadata record was not."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was done to one file (relative to the archive).

    `outcome`: "closed" as it stood; "cut" (or completed) and closed; "removed", for it held no capture; "damaged": its
    bytes are not those of its manifest line, so nothing was touched. `tail` names the file that keeps the bytes cut
    off, `completed` the response that got a new metadata record, `faults` damage before the end, which stays as it is.
    """

    file: str
    outcome: Literal["closed", "cut", "removed", "damaged"]
    captures: int
    cut_at: int = 0
    cut_bytes: int = 0
    tail: str = ""
    completed: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Found:
    # what a file that was left open holds
    good: int = 0  # where its last readable member ends
    captures: int = 0
    source: str = ""
    run: str = ""
    last: Record | None = None  # the response that waits for its metadata record
    faults: tuple[Fault, ...] = ()


def recover(root: Path) -> tuple[Recovered, ...]:
    """What was done to each file left open below `root`/warc, by name; () where there was none.

    Raises StorageError where the archive cannot be written.
    """
    done: list[Recovered] = []
    for path in sorted(root.glob(f"warc/*/*.warc.gz{OPEN}")):
        with _left(path) as is_left:
            if is_left:
                with opened(path, os.O_RDWR | os.O_APPEND) as descriptor:
                    done.append(_recover(root, path, descriptor))
    return tuple(done)


def restore_manifest(root: Path) -> tuple[str, ...]:
    """The closed files whose lost or damaged line in the manifest was written again.

    Only where two agree: the bytes of the file, and the event that closed it in a log that is whole.
    """
    log = events.read_log(root)
    if log.breaks:
        return ()
    entries, damaged = manifest.scan(root)
    recorded = {entry.file: entry.digest for entry in entries}
    differ = {file: told for file, about in log.closed.items() if recorded.get(file) != (told := about.get("digest"))}
    lost = {file: told for file, told in differ.items() if told and (root / file).exists()}
    lost = {file: told for file, told in lost.items() if manifest.digest_of(root / file) == told}
    if lost or (damaged and not differ):
        manifest.restore(root, lost)
    return tuple(sorted(lost))


@contextmanager
def _left(path: Path) -> Iterator[bool]:
    """Whether the file at `path` has no writer any more; then it is held, and can be written to, meanwhile."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:  # its writer has closed it since its name was read
        yield False
        return
    except OSError as error:
        raise refused(path, error) from error
    try:
        is_left = is_held(path, descriptor)
        if is_left:
            _make_writable(path, descriptor)
        yield is_left
    finally:
        os.close(descriptor)


def _make_writable(path: Path, descriptor: int) -> None:
    # it is read-only where its writer died while it was closing it
    try:
        os.fchmod(descriptor, 0o644)
    except OSError as error:
        raise refused(path, error) from error


def _recover(root: Path, path: Path, descriptor: int) -> Recovered:
    file = path.relative_to(root).as_posix().removesuffix(OPEN)
    digest = manifest.read(root).get(file)
    if digest:  # its writer died between manifest and rename: the file was whole, or it has changed since
        if manifest.digest_of(path) != digest:
            fault = Fault(0, os.fstat(descriptor).st_size, "not the bytes that the manifest names")
            return Recovered(file, "damaged", 0, faults=(fault,))
        seal(root, file, descriptor, digest, captures=(found := _look(path)).captures, run=found.run)
        return Recovered(file, "closed", found.captures)
    found = _look(path)
    size = os.fstat(descriptor).st_size
    tail = _cut(root, file, path, descriptor, found.good) if found.good < size else ""
    if not found.captures:
        path.unlink()
        sync_folder(path.parent)
        events.append(root, "deletion", file, "no capture in it", {"bytes": found.good, "tail": tail})
        return Recovered(file, "removed", 0, found.good, size - found.good, tail, faults=found.faults)
    completed = _complete(path, descriptor, found, found.last) if found.last else ""
    seal(root, file, descriptor, manifest.digest_of(path), captures=found.captures, run=found.run)
    cut = size - found.good
    outcome: Literal["cut", "closed"] = "cut" if cut or completed else "closed"
    return Recovered(file, outcome, found.captures, found.good if cut else 0, cut, tail, completed, found.faults)


def _look(path: Path) -> _Found:
    found = _Found(source=path.parent.name)
    waiting: list[Fault] = []  # a fault is damage only if something good follows it; else it is the torn end
    for member in members(path):
        try:
            if isinstance(member, Fault):
                waiting.append(member)
                continue
            record = parse(member.data)
        except DamageError as error:
            waiting.append(Fault(member.offset, member.length, message_of(error)))
            continue
        found.faults += tuple(waiting)
        waiting.clear()
        found.good = member.offset + member.length
        if record.type in ANSWERS:
            found.captures += 1
            found.last = record
        elif record.type == "metadata" and found.last and same_fetch(record, found.last):
            found.last = None
        elif record.type == "warcinfo":
            fields = dict(read_fields(record.block))
            found.source, found.run = fields.get("source", found.source), fields.get("isPartOf", "")
    return found


def _cut(root: Path, file: str, path: Path, descriptor: int, good: int) -> str:
    # The bytes are laid aside first: whatever happens next, they are on the disk once at least.
    torn = os.pread(descriptor, os.fstat(descriptor).st_size - good, good)
    tail = f"{file}.{good}{TAIL}"
    replace_file(root / tail, torn)
    try:
        os.ftruncate(descriptor, good)
        os.fsync(descriptor)
    except OSError as error:
        raise refused(path, error) from error
    detail = {"offset": good, "bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest(), "kept_in": tail}
    events.append(root, "modification", file, "torn end cut", detail)
    return tail


def _complete(path: Path, descriptor: int, found: _Found, answer: Record) -> str:
    named = [(name, answer.get(name.lower())) for name in ("WARC-Warcinfo-ID", "WARC-Target-URI", "WARC-Date")]
    fields: Fields = (("WARC-Concurrent-To", f"<{answer.id}>"), *((name, value) for name, value in named if value))
    block = fields_block((("source", found.source), ("run", found.run), ("kind", "page"), RECOVERED))
    append(descriptor, compress(metadata_record(fields, block), LEVEL), found.good, path)
    return answer.id

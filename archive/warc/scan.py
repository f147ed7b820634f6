"""All captures of a WARC file in its order, whoever wrote it, and what had to be passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import DamageError
from archive.model import Place, StoredCapture
from archive.warc.captures import ANSWERS, REPORT, UNTOLD, capture_of, provenance_of, same_fetch
from archive.warc.members import OPEN, Fault, members
from archive.warc.record import Record, parse

Skip = Callable[[Fault], None]

_WAITING = 16
"""Requests remembered until their response comes: wget writes them directly before it."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record and where it lies in its file, compressed."""

    offset: int
    length: int
    record: Record


@dataclass(slots=True)
class _Group:
    # a response and the records that belong to it, while the file is read
    answer: Parsed
    request: Record | None = None
    metadata: Record | None = None


def scan(path: Path, file: str = "", skip: Skip | None = None) -> Iterator[StoredCapture]:
    """Every capture in the WARC file at `path`, in order; `file` is its name in places ("warc/<source>/<name>").

    Damaged stretches and records that are no capture of a page (dns, segments, a tool's own notes) are passed over, and
    `skip` is told where and why. Raises StorageError where the file cannot be opened. Memory: one record.
    """
    return captures(records(path), file or _file_of(path), skip)


def records(path: Path, start: int = 0) -> Iterator[Parsed | Fault]:
    """Every record of the file from offset `start` on, with its member, and every stretch that holds none."""
    for member in members(path, start):
        if isinstance(member, Fault):
            yield member
            continue
        try:
            yield Parsed(member.offset, member.length, parse(member.data))
        except DamageError as error:
            yield Fault(member.offset, member.length, str(error))


def captures(parsed: Iterable[Parsed | Fault], file: str, skip: Skip | None = None) -> Iterator[StoredCapture]:
    """The captures that `parsed`, the records of `file` in order, make up; arguments and errors as of `scan`."""
    report = skip or _silent
    group: _Group | None = None
    waiting: list[Parsed] = []
    provenance = UNTOLD
    for item in parsed:
        if isinstance(item, Fault):
            report(item)
            continue
        record = item.record
        kind = record.type
        if kind in ANSWERS and is_page(record):
            yield from _finish(group, file, provenance, report)
            group = _Group(item, request=_fetch(waiting, record))
        elif kind == "request":
            if group and group.request is None and same_fetch(record, group.answer.record):
                group.request = record
            else:
                waiting.append(item)
                _forget(waiting, _WAITING, report)
        elif kind == "metadata" and group and group.metadata is None and same_fetch(record, group.answer.record):
            group.metadata = record
        elif kind == "metadata" and record.block.startswith(b"removed: "):
            continue  # the tombstone of a takedown
        elif kind == "metadata" and record.url.startswith(REPORT):
            continue  # what a run of ours did
        elif kind == "warcinfo":
            provenance = provenance_of(record)
        else:
            report(Fault(item.offset, item.length, _unread(record)))
    yield from _finish(group, file, provenance, report)
    _forget(waiting, 0, report)


def _unread(record: Record) -> str:
    said = f"a {record.type or 'nameless'} record of {record.url or 'no URL'}"
    if segment := record.get("warc-segment-number"):
        return f"{said}, segment {segment} of a content that is kept in parts and cannot be read"
    return said


def _finish(group: _Group | None, file: str, provenance: str, report: Skip) -> Iterator[StoredCapture]:
    if group is None:
        return
    answer = group.answer
    place = Place(file, answer.offset, answer.length, answer.record.id)
    try:
        yield capture_of(place, answer.record, group.request, group.metadata, provenance)
    except DamageError as error:
        report(Fault(place.offset, place.length, str(error)))


def _fetch(waiting: list[Parsed], answer: Record) -> Record | None:
    for index, item in enumerate(waiting):
        if same_fetch(item.record, answer):
            del waiting[index]
            return item.record
    return None


def _forget(waiting: list[Parsed], keep: int, report: Skip) -> None:
    while len(waiting) > keep:
        item = waiting.pop(0)
        report(Fault(item.offset, item.length, f"a request without its response: {item.record.url}"))


def is_page(record: Record) -> bool:
    """Whether a response or resource record is a capture of a page: no dns, no tool's own notes, no segment."""
    return record.url.lower().startswith(("http://", "https://", "urn:baotinh:")) and not record.get(
        "warc-segment-number"
    )


def _file_of(path: Path) -> str:
    name = path.name.removesuffix(OPEN)
    return f"warc/{path.parent.name}/{name}" if path.parent.parent.name == "warc" else str(path.with_name(name))


def _silent(fault: Fault) -> None:
    """Passes over a fault nobody asked for."""

"""Captures read back out of WARC files: one by its place, or all of a file in its order, whoever wrote it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from isal import isal_zlib

from archive.disk import opened
from archive.errors import DamageError, StorageError
from archive.messages.message import reason_of
from archive.model import Place, StoredCapture
from archive.warc.captures import ANSWERS, REPORT, UNTOLD, capture_of, is_ours, provenance_of, read_fields, same_fetch
from archive.warc.members import MEMBER_LIMIT, OPEN, Fault, cut_out, inflate, locate, members
from archive.warc.record import GZIP_ERROR, GZIP_MAGIC, Record, parse

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


_AROUND = 1 << 13
"""Bytes read behind a response for its request and metadata: 8 KiB hold both of nearly every capture."""


def read(root: Path, place: Place) -> StoredCapture:
    """The capture at `place`, with the request and metadata that follow its response.

    Of a revisit the response ends with its head: the body lies at the record `revisit_of`. Raises StorageError where
    the file cannot be opened, DamageError naming file and offset where the bytes there are not that record.
    """
    path = locate(root, place.file)
    with opened(path, os.O_RDONLY) as descriptor:
        return _read(descriptor, path, place)


class Reader:
    """Reads captures as `read` does, and keeps the file open that it read last: the next one mostly lies there too.

    `close` it before the file may have been written anew under its name, and at the end; it opens again by itself.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._file = ""
        self._path = root
        self._descriptor = -1
        self._open = ExitStack()

    def read(self, place: Place) -> StoredCapture:
        """The capture at `place`; raises as `read` does."""
        if place.file != self._file:
            self.close()
            self._path = locate(self._root, place.file)
            self._descriptor = self._open.enter_context(opened(self._path, os.O_RDONLY))
            self._file = place.file
        return _read(self._descriptor, self._path, place)

    def close(self) -> None:
        """Closes the file that is open."""
        self._file = ""
        self._open.close()


def _read(descriptor: int, path: Path, place: Place) -> StoredCapture:
    try:
        data = os.pread(descriptor, place.length + _AROUND, place.offset)
        answer = _answer(descriptor, data, place)
        request, metadata = _around(descriptor, data, place, answer)
        foreign = metadata is None or not is_ours(read_fields(metadata.block))
        return capture_of(place, answer, request, metadata, _maker(path) if foreign else "captured")
    except DamageError as error:
        raise DamageError("{file} at {offset}: {error}", file=place.file, offset=place.offset, error=error) from error
    except OSError as error:
        raise StorageError(
            "{path} at {offset}: {reason}", path=path, offset=place.offset, reason=reason_of(error)
        ) from error


def record_at(root: Path, place: Place) -> Record:
    """The record at `place` as it stands in its file; raises as `read` does."""
    with opened(locate(root, place.file), os.O_RDONLY) as descriptor:
        try:
            return _answer(descriptor, os.pread(descriptor, place.length, place.offset), place)
        except DamageError as error:
            raise DamageError(
                "{file} at {offset}: {error}", file=place.file, offset=place.offset, error=error
            ) from error


def _answer(descriptor: int, data: bytes, place: Place) -> Record:
    answer, end = _record(descriptor, data, 0, place)
    if answer.id != place.record_id or end != place.length:
        message = "{id}, {end} bytes, where {record_id}, {length} bytes, should be"
        raise DamageError(message, id=answer.id, end=end, record_id=place.record_id, length=place.length)
    return answer


def _around(descriptor: int, data: bytes, place: Place, answer: Record) -> tuple[Record | None, Record | None]:
    # The request of another maker may stand before its response; it is found by `scan` only, and no row needs it.
    request: Record | None = None
    metadata: Record | None = None
    position = place.length
    while (request is None or metadata is None) and (position < len(data) or len(data) == place.length + _AROUND):
        record, position = _record(descriptor, data, position, place)
        if record.type == "request" and request is None and same_fetch(record, answer):
            request = record
        elif record.type == "metadata" and metadata is None and same_fetch(record, answer):
            metadata = record
        else:
            break
    return request, metadata


def _record(descriptor: int, data: bytes, start: int, place: Place) -> tuple[Record, int]:
    # the record at `start` of `data`, read from the file itself where it reaches beyond; and where it ends
    if data[start : start + 2] != GZIP_MAGIC and start < len(data):
        plain, end = cut_out(descriptor, place.offset + start)
        return parse(plain), end - place.offset
    stream = isal_zlib.decompressobj(31)
    try:
        plain = stream.decompress(data[start:], MEMBER_LIMIT)
    except GZIP_ERROR as error:
        raise DamageError("a damaged gzip member ({error})", error=error) from error
    if stream.eof:
        return parse(plain), len(data) - len(stream.unused_data)
    plain, end = inflate(descriptor, place.offset + start)
    return parse(plain), end - place.offset


@lru_cache(maxsize=64)
def _maker(path: Path) -> str:
    with opened(path, os.O_RDONLY) as descriptor:
        first = os.pread(descriptor, 2, 0)
        try:
            data, _ = (inflate if first == GZIP_MAGIC else cut_out)(descriptor, 0)
            return provenance_of(parse(data))
        except DamageError:
            return UNTOLD  # of its other records this says nothing

"""The members of a WARC file, one after another, with offset and length: gzip members, or records of a plain file.

A damaged stretch is given as a `Fault` and stepped over, so that one flipped bit costs one record and not the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isal import isal_zlib

from archive.disk import opened
from archive.errors import DamageError, StorageError
from archive.messages.message import reason_of
from archive.text.numbers import parse_digits
from archive.warc.record import END, GZIP_ERROR, GZIP_MAGIC, HEAD_LIMIT, Record, read_head

OPEN = ".open"
"""Ends the name of a file that is being written, or was when its writer died."""

MEMBER_LIMIT = 1 << 28
"""Bytes of a record that are held in memory: 256 MiB. Longer records are stepped over and named."""

_PIECE = 1 << 16
_FIRST_PIECE = 1 << 13
"""Read of a member at first: most end within, and what is read beyond is copied and thrown away."""
_SEARCH = 1 << 20
_LOOKED_AT = 1 << 10  # of a member, to see what it begins with: its head and codes, of which deflate needs 300 bytes
MEMBER_START = GZIP_MAGIC + b"\x08"
"""The first bytes of a gzip member."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member: where it lies in its file, compressed, and its bytes, decompressed."""

    offset: int
    length: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """A stretch of a file that cannot be read, and why."""

    offset: int
    length: int
    reason: str


def folder_of(source: str) -> str:
    """Where the WARC files of `source` lie, relative to the archive."""
    return f"warc/{source}"


def locate(root: Path, file: str) -> Path:
    """The path of `file` (relative to `root`), under its closed name or, while it is written, its open one."""
    path = root / file
    # A writer may close the file between two looks, so the closed name is asked for first and last.
    return next((found for found in (path, root / (file + OPEN)) if found.exists()), path)


def members(path: Path, start: int = 0) -> Iterator[Member | Fault]:
    """Every member of the file from offset `start` on; raises StorageError where it cannot be opened."""
    with opened(path, os.O_RDONLY) as descriptor:
        size = os.fstat(descriptor).st_size
        compressed = os.pread(descriptor, 2, 0) == GZIP_MAGIC
        read_one = inflate if compressed else cut_out
        offset = start
        while offset < size:
            try:
                data, end = read_one(descriptor, offset)
            except DamageError as error:
                end = _next_start(descriptor, offset + 1, size, compressed)
                yield Fault(offset, end - offset, str(error))
            except OSError as error:
                raise StorageError(
                    "{path} at {offset}: {reason}", path=path, offset=offset, reason=reason_of(error)
                ) from error
            else:
                yield Member(offset, end - offset, data)
            offset = end


def inflate(descriptor: int, offset: int) -> tuple[bytes, int]:
    """The gzip member at `offset`, decompressed, CRC and size checked, and the offset behind it.

    Raises DamageError where it is cut, damaged or too long.
    """
    stream = isal_zlib.decompressobj(31)
    parts: list[bytes] = []
    room = MEMBER_LIMIT
    position = offset
    size = _FIRST_PIECE
    while not stream.eof:
        piece = os.pread(descriptor, size, position)
        size = _PIECE
        if not piece:
            raise DamageError("a gzip member that is cut")
        position += len(piece)
        try:
            data = stream.decompress(piece)
        except GZIP_ERROR as error:
            raise DamageError("a damaged gzip member ({error})", error=error) from error
        room -= len(data)
        if room < 0:
            raise DamageError("a record above {member_limit} bytes", member_limit=MEMBER_LIMIT)
        parts.append(data)
    return b"".join(parts), position - len(stream.unused_data)


def cut_out(descriptor: int, offset: int) -> tuple[bytes, int]:
    """The uncompressed record at `offset` and the offset behind it; raises DamageError where none begins there."""
    head = os.pread(descriptor, _PIECE, offset)
    end = head.find(b"\r\n\r\n")
    if end < 0:
        head = os.pread(descriptor, HEAD_LIMIT, offset)
        end = head.find(b"\r\n\r\n")
    if end < 0 or not head.startswith(b"WARC/"):
        raise DamageError("no WARC record begins here")
    length = _content_length(head[:end])
    if length > MEMBER_LIMIT:
        raise DamageError("a record above {member_limit} bytes", member_limit=MEMBER_LIMIT)
    total = end + 4 + length + 4
    data = os.pread(descriptor, total, offset)
    if len(data) < total:
        raise DamageError("a record that is cut")
    return data, offset + total


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if (
            name.strip().lower() == b"content-length"
            and (length := parse_digits(value.strip().decode("latin-1"))) is not None
        ):
            return length
    raise DamageError("a WARC record without Content-Length")


def _next_start(descriptor: int, offset: int, size: int, compressed: bool) -> int:
    # where the next member begins whose first bytes are a WARC head, or the end of the file
    mark = MEMBER_START if compressed else b"WARC/1."
    while offset < size:
        window = os.pread(descriptor, _SEARCH + _LOOKED_AT, offset)
        found = window.find(mark, 0, _SEARCH)
        while compressed and found >= 0 and not _begins_record(window[found : found + _LOOKED_AT]):
            found = window.find(mark, found + 1, _SEARCH)
        if found >= 0:
            return offset + found
        offset += _SEARCH - len(mark) + 1
    return size


def _begins_record(data: bytes) -> bool:
    try:
        return isal_zlib.decompressobj(31).decompress(data, 5) == b"WARC/"
    except GZIP_ERROR:
        return False


_STEP = 32  # bytes unpacked at a time: of the step in which the damage lies nothing comes out


def torn_heads(stretch: bytes) -> Iterator[Record]:
    """The records that begin in `stretch` (packed) and whose heads can be unpacked, in order; without their blocks."""
    at = stretch.find(MEMBER_START)
    while at >= 0:
        head, end, _ = _unpacked(stretch, at).partition(END)
        if end:
            try:
                version, fields = read_head(head)
                yield Record(fields, b"", version)
            except DamageError:
                pass  # these bytes look like the beginning of a member by chance
        at = stretch.find(MEMBER_START, at + 1)


def _unpacked(stretch: bytes, start: int) -> bytes:
    stream, found = isal_zlib.decompressobj(31), b""
    for at in range(start, len(stretch), _STEP):
        try:
            found += stream.decompress(stretch[at : at + _STEP])
        except GZIP_ERROR:
            break
        if stream.eof or END in found or len(found) > HEAD_LIMIT:
            break
    return found

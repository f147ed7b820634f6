"""The records of a WARC stream one after another, byte for byte, however the stream was packed."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from archive.errors import DamageError, InstallationError, StorageError
from archive.importers.kinds import ZSTD_MAGIC, ZSTD_SKIPPABLE
from archive.text.digits import whole
from archive.warc.members import MEMBER_LIMIT, Fault
from archive.warc.record import HEAD_LIMIT

_PIECE = 1 << 20
_START = b"WARC/"
_DICTIONARY_LIMIT = 16 << 20


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """The file at `path` as a stream without its compression: gzip, zstd (with the dictionary it begins with), none.

    Raises StorageError where it cannot be opened or no decoder is installed, DamageError for a bad dictionary.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
            stream.seek(0)
            if head.startswith(b"\x1f\x8b"):
                with gzip.GzipFile(fileobj=stream) as plain:
                    yield cast(IO[bytes], plain)
            elif head in {ZSTD_MAGIC, *ZSTD_SKIPPABLE}:
                with _zstd(path, stream, head) as plain:
                    yield plain
            else:
                yield stream
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error


def raw_records(stream: IO[bytes]) -> Iterator[bytes | Fault]:
    """Each record from its version line to the blank lines behind it; a Fault (offset in the plain stream) between.

    A stream that breaks off or is damaged ends with a Fault. Memory: one record.
    """
    buffer = bytearray()
    offset = 0
    source = _Source(stream)
    while True:
        source.fill(buffer, HEAD_LIMIT, b"\r\n\r\n")
        if not buffer:
            break
        end = buffer.find(b"\r\n\r\n")
        length = _content_length(bytes(buffer[:end])) if end >= 0 and buffer.startswith(_START) else None
        if length is None or length > MEMBER_LIMIT:
            gone = _skip(source, buffer)
            yield Fault(offset, gone, "no WARC record" if length is None else f"a record above {MEMBER_LIMIT} bytes")
            offset += gone
            continue
        total = end + 4 + length
        source.fill(buffer, total + 4)
        if len(buffer) < total:
            yield Fault(offset, len(buffer), "a record that is cut")
            break
        while total < len(buffer) and buffer[total] in b"\r\n":
            total += 1
        yield bytes(buffer[:total])
        del buffer[:total]
        offset += total
    if source.broken:
        yield Fault(offset + len(buffer), 0, f"the file breaks off: {source.broken}")


class _Source:
    # a stream that notes its own damage instead of raising
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.broken = ""

    def read(self) -> bytes:
        if self.broken:
            return b""
        try:
            return self._stream.read(_PIECE)
        except _unreadable() as error:
            self.broken = str(error)
            return b""

    def fill(self, buffer: bytearray, size: int, until: bytes = b"") -> None:
        while len(buffer) < size and not (until and until in buffer):
            piece = self.read()
            if not piece:
                return
            buffer += piece


def _skip(source: _Source, buffer: bytearray) -> int:
    # to the next line that begins a record, or to the end
    gone = 1
    del buffer[:1]
    while True:
        found = buffer.find(b"\nWARC/1.")
        if found >= 0:
            del buffer[: found + 1]
            return gone + found + 1
        keep = min(len(buffer), 8)
        gone += len(buffer) - keep
        del buffer[: len(buffer) - keep]
        piece = source.read()
        if not piece:
            gone += len(buffer)
            buffer.clear()
            return gone
        buffer += piece


def _content_length(head: bytes) -> int | None:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return whole(value.strip().decode("latin-1"))
    return None


def _zstd(path: Path, stream: BinaryIO, head: bytes) -> IO[bytes]:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError as error:
        raise InstallationError.of(error) from error
    if head == ZSTD_MAGIC:
        return cast(IO[bytes], zstd.ZstdFile(stream))
    # A .warc.zst may begin with its dictionary in a skippable frame, compressed itself or not (the format's own text).
    stream.seek(4)
    size = int.from_bytes(stream.read(4), "little")
    try:
        dictionary = stream.read(size)
        if dictionary.startswith(ZSTD_MAGIC):
            dictionary = zstd.ZstdDecompressor().decompress(dictionary, _DICTIONARY_LIMIT)
        return cast(IO[bytes], zstd.ZstdFile(stream, zstd_dict=zstd.ZstdDict(dictionary)))
    except (zstd.ZstdError, ValueError) as error:
        raise DamageError(f"{path}: its dictionary is damaged ({error})") from error


def _unreadable() -> tuple[type[Exception], ...]:
    # asked for when something was raised: by then zstd's decoder is loaded, or it was not the one that raised
    module = sys.modules.get("compression.zstd") or sys.modules.get("backports.zstd")
    usual = (OSError, EOFError, zlib.error, ValueError)
    return usual if module is None else (*usual, module.ZstdError)

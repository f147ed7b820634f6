"""WARC and ARC files of other makers: records taken as they are or packed anew, never rewritten, however the stream
was packed.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Literal, cast

from archive.errors import DamageError, InstallationError, StorageError
from archive.holdings import Holdings
from archive.importers.intake import ZSTD_MAGIC, ZSTD_SKIPPABLE, Imported, accept, begin
from archive.messages.message import Message, reason_of
from archive.model import Capture
from archive.text.numbers import parse_digits
from archive.warc.captures import ANSWERS, capture_records, read_fields, warcinfo_record
from archive.warc.members import MEMBER_LIMIT, Fault
from archive.warc.reader import Parsed, captures, is_page, records
from archive.warc.record import GZIP_MAGIC, HEAD_LIMIT, digest_faults, new_id, one_line, read_timestamp, timestamp

_READ_AT_ONCE = 1 << 20
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
        raise StorageError("{path}: {reason}", path=path, reason=reason_of(error)) from error


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
            yield Fault(
                offset,
                gone,
                "no WARC record"
                if length is None
                else Message("a record above {member_limit} bytes", member_limit=MEMBER_LIMIT),
            )
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
        yield Fault(offset + len(buffer), 0, Message("the file breaks off: {broken}", broken=source.broken))


class _Source:
    # a stream that notes its own damage instead of raising
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.broken = ""

    def read(self) -> bytes:
        if self.broken:
            return b""
        try:
            return self._stream.read(_READ_AT_ONCE)
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
            return parse_digits(value.strip().decode("latin-1"))
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
        raise DamageError("{path}: its dictionary is damaged ({error})", path=path, error=error) from error


def _unreadable() -> tuple[type[Exception], ...]:
    # asked for when something was raised: by then zstd's decoder is loaded, or it was not the one that raised
    module = sys.modules.get("compression.zstd") or sys.modules.get("backports.zstd")
    usual = (OSError, EOFError, zlib.error, ValueError)
    return usual if module is None else (*usual, module.ZstdError)


_PIECE = 1 << 20


def bring_warc(
    holdings: Holdings, path: Path, source: str, digest: str, name: str = "", origin: str = ""
) -> Iterator[Imported]:
    """The WARC file that the one at `path` became; `name` and `origin` where it came out of a package."""
    look = _Look()
    count = sum(1 for _ in captures(look.at(path), "", look.skip))
    with path.open("rb") as stream:
        whole = stream.read(2) == GZIP_MAGIC and not look.crowded
    skipped: list[str] = []
    broken = 0
    with begin(holdings.root, source, name or path.name) as intake:
        if whole:
            with path.open("rb") as stream:
                while piece := stream.read(_PIECE):
                    intake.write(piece)
        else:
            with unpacked(path) as stream:
                for record in raw_records(stream):
                    if isinstance(record, Fault):
                        skipped.append(f"{path.name} at {record.offset} unpacked: {record.reason}")
                        broken += 1
                    else:
                        intake.add(record)
            look = _Look()
            count = sum(1 for _ in captures(look.at(intake.path), "", look.skip))
        skipped += [f"{Path(intake.file).name} at {fault.offset}: {fault.reason}" for fault in look.skipped]
        detail = {
            "faults": look.faults,
            "how": "copied" if whole else "packed",
            "origin": origin or path.name,
            "origin_digest": digest,
            "passed_over": len(look.skipped),
            "software": look.software,
        }
        accept(holdings.root, intake, count, detail)
    how: Literal["copied", "packed"] = "copied" if whole else "packed"
    unread = look.pages - count  # a page without a date, say
    yield Imported(intake.file, str(path), how, count, tuple(skipped), len(look.faults) + broken + unread)


class _Look:
    # one pass over a file: what is wrong in it, what no capture is made of, and who wrote it
    def __init__(self) -> None:
        self.skipped: list[Fault] = []
        self.faults: list[int] = []
        self.pages = 0
        self.software = ""
        self.crowded = False  # several records in one gzip member: none but the first can be opened alone

    def at(self, path: Path) -> Iterator[Parsed | Fault]:
        for item in records(path):
            if isinstance(item, Fault):
                self.faults.append(item.offset)
                self.crowded = self.crowded or item.reason.endswith("should end it")
            else:
                self.pages += item.record.type in ANSWERS and is_page(item.record)
                if item.record.type == "warcinfo" and not self.software:
                    self.software = dict(read_fields(item.record.block)).get("software", "")
                if any(digest_faults(item.record, ours=False)):
                    self.faults.append(item.offset)
            yield item

    def skip(self, fault: Fault) -> None:
        self.skipped.append(fault)


_LINE_LIMIT = 1 << 16


def bring_arc(holdings: Holdings, path: Path, source: str, digest: str) -> Iterator[Imported]:
    """The WARC file written from the ARC file at `path`; a file that breaks off gives what stands before the break."""
    skipped: list[str] = []
    damage: list[str] = []
    count, name = 0, one_line(path.name)
    with begin(holdings.root, source, path.name) as intake, unpacked(path) as stream:
        for capture in _captures(stream, source, name, skipped, damage):
            if not count:
                fields = (("isPartOf", name), ("source", source), ("operator", holdings.settings.operator))
                intake.add(warcinfo_record(new_id(), Path(intake.file).name, timestamp(capture.began), fields))
            for record in capture_records(capture, provenance="imported")[1]:
                intake.add(record)
            count += 1
        detail = {"faults": [], "how": "written", "origin": path.name, "origin_digest": digest, "passed_over": 0}
        accept(holdings.root, intake, count, detail)
    yield Imported(intake.file, str(path), "written", count, (*skipped, *damage), len(damage))


def _captures(stream: IO[bytes], source: str, name: str, skipped: list[str], damage: list[str]) -> Iterator[Capture]:
    # what is no page goes to `skipped`, what cannot be read of one to `damage`
    while True:
        try:
            line = stream.readline(_LINE_LIMIT)
            if not line:
                return
            if not line.strip():
                continue
            *start, length = line.decode("utf-8", "replace").split()
            size = int(length)
            block = stream.read(size) if 0 <= size <= MEMBER_LIMIT else b""
        except (ValueError, EOFError, OSError, zlib.error) as error:
            damage.append(
                Message("{name}: breaks off or is no ARC file from here on ({error})", name=name, error=error)
            )
            return
        if len(block) != size:
            told = "{name}: {start} is cut or above {member_limit} bytes; nothing behind it was read"
            damage.append(Message(told, name=name, start=" ".join(start[:1]), member_limit=MEMBER_LIMIT))
            return
        url = start[0] if start else ""
        if len(start) != 4 or not url.startswith(("http://", "https://")) or not url.isprintable():
            if not url.startswith("filedesc:"):
                skipped.append(
                    Message("{name}: {url} is no page", name=name, url=url if url.isprintable() else repr(url))
                )
            continue
        _, address, date, _ = start
        try:
            began = read_timestamp(date)
        except DamageError as error:
            damage.append(f"{name}: {url}: {error}")
            continue
        address = address if address.isprintable() else ""
        yield Capture(url, began, b"", block, source, address=address, notes=(("from", f"ARC file {name}"),))

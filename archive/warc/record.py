"""One WARC record as bytes: built for writing, parsed strictly for reading.

Own code instead of warcio's writer, which re-prints HTTP heads: 7 of 10 awkward ones came back changed or were refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from isal import isal_zlib

from archive.errors import DamageError
from archive.text.numbers import parse_digits
from archive.warc import http
from archive.warc.http import Part

VERSION = b"WARC/1.1\r\n"
END = b"\r\n\r\n"
GZIP_MAGIC = b"\x1f\x8b"
GZIP_ERROR: type[Exception] = isal_zlib.IsalError  # type: ignore[assignment]  # isal's stub has an instance here
HEAD_LIMIT = 1 << 20
"""No head of a WARC record is longer: 1 MiB."""

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A parsed WARC record; field names are lower case, in the order of the file, repeated ones kept."""

    fields: Fields
    block: bytes
    version: str = "WARC/1.1"
    _first: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_first", dict(reversed(self.fields)))

    def get(self, name: str) -> str:
        """The value of the first field called `name` (lower case), or "" where there is none."""
        return self._first.get(name, "")

    def all(self, name: str) -> tuple[str, ...]:
        """The values of all fields called `name` (lower case)."""
        return tuple(value for found, value in self.fields if found == name)

    @property
    def type(self) -> str:
        """WARC-Type, lower case."""
        return self.get("warc-type").lower()

    @property
    def id(self) -> str:
        """WARC-Record-ID without its angle brackets."""
        return bare(self.get("warc-record-id"))

    @property
    def url(self) -> str:
        """WARC-Target-URI; wget 1.25 still writes it in angle brackets, which WARC 1.1 section 5.14 dropped."""
        return bare(self.get("warc-target-uri"))


def new_id() -> str:
    """A fresh record id: "urn:uuid:..."."""
    return f"urn:uuid:{uuid.uuid4()}"


def bare(value: str) -> str:
    """`value` without one pair of angle brackets around it."""
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value


def one_line(text: str) -> str:
    """`text`, which may be the name of any file, as a field can hold it: in one line, without what is no UTF-8."""
    return " ".join(text.encode("utf-8", "replace").decode().replace("\0", " ").splitlines())


def timestamp(moment: datetime) -> str:
    """`moment` as WARC-Date: UTC, milliseconds, or microseconds where there are any (WARC 1.1, section 5.4)."""
    precision = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def read_timestamp(value: str) -> datetime:
    """The aware UTC time of a WARC-Date or 14-digit date; a date without zone is read as UTC.

    Raises DamageError where it is no date. WARC 1.1 allows dates cut to year, month, day or minute.
    """
    text = value.strip()
    if re.fullmatch(r"\d{4}(-\d\d)?", text):
        text += "-01-01"[len(text) - 4 :]
    try:
        if text.isdigit() and len(text) == 14:
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # in UTC, the first hours of the year 1 may be of no year
        raise DamageError("{value} is not a WARC-Date", value=repr(value)) from error


def build(fields: Fields, block: bytes) -> bytes:
    """The record's bytes, uncompressed; Content-Length is added here.

    Raises ValueError where a name or value would break the line format.
    """
    lines = [f"{name}: {value}\r\n" for name, value in fields]
    for line in lines:
        if "\n" in line[:-2] or "\r" in line[:-2] or "\0" in line:
            raise ValueError(f"a WARC field holds one line: {line[:-2]!r}")
    head = "".join(lines).encode()
    return b"".join((VERSION, head, b"Content-Length: %d\r\n\r\n" % len(block), block, END))


def compress(record: bytes, level: int) -> bytes:
    """One gzip member of `record`, without a time in its head, so that equal records give equal bytes.

    isal at level 2 costs 0.17 ms for a page of 78 KB where zlib 6 costs 2.1, for 10 to 13 % more bytes.
    """
    return isal_zlib.compress(record, level, 31)


def parse(data: bytes) -> Record:
    """The record that `data` (uncompressed) holds, from its first byte to its last.

    Raises DamageError, without naming a file: the caller knows where `data` came from.
    """
    end = data.find(b"\r\n\r\n", 0, HEAD_LIMIT)
    if end < 0:
        raise DamageError("a WARC record without the end of its head")
    version, fields = read_head(data[:end])
    record_length = next((value for name, value in fields if name == "content-length"), "")
    if (length := parse_digits(record_length)) is None:
        raise DamageError("a WARC record with Content-Length {record_length}", record_length=repr(record_length[:20]))
    start = end + 4
    stop = start + length
    if len(data) < stop:
        message = "a WARC record of {record_length} bytes that ends after {held}"
        raise DamageError(message, record_length=record_length, held=len(data) - start)
    if data[stop:].strip(b"\r\n"):
        raise DamageError("a WARC record with {surplus} bytes where 4 should end it", surplus=len(data) - stop)
    return Record(fields, data[start:stop], version)


def read_head(data: bytes) -> tuple[str, Fields]:
    """Version and fields of a record whose head is `data`, up to the empty line; raises DamageError as `parse`."""
    try:
        version, *lines = data.decode().split("\r\n")
    except UnicodeDecodeError:
        version, *lines = data.decode("latin-1").split("\r\n")  # makers before the rule "UTF-8" of WARC 1.0
    if not version.startswith("WARC/"):
        raise DamageError("{version} begins no WARC record", version=repr(version[:20]))
    fields: list[tuple[str, list[str]]] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and fields:  # folded, by an old maker
            fields[-1][1].append(line.strip())
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise DamageError("a WARC field without colon: {line}", line=repr(line[:60]))
        fields.append((name.strip().lower(), [value.removeprefix(" ")]))
    return version, tuple((name, " ".join(parts)) for name, parts in fields)


_ALGORITHMS = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha-256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "md5": hashlib.md5,
}


def digest_holds(digest: str, data: bytes) -> bool | None:
    """Whether `data` has `digest` ("sha256:<hex>", "sha1:<Base32>"); None where the algorithm is unknown here."""
    name, _, value = digest.partition(":")
    algorithm = _ALGORITHMS.get(name.lower())
    if algorithm is None or not value:
        return None
    found = algorithm(data, usedforsecurity=False)
    if len(value) == 2 * found.digest_size:
        return value.lower() == found.hexdigest()
    return value.upper() == base64.b32encode(found.digest()).decode()


def digest_faults(record: Record, ours: bool, part: Part = http.part) -> Iterator[str]:
    """What is not right with a record's own digests; of records that are `ours`, more is asked."""
    block = record.get("warc-block-digest")
    if digest_holds(block, record.block) is False:
        yield f"{record.type} {record.id}: the block is not {block}"
    elif ours and not block:
        yield f"{record.type} {record.id}: no block digest"
    # Of other makers the payload digest is not checked: most hash the chunk framing, WARC 1.1 does not.
    payload = record.get("warc-payload-digest")
    if ours and record.type == "response" and payload and not digest_holds(payload, http.entity(part(record.block))):
        yield f"{record.type} {record.id}: the payload is not {payload}"

"""An HTTP response as the wire had it, taken apart: heads, message, surplus; and its payload decoded under limits.

Tolerant like a browser where the meaning is clear (bare LF, folded lines, lines without colon), and never by guessing:
a body that is not what its coding says is `Unreadable`, while its bytes stay in the WARC.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive.errors import InstallationError, Unreadable
from archive.text.numbers import parse_digits

CODINGS_LIMIT = 3
"""More codings on one body than this are an attack, not a page."""

_STEP = 1 << 16
_FIRST_STEP = 1 << 10  # of a body of many members each may be short


def decode(body: bytes, codings: Sequence[str], limit: int) -> bytes:
    """`body` with `codings` (as Content-Encoding lists them, the one applied last standing last) undone.

    Names that are no coding ("", "identity", "none", a charset) are passed over, as browsers do. Raises Unreadable:
    `too_large` above `limit` bytes, `content_coding` where the body is cut, is something else, or has no decoder here.
    """
    known = [name for name in (coding.strip().lower() for coding in codings) if name in _DECODERS]
    if len(known) > CODINGS_LIMIT:
        raise Unreadable("content_coding", f"{len(known)} codings")
    for name in reversed(known):
        if body:
            body = _DECODERS[name](body, limit)
    if len(body) > limit:
        raise Unreadable("too_large", f"{len(body)} bytes, {limit} allowed")
    return body


def _gzip(body: bytes, limit: int) -> bytes:
    # Members may follow each other (RFC 1952, section 2.2); other bytes after the last one are passed over.
    parts: list[bytes] = []
    end = 0
    while not parts or body.startswith(b"\x1f\x8b", end):
        data, end = _inflate(body, 31, limit, end)
        parts.append(data)
        limit -= len(data)
    return b"".join(parts)


def _deflate(body: bytes, limit: int) -> bytes:
    # RFC 9110 means zlib's format, some servers send the bare stream
    zlib_head = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return _inflate(body, 15 if zlib_head else -15, limit)[0]


def _inflate(body: bytes, wbits: int, limit: int, start: int = 0) -> tuple[bytes, int]:
    # What is inflated from `start` on, and where it ends. In pieces: whatever is handed over and not used is copied.
    stream = zlib.decompressobj(wbits)  # checks CRC and size in the trailer
    parts: list[bytes] = []
    room, size = limit + 1, _FIRST_STEP
    while not stream.eof and room and start < len(body):
        piece = body[start : start + size]
        start, size = start + len(piece), _STEP
        try:
            data = stream.decompress(piece, room)
        except zlib.error as error:
            raise Unreadable("content_coding", str(error)) from error
        parts.append(data)
        room -= len(data)
    return _whole(b"".join(parts), limit, stream.eof), start - len(stream.unused_data)


def _brotli(body: bytes, limit: int) -> bytes:
    try:
        import brotli  # type: ignore[import-untyped]  # has no annotations
    except ImportError as error:
        raise InstallationError.of(error) from error
    stream = brotli.Decompressor()
    if not hasattr(stream, "can_accept_more_data"):
        raise Unreadable("content_coding", "brotli before 1.2 cannot limit its output: install a newer one")
    parts: list[bytes] = []
    size = 0
    try:
        while not stream.is_finished() and size <= limit:
            data = stream.process(body if not parts else b"", output_buffer_limit=_STEP)
            parts.append(data)
            size += len(data)
            if not data and stream.can_accept_more_data():
                break
    except brotli.error as error:
        raise Unreadable("content_coding", str(error)) from error
    return _whole(b"".join(parts), limit, stream.is_finished())


def _zstd(body: bytes, limit: int) -> bytes:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError as error:
        raise InstallationError.of(error) from error
    stream = zstd.ZstdDecompressor()
    try:
        data = stream.decompress(body, max_length=limit + 1)
    except zstd.ZstdError as error:
        raise Unreadable("content_coding", str(error)) from error
    return _whole(data, limit, stream.eof)


def _unknown(body: bytes, limit: int) -> bytes:
    raise Unreadable("content_coding", "no decoder for this coding")


def _whole(data: bytes, limit: int, ended: bool) -> bytes:
    if len(data) > limit:
        raise Unreadable("too_large", f"more than {limit} bytes after decoding")
    if not ended:
        raise Unreadable("content_coding", "the compressed body is cut")
    return data


_DECODERS = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
    "compress": _unknown,
    "x-compress": _unknown,
    "dcb": _unknown,
    "dcz": _unknown,
}

BODY_LIMIT = 32 << 20
"""Bytes that a body may have after decoding, unless the caller says otherwise."""

HEAD_LIMIT = 256 << 10
"""Bytes of heads, those of 1xx among them, beyond which none is looked for any more and no field is read.

A head of 32 MB made 900 MB of fields."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t]+([^\r\n]*))?(?=\r?\n|\Z)", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';]+)""", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")

Headers = tuple[tuple[str, str], ...]

REDIRECTS = frozenset((301, 302, 303, 307, 308))
"""Statuses of an answer that leads to another address."""


@dataclass(frozen=True, slots=True)
class Wire:
    """The bytes of an answer, parted: 1xx heads before it, the final head, its body, and what the peer sent beyond it.

    interim + head + body + surplus are the bytes that came. `status` is 0 where there is no HTTP head.
    """

    interim: bytes
    head: bytes  # with the blank line that ends it
    body: bytes  # with transfer coding and content coding
    surplus: bytes
    status: int
    reason: str
    headers: Headers
    chunked: bool


@dataclass(frozen=True, slots=True)
class Payload:
    """A response ready to be read: `body` is free of transfer and content coding.

    `mime` is the media type, lower case, without parameters; `charset` what the header says, lower case; both "" where
    it says nothing. `status` is 0 where the answer is not HTTP, and `body` then all of it.
    """

    status: int
    reason: str
    headers: Headers
    body: bytes
    mime: str
    charset: str


def split(response: bytes, limit: int = BODY_LIMIT) -> Payload:
    """The payload of the response `response` (bytes of the wire).

    Raises Unreadable: `too_large` above `limit` bytes after decoding, `content_coding` where the body is not what its
    Content-Encoding says, is cut, or where no decoder is installed.
    """
    wire = part(response)
    body = entity(wire)
    codings = [name for value in values(wire.headers, "content-encoding") for name in value.lower().split(",")]
    mime, charset = media_type(wire.headers)
    return Payload(wire.status, wire.reason, wire.headers, decode(body, codings, limit), mime, charset)


def part(response: bytes) -> Wire:
    """`response` parted at its borders, without any decoding; garbage is all body."""
    start = 0
    while True:
        status = _STATUS.match(response, start)
        if status is None or start > HEAD_LIMIT:
            return Wire(response[:start], b"", response[start:], b"", 0, "", (), chunked=False)
        end = _HEAD_END.search(response, status.end())
        stop = end.end() if end else len(response)
        code = int(status[1])
        if code >= 200 or code == 101 or end is None or stop == len(response):
            break
        start = stop
    headers = parse_headers(response[status.end() : min(stop, start + HEAD_LIMIT)])
    body = response[stop:]
    chunked = any("chunked" in value.lower() for value in values(headers, "transfer-encoding"))
    length = _length(body, headers, code, chunked)
    return Wire(
        interim=response[:start],
        head=response[start:stop],
        body=body[:length],
        surplus=body[length:],
        status=code,
        reason=(status[2] or b"").decode("latin-1").strip(),
        headers=headers,
        chunked=chunked,
    )


def entity(wire: Wire) -> bytes:
    """The payload as WARC 1.1 section 6.3.2 means it: without transfer coding, with content coding.

    A body that says it is chunked and is not, as some archives hold it, is taken as it is.
    """
    if not wire.chunked:
        return wire.body
    data, _, well_formed = dechunk(wire.body)
    return data if well_formed else wire.body


def dechunk(body: bytes) -> tuple[bytes, int, bool]:
    """The data of a chunked `body`, where its last chunk and trailer end, and whether its first line is a chunk size.

    The end is len(body) where the body is cut or broken: everything up to there counts as data.
    """
    parts: list[bytes] = []
    position = 0
    while size := _CHUNK_SIZE.match(body, position):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts), _trailer_end(body, size.end()), True
        chunk = body[size.end() : size.end() + length]
        parts.append(chunk)
        position = size.end() + length
        position += 2 if body.startswith(b"\r\n", position) else 1 if body.startswith(b"\n", position) else 0
    return b"".join(parts), len(body), bool(parts) or not body


def parse_headers(head: bytes) -> Headers:
    """The header fields of `head` (what follows the status line), names as sent, folded lines joined.

    Lines without colon are passed over. Values are read as UTF-8 where they are valid UTF-8, else as Latin-1.
    """
    fields: list[tuple[str, list[str]]] = []
    for line in head.split(b"\n"):
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(_text(line.strip()))
            continue
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            fields.append((_text(name.strip()), [_text(value.strip())]))
    return tuple((name, lines[0] if len(lines) == 1 else " ".join(filter(None, lines))) for name, lines in fields)


def values(headers: Headers, name: str) -> list[str]:
    """The values of every header field called `name` (lower case)."""
    return [value for found, value in headers if found.lower() == name]


def media_type(headers: Headers) -> tuple[str, str]:
    """Media type and charset of the last Content-Type that has one; ("", "") without."""
    for value in reversed(values(headers, "content-type")):
        mime = value.partition(";")[0].strip().lower()
        if "/" in mime:
            charset = _CHARSET.search(value)
            return mime, charset[1].lower() if charset else ""
    return "", ""


def _length(body: bytes, headers: Headers, status: int, chunked: bool) -> int:
    if chunked:
        return dechunk(body)[1]
    lengths = {value.strip() for value in values(headers, "content-length")}
    if len(lengths) != 1 or status in {101, 204, 304}:
        return len(body)
    (length,) = lengths
    # A length without digits, or 0 with a body, is a lie of the server: then the whole body is the message.
    return min(parse_digits(length) or len(body), len(body))


def _trailer_end(body: bytes, start: int) -> int:
    # after the last chunk: either a blank line at once, or trailer fields and then a blank line
    for blank in (b"\r\n", b"\n"):
        if body.startswith(blank, start):
            return start + len(blank)
    end = _HEAD_END.search(body, start)
    return end.end() if end else len(body)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


Part = Callable[[bytes], Wire]
"""Takes a response apart, as `archive.warc.http.part` does."""

_REMEMBERED = 2
"""A capture is whole when the next answer has been read: two are under way at once."""


class ParsedAnswers:
    """`part`, remembering the last two answers, told apart by being the same object."""

    def __init__(self) -> None:
        self._last: tuple[tuple[bytes, Wire], ...] = ()

    def __call__(self, response: bytes) -> Wire:
        """`response` taken apart."""
        for known, wire in self._last:
            if known is response:
                return wire
        wire = part(response)
        self._last = ((response, wire), *self._last[: _REMEMBERED - 1])
        return wire

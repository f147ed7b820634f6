"""An HTTP response as the wire had it, taken apart: heads, message, surplus; and its payload decoded under limits.

Tolerant like a browser where the meaning is clear (bare LF, folded lines, lines without colon), and never by guessing:
a body that is not what its coding says is `Unreadable`, while its bytes stay in the WARC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.text.digits import whole
from archive.warc.coding import decode

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
    return min(whole(length) or len(body), len(body))


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

"""Content codings (gzip, deflate, br, zstd) undone under a limit: no bomb grows, no cut body passes as whole."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Sequence

from archive.errors import InstallationError, Unreadable

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

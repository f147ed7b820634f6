"""What a stretch that holds no whole record still tells: the heads of the records that begin in it."""

from __future__ import annotations

from collections.abc import Iterator

from isal import isal_zlib

from archive.errors import DamageError
from archive.warc.members import MEMBER_START
from archive.warc.record import END, GZIP_ERROR, HEAD_LIMIT, Record, read_head

_STEP = 32  # bytes unpacked at a time: of the step in which the damage lies nothing comes out


def heads(stretch: bytes) -> Iterator[Record]:
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

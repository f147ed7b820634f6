"""Counts by month in few bytes: varints of the months since the one before, and of the count."""

from __future__ import annotations

from collections.abc import Iterator


def pack(gap: int, count: int) -> bytes:
    """A count, `gap` months behind the one before; the first one's gap is since month 0.

    >>> list(unpack(pack(24242, 5) + pack(1, 300)))
    [(24242, 5), (24243, 300)]
    """
    return _varint(gap) + _varint(count)


def unpack(packed: bytes) -> Iterator[tuple[int, int]]:
    """The (month, count) pairs of a blob; a month is year x 12 + month - 1."""
    numbers: list[int] = []
    number = shift = 0
    for byte in packed:
        number |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            numbers.append(number)
            number = shift = 0
    month = 0
    for gap, count in zip(numbers[::2], numbers[1::2], strict=True):
        month += gap
        yield month, count


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)

"""Sets of rowids as bits, one for each article in turn: what makes questions to a million articles quick.

Joining two sets of a million articles takes 6 us so, and counting one 10; as sorted numbers 10 ms (measured). Articles
written since the bits were made stand apart, as numbers, so that a set is exact in the middle of an update too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias, TypeGuard

from archive.search.bits import SPARE
from archive.search.rowids import ListRowids, Numbers, NumpyRowids, Rowids, member, numpy

Packed: TypeAlias = Any
"""A numpy array of bytes: eight articles in each, the first in the high bit; whole numbers of 64 bits."""


class Numbering:
    """The articles that bits stand for, part by part, by their rowids in order; `todo` are those written or gone since.

    Where they are `paired`, the table of pairs knows all the others.
    """

    __slots__ = ("articles", "known", "paired", "stale", "todo")

    def __init__(self, parts: Sequence[Numbers], todo: NumpyRowids, paired: bool) -> None:
        self.paired = paired
        self.articles: Numbers = numpy.concatenate([numpy.pad(part, (0, -len(part) % SPARE), "edge") for part in parts])
        self.todo = todo
        part_of = numpy.searchsorted([part[0] for part in parts[1:]], todo.values, side="right")
        self.stale = [(int(some[0]), int(some[-1])) for some in _split(todo.values, part_of)]
        """Spans of rowids in which all that is `todo` lies: one for each part that has any."""
        held = numpy.concatenate([[True], self.articles[1:] > self.articles[:-1]])
        self.known: Packed = numpy.packbits(held & ~member(self.articles, todo.values))
        """The articles that bits say something of."""

    def pack(self, rows: Rowids) -> Packed:
        """Those of `rows` that bits say something of."""
        held = numpy.zeros(len(self.articles), dtype=bool)
        held[self.places(array(rows - self.todo))] = True
        return numpy.packbits(held)

    def places(self, values: Numbers) -> Numbers:
        """The number of each article of `values`; of another rowid that of the next."""
        return numpy.searchsorted(self.articles, values)

    def between(self, low: int, high: int) -> Packed:
        """The articles with rowids low..high."""
        first, end = self.places([low, high + 1]).tolist()
        held = numpy.zeros(len(self.articles), dtype=bool)
        held[first:end] = True
        return numpy.packbits(held)


class Bits:
    """`Rowids` as bits by a `Numbering`, and those of its `todo` that belong to the set as numbers."""

    __slots__ = ("_number", "_packed", "_values", "numbering", "since")

    def __init__(self, numbering: Numbering, packed: Packed, since: NumpyRowids) -> None:
        self.numbering = numbering
        self.since = since
        self._packed = packed
        self._number: int | None = None
        self._values: Numbers = None

    @property
    def places(self) -> Numbers:
        """The numbers of the articles that bits stand for."""
        return numpy.flatnonzero(numpy.unpackbits(self._packed).view(bool))

    @property
    def values(self) -> Numbers:
        """All rowids in order."""
        if self._values is None:
            found = self.numbering.articles[self.places]
            self._values = (NumpyRowids(found) | self.since).values
        return self._values

    def __len__(self) -> int:
        if self._number is None:
            words = self._packed.view(numpy.uint64)
            self._number = int(numpy.bitwise_count(words).sum(dtype=numpy.int64)) + len(self.since)
        return self._number

    def __iter__(self) -> Iterator[int]:
        yield from self.values.tolist()

    def __and__(self, other: Rowids) -> Rowids:
        if self._is_alike(other):
            return Bits(self.numbering, self._packed & other._packed, self.since & other.since)
        return NumpyRowids(array(other)[self._has(array(other))])

    def __or__(self, other: Rowids) -> Rowids:
        also = self._alike(other)
        return Bits(self.numbering, self._packed | also._packed, self.since | also.since)

    def __sub__(self, other: Rowids) -> Rowids:
        if not len(other):
            return self
        less = self._alike(other)
        return Bits(self.numbering, self._packed & ~less._packed, self.since - less.since)

    def __rsub__(self, other: Rowids) -> Rowids:
        return NumpyRowids(array(other)[~self._has(array(other))])

    __rand__ = __and__
    __ror__ = __or__

    def __reduce__(self) -> tuple[type[NumpyRowids], tuple[Numbers]]:
        return NumpyRowids, (self.values,)  # another process has other numbers

    def newest(self, most: int, below: int | None = None) -> list[int]:
        """As `Rowids.newest`."""
        end = len(self.numbering.articles) if below is None else int(self.numbering.places(below))
        eights = numpy.flatnonzero(self._packed[: (end + 7) // 8])[-most - 1 :]  # in the last, some may be too new
        found = self._of(eights, 0, end)[-most:].tolist()
        return sorted([*found, *self.since.newest(most, below)], reverse=True)[:most]

    def oldest(self, most: int, above: int | None = None) -> list[int]:
        """As `Rowids.oldest`."""
        start = 0 if above is None else int(self.numbering.places(above + 1))
        eights = numpy.flatnonzero(self._packed[start // 8 :])[: most + 1] + start // 8
        found = self._of(eights, start, len(self.numbering.articles))[:most].tolist()
        return sorted([*found, *self.since.oldest(most, above)])[:most]

    def _of(self, eights: Numbers, start: int, end: int) -> Numbers:
        """The rowids in some bytes, of the articles number start..end - 1."""
        places = (eights[:, None] * 8 + numpy.arange(8))[numpy.unpackbits(self._packed[eights]).reshape(-1, 8) > 0]
        return self.numbering.articles[places[(places >= start) & (places < end)]]

    def _has(self, values: Numbers) -> Numbers:
        """Which of `values`, rowids of articles, belong to the set."""
        places = numpy.minimum(self.numbering.places(values), len(self.numbering.articles) - 1)
        bits = self._packed[places >> 3] >> (7 - (places & 7)).astype(numpy.uint8) & 1
        same = self.numbering.articles[places] == values
        return (bits.view(bool) & same) | member(values, self.since.values)

    def _is_alike(self, other: Rowids) -> TypeGuard[Bits]:
        return isinstance(other, Bits) and other.numbering is self.numbering

    def _alike(self, other: Rowids) -> Bits:
        if self._is_alike(other):
            return other
        return Bits(self.numbering, self.numbering.pack(other), NumpyRowids(array(other)) & self.numbering.todo)


def array(rows: Rowids) -> Numbers:
    """`rows` as a sorted array."""
    if isinstance(rows, Bits | NumpyRowids):
        return rows.values
    return numpy.array(rows.values if isinstance(rows, ListRowids) else list(rows), dtype=numpy.int64)


def _split(values: Numbers, part_of: Numbers) -> list[Numbers]:
    """`values` by the part of each."""
    return numpy.split(values, numpy.flatnonzero(numpy.diff(part_of)) + 1) if len(values) else []

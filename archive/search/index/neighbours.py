"""Which frequent words stand side by side in articles: many texts at once, as arrays of the numbers of their words."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from itertools import pairwise, product, zip_longest

from archive.search.grammar.matcher import Table
from archive.search.index.docid_sets import ascending, numpy
from archive.search.index.pairs import JOINT
from archive.text import folding
from archive.text.analyzer import Forms, coded_words, forms, words

_REMEMBERED = 1 << 16  # words: of Vietnamese there are 7,000 syllables


class Neighbours(dict[bytes, int]):
    """By a word of an exact form, in the one-byte code: its number in either form, a byte each, as one; 0 is rare.

    So the texts of many articles become one array, in which neighbours are paired by numpy: 115 us an article of 600
    words where word by word takes 500.
    """

    def __init__(self, frequent: Mapping[Table, frozenset[str]]) -> None:
        super().__init__()
        self._numbers: list[dict[str, int]] = []
        self._names = numpy.empty(1 << 17, dtype=object)
        for at, table in enumerate(JOINT):
            ordered = sorted(frequent[table])
            self._numbers.append({word: number for number, word in enumerate(ordered, 1)})
            for (one, first), (two, second) in product(enumerate(ordered, 1), repeat=2):
                self._names[at << 16 | one << 8 | two] = f"{first}{JOINT[table]}{second}"

    def __missing__(self, coded: bytes) -> int:
        if len(self) > _REMEMBERED:
            self.clear()
        word = folding.decode_lower(coded, folding.LOWER_ALPHABET)
        self[coded] = number = int.from_bytes(self._both(word, forms(word).folded), sys.byteorder)
        return number

    def pairs(self, articles: Sequence[Sequence[Forms]]) -> list[str]:
        """What `pairs.of` gives of each article, in order; at most 32,768 of them at once."""
        coded = [b"\0\0".join([self._numbered(text) for text in made if text.exact]) for made in articles]
        both = numpy.frombuffer(b"\0\0".join([*coded, b""]), dtype=numpy.uint8).reshape(-1, 2)
        article = numpy.repeat(numpy.arange(len(coded), dtype=numpy.uint32), [len(one) // 2 + 1 for one in coded])
        found = []
        for at in range(len(JOINT)):
            of_form = both[:, at].astype(numpy.uint32)
            places = numpy.flatnonzero((of_form[:-1] > 0) & (of_form[1:] > 0))
            pair = at << 16 | of_form[places] << 8 | of_form[places + 1]
            found.append(article[places] << 17 | pair)
        once = ascending(numpy.concatenate(found))
        names = self._names[once & 0x1FFFF].tolist()
        ends = numpy.searchsorted(once >> 17, numpy.arange(len(coded)), side="right").tolist()
        return [" ".join(names[start:end]) for start, end in pairwise([0, *ends])]

    def _numbered(self, text: Forms) -> bytes:
        """The numbers of the words of `text`, those in the exact form and those in the folded one by turns."""
        if text.plain:  # letter by letter one form is as long as the other, so both have the same words
            return array("H", map(self.__getitem__, coded_words(text.exact))).tobytes()
        exact, folded = words(text.exact), words(text.folded)
        return b"".join([self._both(*word) for word in zip_longest(exact, folded, fillvalue="")])

    def _both(self, exact: str, folded: str) -> bytes:
        return bytes((self._numbers[0].get(exact, 0), self._numbers[1].get(folded, 0)))

"""The words of many leads and bodies as arrays of numbers: what makes counting them quick, where numpy is installed.

5,000 articles are counted in 0.1 s; cut from their texts and counted word by word it takes 3 (measured).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from typing import Final

import sqlite_utils

from archive.corpus.words import Compounds, Cut
from archive.search.grammar.matcher import Tier, table_of
from archive.search.grammar.tree import Column, Node, Term
from archive.search.index.docid_sets import Numbers, ascending, numpy
from archive.search.index.numbered import FIRST, SENTENCE, TEXT, Names, read
from archive.search.index.vocabulary import spellings, words_with_prefix
from archive.search.ranking.hits import asked as asked_in

MOST_READ: Final = 20_000
"""Articles of which the words are held at once: 16 bytes a word."""

_COLUMNS: Final[tuple[Column, ...]] = ("lead", "body")
_LONGEST: Final = 128  # words of a term
_PIECE: Final = 1 << 16  # words looked at in one step, so that what is made of them stays near the processor


def readable(cut: Cut, articles: int) -> bool:
    """Whether so many articles can be counted as numbers, by what `cut` makes of them: segmenters want the texts."""
    return numpy is not None and articles <= MOST_READ and (cut is None or isinstance(cut, Compounds))


class Stream:
    """The words of articles in a row: each one's number, sentence and text (two of an article), and whether it and the
    next have nothing but space between them.
    """

    __slots__ = ("_raw", "_sentence", "joint", "names", "rowids", "text", "words")

    def __init__(self, db: sqlite_utils.Database, rowids: Sequence[int]) -> None:
        self.names = Names(db)
        articles = list(read(db, rowids, self.names))
        self.rowids = [rowid for rowid, _, _ in articles]
        held = [numpy.frombuffer(numbers, numbers.typecode, counted) for _, counted, numbers in articles]
        raw = numpy.concatenate([numpy.zeros(0, dtype=numpy.uint16), *held])
        word = raw >= FIRST
        self.words: Numbers = raw[word]
        self.joint: Numbers = word[1:][word[:-1]][:-1]  # a mark ends each text
        self.text: Numbers = numpy.cumsum(raw == TEXT, dtype=numpy.int32)[word]
        self._raw, self._sentence = raw, None

    @property
    def sentence(self) -> Numbers:
        """The number of each word's sentence."""
        if self._sentence is None:
            self._sentence = numpy.cumsum(self._raw <= SENTENCE, dtype=numpy.int32)[self._raw >= FIRST]
        return self._sentence

    def sentences_of(self, matches: Numbers) -> tuple[Stream, Numbers]:
        """The sentences of `matches` alone, and where these stand there."""
        wanted = numpy.zeros(int(self.sentence[-1]) + 2 if len(self.words) else 1, dtype=numpy.int8)
        begins, ends = self.sentence[matches[:, 0]], self.sentence[matches[:, 1] - 1]
        for step in range(int((ends - begins).max(initial=0)) + 1):
            wanted[numpy.minimum(begins + step, ends)] = 1
        held = wanted[self.sentence].view(bool)
        places = numpy.flatnonzero(held)
        some = copy(self)
        some.words, some._sentence, some.text = self.words[places], self.sentence[places], self.text[places]
        some.joint = self.joint[places[:-1]] & (places[1:] == places[:-1] + 1)
        return some, numpy.searchsorted(places, matches - (0, 1)) + numpy.array([0, 1])

    def units(self, cut: Compounds | None) -> Units:
        """The words that `cut` makes of the syllables; None leaves these as they are."""
        if cut is None:
            places = numpy.arange(len(self.words))
            return Units(self, self.words, places, None, [])
        pairs = list(cut.of)
        number = self._pairs(pairs)
        begins = _chosen(number, numpy.array([0.0, *cut.of.values()]))
        size = numpy.ones(len(self.words), dtype=numpy.int8)
        size[begins], size[begins + 1] = 2, 0
        codes = self.words.astype(numpy.int32)
        codes[begins] = self.names.highest + number[begins].astype(numpy.int32)
        starts = numpy.flatnonzero(size)
        return Units(self, codes[starts], starts, size, [" ".join(pair) for pair in pairs])

    def neighbours(self) -> Units:
        """Every two syllables side by side in a sentence, as words."""
        places, keys = self._neighbours()
        known = ascending(keys)
        named = self.names.words(ascending(self.words).tolist())
        names = [f"{named[key >> 32]} {named[key & 0xFFFFFFFF]}" for key in known.tolist()]
        size = numpy.full(len(self.words), 2, dtype=numpy.int8)
        return Units(self, self.names.highest + 1 + numpy.searchsorted(known, keys), places, size, names)

    def beside(self, least: int) -> Iterator[tuple[int, int, int]]:
        """The numbers of every two syllables side by side in a sentence, and how often, where that is `least` times."""
        ordered = numpy.sort(self._neighbours()[1])
        firsts = (
            numpy.flatnonzero(numpy.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else ordered
        )
        numbers = numpy.diff(numpy.append(firsts, len(ordered)))
        keys = ordered[firsts[numbers >= least]]
        yield from zip(
            (keys >> 32).tolist(), (keys & 0xFFFFFFFF).tolist(), numbers[numbers >= least].tolist(), strict=True
        )

    def _neighbours(self) -> tuple[Numbers, Numbers]:
        places = numpy.flatnonzero(self.sentence[1:] == self.sentence[:-1])
        return places, self.words[places].astype(numpy.int64) << 32 | self.words[places + 1]

    def _pairs(self, pairs: Sequence[tuple[str, str]]) -> Numbers:
        """Which of `pairs`, counted from 1, each word makes with the next; 0 is none."""
        known = self.names.known({word for pair in pairs for word in pair})
        ways = [{word: at for at, word in enumerate(dict.fromkeys(words), 1)} for words in zip(*pairs, strict=True)]
        if not pairs or not len(self.words):
            return numpy.zeros(len(self.joint), dtype=numpy.uint8)
        maps = []  # as narrow as they may be: what is gathered from stays near the processor
        for way in ways:
            narrow = numpy.min_scalar_type(len(way))
            of_number = numpy.zeros(self.names.highest + 1, dtype=narrow)
            for word, at in way.items():
                if word in known:
                    of_number[known[word]] = at
            maps.append(of_number)
        table = numpy.zeros((len(ways[0]) + 1, len(ways[1]) + 1), dtype=numpy.min_scalar_type(len(pairs)))
        for number, (one, two) in enumerate(pairs, 1):
            table[ways[0][one], ways[1][two]] = number
        found: Numbers = numpy.empty(len(self.joint), dtype=table.dtype)
        for start in range(0, len(found), _PIECE):
            words = self.words[start : start + _PIECE + 1].astype(numpy.intp)
            places = maps[0].take(words[:-1]).astype(numpy.intp)
            places *= table.shape[1]
            places += maps[1].take(words[1:])
            table.ravel().take(places, out=found[start : start + _PIECE], mode="clip")
        found *= self.joint
        return found

    def matches(self, db: sqlite_utils.Database, root: Node, tier: Tier) -> Numbers | None:
        """Where what `root` asks for begins and ends, in order, a row each; None where the texts must tell."""
        found = [numpy.zeros(0, dtype=numpy.int64)]
        for at, column in enumerate(_COLUMNS):
            for part in asked_in(root, column):
                if not isinstance(part, Term) or part.numbers or len(part.words) >= _LONGEST:
                    return None
                starts = self._occurrences(db, part, tier)
                starts = starts[self.text[starts] & 1 == at]
                found.append(starts * _LONGEST + len(part.words))
        every = ascending(numpy.concatenate(found))
        return numpy.stack([every // _LONGEST, every // _LONGEST + every % _LONGEST], axis=1)

    def _occurrences(self, db: sqlite_utils.Database, term: Term, tier: Tier) -> Numbers:
        size, count = len(term.words), len(self.words)
        if count < size:
            return numpy.zeros(0, dtype=numpy.int64)
        held = self.text[: count - size + 1] == self.text[size - 1 :]
        for at, word in enumerate(term.words):
            begun = term.prefix and at == size - 1
            if table_of(term, tier) == "folded":
                spelled = spellings(db, word.folded, begun)
            else:
                spelled = tuple(words_with_prefix(db, "exact", word.exact)) if begun else (word.exact,)
            wanted = numpy.zeros(self.names.highest + 1, dtype=bool)
            wanted[list(self.names.known(spelled).values())] = True
            held &= wanted[self.words[at : count - size + 1 + at]]
        return numpy.flatnonzero(held)


def _chosen(number: Numbers, scores: Numbers) -> Numbers:
    """Where the words of two syllables begin: `words._best` for all rows of pairs at once."""
    edges = numpy.diff(numpy.concatenate([[False], number > 0, [False]]).view(numpy.int8))
    firsts = numpy.flatnonzero(edges > 0)
    lengths = numpy.flatnonzero(edges < 0) - firsts
    alone = firsts[lengths == 1]  # most: nothing is to be chosen
    firsts, lengths = firsts[lengths > 1], lengths[lengths > 1]
    narrow = numpy.min_scalar_type(-1 - int(lengths.max(initial=0)))  # of two bytes: sorted without comparing
    order = numpy.argsort(-lengths.astype(narrow), kind="stable")
    firsts, lengths = firsts[order], lengths[order]
    joined = numpy.zeros(len(number), dtype=bool)
    before, best = numpy.zeros(len(firsts)), numpy.zeros(len(firsts))
    for step in range(int(lengths.max(initial=0))):
        some = int(numpy.searchsorted(-lengths, -step))  # rows longer than `step`: the first ones
        before, best, places = before[:some], best[:some], firsts[:some] + step
        with_it = before + scores[number[places]]
        joined[places] = with_it > best
        before, best = best, numpy.maximum(best, with_it)
    chosen, at = [alone], firsts + lengths - 1
    while len(at):
        chosen.append(at[joined[at]])
        at = at - 1 - joined[at]
        inside = at >= firsts
        at, firsts = at[inside], firsts[inside]
    return numpy.concatenate(chosen)


class Units:
    """The words of a stream as something cuts them: the code of each, and the syllable it begins with. `size` is of
    each syllable that begins one how many it has; None: each has one.
    """

    __slots__ = ("_joined", "_size", "_stream", "codes", "starts")

    def __init__(
        self, stream: Stream, codes: Numbers, starts: Numbers, size: Numbers | None, joined: Sequence[str]
    ) -> None:
        self._stream, self._size, self._joined = stream, size, joined
        self.codes, self.starts = codes, starts

    def begins(self) -> Numbers:
        """At which of them each article of the stream begins, in its order, and the end of all."""
        texts = numpy.arange(0, 2 * len(self._stream.rowids) + 1, 2)
        return numpy.searchsorted(self.starts, numpy.searchsorted(self._stream.text, texts))

    def names(self, codes: Sequence[int]) -> list[str]:
        """The words of `codes`."""
        highest = self._stream.names.highest
        named = self._stream.names.words(code for code in codes if code <= highest)
        return [named[code] if code <= highest else self._joined[code - highest - 1] for code in codes]

    def counted(self, codes: Numbers) -> Counter[str]:
        """How often each word stands among `codes`."""
        numbers = numpy.bincount(codes)
        held = numpy.flatnonzero(numbers)
        return Counter(dict(zip(self.names(held.tolist()), numbers[held].tolist(), strict=True)))

    def around(self, matches: Numbers, window: int) -> Numbers:
        """The codes of the words near `matches`, in the sentences of these; what reaches into one is none."""
        sentence, begins, ends = self._stream.sentence, matches[:, 0], matches[:, 1]
        lowest = numpy.searchsorted(self.starts, numpy.searchsorted(sentence, sentence[begins], side="left"))
        highest = numpy.searchsorted(self.starts, numpy.searchsorted(sentence, sentence[ends - 1], side="right"))
        word_ends = self.starts + (1 if self._size is None else self._size[self.starts])
        before = numpy.searchsorted(word_ends, begins, side="right")
        behind = numpy.searchsorted(self.starts, ends, side="left")
        near = [numpy.zeros(0, dtype=numpy.int64)]
        for step in range(window):
            left, right = before - 1 - step, behind + step
            near += [left[left >= lowest], right[right < highest]]
        return self.codes[numpy.concatenate(near)]

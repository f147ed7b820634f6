"""Texts cut into Vietnamese words, and the alphabetical order of these: the letters a ă â … d đ …, then
the tones.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, Literal, TypeAlias

from archive.errors import UsageError
from archive.text.analyzer import WORD, Prepared, ends, prepare
from archive.text.folding import aligned_fold, exact_form

Segmenter = Callable[[str], Sequence[str]]
"""Cuts a text into words, punctuation among them."""

Unit: TypeAlias = Literal["syllable", "word", "segment"]
"""Syllables, words as the archive's own texts tell them (`corpus.compounds`), or what a segmenter makes of a text."""

UNITS: tuple[Unit, ...] = ("syllable", "word", "segment")


@dataclass(frozen=True, slots=True)
class Compounds:
    """Words of two syllables, each with how firmly the two go together."""

    of: Mapping[tuple[str, str], float]

    def sizes(self, syllables: Sequence[str], joints: Iterable[bool]) -> list[int]:
        """How many syllables each word has; `joints` tells of every two neighbours whether they may be of one word.

        >>> Compounds({("kinh", "tế"): 0.8, ("nền", "kinh"): 0.5}).sizes(["nền", "kinh", "tế"], [True, True])
        [1, 2]
        """
        known = self.of
        pairs = zip(pairwise(syllables), joints, strict=True)
        sizes = [1] * len(syllables)
        for at in _words([known.get(pair) if joint else None for pair, joint in pairs]):
            sizes[at], sizes[at + 1] = 2, 0
        return [size for size in sizes if size]

    def words(self, syllables: Sequence[str]) -> Sequence[str]:
        """The words of `syllables` between which nothing stands but spaces.

        >>> Compounds({("kinh", "tế"): 0.8, ("nền", "kinh"): 0.5}).words(["nền", "kinh", "tế"])
        ['nền', 'kinh tế']
        """
        words: list[str] = []
        last = 0
        for at in _words(list(map(self.of.get, pairwise(syllables)))):
            words += syllables[last:at]
            words.append(f"{syllables[at]} {syllables[at + 1]}")
            last = at + 2
        return [*words, *syllables[last:]] if last else syllables


def _words(scores: Sequence[float | None]) -> Iterator[int]:
    """Where the words of two syllables begin, by how firmly each syllable goes with the next (None: not)."""
    at, end = 0, len(scores)
    while at < end:
        first = at
        while at < end and scores[at] is not None:
            at += 1
        if at - first == 1:
            yield first
        elif at > first:
            yield from _best(scores[first:at], first)
        at += 1


def _best(scores: Sequence[float | None], first: int) -> list[int]:
    """Where the words begin whose sum is largest, in a row of pairs of which each shares a syllable with the next."""
    before, best, joined = 0.0, 0.0, []
    for score in scores:
        joined.append(before + (score or 0.0) > best)
        before, best = best, max(best, before + (score or 0.0))
    found, at = [], len(joined) - 1
    while at >= 0:
        if joined[at]:
            found.append(first + at)
        at -= 1 + joined[at]
    return found[::-1]


Cut: TypeAlias = Segmenter | Compounds | None
"""What makes words of a text's syllables; None leaves these as they are."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A word in its exact form, and where it stands in the prepared text."""

    word: str
    start: int
    end: int


def segmenter() -> Segmenter:
    """The installed segmenter; raises UsageError where there is none."""
    try:
        from underthesea import word_tokenize  # type: ignore[import-not-found, unused-ignore]  # the extra "nlp"
    except ImportError as error:
        raise UsageError("segments need underthesea: 'pip install baotinh[nlp]', or take words or syllables") from error
    tokenize: Segmenter = word_tokenize
    return tokenize


def worded(text: str, cut: Cut) -> Iterator[list[str]]:
    """The words of each sentence of `text` as `cut` makes them, the syllables of each joined by `_`.

    >>> list(worded("Đại hội lớn. Hòa bình!", lambda _: ["Đại hội", "lớn", ".", "Hòa bình", "!"]))
    [['đại_hội', 'lớn'], ['hoà_bình']]
    """
    ready = prepare(text)
    words, borders = segments(ready, cut), ends(ready.exact)
    starts, begin = [word.start for word in words], 0
    for border in borders:
        end = bisect_left(starts, border)
        if end > begin:
            yield [word.word.replace(" ", "_") for word in words[begin:end]]
        begin = end


# Syllables between which nothing stands but spaces, so that two of them may be one word.
_RUN: Final = re.compile(r"[^\W_]+(?:[^\S\n]+[^\W_]+)*")


def counted(text: str, cut: Cut) -> Iterable[str]:
    """The words of `text` as `cut` makes them, for who only counts them: four times as fast as `segments`."""
    ready = prepare(text)
    if isinstance(cut, Compounds):
        return chain.from_iterable(cut.words(run.split()) for run in _RUN.findall(ready.exact))
    return (segment.word for segment in segments(ready, cut))


def segments(ready: Prepared, cut: Cut = None, first: int = 0, last: int | None = None) -> list[Segment]:
    """The words of a prepared text in order: its syllables, or with `cut` what that makes of them; only those from
    `first` to `last`, which are ends of sentences.

    A segmenter changes spaces and signs, so its words are told by the number of syllables in each. Where that number is
    not the text's (it cut through a syllable, or dropped one), the text is taken by syllables.
    """
    if cut is not None and not isinstance(cut, Compounds) and (first or last is not None):
        return [one for one in segments(ready, cut) if first <= one.start < (last or len(ready.exact))]
    matches = WORD.finditer(ready.exact, first, len(ready.exact) if last is None else last)
    found = [(match.start(), match.end(), match[0]) for match in matches]
    if isinstance(cut, Compounds):
        gaps = (ready.exact[one[1] : two[0]] for one, two in pairwise(found))
        joints = [gap.isspace() and "\n" not in gap for gap in gaps]
        return _joined(found, cut.sizes([word for _, _, word in found], joints))
    if cut is not None:
        sizes = [len(WORD.findall(word)) for word in cut(ready.text)]
        if sum(sizes) == len(found):
            return _joined(found, [size for size in sizes if size])
    return [Segment(word, start, end) for start, end, word in found]


def _joined(found: list[tuple[int, int, str]], sizes: list[int]) -> list[Segment]:
    joined: list[Segment] = []
    at = 0
    for size in sizes:
        parts = found[at : at + size]
        joined.append(Segment(" ".join(word for _, _, word in parts), parts[0][0], parts[-1][1]))
        at += size
    return joined


# The order of Vietnamese words: the letters a ă â … d đ …, then the tones.

Key: TypeAlias = tuple[str, str, str]

# ngang, huyền, sắc, hỏi, ngã, nặng; dictionaries differ in the order of the middle four.
_TONES: Final = {"\u0300": "1", "\u0301": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_SHAPES: Final = {"\u0306": "1", "\u0302": "2", "\u031b": "3"}  # ă before â, ô before ơ


@lru_cache(maxsize=65536)
def collation_key(word: str) -> Key:
    """A key that sorts words by their bare letters, then by the shapes of these, then by tone.

    >>> sorted(["đa", "da", "bạn", "bán", "bân", "ban", "bản"], key=collation_key)
    ['ban', 'bán', 'bản', 'bạn', 'bân', 'da', 'đa']
    """
    exact = exact_form(word)
    shapes: list[str] = []
    tones: list[str] = []
    for letter in exact:
        marks = unicodedata.normalize("NFD", letter)[1:]
        shapes.append("1" if letter == "đ" else next((_SHAPES[mark] for mark in marks if mark in _SHAPES), "0"))
        tones.extend(_TONES[mark] for mark in marks if mark in _TONES)
    return aligned_fold(exact), "".join(shapes), "".join(tones)

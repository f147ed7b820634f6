"""Vietnamese words of one or more syllables, as a segmenter cuts them (underthesea, extra `nlp`), with their places."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from archive.errors import UsageError
from archive.search.prepare import WORD, Prepared, prepare
from archive.search.sentences import ends, sentences

Segmenter = Callable[[str], Sequence[str]]
"""Cuts a text into words, punctuation among them."""

Unit: TypeAlias = Literal["syllable", "word"]
UNITS: tuple[Unit, ...] = ("syllable", "word")


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
        raise UsageError("words need underthesea: 'pip install baotinh[nlp]', or take syllables or pairs") from error
    tokenize: Segmenter = word_tokenize
    return tokenize


def cutter(unit: Unit) -> Callable[[str], Iterable[list[str]]]:
    """What cuts a text into sentences of syllables or of words; raises UsageError where these need a segmenter."""
    if unit == "syllable":
        return sentences
    return partial(worded, cut=segmenter())


def worded(text: str, cut: Segmenter) -> Iterator[list[str]]:
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


def segments(ready: Prepared, cut: Segmenter | None = None) -> list[Segment]:
    """The words of a prepared text in order: its syllables, or with `cut` what that makes of the text.

    A segmenter changes spaces and signs, so its words are told by the number of syllables in each. Where that number is
    not the text's (it cut through a syllable, or dropped one), the text is taken by syllables.
    """
    found = [(match.start(), match.end(), match[0]) for match in WORD.finditer(ready.exact)]
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

"""The order of Vietnamese words: the letters a ă â … d đ …, then the tones."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, TypeAlias

from archive.text.fold import aligned_fold, exact_form

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

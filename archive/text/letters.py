"""The Vietnamese letters, their marks, and which characters are no letters but noise between them."""

from __future__ import annotations

import unicodedata

TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng

_BARE_VOWELS = "aăâeêioôơuưy"
VOWELS = _BARE_VOWELS + "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in _BARE_VOWELS for tone in TONES)
"""All 72 lower-case vowels of Vietnamese, in NFC: 12 bare ones, each with five tones."""

ACCENTED = "".join(letter for letter in VOWELS if not letter.isascii()) + "đ"
"""The 67 lower-case letters beyond ASCII (67 x 2 with capitals: facts of Unicode, checked by a test)."""

INVISIBLE = "\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
"""Characters that show nothing, as the inside of a regex class: soft hyphen, joiners, zero width, direction marks."""


def bare(letter: str) -> str:
    """The ASCII letter under a Vietnamese one: `ấ` gives `a`, `Đ` gives `D`.

    >>> "".join(bare(letter) for letter in "Đường")
    'Duong'
    """
    if letter in "đĐ":
        return "d" if letter == "đ" else "D"
    return unicodedata.normalize("NFD", letter)[0]


def split_tone(text: str) -> tuple[str, str]:
    """A syllable without its tone, in NFC, and the tone mark ("" for ngang; the last one where there are more).

    >>> split_tone("nghiệp") == ("nghiêp", "\\u0323")
    True
    """
    decomposed = unicodedata.normalize("NFD", text)
    marks = [mark for mark in decomposed if mark in TONES]
    rest = "".join(mark for mark in decomposed if mark not in TONES)
    return unicodedata.normalize("NFC", rest), marks[-1] if marks else ""

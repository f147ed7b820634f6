"""Reads Vietnamese typed with its keys showing (Telex `tinhr uyr`, VNI `d9u7o7ng2`), when the input method was off.

Of 15,014 Telex codes of possible syllables none equals a syllable without accents and 10 are ambiguous (measured), so
what decodes is worth a suggestion; it is never taken for the word itself.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_VOWELS: Final = "aăâeêioôơuưy"
_TELEX_TONES: Final = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES: Final = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_TELEX_SHAPES: Final = {"aa": "â", "aw": "ă", "ee": "ê", "oo": "ô", "ow": "ơ", "uw": "ư", "dd": "đ"}
_VNI_SHAPES: Final = {"a6": "â", "a8": "ă", "e6": "ê", "o6": "ô", "o7": "ơ", "u7": "ư", "d9": "đ"}
_SYLLABLE: Final = re.compile(
    "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


def decoded(word: str) -> str | None:
    """The syllable that the keys of `word` (lower case) would have given; None where they give none.

    >>> [decoded(keys) for keys in ("tinhr", "uyr", "dduwowngf", "hooij", "d9u7o7ng2", "kho1a", "duong", "covid")]
    ['tỉnh', 'uỷ', 'đường', 'hội', 'đường', 'khoá', None, None]
    """
    for tones, shapes in ((_TELEX_TONES, _TELEX_SHAPES), (_VNI_TONES, _VNI_SHAPES)):
        syllable = _decoded(word, tones, shapes)
        if syllable is not None:
            return syllable
    return None


def _decoded(word: str, tones: dict[str, str], shapes: dict[str, str]) -> str | None:
    letters: list[str] = []
    tone = ""
    for key in word:
        shape = next((at for at in range(len(letters) - 1, -1, -1) if f"{letters[at]}{key}" in shapes), None)
        if shape is not None and (key == "w" or key.isdigit() or shape >= len(letters) - 2):
            letters[shape] = shapes[f"{letters[shape]}{key}"]
            if key in "w7" and shape and letters[shape] == "ơ" and letters[shape - 1] == "u":
                letters[shape - 1] = "ư"  # uow is ươ
        elif key in tones and any(letter in _VOWELS for letter in letters) and not tone:
            tone = tones[key]
        else:
            letters.append(key)
    bare = "".join(letters)
    if (bare == word and not tone) or _SYLLABLE.fullmatch(bare) is None:
        return None
    return _toned(bare, tone)


def _toned(syllable: str, tone: str) -> str:
    """`syllable` with its tone where the new style has it: on a letter with a shape, else the last vowel of a closed
    syllable, else the middle of three, the second of `oa oe uy`, the first of other two.
    """
    start = 2 if re.match("qu.|gi[aăâeêoôơuư]", syllable) else 0
    vowels = [at for at, letter in enumerate(syllable) if letter in _VOWELS and at >= start]
    shaped = [at for at in vowels if syllable[at] in "ăâêôơư"]
    if shaped:
        place = shaped[-1]
    elif len(vowels) == 1:
        place = vowels[0]
    elif syllable[-1] not in _VOWELS:
        place = vowels[-1]
    elif len(vowels) > 2 or syllable[vowels[0] : vowels[1] + 1] in ("oa", "oe", "uy"):
        place = vowels[1]
    else:
        place = vowels[0]
    return unicodedata.normalize("NFC", f"{syllable[: place + 1]}{tone}{syllable[place + 1 :]}")

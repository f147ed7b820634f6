"""Which of the encodings before Unicode a text is in, told by what it would be: syllables, or none."""

from __future__ import annotations

import re
from typing import Final

from archive.text.legacy import convert
from archive.text.syllables import is_syllable

_CANDIDATES: Final = ("tcvn3", "vni", "viscii", "cp1258")
_WORD: Final = re.compile(r"[^\t\n\r -@\[-`{-~]+")
_QUOTES: Final = "".join(map(chr, range(0x2000, 0x2070))) + "«»\u00a0"
_UNICODE_ONLY: Final = re.compile("[ăĂđĐơƠưƯ\u0300-\u036f\u1ea0-\u1ef9]")  # letters no Latin-1 reading can give
_ACRONYM: Final = re.compile("[A-ZĂÂĐÊÔƠƯ]{1,6}")  # `Q§` of 12/Q§-UBND
_LETTERED: Final = re.compile(r"[^\W\d_]")

# Different words with marks: two are too few, `hµi ngh¸` is hội nghị in VISCII and hài nghá in TCVN3, and ten times
# `m²` prove nothing, though `mỗ` is a syllable.
_ENOUGH: Final = 6
_ENOUGH_HINTED: Final = 1
_SHARE: Final = 0.85  # of the words with marks must be syllables afterwards; other languages stay under a half
_ALL_SHARE: Final = 0.7  # of all words: names of firms and persons from abroad stand in any article
_ASKED: Final = 2000  # words at most: more prove nothing more
_GAIN: Final = 0.3
_MARGIN: Final = 0.1


def recognise(text: str, hint: str = "") -> str:
    """The encoding ("tcvn3", "vni", "viscii", "cp1258") that `text` was in before it was read as Latin-1, or "".

    `hint` is an encoding that the markup named (`font_encoding`): one word is then enough, six otherwise. French,
    Spanish, German, Icelandic and Vietnamese in Unicode are none of them, for their words make no syllables.

    >>> recognise("tØnh ñy th¸i nguyªn tæ chøc ®¹i héi ®iÓm cÊp c¬ së"), recognise("Ñaïi hoäi Ñaûng boä tænh laàn thöù")
    ('tcvn3', 'vni')
    >>> recognise("Tỉnh ủy"), recognise("déjà vu, être à côté du château, forêt, élève"), recognise("th¸i", "tcvn3")
    ('', '', 'tcvn3')
    """
    if text.isascii() or _UNICODE_ONLY.search(text):
        return ""
    words = _WORD.findall(text)
    marked = [word for word in words if _is_marked(word)][:_ASKED]
    if len(set(marked)) < (_ENOUGH_HINTED if hint in _CANDIDATES else _ENOUGH):
        return ""
    before = _share(marked)
    shares = sorted(((_share(_converted(marked, name)), name) for name in _CANDIDATES), reverse=True)
    if hint in _CANDIDATES:
        shares = [(share, name) for share, name in shares if name == hint]
    best, name = shares[0]
    if best < _SHARE or best - before < _GAIN:
        return ""
    if len(shares) > 1 and best - shares[1][0] < _MARGIN:
        return ""
    every = [word for word in _converted(words[:_ASKED], name) if _LETTERED.search(word)]
    return name if _share(every) >= _ALL_SHARE else ""


def _is_marked(word: str) -> bool:
    """Whether `word` has marks on letters: quotes around it and signs beside figures are none."""
    return not word.isascii() and not word.strip(_QUOTES).isascii() and _LETTERED.search(word) is not None


def _converted(words: list[str], encoding: str) -> list[str]:
    return convert(" ".join(words), encoding).split(" ")


def _share(words: list[str]) -> float:
    words = [word.strip(_QUOTES) for word in words]
    good = sum(is_syllable(word) or _ACRONYM.fullmatch(word) is not None for word in words)
    return good / len(words) if words else 0.0

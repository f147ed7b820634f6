"""Letters that look Vietnamese and are not, put right where the word around them leaves no doubt."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from archive.text.syllables import is_syllable

# Ð ð (Eth) and Ɖ ɖ (African D) for Đ đ, a caron for the breve, Ƣ ƣ (Latin OI, the horn of old fonts) for Ư ư, and
# Cyrillic letters that sit on another key of a bilingual board.
_LATIN: Final = {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ", "Ǎ": "Ă", "ǎ": "ă", "Ƣ": "Ư", "ƣ": "ư"}
_CYRILLIC: Final = dict(zip("АВЕІКМНОРСТУХавеікмнорстух", "ABEIKMHOPCTYXabeikmhopctyx", strict=True)) | {
    "в": "b", "к": "k", "м": "m", "н": "h", "т": "t"
}  # fmt: skip
_TABLE: Final = str.maketrans(_LATIN | _CYRILLIC)
_SUSPECT: Final = re.compile(f"[{''.join(_LATIN)}\u0400-\u04ff]")
_WORD: Final = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_ACRONYM: Final = re.compile("[A-ZĐĂÂÊÔƠƯ]{1,6}")


def repair_lookalikes(text: str) -> str:
    """`text` (NFC) with look-alike letters replaced inside words that are Vietnamese once this is done.

    A word all of Cyrillic stays, and so does one that is a Vietnamese syllable in neither reading (`Guðrún`).

    >>> repair_lookalikes("Ðại hội ðồng chí, HÐND, Тhái Nguyên, ngƣời, cǎn; Guðrún, Москва")
    'Đại hội đồng chí, HĐND, Thái Nguyên, người, căn; Guðrún, Москва'
    """
    if text.isascii() or not _SUSPECT.search(text):
        return text
    return _WORD.sub(lambda found: _word(found.group()), text)


def _word(word: str) -> str:
    if not _SUSPECT.search(word) or all("\u0400" <= letter <= "\u04ff" for letter in word):
        return word
    mended = unicodedata.normalize("NFC", word.translate(_TABLE))
    return mended if is_syllable(mended) or _ACRONYM.fullmatch(mended) else word

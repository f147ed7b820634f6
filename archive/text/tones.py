"""Where the tone stands: old style `hòa, khỏe, thủy`, new style `hoà, khoẻ, thuỷ`, made one for matching."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from archive.text import onebyte
from archive.text.letters import TONES

# Only 15 pairs differ (82 syllables of underthesea's word list have one). No word border is asked for: `òan`
# is itself a misplacement of `oàn`. In `của`, `mía` the tone is on the first vowel in both styles.
_NEW: Final = {
    unicodedata.normalize("NFC", first + tone + second): unicodedata.normalize("NFC", first + second + tone)
    for first, second in ("oa", "oe", "uy")
    for tone in TONES
}
_OLD: Final = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")

# In the one-byte code the first letters become 1 and 3, the second ones 2 and 4, all others 0: pairs are then literals.
_CLASSES: Final = ("òóỏõọ", "ae", "ùúủũụ", "y")
_MASK: Final = bytes(
    next((code for code, letters in enumerate(_CLASSES, 1) if letter in letters), 0)
    for letter in onebyte.ALPHABET.ljust(256)
)
_PAIRS: Final = (re.compile(b"\1\2"), re.compile(b"\3\4"))
_NEW_CODES: Final = {onebyte.encode(old): onebyte.encode(new) for old, new in _NEW.items()}


def uniform_tones(text: str) -> str:
    """`text` (NFC, lower case) with the tone of `oa oe uy` on the second vowel; the length stays.

    >>> uniform_tones("hòa bình, khỏe, thủy lợi, quý, của, khoá")
    'hoà bình, khoẻ, thuỷ lợi, quý, của, khoá'
    """
    try:
        encoded = onebyte.encode(text)
    except UnicodeEncodeError:
        return _OLD.sub(lambda pair: _NEW[pair.group()], text)
    uniform = uniform_code(encoded)
    return text if uniform is encoded else onebyte.decode(uniform, onebyte.ALPHABET)


def uniform_code(encoded: bytes) -> bytes:
    """The same for text in the one-byte code; `encoded` itself where nothing changes."""
    mask = encoded.translate(_MASK)
    found = [pair.start() for pairs in _PAIRS for pair in pairs.finditer(mask)]
    if not found:
        return encoded
    uniform = bytearray(encoded)
    for start in found:
        uniform[start : start + 2] = _NEW_CODES[encoded[start : start + 2]]
    return bytes(uniform)

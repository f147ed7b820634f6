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

# In the one-byte code a first letter becomes 1, a second one 2, all others 0: the pairs are then found by memchr.
_MASK: Final = bytes(
    1 if letter in "òóỏõọùúủũụ" else 2 if letter in "aey" else 0 for letter in onebyte.ALPHABET.ljust(256)
)


def uniform_tones(text: str) -> str:
    """`text` (NFC, lower case) with the tone of `oa oe uy` on the second vowel; the length stays.

    >>> uniform_tones("hòa bình, khỏe, thủy lợi, quý, của, khoá")
    'hoà bình, khoẻ, thuỷ lợi, quý, của, khoá'
    """
    try:
        mask = onebyte.encode(text).translate(_MASK)
    except UnicodeEncodeError:
        return _OLD.sub(lambda pair: _NEW[pair.group()], text)
    position = mask.find(b"\1\2")
    if position < 0:
        return text
    pieces: list[str] = []
    done = 0
    while position >= 0:
        pair = text[position : position + 2]
        pieces += text[done:position], _NEW.get(pair, pair)
        done = position + 2
        position = mask.find(b"\1\2", done)
    return "".join([*pieces, text[done:]])

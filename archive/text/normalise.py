"""Text as the archive stores it: NFC, plain white space, nothing invisible, and otherwise as it was published."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from archive.text.letters import INVISIBLE
from archive.text.lookalikes import repair_lookalikes
from archive.text.repair import Repaired, repair

__all__ = ["Repaired", "normalise", "repair"]

_CONTROLS: Final = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # without those that are white space
_NOISE: Final = re.compile(f"[{INVISIBLE}{_CONTROLS}]+")
# A zero-width space between two words is all that parts them; between fewer letters it is an editor's litter.
_PARTING: Final = re.compile(r"(?<=[^\W\d_]{2})\u200b+(?=[^\W\d_]{2})")


def normalise(text: str) -> str:
    """`text` as stored: NFC, white space runs as one space, ends stripped, invisibles and controls gone.

    Look-alike letters (Ð, Cyrillic а, ƣ) are put right inside Vietnamese words only; spelling, tone placement,
    quotes and punctuation stay as the newspaper wrote them. Wrong encodings are `repair`'s, which goes first:
    TCVN3 writes ư as a soft hyphen. `normalise(normalise(x)) == normalise(x)`.

    >>> normalise("\\u00a0 Tỉnh\\u00adủy\\u200b  Thái\\u200bNguyên\\n")
    'Tỉnhủy Thái Nguyên'
    >>> normalise("Ho\\u0323\\u0302i nghi\\u0323; Ðại hội; m²; “khoá”…")
    'Hội nghị; Đại hội; m²; “khoá”…'
    """
    if text.isascii():
        return " ".join(_NOISE.sub("", text).split())
    text = unicodedata.normalize("NFC", text)
    if _NOISE.search(text):
        text = unicodedata.normalize("NFC", _NOISE.sub("", _PARTING.sub(" ", text)))
    return " ".join(repair_lookalikes(text).split())

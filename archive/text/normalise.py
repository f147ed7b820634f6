"""Text as the archive stores it: NFC, plain white space, nothing invisible, and otherwise as it was published."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from archive.text import onebyte
from archive.text.letters import INVISIBLE
from archive.text.lookalikes import repair_lookalikes
from archive.text.repair import Repaired, repair

__all__ = ["Repaired", "normalise", "repair"]

_CONTROLS: Final = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff"  # without white space
_NOISE: Final = re.compile(f"[{INVISIBLE}{_CONTROLS}]+")
# A zero-width space between two words is all that parts them; between fewer letters it is an editor's litter.
_PARTING: Final = re.compile(r"(?<=[^\W\d_]{2})\u200b+(?=[^\W\d_]{2})")

_CHANGED: Final = frozenset(map(chr, range(32))) | {"\x7f", "\u00a0"}
_PLAIN: Final = bytes(
    255 if letter in _CHANGED else place for place, letter in enumerate(onebyte.ALPHABET.ljust(256, "\ufffe"))
)


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
    text = unicodedata.normalize("NFC", text)
    return text if _is_plain(text) else _normalised(text)


def _is_plain(text: str) -> bool:
    """Whether NFC `text` has nothing to change: most of it, and seen in a third of the time of looking for each."""
    try:
        encoded = onebyte.encode(text.lower())
    except UnicodeEncodeError:
        return False
    return encoded.translate(_PLAIN) == encoded and b"  " not in encoded and encoded.strip(b" ") == encoded


def _normalised(text: str) -> str:
    if _NOISE.search(text):
        text = unicodedata.normalize("NFC", _NOISE.sub("", _PARTING.sub(" ", text)))
    return " ".join(repair_lookalikes(text).split())

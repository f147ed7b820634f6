"""The shape of a text: capitals, other letters, digits and what joins words, a byte for each character."""

from __future__ import annotations

import re
from typing import Final

from archive.text import cased
from archive.text.letters import ACCENTED

_CAPITALS: Final = re.compile(f"[A-Z{ACCENTED.upper()}]")
_JOINING: Final = {" ": b" ", "'": b"'", "’": b"'", "ʼ": b"`", "-": b"-", "–": b"-", "—": b"-"}


def _shape_of(letter: str) -> int:
    if _CAPITALS.match(letter):
        return ord("A")
    if letter in _JOINING:
        return ord(_JOINING[letter])
    return ord("0" if re.match(r"\d", letter) else "a" if re.match(r"\w", letter) else ".")


class _Shapes(dict[int, int]):
    """Characters by their shapes, each found out when it is first met."""

    def __missing__(self, code: int) -> int:
        self[code] = _shape_of(chr(code))
        return self[code]


_SHAPES: Final = _Shapes()
_CODED: Final = cased.table({letter: _shape_of(letter) for letter in cased.ALPHABET})


def shape(text: str) -> bytes:
    """`text` with A for a capital, 0 for a digit, a for other letters, \' for apostrophes, - for dashes, space,
    ` for the apostrophe that counts as a letter (U+02BC), else a dot.

    Capitals are those of Vietnamese and English; a sign of another script that is a letter is an `a`.

    >>> shape("Huyện Krông Păk – K’Bang, 12 xã")
    b"Aaaaa Aaaaa Aaa - A'Aaaa. 00 aa"
    """
    try:
        return cased.encode(text).translate(_CODED)
    except UnicodeEncodeError:
        return text.translate(_SHAPES).encode("ascii")

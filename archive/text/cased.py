"""Vietnamese text as one byte a character, capitals kept: encoded once, its forms are then tables.

`onebyte` is the code of lower-case text. Where lower case, exact form, fold and shape of one text are all wanted, as
by the search index and by the look for places, one encoding that keeps the capitals serves them all: on 6,200
characters 18 µs, and 3 to 12 more for each form, against 24 for lower(), 91 for the exact form and 60 for the fold.
"""

from __future__ import annotations

import codecs
from typing import Final

from archive.text import onebyte
from archive.text.fold import aligned_fold
from archive.text.letters import ACCENTED
from archive.text.tones import uniform_code

_ASCII: Final = "\0\t\n\r" + "".join(map(chr, range(32, 127)))  # charmap_build is slow where \0 is not the first
_SIGNS: Final = onebyte.ALPHABET[128 + len(ACCENTED) :].replace("№", "")  # № folds to letters

ALPHABET: Final = _ASCII + ACCENTED + ACCENTED.upper() + _SIGNS
"""The characters of the code, in the order of their bytes. All are NFC, and none composes with another."""

_TABLE: Final = codecs.charmap_build(ALPHABET.ljust(256, "\ufffe"))


def table(code_of: dict[str, int]) -> bytes:
    """A table for `bytes.translate` on encoded text: the code of each character of `ALPHABET` in `code_of`, else 0."""
    return bytes(code_of.get(letter, 0) for letter in ALPHABET.ljust(256, "\ufffe"))


_PLACES: Final = {letter: place for place, letter in enumerate(onebyte.ALPHABET)}
_LOWER: Final = table({letter: _PLACES[letter.lower()] for letter in ALPHABET})
_FOLDED: Final = table(
    {letter: ord(fold) if (fold := aligned_fold(letter.lower())).isascii() else 0x20 for letter in ALPHABET}
)


def encode(text: str) -> bytes:
    """`text` as one byte a character; raises UnicodeEncodeError where a character is not in `ALPHABET`.

    A text that can be encoded is in NFC, and as long in lower case.
    """
    encoded, _ = codecs.charmap_encode(text, "strict", _TABLE)
    return encoded


def exact(encoded: bytes) -> str:
    """The `exact_form` of the text that was encoded.

    >>> exact(encode("“HÒA BÌNH”, Thủy"))
    '“hoà bình”, thuỷ'
    """
    return onebyte.decode(uniform_code(encoded.translate(_LOWER)), onebyte.ALPHABET)


def folded(encoded: bytes) -> str:
    """The text that was encoded, folded and as long, its signs beyond ASCII spaces.

    >>> folded(encode("“Đường” 5 m²"))
    ' duong  5 m2'
    """
    return encoded.translate(_FOLDED).decode("ascii")

"""The one key function: text without case, accents and đ, so that what is typed and what is printed can meet."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from archive.text import letters
from archive.text.letters import ACCENTED, INVISIBLE, bare, uniform_code, uniform_tones

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}\U000e0100-\U000e01ef]")
_MARKS: Final = re.compile("[\u0300-\u036f]+")
_D: Final = str.maketrans(dict.fromkeys("đĐðÐɖƉ", "d"))
_TOKEN: Final = re.compile("[a-z0-9]+")


def fold(text: str) -> str:
    """`text` for comparing: invisibles dropped, NFKD, marks dropped, đ as d, casefolded.

    `fold(fold(x)) == fold(x)`, and NFC, NFD, old and new tone placement fold alike. The length may change
    (`…` becomes three dots): `aligned_fold` is the one for offsets.

    >>> fold("Tỉnh ủy Thái Nguyên"), fold("ĐẠI HỘI"), fold("12/QĐ-UBND"), fold("K’Bang"), fold("Straße m² ½")
    ('tinh uy thai nguyen', 'dai hoi', '12/qd-ubnd', 'k’bang', 'strasse m2 1⁄2')
    """
    try:
        folded = _fast(unicodedata.normalize("NFC", text).lower())
    except UnicodeEncodeError:
        return fold_by_rule(text)
    return folded.replace("…", "...").replace("№", "no").replace("″", "′′")


def fold_by_rule(text: str) -> str:
    """The same as `fold`, step by step as its rule is written: some times slower, for any script."""
    previous = None
    while text != previous:  # casefold can bring back what NFKD or đ would change: twice is enough in Unicode 16
        previous = text
        text = _MARKS.sub("", unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)))
        if not text.isascii() and max(text) >= "\u0370":
            text = "".join(letter for letter in text if letter < "\u0370" or unicodedata.category(letter) != "Mn")
        text = text.translate(_D).casefold()
    return text


def exact_form(text: str) -> str:
    """`text` in NFC, lower case, with uniform tone placement: the key that respects accents.

    As long as `text` in NFC, so that offsets hold for both.

    >>> exact_form("Hòa Bình, HOÀ BÌNH")
    'hoà bình, hoà bình'
    """
    # İ is the one character that lower() makes longer.
    return uniform_tones(unicodedata.normalize("NFC", text).replace("İ", "i").lower())


def aligned_fold(exact: str) -> str:
    """The fold of an `exact_form`, character by character and of the same length: for offsets into the text.

    A character whose fold is empty becomes a space, one whose fold is longer is cut to its first.

    >>> aligned_fold(exact_form("Hội nghị… ½ đầu")), len("Hội nghị… ½ đầu")
    ('hoi nghi. 1 dau', 15)
    """
    try:
        return _fast(exact).replace("…", ".").replace("№", "n").replace("″", "′")
    except UnicodeEncodeError:
        return "".join(fold_by_rule(letter)[:1] or " " for letter in exact)


def tokens(text: str) -> list[str]:
    """The folded tokens of `text`: runs of `a-z0-9`, in order.

    >>> tokens("12/QĐ-UBND: 1.234,5 tỷ"), tokens("K’Bang")
    (['12', 'qd', 'ubnd', '1', '234', '5', 'ty'], ['k', 'bang'])
    """
    return _TOKEN.findall(fold(text))


def _target(letter: str) -> str:
    return letter if letter in "…№″" else (bare(letter) if letter in ACCENTED else fold_by_rule(letter))


_FOLDED: Final = "".join(_target(letter) for letter in letters.LOWER_ALPHABET)


def _fast(lowered: str) -> str:
    """The fold of NFC lower-case text in the one-byte code; raises UnicodeEncodeError for any other character."""
    return letters.decode_lower(letters.encode_lower(lowered), _FOLDED)


# Vietnamese text as one byte a character, capitals kept: encoded once, its forms are then tables.

_ASCII: Final = "\0\t\n\r" + "".join(map(chr, range(32, 127)))  # charmap_build is slow where \0 is not the first
_SIGNS: Final = letters.LOWER_ALPHABET[128 + len(ACCENTED) :].replace("№", "")  # № folds to letters

ALPHABET: Final = _ASCII + ACCENTED + ACCENTED.upper() + _SIGNS
"""The characters of the code, in the order of their bytes. All are NFC, and none composes with another."""

_TABLE: Final = codecs.charmap_build(ALPHABET.ljust(256, "\ufffe"))


def table(code_of: dict[str, int]) -> bytes:
    """A table for `bytes.translate` on encoded text: the code of each character of `ALPHABET` in `code_of`, else 0."""
    return bytes(code_of.get(letter, 0) for letter in ALPHABET.ljust(256, "\ufffe"))


_PLACES: Final = {letter: place for place, letter in enumerate(letters.LOWER_ALPHABET)}
_LOWER: Final = table({letter: _PLACES[letter.lower()] for letter in ALPHABET})
_FOLDED_CODES: Final = table(
    {letter: ord(plain) if (plain := aligned_fold(letter.lower())).isascii() else 0x20 for letter in ALPHABET}
)


def encode_cased(text: str) -> bytes:
    """`text` as one byte a character; raises UnicodeEncodeError where a character is not in `ALPHABET`.

    A text that can be encoded is in NFC, and as long in lower case.
    """
    encoded, _ = codecs.charmap_encode(text, "strict", _TABLE)
    return encoded


def exact(encoded: bytes) -> str:
    """The `exact_form` of the text that was encoded.

    >>> exact(encode_cased("“HÒA BÌNH”, Thủy"))
    '“hoà bình”, thuỷ'
    """
    return letters.decode_lower(exact_code(encoded), letters.LOWER_ALPHABET)


def exact_code(encoded: bytes) -> bytes:
    """The same in the one-byte code of lower case."""
    return uniform_code(encoded.translate(_LOWER))


def folded(encoded: bytes) -> str:
    """The text that was encoded, folded and as long, its signs beyond ASCII spaces.

    >>> folded(encode_cased("“Đường” 5 m²"))
    ' duong  5 m2'
    """
    return encoded.translate(_FOLDED_CODES).decode("ascii")

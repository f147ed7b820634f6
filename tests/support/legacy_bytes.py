"""Vietnamese as the encodings before Unicode had it: what the tests of repair and decoding break and mend again."""

from __future__ import annotations

import unicodedata

from archive.text import encodings
from archive.text.folding import split_tone


def in_encoding(text: str, name: str) -> str:
    """`text` as the bytes of a legacy encoding look when read as Latin-1."""
    if name == "vni":
        pairs: dict[str, str] = {}
        for pair, letter in encodings._vni().items():
            if pair.isupper() or pair.islower():
                pairs.setdefault(unicodedata.normalize("NFC", letter), pair)
        return "".join(pairs.get(letter, letter) for letter in text)
    if name == "cp1258":  # tones stand behind their vowel there, shapes do not
        text = "".join(unicodedata.normalize("NFC", rest) + tone for rest, tone in map(split_tone, text))
    return text.translate({ord(letter): chr(code) for code, letter in encodings._tables()[name].items()})

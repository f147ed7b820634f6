"""Composes a text and remembers where its characters came from."""

from __future__ import annotations

import unicodedata


def composed(text: str) -> tuple[str, list[int] | None]:
    """`text` in NFC, and for each of its characters (and its end) the offset in `text`; None where they are the same.

    >>> composed("Huế")[1] is None
    True
    >>> composed("Hue\\u0302\\u0301 xưa")
    ('Huế xưa', [0, 1, 2, 5, 6, 7, 8, 9])
    """
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    positions: list[int] = []
    begin = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and _joins(text[begin:end], text[end]):
            continue
        piece = unicodedata.normalize("NFC", text[begin:end])
        pieces.append(piece)
        positions += [min(begin + index, end - 1) for index in range(len(piece))]  # a digit and its mark stay two
        begin = end
    return "".join(pieces), [*positions, len(text)]


def _joins(before: str, letter: str) -> bool:
    """Whether `letter` changes, or is changed by, what stands before it: a mark, or a part of a Korean syllable."""
    if letter.isascii():
        return False
    return unicodedata.combining(letter) != 0 or unicodedata.normalize("NFC", before + letter) != unicodedata.normalize(
        "NFC", before
    ) + unicodedata.normalize("NFC", letter)

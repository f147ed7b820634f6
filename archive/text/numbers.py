"""Whole numbers as strangers write them: Python refuses to read thousands of digits, and whoever writes them knows."""

from __future__ import annotations

from typing import Final

_MOST_DIGITS: Final = 18  # what 64 bits hold whatever the digits are: more than any size or count


def parse_digits(text: str) -> int | None:
    """The number that `text` writes in ASCII digits; None where it writes none, or one beyond all sizes.

    >>> parse_digits("0042"), parse_digits("-1"), parse_digits(""), parse_digits("²"), parse_digits("9" * 5000)
    (42, None, None, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None

"""Whole numbers as strangers write them: Python refuses to read thousands of digits, and whoever writes them knows."""

from __future__ import annotations

from typing import Final

_MOST_DIGITS: Final = 18  # what 64 bits hold whatever the digits are: more than any size or count


def whole(text: str) -> int | None:
    """The number that `text` writes in ASCII digits; None where it writes none, or one beyond all sizes.

    >>> whole("0042"), whole("-1"), whole(""), whole("²"), whole("9" * 5000)
    (42, None, None, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None

"""Numbers as Vietnamese writes them (12.403,5 for 12,403.5), and whole numbers as strangers write them."""

from __future__ import annotations

import re
from typing import Final

_SWAPPED: Final = str.maketrans(",.", ".,")
_PARTED = re.compile(r"\d{1,3}(?:,\d{3})+")
_FRACTION = re.compile(r"\d+\.\d+")


def format_number(value: float, language: str, form: str = "") -> str:
    """A number as `language` ("vi", "en") writes it; `form` is a format of Python's, else thousands parted, two places.

    >>> format_number(12403, "vi"), format_number(12403, "en")
    ('12.403', '12,403')
    >>> format_number(0.5, "vi"), format_number(2.71, "vi", ".1f")
    ('0,50', '2,7')
    """
    text = format(value, form or ("," if isinstance(value, int) else ",.2f"))
    return text.translate(_SWAPPED) if language == "vi" else text


def format_size(count: int, language: str) -> str:
    """So many bytes in kB or MB.

    >>> format_size(96_112, "en"), format_size(412_000, "vi")
    ('96.1 kB', '0,4 MB')
    """
    unit, name = (1e6, "MB") if count >= 1e5 else (1e3, "kB")
    return f"{format_number(count / unit, language, ',.1f')} {name}"


def vietnamese_number(text: str, fraction: bool = False) -> str:
    """`text`, written in English, in the Vietnamese manner where it is a number with its thousands parted.

    Also where it is a fraction, if it can be one and no version or address.

    >>> vietnamese_number("12,403"), vietnamese_number("2020-03")
    ('12.403', '2020-03')
    >>> vietnamese_number("1.5"), vietnamese_number("1.5", fraction=True)
    ('1.5', '1,5')
    """
    number = _PARTED.fullmatch(text) or (fraction and _FRACTION.fullmatch(text))
    return text.translate(_SWAPPED) if number else text


# Whole numbers as strangers write them: Python refuses to read thousands of digits, and whoever writes them knows.

_MOST_DIGITS: Final = 18  # what 64 bits hold whatever the digits are: more than any size or count


def parse_digits(text: str) -> int | None:
    """The number that `text` writes in ASCII digits; None where it writes none, or one beyond all sizes.

    >>> parse_digits("0042"), parse_digits("-1"), parse_digits(""), parse_digits("²"), parse_digits("9" * 5000)
    (42, None, None, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None

"""Numbers as Vietnamese writes them: 12.403,5 for 12,403.5."""

from __future__ import annotations

import re
from typing import Final

_SWAPPED: Final = str.maketrans(",.", ".,")
_PARTED = re.compile(r"\d{1,3}(?:,\d{3})+")


def vietnamese(number: str) -> str:
    """A number written in English in the Vietnamese manner.

    >>> vietnamese("12,403.5")
    '12.403,5'
    """
    return number.translate(_SWAPPED)


def parted(text: str) -> str:
    """`text` in the Vietnamese manner where it is a number with its thousands parted, else as it is.

    >>> parted("12,403"), parted("2020-03"), parted("1.5")
    ('12.403', '2020-03', '1.5')
    """
    return vietnamese(text) if _PARTED.fullmatch(text) else text

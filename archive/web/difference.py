"""The words that changed between two versions of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

Change = Literal["same", "added", "removed"]

_WORDS = re.compile(r"\s+|[^\s]+")


def word_changes(before: str, after: str) -> Iterator[tuple[Change, str]]:
    """What stayed, what was added and what was removed from `before` to `after`, word by word, in reading order.

    >>> list(word_changes("ngày 4/3 khai mạc", "ngày 5/3 khai mạc"))
    [('same', 'ngày '), ('removed', '4/3'), ('added', '5/3'), ('same', ' khai mạc')]
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    for operation, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "removed", "".join(old[a:b])
        if d > c:
            yield "added", "".join(new[c:d])

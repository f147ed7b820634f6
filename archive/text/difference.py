"""The words that changed between two versions of a text, or of an article field by field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from archive.model import Article

Change = Literal["same", "added", "removed"]

_WORDS = re.compile(r"\s+|[^\s]+")
_LINES = re.compile(r"[^\n]+\n*|\n+")
_MOST_WORDS = 4000  # with spaces
_MOST_PAIRS = (
    60_000  # of lines or words that are alike: an article has as many as it has lines, 2,000 words some 12,000
)


def word_changes(before: str, after: str) -> Iterator[tuple[Change, str]]:
    """What stayed, what was added and what was removed from `before` to `after`, word by word, in reading order.

    Lines are compared first, and words only in the lines that differ; of a stretch of more than 2,000 words the whole
    is given as removed and added, as is a text of many lines that are alike.

    >>> list(word_changes("ngày 4/3 khai mạc", "ngày 5/3 khai mạc"))
    [('same', 'ngày '), ('removed', '4/3'), ('added', '5/3'), ('same', ' khai mạc')]
    """
    old, new = _LINES.findall(before), _LINES.findall(after)
    if _are_alike(old, new):
        yield from (("same", before),) if before == after else _whole(before, after)
        return
    for operation, a, b, c, d in _steps(old, new):
        removed, added = "".join(old[a:b]), "".join(new[c:d])
        if operation == "equal":
            yield "same", removed
        elif operation == "replace":
            yield from _in_lines(removed, added)
        else:
            yield from _whole(removed, added)


def field_changes(before: Article, after: Article) -> list[tuple[str, list[tuple[Change, str]]]]:
    """The fields that differ between two revisions, each with its changed words; the body as one text."""
    texts = {
        "headline": (before.headline.value, after.headline.value),
        "lead": (before.lead.value if before.lead else "", after.lead.value if after.lead else ""),
        "body": ("\n\n".join(before.body), "\n\n".join(after.body)),
        "captions": ("\n".join(before.captions), "\n".join(after.captions)),
        "byline": (before.byline.value if before.byline else "", after.byline.value if after.byline else ""),
    }
    return [(name, list(word_changes(old, new))) for name, (old, new) in texts.items() if old != new]


def _in_lines(before: str, after: str) -> Iterator[tuple[Change, str]]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS or _are_alike(old, new):
        yield from _whole(before, after)
        return
    for operation, a, b, c, d in _steps(old, new):
        removed, added = "".join(old[a:b]), "".join(new[c:d])
        if operation == "equal":
            yield "same", removed
        else:
            yield from _whole(removed, added)


def _whole(removed: str, added: str) -> Iterator[tuple[Change, str]]:
    if removed:
        yield "removed", removed
    if added:
        yield "added", added


def _are_alike(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether there are too many pairs to compare: each is looked at again behind each match."""
    return _pairs([part for part in old if not part.isspace()], new) > _MOST_PAIRS


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    again = Counter(new)
    return sum(again[part] for part in old)


def _steps(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    is_junk = str.isspace if _pairs(old, new) > _MOST_PAIRS else None  # then no match begins with spaces
    return SequenceMatcher(is_junk, old, new, autojunk=False).get_opcodes()

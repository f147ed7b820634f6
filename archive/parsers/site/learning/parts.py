"""A field within a longer line: "Hà Vân | 05/03/2026 | 312 lượt xem", "Đăng ngày 5/3 trong mục Kinh tế bởi Hà Vân".

What parts a line are the signs between its parts, words with figures in them, and words that the lines of nearly all
pages have. A part is told by what stands before it, and ends where the next of these begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby, pairwise
from typing import Final

_SIGN: Final = r"[|·•/–—‹›»:,-]"
_FIGURED: Final = r"\S*\d\S*"
_ALWAYS: Final = 0.9  # of the lines have a word that is the template's
_OFTEN: Final = 0.6  # where it is no name by its letters: what is optional may miss
_WORD: Final = re.compile(r"[^\s:]+:?|:")
_MOST_WORDS: Final = 12
_FEWEST: Final = 3
LINE: Final = 400  # letters of a line that tells of an article
_SIGNS: Final = 4  # parts behind signs that are tried


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled once."""
    return re.compile(pattern)


def part_of(text: str, pattern: str) -> str:
    """What a pattern takes from a line: all of it where there is none, "" where it does not fit or is no line."""
    if not pattern:
        return text
    match = None if len(text) > LINE else compiled(pattern).search(text)
    return match[1].strip() if match else ""


def patterns(texts: Sequence[str]) -> Iterator[str]:
    """Patterns for the parts of lines that stand in one place on the pages of a site; "" for the whole first."""
    yield ""
    given = [text for text in texts if text]
    if len(set(given)) < _FEWEST:
        return
    lines = [_WORD.findall(text) for text in given]
    fixed = _fixed_words(lines)
    labels = Counter(label for line in lines for label in set(_labels(line, fixed)))
    words = "".join(rf"(?<!\S){re.escape(word)}(?!\S)|" for word in sorted(fixed))
    begin = rf"(?!{words}\d)"
    end = rf"(?=\s*{_SIGN}?\s*(?:{words}{_FIGURED}|$)|\s*[|·•]|\s+{_SIGN}\s|[,:]\s|(?<=[^\W\dA-Z]{{2}})\.\s)"
    for label, count in labels.items():
        if count >= max(_FEWEST, 0.2 * len(lines)):
            yield rf"(?:^|\s){re.escape(label)}\s*({begin}\S.*?){end}"
    if any(re.search(rf"[|·•]|\s{_SIGN}\s|,\s|\d", text) for text in given) or fixed:
        yield rf"^({begin}\S.*?){end}"
        yield rf"^.*\d\S*(?:\s+{_SIGN})?\s+({begin}[^\W\d].*?){end}"
        for number in range(1, _SIGNS):
            yield rf"^(?>.*?(?:[|·•]|\s{_SIGN}\s|,\s)){{{number}}}\s*({begin}[^\W\d].*?){end}"


def _fixed_words(lines: Sequence[Sequence[str]]) -> frozenset[str]:
    """Words that belong to the template: on nearly all lines, or on most and not shaped like a name."""
    counted = Counter(word for line in lines for word in set(line) if not re.search(r"\d", word) and word.strip(",:|"))
    return frozenset(
        word
        for word, count in counted.most_common(_MOST_WORDS)
        if count >= _FEWEST and count >= (_ALWAYS if word[:1].isupper() and word[-1] != ":" else _OFTEN) * len(lines)
    )


def _labels(line: Sequence[str], fixed: frozenset[str]) -> Iterator[str]:
    """The runs of fixed words in a line that something else follows."""
    runs = [(is_fixed, list(words)) for is_fixed, words in groupby(line, lambda word: word in fixed)]
    return (" ".join(words) for (is_fixed, words), _ in pairwise(runs) if is_fixed)

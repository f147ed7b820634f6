"""How a restored syllable is written where it stands: capitals and tone style as in the texts at hand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from archive.text.ngrams import NUMBER, Counts, sentences

_YEAR: Final = re.compile(r"(?:19|20)\d\d$")


def spell(path: Sequence[str], words: Sequence[str], evidence: Sequence[str], counts: Sequence[Counts]) -> str:
    """`path` (exact forms; NUMBER for figures, which are `words`' own) as a title, its first letter a capital.

    A syllable is written as in the same pair on the page (`Thái Nguyên`, `kỳ thi` although `Thị` is a name there), else
    as the first of `counts` that knows it mostly has it. Two years that the page joins are joined: `2020 - 2025`.

    >>> spell(["huyện", "uỷ", "0", "0"], ["huyen", "uy", "2020", "2025"], ["Họp Huyện ủy: 2020-2025"], [])
    'Huyện ủy 2020 - 2025'
    """
    votes = _votes(evidence)
    title = ""
    for place, (form, word) in enumerate(zip(path, words, strict=True)):
        gap = " " if title else ""
        if form == NUMBER:
            joined = place and _YEAR.match(word) and _YEAR.match(words[place - 1])
            if joined and any(re.search(rf"{words[place - 1]}\s?[-–]\s?{word}", text) for text in evidence):
                gap = " - "
            title += gap + word
            continue
        here = Counter[str]()
        if place:
            here += votes[path[place - 1], form, 1]
        if place + 1 < len(path):
            here += votes[form, path[place + 1], 0]
        mostly = next((known.spelling(form) for known in counts if known.single(form)), form)
        title += gap + (max(here, key=lambda spelled: (here[spelled], spelled)) if here else mostly)
    return title[:1].upper() + title[1:]


def _votes(evidence: Sequence[str]) -> defaultdict[tuple[str, str, int], Counter[str]]:
    """The spellings of either half of each pair of syllables; a sentence's first word has no say on capitals."""
    votes: defaultdict[tuple[str, str, int], Counter[str]] = defaultdict(Counter)
    for text in evidence:
        for words, forms in sentences(text):
            for place, (pair, (first, second)) in enumerate(zip(pairwise(forms), pairwise(words), strict=True)):
                votes[*pair, 1][second] += 1
                if place:
                    votes[*pair, 0][first] += 1
    return votes

"""Finds the words of a query in a text, for marking, concordance and for what the index alone cannot decide.

A term is looked for by one regular expression over a prepared form (50 us an article, measured; as quick as folding
and a plain search).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias
from unicodedata import normalize

from archive.search.grammar.tree import Near, Term
from archive.text.analyzer import WORD, Prepared
from archive.text.folding import TONES

Table = Literal["exact", "folded"]
Tier = Literal["exact", "partly", "folded"]
"""How well an article matches: every word exactly as typed; accented words exactly, the others in any accents; all
words in any accents."""

Span: TypeAlias = tuple[int, int]

_OLD_TONE = {
    normalize("NFC", first + second + tone): normalize("NFC", first + tone + second)
    for first, second in ("oa", "oe", "uy")
    for tone in TONES
}
_NEW_TONE = re.compile("|".join(_OLD_TONE))
_BETWEEN = r"[\W_]+"
_GOES_ON_BEFORE, _GOES_ON = re.compile(r"\d[.,]$"), re.compile(r"[.,]\d")
_IN_NUMBERS = (".", ",")


def table_of(term: Term, tier: Tier) -> Table:
    """The form in which `term` is looked for at `tier`: a phrase with one accented word means itself whole."""
    if term.form != "typed":
        return term.form
    if tier == "partly":
        return "exact" if term.accented else "folded"
    return tier


def occurrences(ready: Prepared, term: Term, tier: Tier) -> Iterator[Span]:
    """Where `term` stands in a text at `tier`: places in its forms (`Prepared.span` leads to the text)."""
    for start, end in _in_a_row(ready, term, tier):
        if not term.numbers or _are_whole(ready.lowered, term, start, end):
            yield start, end


def _are_whole(text: str, term: Term, start: int, end: int) -> bool:
    """Whether it holds the numbers of `term` whole: one dot or comma between their digits, none around them."""
    found = list(WORD.finditer(text, start, end))
    return not any(
        _GOES_ON_BEFORE.search(text[: found[first].start()][-2:])
        or _GOES_ON.match(text, found[last - 1].end())
        or any(text[found[at].end() : found[at + 1].start()] not in _IN_NUMBERS for at in range(first, last - 1))
        for first, last in term.numbers
    )


def _in_a_row(ready: Prepared, term: Term, tier: Tier) -> Iterator[Span]:
    if table_of(term, tier) == "folded":
        yield from _search(ready.folded, _pattern(tuple(word.folded for word in term.words), term.prefix))
        return
    words = tuple(word.exact for word in term.words)
    if term.prefix:  # a word begun may end between the two letters that bear the tone: `thu*` in `thủy`
        yield from _search(ready.exact, _pattern(words, prefix=True))
    else:
        yield from _search(ready.lowered, _exact_pattern(words))


def near(ready: Prepared, group: Near, tier: Tier) -> Iterator[Span]:
    """The places where the terms of `group` stand close together: from the first one's start to the last one's end.

    The rule is FTS5's: for a term that begins last, every other one has an occurrence that begins no later and ends at
    most `distance` words before that. Overlapping ones count.
    """
    starts = [match.start() for match in WORD.finditer(ready.lowered)]
    number = {start: index for index, start in enumerate(starts)}
    places = [
        [(number[start], len(term.words), start, end) for start, end in occurrences(ready, term, tier)]
        for term in group.terms
    ]
    if not all(places):
        return
    for last, _, _, last_end in sorted({place for found in places for place in found}):
        chosen = []
        for found in places:
            close = [place for place in found if last - place[1] - group.distance <= place[0] <= last]
            if not close:
                break
            chosen.append(close[-1])
        else:
            yield min(place[2] for place in chosen), max(last_end, *(place[3] for place in chosen))


def holds(texts: Sequence[Prepared], node: Term | Near, tier: Tier) -> bool:
    """Whether any of `texts` holds the term, or the group of terms close together."""
    if isinstance(node, Near):
        return any(next(near(ready, node, tier), None) is not None for ready in texts)
    return any(next(occurrences(ready, node, tier), None) is not None for ready in texts)


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...], prefix: bool) -> re.Pattern[str]:
    return _compiled([re.escape(word) for word in words], prefix)


@lru_cache(maxsize=512)
def _exact_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    # For texts as they are, in which the tone of oa, oe, uy stands on either vowel: quicker than moving it in each.
    either = [_NEW_TONE.sub(lambda pair: f"(?:{pair[0]}|{_OLD_TONE[pair[0]]})", re.escape(word)) for word in words]
    return _compiled(either, prefix=False)


def _compiled(words: list[str], prefix: bool) -> re.Pattern[str]:
    # It begins with plain letters, so that the engine can jump to them; the word's own border is asked for after.
    first, *others = words
    rest = r"[^\W_]*" if prefix else ""
    return re.compile(_BETWEEN.join([rf"{first}(?<![^\W_]{first})", *others]) + rest + r"(?![^\W_])")


def _search(form: str, pattern: re.Pattern[str]) -> Iterator[Span]:
    # Of overlapping occurrences of a phrase ("a b a" in "a b a b a") all count, so the next search begins one on.
    match = pattern.search(form)
    while match is not None:
        yield match.span()
        match = pattern.search(form, match.start() + 1)

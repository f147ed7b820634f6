"""Which of a page's headlines a slug was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from archive.text.fold import tokens


@dataclass(frozen=True, slots=True)
class Match:
    """The headline that a slug was made from, its place among the candidates, and how well it fits (0..1)."""

    headline: str
    index: int
    score: float


def match(slug: str, headlines: Sequence[str]) -> Match | None:
    """The one of `headlines` that `slug` was made from, or None."""
    wanted = " ".join(tokens(slug))
    numbers = sorted(token for token in wanted.split() if token.isdigit())
    best: Match | None = None
    for index, headline in enumerate(headlines):
        words = tokens(headline)
        if sorted(token for token in words if token.isdigit()) != numbers:
            continue
        score = fuzz.ratio(wanted, " ".join(words)) / 100
        if score >= 0.9 and (best is None or score > best.score):
            best = Match(headline, index, score)
    return best

"""Which of a page's headlines a slug was made from: by the makers' rules first, by likeness after, never by luck."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from archive.text.fold import fold, tokens
from archive.text.slug_makers import FAMILIES, make_slug

_POWERS: Final = str.maketrans("", "", "²³")  # `m³/giây` is `m-giay` in most slugs
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d+")
_TAIL: Final = re.compile(r"[-_]\d+$")  # a WordPress duplicate, or an id that `slug_of` could not tell from the title
_NOT_KEPT: Final = re.compile("[^a-z0-9]+")
# `vi`, `xi` and the single letters are syllables too, and count only behind a word that asks for an ordinal.
_ROMAN: Final = re.compile("(?=[ivx]{2})(?!(?:vi|xi)$)x{0,3}(?:ix|iv|v?i{0,3})$")
_ORDINAL_AFTER: Final = frozenset(["thu", "khoa", "quy", "cap", "hang", "loai", "dot", "ky"])
_LONGEST: Final = 2000  # letters of a headline, or of an address: likeness costs the square of them
_ORDINAL: Final = re.compile("(?:[ivx]+|nhat|nhi|hai|ba|tu|bon|nam|sau|bay|tam|chin|muoi)$")

_CUT_FROM: Final = 6  # tokens that a cut slug or headline must still have
_SURE: Final = 0.9
_ALIKE: Final = 0.96  # one letter mistyped or left out
_LIKELY: Final = 0.8
_FEW: Final = 8  # tokens: a short slug is like many short headlines (`ket-qua-tiep-cong-dan`, `Thủ tục tiếp công dân`)
_MAKEABLE: Final = 55.0  # likeness under which no maker's rule can explain the slug: Joomla's lost letters leave 60
_LEAD: Final = 0.12  # by which a likely one must be ahead of the next


@dataclass(frozen=True, slots=True)
class Match:
    """The headline that a slug was made from, its place among the candidates, and how well it fits (0..1).

    1: some CMS makes exactly this slug of it; from 0.95: one of the two is cut; less: changed after publication.
    """

    headline: str
    index: int
    score: float


def match(slug: str, headlines: Sequence[str], at_least: float = _LIKELY) -> Match | None:
    """The one of `headlines` that `slug` (as `slug_of` gives it, or a seed's header line) was made from, or None.

    Numbers, years, Roman numerals and ordinals must agree: `nhiem ky 2020 2025` is never `nhiệm kỳ 2025 - 2030`,
    however alike the rest; only at a cut end may some be missing. Under 0.9 the best must be clearly ahead of the
    next. Ask for `at_least` 1 where the candidates are not of the slug's own page.

    >>> match("dai-hoi-lan-thu-xix-nhiem-ky-2020-2025", ["Đại hội lần thứ XX, nhiệm kỳ 2025 - 2030"])
    >>> match("dai-hoi-lan-thu-xix-nhiem-ky-2020-2025", ["Tin mới", "Đại hội lần thứ XIX, nhiệm kỳ 2020 - 2025"]).index
    1
    """
    words = tokens(unquote(slug))
    for index, headline in enumerate(headlines):
        if words and tokens(headline) == words:  # nine pages of ten: no need to rank the others
            return Match(headline, index, 1.0)
    ranked = rank(slug, headlines)
    if not ranked or ranked[0].score < at_least:
        return None
    best = ranked[0]
    if tokens(best.headline) == words:
        return best
    others = [each.score for each in ranked[1:] if tokens(each.headline) != tokens(best.headline)]
    lead = best.score - max(others, default=0.0)
    # Two that a cut slug fits equally are not told apart by guessing.
    return best if lead >= _LEAD or (best.score >= _SURE and lead > 0) else None


def rank(slug: str, headlines: Sequence[str]) -> list[Match]:
    """All of `headlines` as matches, the likeliest first; those whose numbers contradict the slug score 0.

    >>> [found.score for found in rank("hoi-nghi-so-ket-nam-2024", ["Hội nghị sơ kết năm 2024", "Hội nghị năm 2025"])]
    [1.0, 0.0]
    """
    slug = unquote(slug)
    words = tokens(slug)
    if not words:
        return []
    found = [Match(headline, index, _score(slug, words, headline)) for index, headline in enumerate(headlines)]
    # Of two headlines that make the same slug, the one with the same borders between its words goes first.
    return sorted(found, key=lambda each: (-each.score, tokens(each.headline) != words, each.index))


def _score(slug: str, words: list[str], headline: str) -> float:
    others = tokens(headline.translate(_POWERS))
    wanted, plain = "".join(words), "".join(others)
    if not plain or wanted == plain:
        return 1.0 if plain else 0.0
    if max(len(wanted), len(plain)) > _LONGEST:
        return 0.0
    line, other = " ".join(words), " ".join(others)
    likeness = fuzz.ratio(line, other)
    variants = frozenset([plain])
    if likeness > _MAKEABLE:
        variants |= _squashed_slugs(headline)
        if wanted in variants:
            return 1.0
        if "".join(tokens(_TAIL.sub("", slug))) in variants:
            return 0.99
    if not _marks_agree(words, others):
        return 0.0
    if min(len(words), len(others)) >= _CUT_FROM:
        if any(variant.startswith(wanted) for variant in variants):
            return 0.97  # the slug is cut, at a border of words or inside one
        if wanted.startswith(plain) and not others[-1].isdigit():
            return 0.95  # the headline is cut: a teaser's
    best = max(likeness, 0.97 * fuzz.token_sort_ratio(line, other), 0.69 * fuzz.token_set_ratio(line, other)) * 0.01
    doubtful = len(words) < _FEW or (best >= _LIKELY and _other_name(words, headline))
    return round(min(best, 0.79 if doubtful and best < _ALIKE else 0.94), 3)


def _other_name(words: list[str], headline: str) -> bool:
    """Whether a name of `headline` stands where the slug has another: `xã Quảng Tâm` is not `xã Thuận Hà`."""
    spelled = [word for run in headline.split() for word in _WORD.findall(run)]
    folded = ["".join(tokens(word)) for word in spelled]
    return any(
        step.tag == "replace" and any(word[0].isupper() for word in spelled[max(step.dest_start, 1) : step.dest_end])
        for step in Levenshtein.opcodes(words, folded)
    )


@lru_cache(maxsize=2048)
def _squashed_slugs(headline: str) -> frozenset[str]:
    return frozenset(_NOT_KEPT.sub("", fold(make_slug(headline, family))) for family in FAMILIES)


def _marks_agree(words: list[str], others: list[str]) -> bool:
    """Whether numbers and ordinals are the same, or one side's are the beginning of the other's."""
    if sorted(_ordinals(words)) != sorted(_ordinals(others)) and not _begins(_ordinals(words), _ordinals(others)):
        return False
    ours, theirs = (_NUMBER.findall(" ".join(side)) for side in (words, others))
    # 1.234,5 is `1-234-5`, `1234-5` or `12345`: the figures in a row decide where the borders differ.
    return sorted(ours) == sorted(theirs) or "".join(ours) == "".join(theirs) or _begins(ours, theirs)


def _begins(one: list[str], other: list[str]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer[: len(shorter)] == shorter


def _ordinals(words: list[str]) -> list[str]:
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if _ROMAN.match(word) or (before in _ORDINAL_AFTER and _ORDINAL.match(word))
    ]

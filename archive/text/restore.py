"""Accents for a slug that has no headline: from the words of its own page, and from a model of the whole archive."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

from archive.text import syllable_counts
from archive.text.folding import tokens
from archive.text.syllable_counts import NUMBER, START, Counts, count, sentences

# How a restored syllable is written where it stands: capitals and tone style as in the texts at hand.

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


VERSION: Final = 1

# Tuned on the pages of two CMSs, each with a model of the other's and of titles (bench/restore_score.py).
_PAGE_WEIGHT: Final = 5  # one sighting on the page counts as so many in the archive
_PAGE_SHARE: Final = 0.5  # where no neighbour is known
_SMOOTHING: Final = 3.0  # how many sightings of a context weigh as much as what lies behind it
_UNSEEN: Final = 1e-7
_UNKNOWN_COSTS: Final = 0.5  # of the confidence, for each syllable nobody has seen
_KEPT: Final = 12  # forms of a syllable that are followed up
_BARE_AT_MOST: Final = (
    4  # words of a line without any accent that may still be Vietnamese as it should be: `Tin trong tinh`
)
_LOST_D: Final = math.log(1000)  # by which a row with đ put back must be likelier: Liferay writes `ai-hoi` for đại hội


@dataclass(frozen=True, slots=True)
class Restored:
    """A title made from a slug: marked as such, never in a headline's place.

    `confidence` is the chance that every syllable is right, 0..1; `by` names rule version and what was known: how many
    syllables stand on the page, in the model, or nowhere.
    """

    value: str
    confidence: float
    by: str


@dataclass(frozen=True, slots=True)
class Model:
    """Which syllables the archive writes one after another; trained from the archive itself, none is shipped."""

    counts: Counts

    @classmethod
    def train(cls, texts: Iterable[str], least: int = 1) -> Model:
        """The model of `texts` (headlines, leads, bodies; NFC or NFD), which are read once, in order.

        Pairs and triples seen less often than `least` are left out: 2 halves the file of a large archive.
        """
        return cls(count(texts, least=least))

    def save(self, path: Path) -> None:
        """Writes the model to `path`; raises StorageError."""
        syllable_counts.save_counts(self.counts, path)

    @classmethod
    def load(cls, path: Path) -> Model:
        """The model in `path`; raises StorageError, UsageError or DamageError, naming it."""
        return cls(syllable_counts.load_counts(path))


def restore(slug: str, evidence: Sequence[str], model: Model | None = None) -> Restored:
    """The title that `slug` was made from, as far as `evidence` and `model` know.

    Evidence is what stands on the page (lead, body, captions) and what is known of it (its source's name). Every
    syllable folds to the slug's, but for a đ that the CMS dropped; one that nobody has seen stays without accents.
    Spelling follows the evidence, then the model.

    >>> restore("tinh-uy-to-chuc-hoi-nghi-2020", ["Chiều 5/3, Tỉnh ủy đã tổ chức hội nghị tổng kết."])
    Restored(value='Tỉnh ủy tổ chức hội nghị 2020', confidence=1.0, by='restored/1: page 7, model 0, unknown 0')
    """
    words = tokens(slug)
    if not words:
        return Restored("", 0.0, f"restored/{VERSION}: empty slug")
    lines = [line for text in evidence for line in text.splitlines() if not is_unaccented(line)]
    knowledge = _Knowledge(count(lines), model.counts if model is not None else _NOTHING)
    path, share, likelihood = _best_path([knowledge.forms(word) for word in words], knowledge)
    note = ""
    if any(word[0] in "aeiouyr" for word in words):
        other = _best_path([knowledge.forms(word, lost_d=True) for word in words], knowledge)
        if other[2] > likelihood + _LOST_D:
            (path, share, _), note = other, ", đ put back"
    levels = [knowledge.level(form) for form in path]
    by = ", ".join(f"{name} {levels.count(name)}" for name in ("page", "model", "unknown"))
    confidence = round(share * _UNKNOWN_COSTS ** levels.count("unknown"), 4)
    value = spell(path, words, lines, (knowledge.page, knowledge.model))
    return Restored(value, confidence, f"restored/{VERSION}: {by}{note}")


def is_unaccented(line: str) -> bool:
    """Whether `line` is too long to be written without any accent in Vietnamese: it teaches nothing."""
    # A page may carry its slug title once more, in keywords or as a heading: that is no evidence for bare syllables.
    return line.isascii() and len(tokens(line)) > _BARE_AT_MOST


class _Knowledge:
    """What page and model say of syllables in a row."""

    def __init__(self, page: Counts, model: Counts) -> None:
        self.page = page
        self.model = model

    def forms(self, word: str, lost_d: bool = False) -> tuple[str, ...]:
        """The accented forms of a folded `word`, the most frequent first; itself where nobody has seen one."""
        if word.isdigit():
            return (NUMBER,)
        found = {*self.page.forms.get(word, ()), *self.model.forms.get(word, ())}
        if lost_d and word[0] in "aeiouyr":
            more = {*self.page.forms.get("d" + word, ()), *self.model.forms.get("d" + word, ())}
            found |= {form for form in more if form[0] == "đ"}
        return tuple(sorted(found, key=lambda form: (-self._one(form), form))[:_KEPT]) or (word,)

    def chance(self, first: str, second: str, third: str) -> float:
        """The probability of `third` behind the two others, page and model counted together.

        Each longer context is believed as far as it was seen, the shorter one fills the rest (Dirichlet smoothing).
        """
        page, model = self.page, self.model
        two = _smoothed(
            _PAGE_WEIGHT * page.pair(second, third) + model.pair(second, third),
            _PAGE_WEIGHT * page.single(second) + model.single(second),
            self._one(third),
        )
        return _smoothed(
            _PAGE_WEIGHT * page.triple(first, second, third) + model.triple(first, second, third),
            _PAGE_WEIGHT * page.pair(first, second) + model.pair(first, second),
            two,
        )

    def level(self, form: str) -> str:
        """Where `form` was seen: page, model, or unknown."""
        if form == NUMBER or self.page.single(form):
            return "page"
        return "model" if self.model.single(form) else "unknown"

    def _one(self, form: str) -> float:
        on_page = self.page.single(form) / (self.page.total + 1)
        return _PAGE_SHARE * on_page + (1 - _PAGE_SHARE) * self.model.single(form) / (self.model.total + 1) + _UNSEEN


def _smoothed(seen: int, of: int, behind: float) -> float:
    return (seen + _SMOOTHING * behind) / (of + _SMOOTHING)


def _best_path(choices: Sequence[Sequence[str]], knowledge: _Knowledge) -> tuple[list[str], float, float]:
    """The likeliest row of forms, its share of the probability of all rows, and the logarithm of its own.

    Viterbi and forward sums in one pass; a state is the last two forms, and its row is linked from its end.
    """
    states: dict[tuple[str, str], tuple[float, float, _Row]] = {(START, START): (1.0, 1.0, None)}
    likelihood = 0.0
    for forms in choices:
        following: dict[tuple[str, str], tuple[float, float, _Row]] = {}
        for (first, second), (total, best, row) in states.items():
            for third in forms:
                chance = knowledge.chance(first, second, third)
                before = following.get((second, third), (0.0, -1.0, None))
                better = (best * chance, (row, third)) if best * chance > before[1] else before[1:]
                following[second, third] = (before[0] + total * chance, *better)
        scale = sum(total for total, _, _ in following.values())
        likelihood += math.log(scale)
        states = {key: (total / scale, best / scale, row) for key, (total, best, row) in following.items()}
    _, best, row = max(states.values(), key=lambda state: state[1])
    return _unlinked(row), best, likelihood + (math.log(best) if best else -math.inf)


_Row: TypeAlias = "tuple[_Row, str] | None"
"""Forms in a row: those before the last, and the last."""


def _unlinked(row: _Row) -> list[str]:
    forms = []
    while row is not None:
        row, form = row
        forms.append(form)
    return forms[::-1]


_NOTHING: Final = count(())

"""Accents for a slug that has no headline: from the words of its page, and from counts of syllables in the archive."""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
import zlib
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from archive.errors import DamageError, StorageError, UsageError
from archive.messages.message import reason_of
from archive.text.folding import exact_form, fold, tokens

START: Final = "^"
"""What stands before the first syllable of a sentence."""

NUMBER: Final = "0"
"""What all figures count as: any year may stand where another did."""

BITS: Final = 20
"""Of a syllable's number within a key: a million forms."""

_Counted = TypeVar("_Counted", tuple[str, str], tuple[str, str, str])

_TOKEN: Final = re.compile(r"[^\W_]+")
_SENTENCE: Final = re.compile(r"(?<=[.!?…;])\s+|\n+")
_HELD: Final = 1_500_000  # triples (and pairs) held while counting, about 300 MB; the rarest of more are let go


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each syllable, pair and triple occurs, how each is mostly spelled, and the forms of a folded one.

    A syllable's number is its place in `syllables`; a pair's key is first << 20 | second, a triple's one syllable
    longer. Keys are sorted, their counts run beside them.
    """

    syllables: tuple[str, ...]
    spellings: tuple[str, ...]
    singles: array[int]
    pair_keys: array[int]
    pair_counts: array[int]
    triple_keys: array[int]
    triple_counts: array[int]
    numbers: dict[str, int]
    forms: dict[str, tuple[str, ...]]
    total: int

    @classmethod
    def of(cls, syllables: Iterable[str], spellings: Iterable[str], arrays: Iterable[array[int]]) -> Counts:
        """The counts with what follows from them filled in."""
        words = tuple(syllables)
        singles, pair_keys, pair_counts, triple_keys, triple_counts = arrays
        forms: dict[str, tuple[str, ...]] = {}
        for word in words:
            folded = fold(word)
            forms[folded] = (*forms.get(folded, ()), word)
        numbers = {word: number for number, word in enumerate(words)}
        return cls(
            words, tuple(spellings), singles, pair_keys, pair_counts, triple_keys, triple_counts,
            numbers, forms, sum(singles),
        )  # fmt: skip

    def single(self, word: str) -> int:
        """How often `word` occurs."""
        number = self.numbers.get(word)
        return 0 if number is None else self.singles[number]

    def pair(self, first: str, second: str) -> int:
        """How often `second` follows `first`."""
        return _look_up(self.pair_keys, self.pair_counts, self.numbers, (first, second))

    def triple(self, first: str, second: str, third: str) -> int:
        """How often the three follow one another."""
        return _look_up(self.triple_keys, self.triple_counts, self.numbers, (first, second, third))

    def followers(self, *words: str) -> int:
        """How many different syllables follow `words`, one or two."""
        if any(word not in self.numbers for word in words):
            return 0
        keys, key = self.pair_keys if len(words) == 1 else self.triple_keys, _key(words, self.numbers)
        return bisect_left(keys, key + 1 << BITS) - bisect_left(keys, key << BITS)

    def spelling(self, word: str) -> str:
        """How `word` is mostly written: `UBND`, `Nguyễn`, `hóa`."""
        number = self.numbers.get(word)
        return word if number is None else self.spellings[number]


def sentences(text: str) -> list[tuple[list[str], list[str]]]:
    """The sentences of `text`: each as its words as published (NFC), and as what these count as.

    A word counts as its exact form, figures as NUMBER.

    >>> sentences("Tỉnh ủy họp. Đại hội 2020")
    [(['Tỉnh', 'ủy', 'họp'], ['tỉnh', 'uỷ', 'họp']), (['Đại', 'hội', '2020'], ['đại', 'hội', '0'])]
    """
    rows = []
    for part in _SENTENCE.split(unicodedata.normalize("NFC", text)):
        words = _TOKEN.findall(part)
        if words:
            # Once for the sentence: an exact form is as long as its text, so the words fall on the same places.
            forms = _TOKEN.findall(exact_form(part))
            rows.append((words, [NUMBER if form.isdigit() else form for form in forms]))
    return rows


def count(texts: Iterable[str], least: int = 1) -> Counts:
    """The counts of `texts`; pairs and triples seen less often than `least` are left out.

    >>> counts = count(["Họp về Đại hội Đảng bộ", "đại hội điểm"])
    >>> counts.single("đại"), counts.pair("đại", "hội"), counts.forms["dang"], counts.spelling("đảng")
    (2, 2, ('đảng',), 'Đảng')
    """
    spelled: Counter[tuple[str, str]] = Counter()  # form and spelling
    first: Counter[tuple[str, str]] = Counter()  # the same of first words, whose capital is the sentence's
    pairs: Counter[tuple[str, str]] = Counter()
    triples: Counter[tuple[str, str, str]] = Counter()
    for text in texts:
        for words, forms in sentences(text):
            spelled.update(zip(forms[1:], words[1:], strict=True))
            first[forms[0], words[0]] += 1
            row = [START, *forms]
            pairs.update(pairwise(row))
            triples.update(zip(row, row[1:], row[2:], strict=False))
        if len(triples) > _HELD:
            triples = _thinned(triples)
        if len(pairs) > _HELD:
            pairs = _thinned(pairs)
    return _packed(spelled, first, pairs, triples, least)


def _thinned(rows: Counter[_Counted]) -> Counter[_Counted]:
    """Half as many as may be held at most, so that thinning is rare: those seen once go first, then twice ..."""
    least = 1
    while len(rows) > _HELD // 2:
        least += 1
        rows = Counter({key: times for key, times in rows.items() if times >= least})
    return rows


def _packed(
    spelled: Counter[tuple[str, str]],
    first: Counter[tuple[str, str]],
    pairs: Counter[tuple[str, str]],
    triples: Counter[tuple[str, str, str]],
    least: int,
) -> Counts:
    singles: Counter[str] = Counter()
    best: dict[str, tuple[int, str]] = {}
    for (form, word), times in spelled.items():
        singles[form] += times
        best[form] = max(best.get(form, (0, "")), (times, word))
    for (form, word), times in first.items():
        singles[form] += times
        best.setdefault(form, (0, word if word.isupper() and len(word) > 1 else word.lower()))
    singles[START] = sum(first.values())
    words = sorted(singles, key=lambda word: (-singles[word], word))[: 1 << BITS]
    numbers = {word: number for number, word in enumerate(words)}
    pair_keys, pair_counts = _sorted(pairs, numbers, least)
    triple_keys, triple_counts = _sorted(triples, numbers, least)
    frequencies = array("I", (singles[word] for word in words))
    spellings = (best[word][1] if word in best else word for word in words)
    return Counts.of(words, spellings, (frequencies, pair_keys, pair_counts, triple_keys, triple_counts))


def _sorted(
    counter: Counter[tuple[str, str]] | Counter[tuple[str, str, str]], numbers: dict[str, int], least: int
) -> tuple[array[int], array[int]]:
    rows = sorted(
        (_key(row, numbers), times)
        for row, times in counter.items()
        if times >= least and all(word in numbers for word in row)
    )
    return array("Q", (key for key, _ in rows)), array("I", (times for _, times in rows))


def _key(words: tuple[str, ...], numbers: dict[str, int]) -> int:
    key = 0
    for word in words:
        key = key << BITS | numbers[word]
    return key


def _look_up(keys: array[int], counts: array[int], numbers: dict[str, int], words: tuple[str, ...]) -> int:
    if any(word not in numbers for word in words):
        return 0
    key = _key(words, numbers)
    place = bisect_left(keys, key)
    return counts[place] if place < len(keys) and keys[place] == key else 0


_MAGIC: Final = b"baotinh restorer 1\n"
_TYPES: Final = ("I", "Q", "I", "Q", "I")  # singles, pair keys and counts, triple keys and counts


def save_counts(counts: Counts, path: Path) -> None:
    """Writes `counts` to `path`: a line that names the format, then zlib over a JSON line and five arrays.

    Keys are written as the gaps between them, which halves the file. Raises StorageError naming the path.
    """
    arrays = (counts.singles, counts.pair_keys, counts.pair_counts, counts.triple_keys, counts.triple_counts)
    head = {
        "syllables": counts.syllables,
        "spellings": [spelling if spelling != word else "" for word, spelling in zip(*_words(counts), strict=True)],
        "lengths": [len(values) for values in arrays],
    }
    line = json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    body = b"".join(
        _little(_gaps(values) if kind == "Q" else values).tobytes() for kind, values in zip(_TYPES, arrays, strict=True)
    )
    try:
        path.write_bytes(_MAGIC + zlib.compress(line + body, 9))
    except OSError as error:
        raise StorageError(
            "{path}: cannot write the restorer's model: {reason}", path=path, reason=reason_of(error)
        ) from error


def load_counts(path: Path) -> Counts:
    """The counts that `save` wrote to `path`.

    Raises StorageError where it cannot be read, UsageError where it is no such file, DamageError where it is cut.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StorageError(
            "{path}: cannot read the restorer's model: {reason}", path=path, reason=reason_of(error)
        ) from error
    if not raw.startswith(_MAGIC):
        raise UsageError("{path}: not a restorer's model; `baotinh rebuild restorer` makes one", path=path)
    try:
        line, _, body = zlib.decompress(raw[len(_MAGIC) :]).partition(b"\n")
        head = json.loads(line)
        arrays = _arrays(body, head["lengths"])
        spellings = [spelling or word for word, spelling in zip(head["syllables"], head["spellings"], strict=True)]
        return Counts.of(head["syllables"], spellings, arrays)
    except (zlib.error, ValueError, KeyError) as error:
        raise DamageError(
            "{path}: the restorer's model is damaged ({error}); train it again", path=path, error=error
        ) from error


def _words(counts: Counts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return counts.syllables, counts.spellings


def _arrays(body: bytes, lengths: list[int]) -> list[array[int]]:
    arrays, start = [], 0
    for kind, length in zip(_TYPES, lengths, strict=True):
        values: array[int] = array(kind)
        end = start + length * values.itemsize
        values.frombytes(body[start:end])
        arrays.append(array(kind, accumulate(_little(values))) if kind == "Q" else _little(values))
        start = end
    if start != len(body):
        raise ValueError(f"{len(body) - start} bytes too many or too few")
    return arrays


def _gaps(keys: array[int]) -> array[int]:
    return array("Q", (key - before for before, key in zip([0, *keys], keys, strict=False)))


def _little(values: array[int]) -> array[int]:
    if sys.byteorder == "little":
        return values
    swapped = array(values.typecode, values)
    swapped.byteswap()
    return swapped


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


VERSION: Final = 2

# Tuned on the pages of two CMSs, each with a model of the other's and of titles (bench/restore_score.py).
_PAGE_WEIGHT: Final = 5  # one sighting on the page counts as so many in the archive
_PAGE_SHARE: Final = 0.5  # where no neighbour is known
_SMOOTHING: Final = 3  # sightings of a context that weigh as much as what lies behind it, beside its followers
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
        save_counts(self.counts, path)

    @classmethod
    def load(cls, path: Path) -> Model:
        """The model in `path`; raises StorageError, UsageError or DamageError, naming it."""
        return cls(load_counts(path))


def restore(slug: str, evidence: Sequence[str], model: Model | None = None) -> Restored:
    """The title that `slug` was made from, as far as `evidence` and `model` know.

    Evidence is what stands on the page (lead, body, captions) and what is known of it (its source's name). Every
    syllable folds to the slug's, but for a đ that the CMS dropped; one that nobody has seen stays without accents.
    Spelling follows the evidence, then the model.

    >>> restore("tinh-uy-to-chuc-hoi-nghi-2020", ["Chiều 5/3, Tỉnh ủy đã tổ chức hội nghị tổng kết."])
    Restored(value='Tỉnh ủy tổ chức hội nghị 2020', confidence=1.0, by='restored/2: page 7, model 0, unknown 0')
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

        Each longer context is believed as far as it was seen, and as few syllables follow it; the shorter one fills the
        rest (Witten and Bell): after "đồng" nearly anything may come.
        """
        page, model = self.page, self.model
        two = _smoothed(
            _PAGE_WEIGHT * page.pair(second, third) + model.pair(second, third),
            _PAGE_WEIGHT * page.single(second) + model.single(second),
            page.followers(second) + model.followers(second),
            self._one(third),
        )
        return _smoothed(
            _PAGE_WEIGHT * page.triple(first, second, third) + model.triple(first, second, third),
            _PAGE_WEIGHT * page.pair(first, second) + model.pair(first, second),
            page.followers(first, second) + model.followers(first, second),
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


def _smoothed(seen: int, of: int, followers: int, behind: float) -> float:
    rest = _SMOOTHING + followers
    return (seen + rest * behind) / (of + rest)


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

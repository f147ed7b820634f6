"""Counts of one, two and three syllables in a row: what accents are restored from, kept in sorted arrays."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
import zlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final, TypeVar

from archive.errors import DamageError, StorageError, UsageError
from archive.messages.message import reason_of
from archive.text.folding import exact_form, fold

START: Final = "^"
"""What stands before the first syllable of a sentence."""

NUMBER: Final = "0"
"""What all figures count as: any year may stand where another did."""

BITS: Final = 20
"""Of a syllable's number within a key: a million forms."""

_Row = TypeVar("_Row", tuple[str, str], tuple[str, str, str])

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


def _thinned(rows: Counter[_Row]) -> Counter[_Row]:
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


# Syllable counts as one compressed file: the same counts give the same bytes, and a damaged file says so.

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

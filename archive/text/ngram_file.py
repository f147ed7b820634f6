"""Syllable counts as one compressed file: the same counts give the same bytes, and a damaged file says so."""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from itertools import accumulate
from pathlib import Path
from typing import Final

from archive.errors import DamageError, StorageError, UsageError
from archive.text.ngrams import Counts

_MAGIC: Final = b"baotinh restorer 1\n"
_TYPES: Final = ("I", "Q", "I", "Q", "I")  # singles, pair keys and counts, triple keys and counts


def save(counts: Counts, path: Path) -> None:
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
        raise StorageError(f"{path}: cannot write the restorer's model: {error.strerror}") from error


def load(path: Path) -> Counts:
    """The counts that `save` wrote to `path`.

    Raises StorageError where it cannot be read, UsageError where it is no such file, DamageError where it is cut.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path}: cannot read the restorer's model: {error.strerror}") from error
    if not raw.startswith(_MAGIC):
        raise UsageError(f"{path}: not a restorer's model; `baotinh train-restorer` makes one")
    try:
        line, _, body = zlib.decompress(raw[len(_MAGIC) :]).partition(b"\n")
        head = json.loads(line)
        arrays = _arrays(body, head["lengths"])
        spellings = [spelling or word for word, spelling in zip(head["syllables"], head["spellings"], strict=True)]
        return Counts.of(head["syllables"], spellings, arrays)
    except (zlib.error, ValueError, KeyError) as error:
        raise DamageError(f"{path}: the restorer's model is damaged ({error}); train it again") from error


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

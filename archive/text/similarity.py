"""How alike two texts or two pages are, by their shingles: MinHash keys of texts, and the words of raw HTML. Pure."""

from __future__ import annotations

import random
import re
import struct
import zlib
from array import array
from collections.abc import Sequence
from html import unescape
from typing import Final
from zlib import crc32

from archive.text.folding import fold

SHINGLE: Final = 4
"""Folded syllables in a row. A byline added leaves .98 of them in common, a fifth cut away .8, 5 % changed .7."""

LEAST: Final = 24
"""Shingles below which a text is too short to be told from a formula: "Ảnh: TTXVN", "Mời quý vị đón xem"."""

BANDS: Final = 16
ROWS: Final = 4
"""Texts of Jaccard index J share a key with the probability 1 - (1 - J^4)^16: .998 at .75, .64 at .5, .12 at .3."""

_WORD: Final = re.compile(rb"[a-z0-9]+")
_BINS: Final = BANDS * ROWS
_ODD: Final = (
    0x9E3779B97F4A7C15  # 2^64 / golden ratio: spreads crc32's bits over the top ones (Knuth, Fibonacci hashing)
)
_MIX: Final = 0xBF58476D1CE4E5B9
_64: Final = (1 << 64) - 1
_random: Final = random.Random(64)  # noqa: S311 - an order that is always the same, no secret
_BORROWED: Final = tuple(tuple(_random.sample(range(_BINS), _BINS)) for _ in range(_BINS))


def shingles(text: str) -> frozenset[int]:
    """The crc32 of every four folded words in a row; empty for a text of three words.

    >>> len(shingles("Tỉnh ủy tổ chức hội nghị")), shingles("Tỉnh uỷ tổ chức") == shingles("TỈNH ỦY TỔ CHỨC")
    (3, True)
    """
    words = _WORD.findall(fold(text).encode("ascii", "replace"))
    rows = zip(*(words[at:] for at in range(SHINGLE)), strict=False)
    return frozenset(map(crc32, map(b" ".join, rows)))


def minhash_keys(found: frozenset[int]) -> tuple[int, ...]:
    """The sixteen keys (signed, 64 bits, as SQLite keeps them) of a set of shingles; () where it is too small."""
    if len(found) < LEAST:
        return ()
    least = {value >> 58: value for value in sorted((number * _ODD & _64 for number in found), reverse=True)}
    signature = [least[bin_] if bin_ in least else _borrowed(bin_, least) for bin_ in range(_BINS)]
    return tuple(_key(band, signature[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS))


def pack_keys(band_keys: Sequence[int]) -> bytes:
    """Keys as bytes, eight for each."""
    return struct.pack(f"<{len(band_keys)}q", *band_keys)


def unpack_keys(packed: bytes) -> tuple[int, ...]:
    """The keys that `pack` packed."""
    return struct.unpack(f"<{len(packed) // 8}q", packed)


def likeness(one: frozenset[int], other: frozenset[int]) -> tuple[float, float]:
    """How much two sets have in common: of both together (Jaccard), and of the smaller one (containment), 0..1.

    >>> likeness(frozenset({1, 2, 3}), frozenset({1, 2, 3, 4, 5, 6}))
    (0.5, 1.0)
    """
    common = len(one & other)
    if not common:
        return 0.0, 0.0
    return common / (len(one) + len(other) - common), common / min(len(one), len(other))


def _borrowed(empty: int, least: dict[int, int]) -> int:
    # The bin's own number goes in, so that two bins that borrow from one do not count it twice as agreement by chance.
    return next(least[other] for other in _BORROWED[empty] if other in least) ^ empty


def _key(band: int, values: Sequence[int]) -> int:
    key = band + 1
    for value in values:
        key = ((key ^ value) * _MIX) & _64
        key ^= key >> 31
    return key - (1 << 64) if key >> 63 else key


PAGE_SHINGLE = 3
MOST_WORDS = 20_000
"""Words looked at: pages that say "nothing is here" have a few hundred, with menus and all."""

_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,400})", re.IGNORECASE)
_PAGE_WORD = re.compile(r"[^\W\d_]+|\d+")


def page_title(text: str) -> str:
    """The title of an HTML page, white space collapsed and each number as 0; "" where there is none.

    >>> page_title("<title>Lỗi 404 -\\n Cổng thông tin</title>")
    'Lỗi 0 - Cổng thông tin'
    """
    found = _TITLE.search(text[:50_000])
    return re.sub(r"\d+", "0", " ".join(unescape(found[1]).split())) if found else ""


def page_shingles(text: str) -> frozenset[int]:
    """The runs of three words in the text of an HTML page, each as a number of 32 bits; every number counts as 0.

    Linear in the length of `text`, whatever it holds: tags, scripts and styles are passed over by looking for `<`.

    >>> len(page_shingles("<p>Trang này <b>không có</b></p><script>var a = 1</script>"))
    2
    """
    words: list[str] = []
    hidden = ""
    for piece in text.split("<"):
        tag, closed, rest = piece.partition(">")
        name = tag[:8].lower()
        if hidden:
            hidden = "" if name.startswith(hidden) else hidden
        elif name.startswith(("script", "style")):
            hidden = "/script" if name.startswith("script") else "/style"
        if not hidden and closed:
            words += ["0" if word.isdigit() else word for word in _PAGE_WORD.findall(unescape(rest).lower())]
            if len(words) > MOST_WORDS:
                break
    every = range(max(0, min(len(words), MOST_WORDS) - PAGE_SHINGLE + 1))
    return frozenset(zlib.crc32(" ".join(words[at : at + PAGE_SHINGLE]).encode("utf-8", "replace")) for at in every)


def pack_shingles(found: frozenset[int]) -> bytes:
    """Shingles as bytes, four for each, in order."""
    return array("I", sorted(found)).tobytes()


def unpack_shingles(data: bytes) -> frozenset[int]:
    """The shingles in what `packed` gave."""
    numbers = array("I")
    numbers.frombytes(data)
    return frozenset(numbers)

"""Under which spellings a place is looked up in a text, and which words in front of a name say what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

from archive.places.provinces import ALIASES, Level, Place, units
from archive.text.folding import exact_form, fold

VARIANTS: Final = {
    **dict.fromkeys(("đăk", "đak", "dăk", "đắc", "đăc", "dak", "đác"), "đắk"),
    **dict.fromkeys(("lăk", "lắc", "lak", "lăc"), "lắk"),
    "krong": "krông",
}
"""Spellings of one word of the Central Highlands' languages; both sides of every comparison go through this table."""

_SPELT: Final = {usual: tuple(odd for odd, of in VARIANTS.items() if of == usual) for usual in VARIANTS.values()}

# Names that hold the name of a place and are none, or are another thing far more often; longest match takes them away.
_NO_PLACES: Final = (
    "Thái Bình Dương",
    "Hà Nam Ninh",  # a province until 1991
    "Hà Nội Mới",
    "Sài Gòn Giải Phóng",
    "Nam Định Vũ",
    "Hồ Chí Minh",  # the man: the city has a marker in front, or is written TP.HCM
)
MARKED_ONLY: Final = frozenset(("hồ chí minh", "hcm"))
"""Keys that mean a place only behind a marker: the name of a man, and its short form."""

_NOT_ALONE: Final = {"Bà Rịa", "Vũng Tàu", "TTH", "HN", "TP ĐN"}  # these are districts first, or too short

AMBIGUOUS_FOLDS: Final = frozenset(
    (
        "hoa binh",
        "thai binh",
        "binh duong",
        "dien bien",
        "quang tri",
        "ha nam",
        "hau giang",
        "ben tre",
        "vinh long",
    )
)
"""Names of provinces that are other words without their accents (facts of usage: "hòa bình" peace, "diễn biến")."""


class Marker(NamedTuple):
    """What a word in front of a name says: the levels and the kind it announces (any kind where empty)."""

    levels: tuple[Level, ...]
    kind: str = ""


_PROVINCE: Final = Marker(("province",), "tỉnh")
_CITY: Final = Marker(("province", "district"), "thành phố")
_BODY: Final = Marker(("province", "district"))
_MARKERS: Final = {
    _PROVINCE: "tỉnh; tỉnh ủy; tỉnh đoàn",
    _CITY: "thành phố; tp; tp.; t.p; t.p.; thành ủy; thành đoàn",
    Marker(("district",), "huyện"): "huyện; h.; huyện ủy; huyện đoàn; huyện đảo",
    Marker(("district",), "thị xã"): "thị xã; tx; tx.; thị ủy; thị đoàn",
    Marker(("district",), "quận"): "quận; q.; quận ủy",
    Marker(("commune",), "xã"): "xã; x.; xã đảo",
    Marker(("commune",), "phường"): "phường; p.",
    Marker(("commune",), "thị trấn"): "thị trấn; tt; tt.",
    Marker(("commune",), "đặc khu"): "đặc khu",
    _BODY: "ubnd; hđnd; nhân dân; công an; đảng bộ; chính quyền",
}

STREETS: Final = frozenset(exact_form(word) for word in ("đường", "phố", "ngõ", "ngách", "hẻm", "đại lộ", "sông"))
"""Words that make the name after them a street's, or a river's: Đồng Nai, Sài Gòn, Thái Bình."""

PERSONS: Final = frozenset(exact_form(word) for word in ("ông", "bà", "anh", "chị", "cô", "thầy", "chú", "cụ"))
"""Words that make the name after them a person's, if that is all the name there is: "bà Hà Giang"."""

PLURALS: Final = frozenset(exact_form(word) for word in ("các", "những", "hai", "ba", "bốn", "năm", "nhiều", "liên"))
"""Words before a marker that announce a list: "các xã Tân Kim, Tân Thành"."""

PERSONAL: Final = frozenset(
    exact_form(
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đào Đoàn Lương Trương Mai Tô "
        "Trịnh Lưu Tạ Chu Cao Hà Thị Văn Hữu Đức Đình Quốc Công Ngọc Thanh Minh Xuân Bá Duy Nông Ma Hứa Triệu Lò Giàng"
    ).split()
)
"""Family and middle names: a bare name of a place right after one is part of a person's name."""


COMMUNE_WORDS: Final = frozenset(exact_form(word) for word in ("xã", "phường", "trấn", "tt", "khu", "quận"))
"""Words that can announce a commune, or a quarter by its number, within a run of capitals."""


class Names(NamedTuple):
    """The ways from spellings to places. A key is lower-case words joined by single spaces (`key_of`).

    `exact` holds the accented spellings, `folded` the ones without accents; an empty tuple is a name to pass over.
    `sizes` gives for a first word how many words its names have, the most first.
    """

    exact: dict[str, tuple[Place, ...]]
    exact_sizes: dict[str, tuple[int, ...]]
    bare_sizes: dict[str, tuple[int, ...]]  # of `exact` without the communes, which need a marker
    singles: frozenset[str]  # whole names of `bare_sizes` of one word, and words that announce a commune
    pairs: frozenset[str]  # the first two words of the longer names
    folded: dict[str, tuple[Place, ...]]
    folded_sizes: dict[str, tuple[int, ...]]
    loose: dict[str, tuple[Place, ...]]  # communes by folded names without spaces, also of those merged into them
    markers: dict[str, Marker]
    folded_markers: dict[str, Marker]


DASHES: Final = str.maketrans("-–—", "   ")
_KEPT: Final = str.maketrans("-–—", "   ", "'’ʼ")


def key_of(spelling: str) -> str:
    """The key of a name in any spelling that keeps its accents.

    >>> key_of("Thừa Thiên–Huế"), key_of("Đăk R'Lấp"), key_of("Hòa Bình")
    ('thừa thiên huế', 'đắk rlấp', 'hoà bình')
    """
    return " ".join(_keys([spelling]))


def _keys(spellings: Sequence[str]) -> list[str]:
    """The key of each, all brought to their exact form at once: 28,000 one by one take 0.2 s."""
    lines = exact_form("\n".join(spellings)).translate(_KEPT).split("\n")
    usual = VARIANTS.get  # apostrophes are gone already
    return [" ".join([usual(word, word) for word in line.split()]) for line in lines]


@cache
def names() -> Names:
    """All spellings of all places; the first call makes the table."""
    exact: dict[str, tuple[Place, ...]] = {key_of(name): () for name in _NO_PLACES}
    folded: dict[str, tuple[Place, ...]] = {}
    loose: dict[str, tuple[Place, ...]] = {}
    spellings = [(one, (one.name, *_spellings(one))) for one in units().all]
    keys = _keys([spelling for _, of_one in spellings for spelling in of_one])
    bares = fold("\n".join(keys)).split("\n")
    at = 0
    for one, of_one in spellings:
        end = at + len(of_one)
        for key in set(keys[at + 1 : end]):
            exact[key] = (*exact.get(key, ()), one)
        for bare in set(bares[at + 1 : end]):
            folded[bare] = (*folded.get(bare, ()), one)
        if one.level == "commune":
            for name in {bares[at].replace(" ", ""), *one.former}:
                loose[name] = (*loose.get(name, ()), one)
        at = end
    for key, found in folded.items():  # Thai Nguyen, in a text that has accents elsewhere
        provinces = tuple(one for one in found if one.level == "province")
        if provinces and key not in exact:
            exact[key] = provinces
    unmarked = [key for key, found in exact.items() if not found or found[0].level != "commune"]
    bare_sizes = _sizes(unmarked)
    spelt = [spelling for key in unmarked for spelling in _as_spelt(key)]
    markers = {exact_form(word): marker for marker, words in _MARKERS.items() for word in words.split("; ")}
    return Names(
        exact,
        _sizes(exact),
        bare_sizes,
        COMMUNE_WORDS | {key for key in spelt if " " not in key and not key.isdigit()},
        frozenset(" ".join(key.split(" ", 2)[:2]) for key in spelt if " " in key),
        folded,
        _sizes(folded),
        loose,
        markers,
        {fold(word): of for word, of in markers.items()},
    )


def _spellings(one: Place) -> tuple[str, ...]:
    if one.level == "province":
        aliases = [alias for alias in ALIASES.get(one.id, ()) if alias not in _NOT_ALONE]
        return (one.name, one.name.replace(" ", ""), *aliases)
    bare = one.name.removeprefix(f"{one.kind.capitalize()} ")  # Quận 1, Phường 12: the kind is part of the name
    if one.level == "district":
        return (bare, *(name.removeprefix("Quận ") for name in one.former))
    return (bare,)


def _sizes(table: Iterable[str]) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for key in table:
        words = key.split(" ")
        sizes.setdefault(words[0], set()).add(len(words))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in sizes.items()}


def _as_spelt(key: str) -> list[str]:
    """The key in all spellings of its words, as they stand in texts."""
    spelt = [""]
    for word in key.split(" "):
        spelt = [f"{before} {one}".strip() for before in spelt for one in (word, *_SPELT.get(word, ()))]
    return spelt

"""Which places a text names, and where, each as sure as the text makes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple

from archive.places.names import (
    AMBIGUOUS_FOLDS,
    COMMUNE_WORDS,
    DASHES,
    MARKED_ONLY,
    PERSONAL,
    PERSONS,
    PLURALS,
    STREETS,
    VARIANTS,
    Marker,
    Names,
    key_of,
    names,
)
from archive.places.provinces import MERGERS, Place, now, province, province_now
from archive.text import folding
from archive.text.folding import ACCENTED, exact_form, fold


def composed(text: str) -> tuple[str, list[int] | None]:
    """`text` in NFC, and for each of its characters (and its end) the offset in `text`; None where they are the same.

    >>> composed("Huế")[1] is None
    True
    >>> composed("Hue\\u0302\\u0301 xưa")
    ('Huế xưa', [0, 1, 2, 5, 6, 7, 8, 9])
    """
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    positions: list[int] = []
    begin = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and _joins(text[begin:end], text[end]):
            continue
        piece = unicodedata.normalize("NFC", text[begin:end])
        pieces.append(piece)
        positions += [min(begin + index, end - 1) for index in range(len(piece))]  # a digit and its mark stay two
        begin = end
    return "".join(pieces), [*positions, len(text)]


def _joins(before: str, letter: str) -> bool:
    """Whether `letter` changes, or is changed by, what stands before it: a mark, or a part of a Korean syllable."""
    if letter.isascii():
        return False
    return unicodedata.combining(letter) != 0 or unicodedata.normalize("NFC", before + letter) != unicodedata.normalize(
        "NFC", before
    ) + unicodedata.normalize("NFC", letter)


_CAPITALS: Final = re.compile(f"[A-Z{ACCENTED.upper()}]")
_JOINING: Final = {" ": b" ", "'": b"'", "’": b"'", "ʼ": b"`", "-": b"-", "–": b"-", "—": b"-"}


def _shape_of(letter: str) -> int:
    if _CAPITALS.match(letter):
        return ord("A")
    if letter in _JOINING:
        return ord(_JOINING[letter])
    return ord("0" if re.match(r"\d", letter) else "a" if re.match(r"\w", letter) else ".")


class _Shapes(dict[int, int]):
    """Characters by their shapes, each found out when it is first met."""

    def __missing__(self, code: int) -> int:
        self[code] = _shape_of(chr(code))
        return self[code]


_SHAPES: Final = _Shapes()
_CODED: Final = folding.table({letter: _shape_of(letter) for letter in folding.ALPHABET})


@lru_cache(maxsize=4)  # of one text after the other, its places and its persons are looked for
def shape(text: str) -> bytes:
    """`text` with A for a capital, 0 for a digit, a for other letters, \' for apostrophes, - for dashes, space,
    ` for the apostrophe that counts as a letter (U+02BC), else a dot.

    Capitals are those of Vietnamese and English; a sign of another script that is a letter is an `a`.

    >>> shape("Huyện Krông Păk – K’Bang, 12 xã")
    b"Aaaaa Aaaaa Aaa - A'Aaaa. 00 aa"
    """
    try:
        return folding.encode_cased(text).translate(_CODED)
    except UnicodeEncodeError:
        return text.translate(_SHAPES).encode("ascii")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that a text names: `text[start:end]` is `surface`, the name without the word that says its kind.

    `ambiguous` where the name may mean another place (one of `others`, the likeliest first, as far as the table
    knows) or no place at all. `place` is then the likeliest.
    """

    place: Place
    start: int
    end: int
    surface: str
    ambiguous: bool
    others: tuple[Place, ...] = ()


class Raw(NamedTuple):
    """A name found and not yet resolved. `marked`: a word says what it is; `doubtful`: it may be no place at all."""

    start: int
    end: int
    found: tuple[Place, ...]
    marked: bool
    doubtful: bool = False
    tied: bool = False  # the unit named right after it, or before it, goes with one of `found`


# "xã Tân Khánh, huyện Phú Bình", "Tân Khánh (Phú Bình)", "Tân Khánh thuộc huyện Phú Bình", "Đại Từ - Thái Nguyên".
_PARENT_GAP: Final = re.compile(
    exact_form(
        r",? (?:thuộc |của )?(?:(?:tỉnh|thành phố|tp\.?|huyện|h\.|thị xã|tx\.?|quận|q\.) ?)?|"
        r" \((?:(?:tỉnh|thành phố|tp\.?|huyện|h\.|thị xã|tx\.?|quận|q\.) ?)?|, (?:tp\.|h\.|tx\.|q\.)| [-–] "
    )
)


def resolve(raws: Sequence[Raw], text: str, exact: str, home: str, day: date) -> tuple[Mention, ...]:
    """The mentions of `raws` (in order of offsets), each with the likeliest place.

    `exact` is the exact form of `text`; `home` the id of the province whose press it is, or empty. Bare names of
    districts are kept only where something else in the text, or `home`, speaks for their province.
    """
    if not raws:
        return ()
    names = [raw if len(raw.found) == 1 else _of_day(raw, day) for raw in raws]
    for at in range(len(names) - 2, -1, -1):
        names[at] = _tie(names[at], raws[at], names[at + 1], exact, day)
    homes = _expanded([home], day) if home else frozenset[str]()
    context = homes | _expanded([raw.found[0].id for raw in names if raw.found[0].level == "province"], day)
    districts = frozenset[str]()
    for level in ("district", "commune"):
        for at, raw in enumerate(names):
            if raw.found[0].level == level and not raw.tied:
                names[at] = _narrow(_recalled(raw, raws[at], context, day), districts, homes, context)
        districts = frozenset(
            [raw.found[0].id for raw in names if raw.found[0].level == "district" and not raw.found[1:]]
        )
    return tuple([_mention(raw, text, context, day) for raw in names if _kept(raw, context)])


def _of_day(raw: Raw, day: date) -> Raw:
    return raw._replace(found=tuple([one for one in raw.found if one.stood_on(day)]) or raw.found)


def _older(raw: Raw, ids: frozenset[str], day: date) -> tuple[Place, ...]:
    """The places of `raw` in `ids` that were no more on `day`: after the mergers the press goes on to name them."""
    return tuple([one for one in _inside(raw.found, ids) if one.until is not None and one.until < day])


def _inside(found: tuple[Place, ...], ids: frozenset[str]) -> list[Place]:
    return [one for one in found if not ids.isdisjoint(one.within)]


def _recalled(raw: Raw, every: Raw, context: frozenset[str], day: date) -> Raw:
    """`raw`, with the older places of `every` in the provinces spoken of first where none that stands is there."""
    if _inside(raw.found, context):
        return raw
    return raw._replace(found=(*_older(every, context, day), *raw.found))


def _tie(raw: Raw, every: Raw, following: Raw, exact: str, day: date) -> Raw:
    """`raw` held to the unit named right after it, where one of its places, or an older one of `every`, lies there."""
    if raw.found[0].level == "province" or following.start - raw.end > 20:
        return raw
    if not _PARENT_GAP.fullmatch(exact, raw.end, following.start):
        return raw
    above = _expanded((one.id for one in following.found), day)
    inside = tuple(_inside(raw.found, above)) or _older(every, above, day)
    return raw._replace(found=inside, tied=True) if inside else raw


def _narrow(raw: Raw, districts: frozenset[str], homes: frozenset[str], context: frozenset[str]) -> Raw:
    """`raw` with those of its places that lie in a district the text names, at home, in a province the text names."""
    found = raw.found
    for ids in (districts, homes, context):
        if len(found) > 1:
            found = tuple(one for one in found if not ids.isdisjoint(one.within)) or found
    return raw._replace(found=found)


def _expanded(ids: Iterable[str], day: date) -> frozenset[str]:
    """`ids` with, for provinces, the unit of today, and after the mergers what that is made of."""
    return frozenset[str]().union(*[_wide(one, day >= MERGERS) for one in ids])


@lru_cache(maxsize=4096)
def _wide(place_id: str, merged: bool) -> frozenset[str]:
    if "/" in place_id:
        return frozenset((place_id,))
    parts = province_now(place_id).parts if merged else ()
    return frozenset((place_id, now(place_id), *parts))


def _kept(raw: Raw, context: frozenset[str]) -> bool:
    if raw.marked or raw.tied or raw.found[0].level == "province":
        return True
    return any(not context.isdisjoint(one.within) for one in raw.found)


def _mention(raw: Raw, text: str, context: frozenset[str], day: date) -> Mention:
    place, *others = raw.found
    sure = not raw.doubtful and not others
    if sure and not raw.tied:
        # Communes merged away before 2025 are not all in the table: another one of that name elsewhere proves little.
        sure = place.level != "commune" or not context or not context.isdisjoint(place.within)
        # A bare name of a district, after all have gone, may be the commune that inherited it.
        sure = sure and (place.level != "district" or raw.marked or place.stood_on(day))
    return Mention(place, raw.start, raw.end, text[raw.start : raw.end], not sure, tuple(others))


# Of a shape, as the next one. A run of one word without an apostrophe has no group.
_RUN: Final = re.compile(rb"A[Aa0]*(['`][Aa0'`]*)?((?: | ?- ?)(?:A[Aa0'`]*|0{1,2}(?![Aa0`])))*")
_DIGITS: Final = re.compile(rb"0(?<=[ .]0)")  # the literal comes first: it is found by memchr
_PLAIN_RUN: Final = re.compile(r"[a-z0-9]+(?: +[a-z0-9]+)*")
_WORD: Final = re.compile(r"[^\s–—-]+")
_APART: Final = DASHES | dict.fromkeys(map(ord, "'’ʼ"))
_OF_COMMUNES: Final = tuple(
    exact_form(word)
    for word in ("xã ", "phường ", "thị trấn ", "đặc khu ", "xã đảo ", "xã: ", "phường: ", "tt ", "tt.", "x.")
)
_ENDS: Final = frozenset(word[-2:] for word in _OF_COMMUNES)
_QUARTERS: Final = tuple(exact_form(word) for word in ("quận ", "phường ", "q.", "p."))  # followed by a number
_NUMBER_ENDS: Final = frozenset((*(word[-2:] for word in _QUARTERS), "  ", ". "))
_NUMBER: Final = re.compile(r" ?(\d{1,2}(?: bảo lộc)?)(?!\w)")
_GAPS: Final = (", ", " và ", ", và ", " cùng ", " hoặc ", "), ", ") và ")
_LIST_GAPS: Final = frozenset(exact_form(gap) for gap in _GAPS)
_PLURAL_GAPS: Final = _LIST_GAPS | {" - ", " – "}  # "hai xã Hưng Bình - Đắk Sin"
_LONGEST_GAP: Final = max(map(len, _LIST_GAPS))
_LOOK_BACK: Final = 24  # characters: three words
_PERSONAL: Final = PERSONAL | {fold(name) for name in PERSONAL}
_PEACE: Final = frozenset(("hoà bình", "thái bình"))  # in a line of capitals a common word as well

_Table = dict[str, tuple[Place, ...]]
_Sizes = dict[str, tuple[int, ...]]
_Spans = list[tuple[int, int]]


class _Before(NamedTuple):
    """What stands in front of a name."""

    marker: Marker | None = None
    plural: bool = False  # "các xã", "3 huyện": a list begins
    street: bool = False
    person: bool = False  # "bà": the name may be hers


_NOTHING: Final = _Before()
_STREET: Final = _Before(street=True)
_PERSON: Final = _Before(person=True)


def accented_names(text: str, exact: str, table: Names) -> list[Raw]:
    """The names in a text with accents (NFC, `exact` its exact form): runs of words in capitals, numbered quarters."""
    finder = _Finder(text, exact, table.exact, table.markers, table.loose)
    shaped, raws, singles = shape(text), finder.raws, table.singles
    for run in _RUN.finditer(shaped):
        start, end = run.span()
        announced = exact[start - 2 : start] in _ENDS and exact.endswith(_OF_COMMUNES, 0, start)
        announced = announced or (bool(raws) and finder.in_list(start))
        # Nineteen runs in twenty name nothing: they are passed over before anything else is asked of them.
        if run.lastindex is None and not announced and exact[start:end] not in singles:
            continue
        piece, sizes, run_shape = exact[start:end], table.exact_sizes, shaped[start:end]
        odd = b"-" in run_shape or b"'" in run_shape or b"`" in run_shape
        words = piece.translate(_APART).split() if odd else piece.split(" ")
        if not announced:
            if len(words) == 1:
                if words[0] not in singles:
                    continue
            elif singles.isdisjoint(words) and table.pairs.isdisjoint(map(" ".join, pairwise(words))):
                continue
            if COMMUNE_WORDS.isdisjoint(words):
                sizes = table.bare_sizes
        if start and (text[start - 1].isalnum() or text[start - 1] in "'’"):
            continue  # the G of "4G", the P of "iPhone"
        spans = _spans(exact, start, end) if odd else _spans_of(words, start)
        finder.read([VARIANTS.get(word, word) for word in words], spans, sizes)
    for start in _numbered(shaped, exact):
        finder.number(start)
    return sorted(finder.raws, key=attrgetter("start"))


def plain_names(text: str, exact: str, table: Names) -> list[Raw]:
    """The names in a text without any accents: a slug, a headline from a machine that had none."""
    lined = exact.translate(DASHES)
    finder = _Finder(text, lined, table.folded, table.folded_markers, {})
    for run in _PLAIN_RUN.finditer(lined):
        finder.read(run[0].split(), _spans(lined, *run.span()), table.folded_sizes)
    return finder.raws


def _numbered(shaped: bytes, exact: str) -> Iterator[int]:
    """Where numbers stand right behind "quận", "phường" or their short forms, or with one space more between them."""
    for digits in _DIGITS.finditer(shaped):
        start = digits.start()
        before = exact[start - 2 : start]
        if before in _NUMBER_ENDS and (
            exact.endswith(_QUARTERS, 0, start) or (before[1] == " " and exact.endswith(_QUARTERS, 0, start - 1))
        ):
            yield start


def _spans_of(words: list[str], start: int) -> _Spans:
    """Where the words of a run lie that begins at `start` and has one space between two words."""
    spans = []
    for word in words:
        spans.append((start, start + len(word)))
        start += len(word) + 1
    return spans


def _spans(exact: str, start: int, end: int) -> _Spans:
    """Where the words of a run lie that has dashes between them, or apostrophes within."""
    words = _WORD.finditer(exact, start, end)
    return [(word.start(), word.start() + len(word.group().rstrip("'’"))) for word in words]  # a closing quote


class _Finder:
    """One text being gone through from left to right; `raws` are the names found so far."""

    def __init__(self, text: str, exact: str, table: _Table, markers: dict[str, Marker], loose: _Table) -> None:
        self.raws: list[Raw] = []
        self._text, self._exact, self._table, self._markers, self._loose = text, exact, table, markers, loose
        self._accented = not text.isascii()
        self._last = _NOTHING  # what stood before the last name, for those that follow it in a list

    def in_list(self, start: int) -> bool:
        """Whether what begins at `start` is the next in a list that a marker began."""
        if self._last.marker is None:
            return False
        end = self.raws[-1].end
        gaps = _PLURAL_GAPS if self._last.plural else _LIST_GAPS
        return start - end <= _LONGEST_GAP and self._exact[end:start] in gaps

    def read(self, words: list[str], spans: _Spans, sizes: _Sizes) -> None:
        """Looks up every name in one run of words, by `sizes`; names do not overlap, and the longest wins."""
        at = 0
        while at < len(words):
            possible = sizes.get(words[at])
            taken = self._longest(words, spans, at, possible) if possible else 0
            if not taken and at == 0 and self._loose and self._exact.endswith(_OF_COMMUNES, 0, spans[0][0]):
                taken = self._loosely(words, spans)
            at += taken or 1

    def number(self, start: int) -> None:
        """Looks up a quarter called by a number, "quận 1", where one stands at `start`, right after its marker."""
        number = _NUMBER.match(self._exact, start)
        if number is None or any(raw.start == number.start(1) for raw in self.raws):
            return
        found = _marked(self._table.get(number[1], ()), self._before(number.start(1)).marker, strict=True)
        if found:
            self.raws.append(Raw(*number.span(1), found, marked=True))

    def _longest(self, words: list[str], spans: _Spans, at: int, sizes: tuple[int, ...]) -> int:
        """Takes the longest name that begins at word `at`; how many words it has, 0 where there is none."""
        for size in sizes:
            if at + size > len(words):
                continue
            key = " ".join(words[at : at + size])
            found = self._table.get(key)
            if found is None:
                continue
            if not found:
                return size  # the Pacific: a name to pass over
            raw = self._judged(key, found, spans[at][0], spans[at + size - 1][1], self._previous(words, spans, at))
            if raw is not None:
                self.raws.append(raw)
                return size
        return 0

    def _previous(self, words: list[str], spans: _Spans, at: int) -> str:
        """The word before word `at`, which may make it a part of a person's name: no dash between, and no place."""
        if not at or spans[at][0] - spans[at - 1][1] > 1 or self._exact[spans[at - 1][1]] != " ":
            return ""
        return "" if self.raws and self.raws[-1].end == spans[at - 1][1] else words[at - 1]

    def _judged(self, key: str, found: tuple[Place, ...], start: int, end: int, previous: str) -> Raw | None:
        """The name as a mention of one of `found`, or None where it is none here."""
        before = self._before(start)
        if before.marker is not None:
            marked = _marked(found, before.marker, strict=not self._accented)
            self._last = before if marked else _NOTHING
            return Raw(start, end, marked, marked=True) if marked else None
        if before.street or previous in _PERSONAL:
            return None
        if self.in_list(start):
            listed = self._listed(key, found, start, end)
            if listed is not None:
                return listed
        if not (self.raws and self._exact[self.raws[-1].end : start] == " ("):
            self._last = _NOTHING  # but "các xã Nâm N’Jang (Đắk Song), Quảng Sơn (Đắk Glong)" goes on
        return self._bare(key, found, start, end, before.person)

    def _bare(self, key: str, found: tuple[Place, ...], start: int, end: int, person: bool) -> Raw | None:
        """The name of a province or district that nothing announces: capitals and accents must speak for it."""
        surface = self._text[start:end]
        if not self._accented and not all(word[:1].isupper() for word in surface.translate(DASHES).split()):
            return None
        if key in MARKED_ONLY:
            return None
        doubtful = person or key in AMBIGUOUS_FOLDS or (key in _PEACE and surface.isupper())
        for level in ("province", "district") if self._accented else ("province",):
            bare = tuple([one for one in found if one.level == level])
            if bare and (level == "province" or " " in key):
                once = level == "district" and key != key_of(bare[0].name)  # Nam Cát Tiên is a forest
                return Raw(start, end, bare, marked=False, doubtful=doubtful or once)
        return None

    def _listed(self, key: str, found: tuple[Place, ...], start: int, end: int) -> Raw | None:
        """The name as the next of a list, or as the unit that the name before it lies in."""
        above = {one for place in self.raws[-1].found for one in place.within}
        parents = tuple(one for one in found if one.id in above)
        if parents and not self._last.plural:
            self._last = _NOTHING
            return Raw(start, end, parents, marked=False, tied=True)
        alike = _marked(found, self._last.marker, strict=False) if self._last.plural or " " in key else ()
        if not self._last.plural and self.raws[-1].found[0].level == "province":
            alike = tuple([one for one in found if one.level == "province"]) or alike  # "TP.HCM, Cao Bằng"
        return Raw(start, end, alike, marked=True, doubtful=key in AMBIGUOUS_FOLDS) if alike else None

    def _loosely(self, words: list[str], spans: _Spans) -> int:
        """Takes a commune, its marker in front, whose name has other accents here, or was merged away before 2025."""
        for size in range(min(4, len(words)), 0, -1):
            found = self._loose.get(fold("".join(words[:size])))
            if found:
                self.raws.append(Raw(spans[0][0], spans[size - 1][1], found, marked=True, doubtful=True))
                return size
        return 0

    def _before(self, start: int) -> _Before:
        line = self._exact[max(0, start - _LOOK_BACK) : start].rpartition("\n")[2]
        words = line.split()[-3:] if line.endswith((" ", ".")) else []
        if not words:
            return _NOTHING
        if not words[0].isalnum() or not words[-1].isalnum():
            words = [word.lstrip("([“‘\"'").removesuffix(":") for word in words]
        marker, length = self._markers.get(" ".join(words[-2:])), 2
        if marker is None:
            marker, length = self._markers.get(words[-1]), 1
        if marker is None:
            if words[-1] in STREETS:
                return _STREET
            return _PERSON if words[-1] in PERSONS and PERSONS.isdisjoint(words[-2:-1]) else _NOTHING
        counted = words[-length - 1] if len(words) > length else ""
        return _Before(marker, plural=counted in PLURALS or counted.isdigit())


def _marked(found: tuple[Place, ...], marker: Marker | None, strict: bool) -> tuple[Place, ...]:
    """Those of `found` that the marker may mean: of its kind, else (kinds change with the years) of its level."""
    if marker is None:
        return ()
    at_level = [one for one in found if one.level in marker.levels]
    of_kind = [one for one in at_level if one.kind == marker.kind]
    if of_kind or (strict and marker.kind):
        return tuple(of_kind)
    # "thành phố" may be a district that was not yet one, or no more; a body's name ("UBND") goes with the highest.
    urban = any(one.level == "district" and one.kind != "huyện" for one in at_level)
    level = "district" if marker.kind and urban else ""
    level = level or (at_level[0].level if at_level else "")
    return tuple([one for one in at_level if one.level == level])


_BEFORE: Final = MERGERS - timedelta(days=1)


def mentions(text: str, home: str = "", day: date | None = None, exact: str = "") -> tuple[Mention, ...]:
    """The provinces, districts and communes that `text` names, in order, with offsets into `text` as given.

    `home` is the id of the province whose press the text is from: it speaks for its own districts and communes
    where several have one name. `day` is the day of the text, which tells old units from new; without it units count
    as they were before 1 July 2025. A name that stays open between places is `ambiguous`. `exact` is the exact form of
    `text` where that is in NFC and the form made already.

    Provinces and districts count with their accents and capitals, or behind a word like "tỉnh", "UBND", "huyện";
    communes always need such a word, and so does every name in a text without accents that is not in capitals.
    Raises UsageError for an unknown `home`.
    """
    plain, positions = (text, None) if exact else composed(text)
    exact = exact or exact_form(plain)
    raws = plain_names(plain, exact, names()) if plain.isascii() else accented_names(plain, exact, names())
    found = resolve(raws, plain, exact, province(home).id if home else "", day or _BEFORE)
    if positions is None:
        return found
    return tuple(_moved(one, text, positions[one.start], positions[one.end]) for one in found)


def _moved(one: Mention, text: str, start: int, end: int) -> Mention:
    return replace(one, start=start, end=end, surface=text[start:end])

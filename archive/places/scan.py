"""Finds names of places in a text: words in capitals that a table knows, and what the words before them say."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
)
from archive.places.resolve import Raw
from archive.places.shape import shape
from archive.places.units import Place
from archive.text.fold import exact_form, fold

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

"""Persons whom a text names with an office (offices.toml): who, where in the text, as what, and under which key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from archive.places import Place
from archive.places.mentions import composed, shape
from archive.places.names import names
from archive.text.folding import exact_form, fold, is_syllable

# The words by which offices and names are known: offices.toml, ready to be looked up in an exact form.

_TWO: Final = re.compile(r"([^\W\d_]+)(?: [^\W\d_]+)?")
_INSIDE: Final = re.compile(r"\w|&\w")  # what stands behind the beginning of a longer word
_BORDERS: Final = ("", *' \n(“".,;:–-')  # what may stand before a word of address
ENDS: Final = 5
"""The characters before a name that tell whether it may be announced: three letters, and what is around them."""

Phrases = dict[str, tuple[str, ...]]
"""Phrases by their first two words, the longest first."""


@cache
def offices_table() -> dict[str, Any]:
    """The table offices.toml."""
    return tomllib.loads((Path(__file__).parent / "offices.toml").read_text(encoding="utf-8"))


class Words(NamedTuple):
    """The lists of offices.toml, ready to be looked up in an exact form."""

    ranks: Phrases
    bodies: Phrases
    sayings: Phrases
    verbs: Phrases
    links: tuple[str, ...]
    tails: frozenset[str]  # the last words of ranks and bodies
    ends: frozenset[str]  # the last characters of addresses and grades, as they stand before a name
    needy: frozenset[str]
    grades: frozenset[str]
    works: frozenset[str]
    heads: frozenset[str]
    units: frozenset[str]
    compounds: frozenset[str]  # of bodies and units
    joints: frozenset[str]
    labels: frozenset[str]
    addresses: frozenset[str]
    plurals: frozenset[str]
    namesakes: frozenset[str]
    beginnings: frozenset[str]  # of sentences
    families: frozenset[str]
    weak: frozenset[str]
    evidence: frozenset[str]  # words without which no run of words in capitals has a name
    countries: frozenset[str]
    states: frozenset[str]  # ranks of who leads a state


@cache
def words() -> Words:
    """The words of offices.toml."""
    table = dict(offices_table())
    deputy = table.pop("deputy")
    del table["short"]
    lists = {name: [exact_form(word) for word in found] for name, found in table.items()}
    sets = {name: frozenset(found) for name, found in lists.items()}
    plain = [*lists["ranks"], *lists["needy"]]
    plain += [f"{deputy} {rank}" for rank in plain]
    ranks = [*plain, *(f"{before} {rank}" for before in lists["before"] for rank in plain), *lists["grades"]]
    sets["needy"] |= {f"{deputy} {rank}" for rank in sets["needy"]}
    sets["evidence"] = sets["families"] | sets["weak"] | sets["addresses"]
    sets["compounds"] = sets["bodies"] | sets["units"]
    bodies = [*lists["bodies"], *lists["works"], *lists["units"], *lists["countries"]]
    links = tuple(sorted(lists["links"], key=len, reverse=True))
    tails = frozenset([phrase.rpartition(" ")[2] for phrase in (*ranks, *bodies)])
    announcing = [f"{before}{word} " for word in (*lists["addresses"], *lists["grades"]) for before in _BORDERS]
    ends = frozenset([one[-ENDS:] for one in announcing])
    verbs = _by_first([*lists["verbs"], *lists["addresses"]])
    rest = [sets[name] for name in Words._fields[7:]]
    return Words(_by_first(ranks), _by_first(bodies), _by_first(lists["sayings"]), verbs, links, tails, ends, *rest)


@cache
def place_firsts() -> frozenset[str]:
    """The first words of places that are no communes, and of states."""
    return frozenset([*names().bare_sizes, *(country.partition(" ")[0] for country in words().countries)])


def _by_first(phrases: Iterable[str]) -> Phrases:
    table: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        table.setdefault(" ".join(phrase.split(" ", 2)[:2]), []).append(phrase)
    return {first: tuple(found) for first, found in table.items()}


def phrase_at(table: Phrases, exact: str, at: int) -> str:
    """The longest phrase of `table` that stands in `exact` at `at`, as whole words; empty where none does."""
    two = _TWO.match(exact, at)
    if two is not None:
        for phrase in (*table.get(two[0], ()), *table.get(two[1], ())):
            if exact.startswith(phrase, at) and not _INSIDE.match(exact, at + len(phrase)):
                return phrase
    return ""


def begins_with_rank(text: str) -> bool:
    """Whether `text`, in its exact form, begins with a rank: "bí thư tỉnh uỷ", not "sở y tế"."""
    return phrase_at(words().ranks, text, 0) != ""


# Under which keys persons and offices are looked up and counted.

_KEY_WORD: Final = re.compile(r"[^\W_]+")


def name_key(name: str) -> str:
    """What a name is asked by: its words in their exact form; "" for what has none.

    >>> name_key("NGUYỄN  Thị Hòa"), name_key("H'Yim Kđoh")
    ('nguyễn thị hoà', 'h yim kđoh')
    """
    return " ".join(_KEY_WORD.findall(exact_form(name)))


def means(typed: str, name: str) -> bool:
    """Whether the key `typed` means the name with the key `name`: without any accent all, with one itself alone.

    >>> means("le thi hoa", "lê thị hoà"), means("lê thị hoa", "lê thị hoa"), means("lê thị hoa", "lê thị hoà")
    (True, True, False)
    """
    return typed in (name, fold(name))


def office_key(office: str) -> str:
    """What an office is counted under: its exact form, with the short form of a body in the place of its long one.

    >>> office_key("Phó Chủ tịch Ủy ban nhân dân tỉnh") == office_key("Phó chủ tịch UBND tỉnh")
    True
    """
    key = exact_form(" ".join(office.split()))
    for long, short in _short():
        key = key.replace(long, short)
    return key


@cache
def _short() -> tuple[tuple[str, str], ...]:
    return tuple([(exact_form(long), exact_form(short)) for long, short in offices_table()["short"].items()])


# Which persons a text names with their office, and where.

_RUN: Final = re.compile(
    rb"(?<![Aa'`])A[Aa'`]*+(?: A[Aa'`]*+)+"
)  # of a shape: words in capitals with one space between two
_ONE: Final = re.compile(rb"A[Aa'`]*")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CAPITAL: Final = re.compile(r"(?:\w{1,2}\.)*\w[\w'’&/]*")
_PAIRS: Final = re.compile(r"(?:bệnh|nhà|công) \w+|(?<!môi )trường|quỹ")
_ON_BEHALF: Final = exact_form("ủy quyền")
_FOREIGN: Final = re.compile(r" ([a-z]{3,})(?!\w)")
_NUMBER: Final = re.compile(r"\d+(?!\w)")
_GAP: Final = re.compile(r" ?[-–] ?| ")
_NEXT: Final = re.compile(r", | [-–] | kiêm ")  # between two offices of one person
_FIELDS: Final = re.compile(r", [^,.;:()\n]{2,30}(?:, [^,.;:()\n]{2,30})? và ")  # "Văn hóa, Thể thao và Du lịch"
_LIST: Final = re.compile(r"(?:,|;| và|, và) (?:đồng chí |ông |bà |đ/c )?")
_AGE: Final = re.compile(r"(?:, | \()(?:(?:sn|sinh năm)?:? ?\d{4}|\d\d tuổi)")
_TITLE: Final = re.compile(r"(?: \([^()\n]{2,20}\))?(?P<stop>[,:]?) ?")  # between an office and the name behind it
_CLOSED: Final = re.compile(r"[,.;:)”\"\n]| ?[-–—(] ?|$")  # what ends an office
_BETWEEN: Final = re.compile(r" (?:- )?")
_MORE: Final = re.compile(r"[\w&/.-]*\w")
_MOST_MORE: Final = 12  # words that an office may go on for in words of no table
_NO_DEPUTY: Final = ("ứng", "đối")  # "ứng phó với bão"
_AND: Final = ("và", "&")
_STOPS: Final = ("", ".", "!", "?", "”", '"', "…")
_LOOK_BACK: Final = 120
_LONGEST: Final = 5  # words of a name
_LETTERS: Final = 7  # of a syllable

_Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom a text names with an office: `text[start:end]` is `name`; `offices` as the text has them."""

    name: str
    start: int
    end: int
    offices: tuple[str, ...]


class _Finder:
    """One text being gone through from left to right."""

    def __init__(self, text: str, exact: str) -> None:
        self._text, self._exact, self._words, self._places = text, exact, words(), names().exact
        self._shape = shape(text)
        self._lasts: dict[int, tuple[str, str]] = {}
        self._names = list(self._all_names())
        self._starts = dict(self._names)
        self._taken = 0  # up to where the text belongs to the person found last

    def read(self) -> list[Person]:
        """The persons of the text, in order."""
        found: list[Person] = []
        shared = tuple[str, ...]()  # an office that several persons in a row have
        for start, end in self._names:
            if start < self._taken:
                continue
            before, plural = self._before(start)
            after = self._after(end, bool(before))
            offices = self._printed([*before, *after])
            if plural and not after:
                shared = offices
            elif not (shared and not offices and found and _LIST.fullmatch(self._exact, found[-1].end, start)):
                shared = ()
            if offices or shared:
                found.append(Person(self._text[start:end], start, end, offices or shared))
                self._taken = after[-1][1] if after else end
        return found

    # Names

    def _all_names(self) -> Iterator[tuple[int, int]]:
        exact, places, of = self._exact, self._places, self._words
        evidence, ends, weak = of.evidence, of.ends, of.weak
        for found in _RUN.finditer(self._shape):
            start, end = found.span()
            run = exact[start:end].split(" ")
            # Nine runs in ten name nobody: they are passed over before anything else is asked of them.
            before = exact[max(0, start - ENDS) : start]
            if (
                before not in ends
                and before[1:] not in ends
                and (evidence.isdisjoint(run) or (len(run) == 2 and run[0] in weak) or exact[start:end] in places)
            ):
                continue
            if start == 0 or not (exact[start - 1].isalnum() or exact[start - 1] in "'’"):
                name = self._name(start, end, run)
                if name is not None:
                    yield name

    def _name(self, start: int, end: int, run: list[str]) -> tuple[int, int] | None:
        """Where in a run of words in capitals a name lies."""
        of, exact = self._words, self._exact
        last = self._last_words(start)
        addressed = not of.addresses.isdisjoint(last)
        begins_line = start < 2 or not exact[start - 2].isalnum()
        if run[0] in of.addresses and (begins_line or run[1] in of.families):
            at = 1  # "Ông" begins a sentence
        elif addressed or (not of.grades.isdisjoint(last) and not phrase_at(of.ranks, exact, start)):
            at = 0
        else:
            at = self._family(run, last)
        size = next((number for number in range(max(at, 0) + 2, len(run)) if run[number] in of.beginnings), len(run))
        end -= sum(len(word) + 1 for word in run[size:])
        run = run[:size]
        if at < 0 or not 2 <= len(run) - at <= _LONGEST or " ".join(run) in of.countries:
            return None
        if len(run) - at == 2 and phrase_at(of.ranks, exact, end - len(run[-1])):
            return None  # "Đoàn Đại biểu Quốc hội"
        begin = start + sum(len(word) + 1 for word in run[:at])
        if run[at] in of.families:
            end -= _glued(run[-1])
        if self._shape[end : end + 2] == b"-a" and not phrase_at(of.ranks, exact, end + 1):
            rest = _WORD.match(exact, end + 1)  # "Kim Young-sun"
            end = rest.end() if rest else end
        if b"AA" in self._shape[begin:end] and (at or len(run) > 4 or b"a" in self._shape[begin:end]):
            return None  # in a line of capitals no name has an end
        return begin, end

    def _last_words(self, start: int) -> tuple[str, str]:
        """The word right before `start`, and the two words."""
        if start in self._lasts:
            return self._lasts[start]
        before = self._exact[max(0, start - 24) : start]
        found = before[before.rfind("\n") + 1 :].split() if before.endswith(" ") else []
        last, two = (found[-1], " ".join(found[-2:])) if found else ("", "")
        if not (last[:1].isalnum() and two[0].isalnum()):
            last, two = last.lstrip("(“‘\"'[.,-"), two.lstrip("(“‘\"'[")
        self._lasts[start] = last, two
        return last, two

    def _family(self, run: list[str], last: tuple[str, str]) -> int:
        """The word of `run` that a name begins with; -1 where none does. `last` are the words before the run."""
        of, size = self._words, len(run)
        begins = [at for at in range(size - 1) if size - at <= _LONGEST and run[at] in of.families | of.weak]
        if (
            not begins
            or last[0].isdigit()
            or (run[-3:] == ["hồ", "chí", "minh"] and "tịch" not in last and last[1] != "tịch nước")
        ):
            return -1
        for at in (3, 2, 1) if run[0] in place_firsts() else ():
            if at <= size and self._is_place(" ".join(run[:at])):
                named = at in begins and not (size - at == 2 and self._is_place(" ".join(run[at:])))
                if named or at > 1 or run[0] in of.countries:
                    return at if named else -1
        for at in begins:
            if at > 2 and self._is_place(" ".join(run[at - 2 : at])):
                return at
        at = begins[0]
        if at and run[at] in of.weak:
            at = next((more for more in begins if run[more] in of.families), at)
        later = [more for more in begins if more > at + 1 and run[more] in of.families]
        named_after = run[at - 1] in of.namesakes if at else self._names_others(last)
        if named_after or (later and (size - at == _LONGEST or (at == 0 and last[0] in of.units))):
            return later[0] if later else -1
        key = " ".join(run[at:])
        if self._is_place(key) or (last[0] in of.units and key in self._places):
            return -1
        if run[at] in of.weak and self._is_place(" ".join(run[at + 1 :])):
            return -1  # "ĐH Y Hà Nội"
        return at if run[at] in of.families or 2 < size - at < _LONGEST else -1

    def _names_others(self, last: tuple[str, str]) -> bool:
        """Whether the words `last` before a name say that it is a street's, a school's: but "môi trường" does not."""
        of = self._words
        return last[1] in of.namesakes or (last[0] in of.namesakes and last[1] not in of.compounds)

    def _is_place(self, key: str) -> bool:
        if key in self._words.countries:
            return True
        found: tuple[Place, ...] | None = self._places.get(key)
        return found is not None and (not found or found[0].level != "commune")

    # Offices

    def _before(self, start: int) -> tuple[_Spans, bool]:
        """The offices right before a name that begins at `start`, and whether they are said of several."""
        exact, of, end = self._exact, self._words, start
        while not of.addresses.isdisjoint(last := self._last_words(end)):
            end -= len(last[1] if last[1] in of.addresses else last[0]) + 1
        capital = b"A" in (self._shape[end - 1 - len(word) : end - len(word)] for word in last)
        if last[0][-1:] in _STOPS or (last[0].isalpha() and last[0] not in of.tails and not capital):
            return [], False  # no office ends here
        low = max(self._taken, end - _LOOK_BACK)
        low = max(low, exact.rfind("\n", low, end), exact.rfind(";", low, end))
        words = _WORD.findall(exact, low, end)
        firsts = {one for one in words if one in of.ranks}
        firsts.update([one for one, two in pairwise(words) if f"{one} {two}" in of.ranks])
        previous, stood = "", 0
        for word in _WORD.finditer(exact, low, end) if firsts else ():
            if word[0] in firsts:
                previous = previous if stood == word.start() - 1 else ""
                if previous in _NO_DEPUTY and word[0] == "phó":
                    continue
                offices = self._offices(word.start(), end)
                title = _TITLE.fullmatch(exact, offices[-1][1], end) if offices else None
                if title and not (title["stop"] and previous == "của"):
                    if exact.find(_ON_BEHALF, low, word.start()) >= 0:
                        offices = offices[-1:]  # those before it are of who has authorised it
                    plural = previous in of.plurals
                    return offices[1:] if plural and offices[1:] else offices, plural and not offices[1:]
            previous, stood = word[0], word.end()
        return [], False

    def _after(self, end: int, titled: bool) -> _Spans:
        """The offices behind a name that ends at `end`; `titled` where others stand before it."""
        exact = self._exact
        if age := _AGE.match(exact, end):
            end = age.end()
        link = next((link for link in self._words.links if exact.startswith(link, end)), "")
        offices = self._offices(end + len(link), len(exact)) if link else []
        if offices and (named := self._before_name(offices[-1][1])):  # the last is the next person's, or all are
            begin, to = offices.pop()
            if not self._words.namesakes.isdisjoint(_PAIRS.findall(exact, begin, to)):
                offices.append((begin, named))  # but "Giám đốc Bệnh viện ... Nguyễn Tri Phương"
            elif titled:
                offices = []
        return offices

    def _printed(self, offices: _Spans) -> tuple[str, ...]:
        return tuple([" ".join(self._text[begin:end].split()) for begin, end in offices])

    def _before_name(self, end: int) -> int:
        """The end of the name that follows right after `end`; 0 where none does."""
        if self._exact[end : end + 1] != " ":
            return 0
        word = _WORD.match(self._exact, end + 1)
        at = word.end() + 1 if word and word[0] in self._words.addresses else end + 1
        return self._starts.get(at, 0)

    def _offices(self, at: int, limit: int) -> _Spans:
        """The offices that begin at `at`, one after each comma, up to `limit`."""
        offices: _Spans = []
        while (end := self._office(at, limit)) > at:
            offices.append((at, end))
            gap = _NEXT.match(self._exact, end)
            if gap is None or gap.end() >= limit:
                break
            at = gap.end()
        return offices

    def _office(self, at: int, limit: int) -> int:
        """Where the office that begins at `at` ends: a rank and the words of its body."""
        exact, of = self._exact, self._words
        last = rank = phrase_at(of.ranks, exact, at)
        if not rank:
            return at
        kept = end = at + len(rank)
        alone = True  # a syllable in capitals begins a word, and no name
        while end < limit:
            gap = _GAP.match(exact, end) or self._fields(end)
            if gap is None or gap.end() in self._starts or gap.end() >= limit:
                break
            begin = gap.end() if gap[0][0] != "," else end + 2
            capital = self._shape[begin] == ord("A")
            if (len(gap[0]) > 1 and not capital) or (
                (len(gap[0]) > 1 or last == "và") and phrase_at(of.ranks, exact, begin)
            ):
                break  # the next office, of the same person or of another
            phrase = phrase_at(of.bodies, exact, begin)
            if capital and not phrase and self._is_of_another(last, end):
                return at  # the office was the foreigner's
            if phrase in of.works and not capital and last not in of.heads and last != "và":
                break
            if phrase:
                end = kept = begin + len(phrase)
                alone = phrase not in of.units
                if phrase in ("tp", "tx", "tt") and exact.startswith(".", end):  # "TP. Vinh", "TP.HCM"
                    joined = _CAPITAL.match(exact, end + 1)
                    end = kept = joined.end() if joined else end + 1
            elif capital or exact[begin].isdigit():
                name = (_CAPITAL if capital else _NUMBER).match(exact, begin)
                if name is None or (len(gap[0]) > 1 and name[0] in of.labels):
                    break
                phrase, end = name[0], name.end()
                kept = self._second(end, phrase) if capital and alone else end
                alone, end = kept > end, kept
            else:
                phrase = exact[begin : begin + 12].partition(" ")[0]
                if phrase not in of.joints or (phrase, last) == ("các", "và") or (phrase in _AND and last == rank):
                    break
                end, alone = begin + len(phrase), True
            last = phrase
        if limit == len(exact):
            kept = max(kept, self._rest(kept))
        return at if rank in of.needy and kept == at + len(rank) else kept

    def _rest(self, end: int) -> int:
        """Where an office behind its name ends that goes on at `end` in words that no table has: at the sign that
        closes it, or before what is said; -1 where something is done first, or a name or an office comes.
        """
        exact, of, kept = self._exact, self._words, end
        for _ in range(_MOST_MORE):
            gap = _BETWEEN.match(exact, end)
            begin = gap.end() if gap else end
            small = self._shape[begin : begin + 1] != b"A"
            if _CLOSED.match(exact, end) or (small and phrase_at(of.sayings, exact, begin)):
                return kept
            word, phrase = _MORE.match(exact, begin), phrase_at(of.bodies, exact, begin)
            if gap is None or word is None or begin in self._starts or phrase_at(of.ranks, exact, begin):
                return -1
            if small and len(phrase_at(of.verbs, exact, begin)) > len(phrase):
                return -1
            end = begin + len(phrase) if phrase else word.end()
            kept = kept if word[0] in of.joints else end
        return -1

    def _is_of_another(self, last: str, end: int) -> bool:
        """Whether the words in capitals at `end`, behind a state or the rank of who leads one, are a foreigner's name:
        "Thủ tướng Nga Putin", "Tổng thống Trump, Tổng Bí thư" and a name.
        """
        of, exact = self._words, self._exact
        word = _FOREIGN.match(exact, end)
        if last in of.countries and word is not None and not is_syllable(word[1]):
            return True
        if last != "việt nam" and (last in of.countries or last in of.states):
            name = _RUN.match(self._shape, end + 1) or _ONE.match(self._shape, end + 1)
            return (
                name is not None
                and exact.startswith(", ", name.end())
                and bool(phrase_at(of.ranks, exact, name.end() + 2))
            )
        return False

    def _fields(self, end: int) -> re.Match[str] | None:
        """The gap of a comma at `end` within a body's name."""
        fields = _FIELDS.match(self._exact, end) if self._shape[end + 2 : end + 3] == b"A" else None
        if fields is None or phrase_at(self._words.ranks, self._exact, end + 2):
            return None
        phrase = phrase_at(self._words.bodies, self._exact, end + 2)
        return fields if phrase and phrase not in self._words.heads else None

    def _second(self, end: int, word: str) -> int:
        """Where a word ends of which the first syllable, in capitals and ending at `end`, is `word`: "Thẩm định"."""
        of = self._words
        if self._is_place(word) or not is_syllable(word):
            return end
        if self._shape[end - len(word) : end + 2] != b"A" + b"a" * (len(word) - 1) + b" a":
            return end
        second = _WORD.match(self._exact, end + 1)
        tables = of.bodies, of.sayings
        if second is None or second[0] in of.joints or any(phrase_at(one, self._exact, end + 1) for one in tables):
            return end
        return second.end()


def _glued(word: str) -> int:
    """How many letters of the next word stand at the end of a name's last one: a page lost the blank between them.

    >>> _glued("chínhnhấn"), _glued("chính"), _glued("francois")
    (4, 0, 0)
    """
    ends = range(len(word) - 2, 1, -1) if len(word) > _LETTERS or not is_syllable(word) else ()
    found = (end for end in ends if is_syllable(word[:end]) and is_syllable(word[end:]))
    return len(word) - next(found, len(word))


def people(text: str, exact: str = "") -> tuple[Person, ...]:
    """The persons whom `text` names with an office, in order, with offsets into `text` as given.

    `exact` is the exact form of `text` where that is in NFC and the form made already.
    """
    plain, positions = (text, None) if exact else composed(text)
    found = _Finder(plain, exact or exact_form(plain)).read()
    if positions is None:
        return tuple(found)
    moved = ((positions[one.start], positions[one.end], one.offices) for one in found)
    return tuple([Person(text[start:end], start, end, offices) for start, end, offices in moved])


__all__ = ["Person", "begins_with_rank", "means", "name_key", "office_key", "people"]
